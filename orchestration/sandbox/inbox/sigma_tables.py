"""The sink of Sigma's tables: segments in, one or more exports out, in one pass over the objects."""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from orchestration.sandbox.inbox.extract import Extractor
from orchestration.sandbox.inbox.sigma_computed import Links, links_of
from orchestration.sandbox.inbox.sigma_rows import Rows, gone_ids, rows_of
from orchestration.sandbox.inbox.sweeps import SweepCodes
from orchestration.sandbox.inbox.table_files import TableFiles
from orchestration.sandbox.simulation import Segment, Simulation
from orchestration.sandbox.world.books import PLATFORM, Books
from orchestration.sandbox.world.money import RATE_SCALE, Rates

_NO_LINKS = Links({}, {}, {}, set(), set())


class SigmaTables:
    """Writes every table that has rows; rows of connected accounts go to `connected_account_<table>`.

    Nothing stays in memory between segments. Balance transactions wait on disk for their payouts.
    """

    def __init__(self, exports: Sequence[TableFiles], books: Books, folder: Path) -> None:
        self._exports, self._books, self._folder = exports, books, folder
        self._sweeps = SweepCodes()
        self._extractors: dict[str, Extractor] = {}
        self._spools: dict[str, _Spool] = {}

    def take(self, segment: Segment) -> None:
        """Write the rows of a segment."""
        books = self._books
        links = links_of(segment, gone_ids(segment), books.standing)
        self._write(rows_of(segment, books.platform_account, links.gone), links)

    def close(self, simulation: Simulation) -> None:
        """Write what is known only at the end; `simulation` must have given its last segment."""
        self._write([_exchange_rates(simulation.books.rates, simulation.plan.end)], _NO_LINKS)
        payouts = [payout for _, payout in self._sweeps.payouts(simulation.sweeps)]
        for table, spool in self._spools.items():
            for batch in spool.batches(payouts):
                self._export(table, [batch])
        for export in self._exports:
            export.close()

    def _write(self, parts: Iterable[Rows], links: Links) -> None:
        """Make batches of everything, then write each table at one go."""
        batches: dict[str, list[Any]] = defaultdict(list)
        for rows in parts:
            batches[rows.table].append(self._extractor(rows.table).batch(rows, links))
        for name, found in batches.items():
            if self._extractor(name).awaits_payouts:
                if name not in self._spools:
                    self._spools[name] = _Spool(self._folder, self._extractor(name).schema)
                self._spools[name].append(found)
            else:
                self._export(name, found)

    def _extractor(self, table: str) -> Extractor:
        if table not in self._extractors:
            self._extractors[table] = Extractor(table, self._sweeps)
        return self._extractors[table]

    def _export(self, table: str, batches: list[Any]) -> None:
        for export in self._exports:
            export.write(table, batches)


class _Spool:
    """Batches that wait on disk, in a file without a name, for the payouts of their sweeps."""

    COLUMN = "automatic_transfer_id"

    def __init__(self, folder: Path, schema: Any) -> None:
        pa: Any = import_module("pyarrow")
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - it lives as long as the spool
        self._writer = pa.ipc.new_stream(self._file, schema)

    def append(self, batches: list[Any]) -> None:
        pa: Any = import_module("pyarrow")
        # one large batch: what is read back becomes one row group
        self._writer.write_table(pa.Table.from_batches(batches).combine_chunks())

    def batches(self, payouts: list[str | None]) -> Any:
        """The batches again, with payouts (by number) where the numbers of sweeps stood."""
        pa: Any = import_module("pyarrow")
        self._writer.close()
        self._file.seek(0)
        ids = pa.array(payouts, pa.string())
        with pa.ipc.open_stream(self._file) as reader:
            place = reader.schema.get_field_index(self.COLUMN)
            for batch in reader:
                yield batch.set_column(place, self.COLUMN, ids.take(batch.column(place)))
        self._file.close()


def _exchange_rates(rates: Rates, end: int) -> Rows:
    """One row per day that is over: units of each currency per US dollar."""
    days = [day for day in sorted(rates) if day < end]
    rows = [
        {
            "date": day,
            "sell_currency": "usd",
            "buy_currency_exchange_rates": json.dumps(
                {currency: units / RATE_SCALE for currency, units in sorted(rates[day].items())}
            ),
        }
        for day in days
    ]
    return Rows("exchange_rates_from_usd", [PLATFORM] * len(rows), rows)
