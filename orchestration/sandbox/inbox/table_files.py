"""Files of Sigma tables: CSV, Parquet, and the folders of Stripe Data Pipeline.

Every format takes the same Arrow batches, so they hold the same rows. Files are reproducible byte for byte.
"""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from orchestration.domain.inbox_layout import PIPELINE_MARKER
from orchestration.sandbox.inbox.csv_text import csv_lines, header


class TableFiles(Protocol):
    """One export in one format."""

    def write(self, table: str, batches: Sequence[Any]) -> None:
        """Append record batches, all of one schema, to a table; the first ones create its file."""

    def close(self) -> None:
        """Complete every file."""


class SigmaCsv:
    """`stripe/sigma/<table>_<stamp>.csv`, or `.csv.gz`; `exported_at` in epoch seconds."""

    def __init__(self, folder: Path, exported_at: int, *, gzipped: bool = False) -> None:
        self._folder, self._stamp = _made(folder / "stripe" / "sigma"), stamp_of(exported_at)
        self._open = ExitStack()
        self._gzipped = gzipped
        self._files: dict[str, Any] = {}

    def write(self, table: str, batches: Sequence[Any]) -> None:
        file = self._files.get(table)
        if file is None:
            file = self._files[table] = self._create(f"{table}_{self._stamp}.csv")
            file.write(header(batches[0].schema.names))
        for batch in batches:
            file.write(csv_lines(batch))

    def close(self) -> None:
        self._open.close()

    def _create(self, name: str) -> Any:
        if not self._gzipped:
            return self._open.enter_context((self._folder / name).open("wb"))
        plain = self._open.enter_context((self._folder / f"{name}.gz").open("wb"))
        # no name and no time inside: the same rows give the same bytes
        return self._open.enter_context(gzip.GzipFile(filename="", mode="wb", fileobj=plain, mtime=0))


class SigmaParquet:
    """`stripe/sigma/<table>_<stamp>.parquet`, one row group per call; `exported_at` in epoch seconds."""

    def __init__(self, folder: Path, exported_at: int) -> None:
        self._folder, self._stamp = _made(folder / "stripe" / "sigma"), stamp_of(exported_at)
        self._files = _ParquetFiles()

    def write(self, table: str, batches: Sequence[Any]) -> None:
        self._files.append(self._folder / f"{table}_{self._stamp}.parquet", batches)

    def close(self) -> None:
        self._files.close()


class PipelineFolder:
    """`stripe/pipeline/<YYYYMMDDHH>/livemode/<table>/part-00000.parquet` and, at last, the marker.

    Tables have two more columns than in Sigma: `batch_timestamp` and `merchant_id`, the platform's own id.
    """

    def __init__(self, folder: Path, exported_at: int, merchant: str) -> None:
        self._exported_at, self._merchant = exported_at, merchant
        run = datetime.fromtimestamp(exported_at, UTC).strftime("%Y%m%d%H")
        self._folder = _made(folder / "stripe" / "pipeline" / run / "livemode")
        self._files = _ParquetFiles()

    def write(self, table: str, batches: Sequence[Any]) -> None:
        path = _made(self._folder / table) / "part-00000.parquet"
        self._files.append(path, [self._stamped(batch) for batch in batches])

    def close(self) -> None:
        self._files.close()
        (self._folder / PIPELINE_MARKER).touch()

    def _stamped(self, batch: Any) -> Any:
        pa: Any = import_module("pyarrow")
        moment = pa.scalar(self._exported_at * 1000, pa.timestamp("ms"))
        merchant = pa.scalar(self._merchant, pa.string())
        batch = batch.append_column("batch_timestamp", pa.repeat(moment, batch.num_rows))
        return batch.append_column("merchant_id", pa.repeat(merchant, batch.num_rows))


class _ParquetFiles:
    """Parquet files that are appended to."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._files: dict[Path, Any] = {}

    def append(self, path: Path, batches: Sequence[Any]) -> None:
        pa: Any = import_module("pyarrow")
        pq: Any = import_module("pyarrow.parquet")

        rows = pa.Table.from_batches(batches)
        file = self._files.get(path)
        if file is None:
            # ids are all different: a dictionary of them only takes time
            repeated = [
                field.name
                for field in rows.schema
                if pa.types.is_string(field.type) and not field.name.endswith("id")
            ]
            writer = pq.ParquetWriter(path, rows.schema, compression="zstd", use_dictionary=repeated)
            file = self._files[path] = self._open.enter_context(writer)
        file.write_table(rows)

    def close(self) -> None:
        self._open.close()


def stamp_of(exported_at: int) -> str:
    """The time of an export as file names state it: `YYYY-MM-DDTHHMM`, UTC."""
    return datetime.fromtimestamp(exported_at, UTC).strftime("%Y-%m-%dT%H%M")


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
