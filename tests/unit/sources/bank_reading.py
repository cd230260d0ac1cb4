"""Reads a bank file that a test writes down, with rules of its own."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from orchestration.sources.bank.reader import read_bank_file
from orchestration.sources.bank.rules import BankRules, Layout
from orchestration.sources.bank.statement import Statement, StatementProblem

EXPONENTS = {"eur": 2, "usd": 2, "gbp": 2, "chf": 2, "jpy": 0, "kwd": 3, "isk": 2, "sek": 2}


def layout(**changes: str) -> Layout:
    """A layout with one signed amount and a running balance; changed where a test says so."""
    facts = {
        "bank_account": "ACC1", "file_pattern": "acc1_*.csv", "encoding": "utf-8", "delimiter": ";",
        "date_format": "%d.%m.%Y", "decimal_sign": ",", "account_column": "", "statement_column": "",
        "booked_date_column": "Day", "value_date_column": "", "amount_column": "Amount", "debit_column": "",
        "credit_column": "", "text_column": "Text", "counterparty_column": "Who", "reference_column": "Ref",
        "balance_column": "Balance", "opening_text": "", "closing_text": "",
    }
    return Layout(**{**facts, **changes})


def read(folder: Path, name: str, content: str | bytes, **rules: object) -> list[Statement | StatementProblem]:
    """Statements and refusals of a file."""
    path = folder / "blob"
    path.write_bytes(content if isinstance(content, bytes) else dedent(content).lstrip("\n").encode())
    return list(read_bank_file(path, f"bank/{name}", BankRules(EXPONENTS, **rules)))  # type: ignore[arg-type]


def one(found: list[Statement | StatementProblem]) -> Statement:
    """The only statement; fails with the reason when it was refused."""
    (statement,) = found
    assert isinstance(statement, Statement), statement.reason
    return statement


def refusal(found: list[Statement | StatementProblem]) -> StatementProblem:
    """The only refusal."""
    (problem,) = [item for item in found if isinstance(item, StatementProblem)]
    return problem
