"""An inbox written from facts: Sigma CSV or Parquet, Data Pipeline folders, API lists and events.

Every variant (split, shuffled, zipped) holds the same rows. Files are reproducible byte for byte, and their
modification time is the time of the export.
"""

from __future__ import annotations

import csv
import gzip as gzip_module
import hashlib
import io
import json
import os
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from orchestration.sandbox.facts import PLATFORM, Facts, Obj
from orchestration.sandbox.sigma_columns import columns_of
from orchestration.sandbox.tables import Row, as_tables

STAMP = "2026-04-01T0300"
T = TypeVar("T")


def write_sigma_csv(
    facts: Facts,
    inbox: Path,
    stamp: str = STAMP,
    parts: int = 1,
    gzip: bool = False,
    shuffle_seed: int | None = None,
    control: bool = False,
) -> list[Path]:
    """Write `stripe/sigma/<table>_<stamp>(_part<N>)?.csv(.gz)?`: header, line feeds, empty for NULL.

    Args:
        stamp: Export time in the file names, `YYYY-MM-DDTHHMM` (UTC).
        parts: Files per table; a table with fewer rows has one file per row.
        shuffle_seed: Order of the rows; None keeps the order of the facts.
        control: Also write `<file>.control.json` with rows, sha256 and the sums of integer columns.

    Returns:
        The files written, without the control files.
    """
    written = []
    for table, rows in as_tables(facts).items():
        for suffix, chunk in _chunks(rows, parts, shuffle_seed):
            path = inbox / "stripe" / "sigma" / f"{table}_{stamp}{suffix}.csv"
            content = _csv_bytes(table, chunk)
            if gzip:
                path = path.with_name(path.name + ".gz")
                content = gzip_module.compress(content, mtime=0)
            written.append(_write(path, content, stamp))
            if control:
                _write_control(path, content, table, chunk, stamp)
    return written


def write_sigma_parquet(
    facts: Facts,
    inbox: Path,
    stamp: str = STAMP,
    parts: int = 1,
    shuffle_seed: int | None = None,
    control: bool = False,
) -> list[Path]:
    """Write `stripe/sigma/<table>_<stamp>(_part<N>)?.parquet`, typed; arguments as `write_sigma_csv`."""
    written = []
    for table, rows in as_tables(facts).items():
        for suffix, chunk in _chunks(rows, parts, shuffle_seed):
            path = inbox / "stripe" / "sigma" / f"{table}_{stamp}{suffix}.parquet"
            content = _parquet_bytes(table, chunk)
            written.append(_write(path, content, stamp))
            if control:
                _write_control(path, content, table, chunk, stamp)
    return written


def write_pipeline(
    facts: Facts,
    inbox: Path,
    folder: str = "2026040103",
    mode: str = "livemode",
    parts: int = 1,
    shuffle_seed: int | None = None,
) -> list[Path]:
    """Write one Data Pipeline run: `stripe/pipeline/<folder>/<mode>/<table>/part-*.parquet` and its marker.

    Tables have two more columns than in Sigma, `batch_timestamp` and `merchant_id`.
    """
    moment = datetime.strptime(folder, "%Y%m%d%H")
    stamp = moment.strftime("%Y-%m-%dT%H%M")
    extra = {
        "batch_timestamp": moment.strftime("%Y-%m-%d %H:%M:%S.000"),
        "merchant_id": facts.platform_account,
    }
    root = inbox / "stripe" / "pipeline" / folder / mode
    written = []
    for table, rows in as_tables(facts).items():
        for number, (_, chunk) in enumerate(_chunks(rows, parts, shuffle_seed)):
            content = _parquet_bytes(table, [{**row, **extra} for row in chunk])
            written.append(_write(root / table / f"part-{number:05d}.parquet", content, stamp))
    _write(root / "coreapi_SUCCESS", b"", stamp)
    return written


def write_api_lists(
    facts: Facts,
    inbox: Path,
    shuffle_seed: int | None = None,
    parts: int = 1,
    stamp: str = STAMP,
) -> list[Path]:
    """Write `stripe/api/(<acct>/)?<object>.jsonl`, the payouts' members, and `stripe/events/events.jsonl`.

    Newest first, as the API lists. Deleted customers are not listed; only their event knows them, and the
    platform's own account is not among the accounts that it lists. The members
    of an automatic payout include its own row, as `balance_transactions?payout=` has it.
    """
    api = inbox / "stripe" / "api"
    lists: dict[Path, list[Obj]] = {}
    for name, pairs in facts.objects.items():
        for tenant, obj in reversed(pairs):
            if obj.get("deleted") or obj.get("id") == facts.platform_account:
                continue
            folder = api if tenant == PLATFORM else api / tenant
            path = inbox / "stripe" / "events" / "events" if name == "event" else folder / name
            lists.setdefault(path, []).append(obj)
    for tenant, pair in _memberships(facts):
        folder = api if tenant == PLATFORM else api / tenant
        lists.setdefault(folder / "payout_balance_transactions", []).append(pair)
    written = []
    for path, objects in lists.items():
        for suffix, chunk in _chunks(objects, parts, shuffle_seed):
            lines = [json.dumps(obj, ensure_ascii=False, sort_keys=True) for obj in chunk]
            content = ("\n".join(lines) + "\n").encode()
            written.append(_write(path.with_name(f"{path.name}{suffix}.jsonl"), content, stamp))
    return written


def export_time(stamp: str) -> int:
    """Epoch seconds of a stamp `YYYY-MM-DD(THHMM(SS)?)?` in UTC."""
    pattern = {10: "%Y-%m-%d", 15: "%Y-%m-%dT%H%M"}.get(len(stamp), "%Y-%m-%dT%H%M%S")
    return int(datetime.strptime(stamp, pattern).replace(tzinfo=UTC).timestamp())


def _memberships(facts: Facts) -> list[tuple[str, Obj]]:
    own = [
        (tenant, obj["id"], obj["balance_transaction"])
        for tenant, obj in facts.objects["payout"]
        if obj["automatic"]
    ]
    return [
        (tenant, {"payout": payout, "balance_transaction": transaction})
        for tenant, payout, transaction in sorted([*facts.payout_members, *own])
    ]


def _chunks(rows: Sequence[T], parts: int, shuffle_seed: int | None) -> list[tuple[str, list[T]]]:
    """The rows in their order or shuffled, cut into parts with the suffix of each part's file name."""
    ordered = list(rows)
    if shuffle_seed is not None:
        random.Random(shuffle_seed).shuffle(ordered)
    if parts <= 1:
        return [("", ordered)]
    count = min(parts, len(ordered))
    bounds = [len(ordered) * number // count for number in range(count + 1)]
    return [(f"_part{n + 1}", ordered[bounds[n] : bounds[n + 1]]) for n in range(count)]


def _csv_bytes(table: str, rows: list[Row]) -> bytes:
    names = [column.name for column in columns_of(table)]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _parquet_bytes(table: str, rows: list[Row]) -> bytes:
    """The rows as one Parquet file with bigint, double, boolean and timestamp columns."""
    # by name: pyarrow has no type stubs, and `Any` is what it would be
    pa: Any = import_module("pyarrow")
    pq: Any = import_module("pyarrow.parquet")

    kinds = {column.name: column.kind for column in columns_of(table)}
    kinds.update({name: "text" for name in rows[0] if name not in kinds})
    if "batch_timestamp" in kinds:
        kinds["batch_timestamp"] = "ts"
    types = {
        "ts": pa.timestamp("us"),
        "int": pa.int64(),
        "double": pa.float64(),
        "bool": pa.bool_(),
    }
    columns = {
        name: pa.array([row[name] for row in rows], pa.string()).cast(types.get(kind, pa.string()))
        for name, kind in kinds.items()
    }
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    content: bytes = sink.getvalue()
    return content


def _write_control(path: Path, content: bytes, table: str, rows: list[Row], stamp: str) -> None:
    """The control file beside an export: what a complete copy of it must add up to."""
    sums = {
        column.name: sum(int(row[column.name] or 0) for row in rows)
        for column in columns_of(table)
        if column.kind == "int"
    }
    control = {"rows": len(rows), "sha256": hashlib.sha256(content).hexdigest(), "sums": sums}
    text = json.dumps(control, indent=2, sort_keys=True) + "\n"
    _write(path.with_name(path.name + ".control.json"), text.encode(), stamp)


def _write(path: Path, content: bytes, stamp: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    moment = export_time(stamp)
    os.utime(path, (moment, moment))
    return path
