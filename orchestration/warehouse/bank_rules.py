"""What readers of bank files are told: the company's rows where it has any, else the built-in seeds."""

from __future__ import annotations

import csv
from functools import cache

import duckdb

from orchestration.sources.bank.rules import BankRules, Layout
from orchestration.sources.bank.values import account_number
from orchestration.warehouse.company_values import SEED_FOLDER


@cache
def _built_in_exponents() -> dict[str, int]:
    with (SEED_FOLDER / "currencies.csv").open(encoding="utf-8", newline="") as file:
        return {row["currency"]: int(row["exponent"]) for row in csv.DictReader(file)}


def bank_rules(connection: duckdb.DuckDBPyConnection) -> BankRules:
    """The rules in force; the company's rows have been loaded and checked."""
    own = connection.execute("select currency, exponent from company.currencies").fetchall()
    names = list(Layout.__dataclass_fields__)
    layouts = connection.execute(
        f"select {', '.join(names)} from company.bank_layouts order by bank_account, file_pattern"
    ).fetchall()
    accounts: dict[str, set[str]] = {}
    for account, currency in connection.execute(
        "select bank_account, lower(currency) from company.bank_accounts where currency is not null"
    ).fetchall():
        accounts.setdefault(account_number(account), set()).add(currency)
    return BankRules(
        exponents=_built_in_exponents() | {currency.lower(): int(exponent) for currency, exponent in own},
        layouts=tuple(Layout(*(value or "" for value in row)) for row in layouts),
        account_currencies={
            account: next(iter(units)) for account, units in accounts.items() if len(units) == 1
        },
    )
