"""The postings of a period in the published file: what they are, and the file in which a close freezes them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from orchestration.domain.errors import TieoutError
from orchestration.run_context import utc_text
from orchestration.sources.receipts import sync_folder
from orchestration.warehouse.connection import connect, literal
from orchestration.warehouse.content_hash import table_content
from orchestration.warehouse.evidence.checkpoints import file_hash
from orchestration.workspace import Workspace


@dataclass(frozen=True)
class PublishedPeriod:
    """A period as `dim_periods` names it.

    Attributes:
        ends_at: First instant after it, ISO 8601 UTC with microseconds.
        first_open_day: That instant's day in the reporting zone.
        posting_count: Postings in it.
    """

    period_id: str
    ends_at: str
    first_open_day: str
    posting_count: int


@dataclass(frozen=True)
class PeriodContent:
    """The postings of one period: how many, currency -> debits in minor units, hash without provenance."""

    posting_count: int
    debits: dict[str, int]
    content_hash: str


class PublishedLedger:
    """The postings of a published file; get it from `published_ledger`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def periods(self, zone: str) -> dict[str, PublishedPeriod]:
        """Period id -> period, in order."""
        found = {}
        for period_id, ends_at, count in self._connection.execute(
            "select period_id, epoch_us(ends_at), (select count(*) from pub.marts.fct_ledger_postings as postings "
            "where postings.period_id = periods.period_id) from pub.marts.dim_periods as periods order by period_id"
        ).fetchall():
            end = datetime.fromtimestamp(ends_at // 1_000_000, UTC)
            day = end.astimezone(ZoneInfo(zone)).date().isoformat()
            found[period_id] = PublishedPeriod(period_id, utc_text(end), day, count)
        return found

    def content(self, period_id: str) -> PeriodContent:
        """What a period holds; its postings then stand ready for `write`."""
        self._connection.execute(
            "create or replace table postings as from pub.marts.fct_ledger_postings "
            f"where period_id = {literal(period_id)}"
        )
        debits = self._connection.execute(
            "select currency, sum(debit_minor) from postings group by all order by all"
        ).fetchall()
        whole = table_content(self._connection, "main", "postings")
        sums = {currency: int(total) for currency, total in debits}
        return PeriodContent(whole.row_count, sums, whole.content_hash)

    def write(self, target: Path) -> str:
        """Write the postings of the last `content` in a fixed order, the file whole or not at all; its sha256."""
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f"{target.name}.tmp")
        try:
            self._connection.execute(
                f"copy (from postings order by posting_id) to {literal(str(temporary))} "
                "(format parquet, compression zstd)"
            )
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
            sha256 = file_hash(temporary)
            os.replace(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)
        sync_folder(target.parent)
        sync_folder(target.parent.parent)
        return sha256


@contextmanager
def published_ledger(workspace: Workspace) -> Iterator[PublishedLedger]:
    """Open the postings of what is published.

    Raises:
        TieoutError: The file cannot be read, or the frozen postings cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix="tieout-close-") as spill:
        try:
            with connect(":memory:", temporary=Path(spill)) as connection:
                connection.execute(f"attach {literal(str(workspace.published_db))} as pub (read_only)")
                yield PublishedLedger(connection)
        except (duckdb.Error, OSError) as error:
            raise TieoutError(
                f"The postings could not be read or frozen: {str(error).splitlines()[0]}",
                where=str(workspace.root),
                remedy="Free disk space or run tieout verify; nothing was closed.",
            ) from error
