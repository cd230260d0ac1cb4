"""A read-only connection to the published ledger, and rows from it a batch at a time."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from orchestration.domain.errors import TieoutError, UsageError
from orchestration.run_context import utc_text
from orchestration.warehouse.connection import literal
from orchestration.warehouse.query import FETCH_ROWS, locked_connection
from orchestration.workspace import Workspace

POSTINGS = "marts.fct_ledger_postings"
LEDGER_TABLES = (POSTINGS, "marts.dim_ledger_accounts", "marts.dim_currencies")


class Ledger:
    """The published file as the ledger commands read it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, database: Path) -> None:
        self._connection, self._database = connection, database

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """Read-only and locked down, for questions that are asked elsewhere."""
        return self._connection

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Rows of a query, fetched in batches; read one answer to its end before the next question.

        Raises:
            TieoutError: DuckDB cannot answer.
        """
        self.run(query)
        while True:
            with self._explained():
                batch = self._connection.fetchmany(FETCH_ROWS)
            if not batch:
                return
            yield from batch

    def records(self, query: str) -> list[dict[str, Any]]:
        """All rows of a small answer, by column name."""
        self.run(query)
        names = [item[0] for item in self._connection.description or []]
        with self._explained():
            return [dict(zip(names, row, strict=True)) for row in self._connection.fetchall()]

    def run(self, statement: str) -> None:
        """Execute a statement; temporary tables live as long as the connection."""
        with self._explained():
            self._connection.execute(statement)

    @cached_property
    def columns(self) -> dict[str, set[str]]:
        """`schema.table` -> its columns."""
        found: dict[str, set[str]] = {}
        for schema, table, column in self.rows(
            "select schema_name, table_name, column_name from duckdb_columns() where not internal"
        ):
            found.setdefault(f"{schema}.{table}", set()).add(column)
        return found

    def need(self, *tables: str) -> None:
        """Refuse a file that lacks one of the tables.

        Raises:
            UsageError: It does.
        """
        missing = [table for table in tables if table not in self.columns]
        if missing:
            raise UsageError(
                f"The published file has no {', '.join(missing)}.",
                where=str(self._database),
                remedy="It was published by an older tieout. Publish again: tieout run.",
            )

    @cached_property
    def as_of(self) -> datetime | None:
        """The instant up to which facts are in the publication; None when it does not say."""
        if "meta.publication" not in self.columns:
            return None
        for (microseconds,) in self.rows("select epoch_us(as_of) from meta.publication"):
            return (
                datetime.fromtimestamp(microseconds // 1_000_000, UTC) if microseconds is not None else None
            )
        return None

    def exponents(self) -> dict[str, int]:
        """Currency -> decimals of its minor unit."""
        return dict(self.rows("select currency, exponent from marts.dim_currencies"))

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except duckdb.InterruptException:
            raise KeyboardInterrupt from None
        except duckdb.OutOfMemoryException as error:
            raise TieoutError(
                f"The question needs too much memory: {str(error).splitlines()[0]}",
                remedy="Ask for a shorter period or one account, or raise TIEOUT_MEMORY_LIMIT (for example 12GB).",
            ) from None


@contextmanager
def reading(workspace: Workspace, tables: Sequence[str] = LEDGER_TABLES) -> Iterator[Ledger]:
    """The published ledger of a workspace, or whatever else of the file has these tables.

    Raises:
        UsageError: Nothing is published, or what is lacks one of the tables.
        TieoutError: The file cannot be opened.
    """
    if not workspace.published_db.is_file():
        raise UsageError(
            "Nothing is published yet.",
            where=str(workspace.published_db),
            remedy="Publish first: tieout run (or name another folder: --workspace DIR).",
        )
    with tempfile.TemporaryDirectory(prefix="tieout-ledger-") as spill:
        connection = locked_connection(workspace.published_db, Path(spill))
        try:
            ledger = Ledger(connection, workspace.published_db)
            ledger.need(*tables)
            yield ledger
        finally:
            connection.close()


def one_of(values: Sequence[str]) -> str:
    """The values as a list of SQL literals; matches nothing when there are none."""
    return f"({', '.join(map(literal, values)) or 'null'})"


def instant(moment: datetime) -> str:
    """An instant as an SQL literal."""
    return f"timestamptz {literal(utc_text(moment))}"


def check_account(ledger: Ledger, account_id: str) -> None:
    """Refuse a tenant that has no books.

    Raises:
        UsageError: Names the tenants whose names are close, or how to list them.
    """
    known = [row[0] for row in ledger.rows(f"select distinct account_id from {POSTINGS} order by all")]
    if account_id not in known:
        raise UsageError(f"Account {account_id!r} has no books here.", remedy=hint(account_id, known))


def check_known(ledger: Ledger, relation: str, column: str, value: str, nothing: str) -> None:
    """Refuse a value that a column of a relation never has; `nothing` says what there is none of.

    Raises:
        UsageError: Names the values that are close, or those there are.
    """
    known = [row[0] for row in ledger.rows(f"select distinct {column} from {relation} order by all")]
    if value not in known:
        raise UsageError(f"{nothing} of {column} {value!r} here.", remedy=hint(value, known))


def hint(wrong: str, known: Sequence[str]) -> str:
    """Did you mean ...?, or the names there are."""
    import difflib

    close = difflib.get_close_matches(wrong, known, n=3, cutoff=0.6)
    if close:
        return f"Did you mean {' or '.join(close)}?"
    shown = ", ".join(known[:20])
    return f"Known: {shown}{f' and {len(known) - 20} more' if len(known) > 20 else ''}."
