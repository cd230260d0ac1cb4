"""Bank statements -> `bank.*`: every usable statement of a file, and the reason for each that is not.

Everything runs inside the caller's transaction. One bad statement does not take its file down; a file of which
nothing can be used is refused whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import astuple, dataclass, field, fields
from pathlib import Path, PurePosixPath
from typing import Any

import duckdb

from orchestration.domain.errors import InputRefused
from orchestration.sources.bank.reader import read_bank_file
from orchestration.sources.bank.statement import (
    BOOKED,
    Entry,
    EntryDetail,
    StatedTotals,
    Statement,
    StatementProblem,
)
from orchestration.warehouse.bank_rules import bank_rules
from orchestration.warehouse.bank_schema import TABLES
from orchestration.warehouse.connection import literal, scalar

RELATION = "bank.entries"
_BATCH = 50_000  # rows that are held before they are written
_TOTALS = [f"stated_{name.name}" for name in fields(StatedTotals)]
_ENTRY = [name.name for name in fields(Entry) if name.name not in ("line", "details")]
_DETAIL = [name.name for name in fields(EntryDetail)]


@dataclass(frozen=True)
class BankLoad:
    """One bank file on its way into raw."""

    path: Path
    name: str
    observed_at: str
    received_at: str
    load_seq: int


@dataclass
class _Writer:
    """Collects rows by table and writes them by batches."""

    connection: duckdb.DuckDBPyConnection
    load: BankLoad
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {table: [] for table in TABLES})

    def add(self, table: str, row: dict[str, Any]) -> None:
        self.rows[table].append(row)
        if len(self.rows[table]) >= _BATCH:
            self.flush(table)

    def flush(self, table: str) -> None:
        """Write what is held, through Arrow: a million rows by executemany would take an hour."""
        import pyarrow as pa

        held, self.rows[table] = self.rows[table], []
        if not held:
            return
        columns = list(TABLES[table])
        arrow = pa.table({column: pa.array([row.get(column) for row in held]) for column in columns})
        own = (
            f"timestamptz {literal(self.load.observed_at)}, timestamptz {literal(self.load.received_at)}, "
            f"{self.load.load_seq}"
        )
        self.connection.register("bank_batch", arrow)
        try:
            self.connection.execute(f"insert into bank.{table} select *, {own} from bank_batch")
        finally:
            self.connection.unregister("bank_batch")


def load_file(connection: duckdb.DuckDBPyConnection, load: BankLoad) -> int:
    """Insert the usable statements of one file; its number of entries.

    Raises:
        InputRefused: The file is no bank statement, is cut, or holds no usable statement.
    """
    rules = bank_rules(connection)
    writer = _Writer(connection, load)
    problems: list[tuple[int, StatementProblem]] = []
    accounts: set[str] = set()
    loaded = entries = 0
    for number, item in enumerate(read_bank_file(load.path, load.name, rules), start=1):
        if isinstance(item, StatementProblem):
            problems.append((number, item))
            writer.add("refused_statements", _refused_row(item, number))
            accounts |= {item.bank_account} if item.bank_account else set()
            continue
        loaded += 1
        accounts.add(item.bank_account)
        entries += len(item.entries)
        writer.add("statements", _statement_row(item, number))
        for index, entry in enumerate(item.entries, start=1):
            writer.add("entries", _entry_row(entry, number, index))
            for detail_index, detail in enumerate(entry.details, start=1):
                writer.add("entry_details", _detail_row(detail, number, index, detail_index))
    if not loaded:
        _refuse_file(load, problems)
    writer.add("files", {"rules": rules.fingerprint(PurePosixPath(load.name).name, accounts)})
    for table in TABLES:
        writer.flush(table)
    return entries


def is_proven(connection: duckdb.DuckDBPyConnection, load_seq: int) -> bool:
    """Every statement of the load carried its opening balance to its closing one."""
    return bool(
        scalar(
            connection,
            "select bool_and(opening_minor is not null and closing_minor is not null) "
            f"and not exists (select 1 from bank.refused_statements where load_seq = {load_seq}) "
            f"from bank.statements where load_seq = {load_seq}",
        )
    )


def reopen(connection: duckdb.DuckDBPyConnection) -> None:
    """Take back loads whose reading depended on rows that the company has changed since; they are read anew."""
    if not scalar(connection, "select count(*) from bank.files"):
        return
    rules = bank_rules(connection)
    for load_seq, name, fingerprint, accounts in connection.execute(
        "select files.load_seq, loads.name, files.rules, (select list(distinct seen.bank_account) from ("
        "select load_seq, bank_account from bank.statements union all "
        "select load_seq, bank_account from bank.refused_statements where bank_account is not null) as seen "
        "where seen.load_seq = files.load_seq) from bank.files as files "
        "inner join meta.loads as loads on files.load_seq = loads.load_seq"
    ).fetchall():
        if rules.fingerprint(PurePosixPath(name).name, accounts or []) != fingerprint:
            for table in (*(f"bank.{table}" for table in TABLES), "meta.loads"):
                connection.execute(f"delete from {table} where load_seq = {int(load_seq)}")


def _refuse_file(load: BankLoad, problems: list[tuple[int, StatementProblem]]) -> None:
    shown = "; ".join(f"{_called(problem, number)}: {problem.reason}" for number, problem in problems[:3])
    more = f" (and {len(problems) - 3} more)" if len(problems) > 3 else ""
    raise InputRefused(
        f"No statement of the file can be used. {shown}{more}.",
        where=load.name,
        remedy=problems[0][1].remedy if problems else "Export the statement again.",
    )


def _called(problem: StatementProblem, number: int) -> str:
    """How a reader finds the statement in its file."""
    named = [
        f"statement {problem.statement_number}" if problem.statement_number else "the statement",
        f"of {problem.bank_account}" if problem.bank_account else "",
        f"(no. {number} of its file)",
    ]
    return " ".join(filter(None, named))


def _statement_row(statement: Statement, number: int) -> dict[str, Any]:
    row = {name: getattr(statement, name, None) for name in TABLES["statements"]}
    amounts = [entry.amount_minor for entry in statement.entries]
    row |= {
        "entry_count": len(amounts),
        "credit_minor": sum(amount for amount in amounts if amount > 0),
        "debit_minor": -sum(amount for amount in amounts if amount < 0),
        "booked_minor": sum(
            entry.amount_minor for entry in statement.entries if entry.entry_status == BOOKED
        ),
    }
    row |= dict(zip(_TOTALS, astuple(statement.stated), strict=True))
    return row | {
        "statement_index": number,
        "source_line": statement.line,
        "content_hash": _content_hash(statement, row),
    }


def _content_hash(statement: Statement, row: dict[str, Any]) -> str:
    """Same facts, same hash, wherever in a file they stand."""
    digest = hashlib.sha256(repr(sorted((name, str(value)) for name, value in row.items())).encode())
    for entry in statement.entries:
        digest.update(repr([str(getattr(entry, name)) for name in _ENTRY]).encode())
        digest.update(str(entry.details).encode())
    return digest.hexdigest()


def _entry_row(entry: Entry, number: int, index: int) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(entry, name) for name in _ENTRY}
    return row | {"statement_index": number, "entry_index": index, "source_line": entry.line}


def _detail_row(detail: EntryDetail, number: int, index: int, detail_index: int) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(detail, name) for name in _DETAIL}
    return row | {"statement_index": number, "entry_index": index, "detail_index": detail_index}


def _refused_row(problem: StatementProblem, number: int) -> dict[str, Any]:
    row = {name: getattr(problem, name, None) for name in TABLES["refused_statements"]}
    reason = f"{_called(problem, number)}: {problem.reason}"
    return row | {"statement_index": number, "source_line": problem.line, "reason": reason}


def refused_statements(connection: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    """Refused statements of loaded files; `is_open` until a statement that was received later stands in.

    It stands in when it is of the same account and carries the same number, or covers the same days.
    """
    answer = connection.execute(
        "select loads.name, loads.sha256, loads.run_id, refused.statement_index, refused.reason, refused.remedy, "
        "refused.text, exists (select 1 from bank.statements as later "
        "where later.bank_account = refused.bank_account and later.received_at > refused.received_at "
        "and (later.statement_number = refused.statement_number "
        "or (later.starts_on <= refused.starts_on and later.ends_on >= refused.ends_on))) "
        "from bank.refused_statements as refused "
        "inner join meta.loads as loads on refused.load_seq = loads.load_seq "
        "order by loads.name, loads.sha256, refused.statement_index"
    )
    for name, sha256, run_id, index, reason, remedy, text, is_settled in answer.fetchall():
        yield {
            "name": name,
            "sha256": sha256,
            "reason": reason,
            "remedy": remedy,
            "is_critical": True,
            "is_open": not is_settled,
            "run_id": run_id,
            "statement": index,
            "text": text,
        }
