"""Files of a simulated company in every way that they may lie in an inbox: split, shuffled, zipped, with controls.

The sinks of the sandbox write the company once; everything else is cutting up what they wrote.
"""

from __future__ import annotations

import csv
import gzip as gzip_module
import hashlib
import io
import json
import os
import random
import tempfile
from collections.abc import Callable, Iterable
from copy import copy
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from orchestration.sandbox.inbox.api_lists import ApiLists
from orchestration.sandbox.inbox.events import EventFile
from orchestration.sandbox.inbox.sigma_tables import SigmaTables
from orchestration.sandbox.inbox.table_files import PipelineFolder, SigmaCsv, SigmaParquet, TableFiles
from orchestration.sandbox.simulation import Company, Segment, Simulation
from orchestration.sandbox.world.plan import Plan

STAMP = "2026-04-01T0300"
T = TypeVar("T")
Files = dict[Path, bytes]  # path in the inbox -> content
_written: dict[tuple[int, str, int], tuple[Company, Files]] = {}  # the company stays, so that its id is its own


def write_sigma_csv(
    company: Company,
    inbox: Path,
    stamp: str = STAMP,
    parts: int = 1,
    gzip: bool = False,
    shuffle_seed: int | None = None,
    control: bool = False,
) -> list[Path]:
    """Write `stripe/sigma/<table>_<stamp>(_part<N>)?.csv(.gz)?`.

    Args:
        stamp: Export time in the file names, UTC; see `export_time`.
        parts: Files per table; a table with fewer rows has one file per row.
        shuffle_seed: Order of the rows; None keeps that of the company.
        control: Also write `<file>.control.json` with rows, sha256 and the sums of the columns of money.

    Returns:
        The files written, without the control files.
    """
    written = []
    for name, whole in _files(company, "csv", export_time(stamp)).items():
        header, *rows = csv.reader(io.StringIO(whole.decode(), newline=""))
        for suffix, chunk in _chunks(rows, parts, shuffle_seed):
            content = _as_csv([header, *chunk])
            path = inbox / name.with_name(f"{name.stem}{suffix}.csv")
            if gzip:
                path, content = path.with_name(f"{path.name}.gz"), gzip_module.compress(content, mtime=0)
            written.append(_put(path, content, export_time(stamp)))
            if control:
                stated = _control(header, chunk, content)
                _put(path.with_name(f"{path.name}.control.json"), stated, export_time(stamp))
    return written


def write_sigma_parquet(company: Company, inbox: Path, stamp: str = STAMP) -> list[Path]:
    """Write `stripe/sigma/<table>_<stamp>.parquet`, typed."""
    at = export_time(stamp)
    return [_put(inbox / name, data, at) for name, data in _files(company, "parquet", at).items()]


def write_pipeline(
    company: Company, inbox: Path, folder: str = "2026040103", mode: str = "livemode"
) -> list[Path]:
    """Write one Data Pipeline run: `stripe/pipeline/<folder>/<mode>/<table>/part-00000.parquet`, its marker last."""
    at = int(datetime.strptime(folder, "%Y%m%d%H").replace(tzinfo=UTC).timestamp())
    files = _files(company, "pipeline", at)
    return [_put(inbox / str(name).replace("/livemode/", f"/{mode}/"), data, at) for name, data in files.items()]


def write_api_lists(
    company: Company, inbox: Path, shuffle_seed: int | None = None, parts: int = 1, stamp: str = STAMP
) -> list[Path]:
    """Write `stripe/api/(<acct>/)?<object>(_part<N>)?.jsonl` and the events of the last 30 days, in parts likewise."""
    written = []
    for name, whole in _files(company, "api", export_time(stamp)).items():
        for suffix, lines in _chunks(whole.decode().removesuffix("\n").split("\n"), parts, shuffle_seed):
            content = "".join(f"{line}\n" for line in lines).encode()
            written.append(_put(inbox / name.with_name(f"{name.stem}{suffix}.jsonl"), content, export_time(stamp)))
    return written


def export_time(stamp: str) -> int:
    """Epoch seconds of a stamp `YYYY-MM-DD(THHMM(SS)?)?` in UTC."""
    pattern = {10: "%Y-%m-%d", 15: "%Y-%m-%dT%H%M"}.get(len(stamp), "%Y-%m-%dT%H%M%S")
    return int(datetime.strptime(stamp, pattern).replace(tzinfo=UTC).timestamp())


def _files(company: Company, kind: str, exported_at: int) -> Files:
    """What the sinks write of a company, files without content left out but for markers; written once."""
    key = id(company), kind, exported_at
    if key not in _written:
        with tempfile.TemporaryDirectory(prefix="tieout-company-") as place:
            folder = Path(place)
            simulation = _simulation_of(company)
            for sink in _sinks(kind, simulation, folder, exported_at):
                sink.take(Segment(company.objects, company.history, company.notes, is_last=True))
                sink.close(simulation)
            paths = sorted(path for path in folder.rglob("*") if path.is_file())
            _written[key] = company, {path.relative_to(folder): path.read_bytes() for path in paths
                                      if path.stat().st_size or path.suffix == ""}
    return _written[key][1]


def _sinks(kind: str, simulation: Simulation, folder: Path, exported_at: int) -> list[Any]:
    platform_account = simulation.books.platform_account
    if kind == "api":
        return [ApiLists(folder, platform_account), EventFile(simulation.plan, folder)]
    tables: dict[str, Callable[[], TableFiles]] = {
        "csv": lambda: SigmaCsv(folder, exported_at),
        "parquet": lambda: SigmaParquet(folder, exported_at),
        "pipeline": lambda: PipelineFolder(folder, exported_at, platform_account),
    }
    return [SigmaTables([tables[kind]()], simulation.books, folder)]


def _simulation_of(company: Company) -> Simulation:
    """The run that a company came from, as the sinks ask for it; payouts that the company lacks took nothing."""
    known = {payout["id"] for _, payout in company.objects.get("payout", ())}
    simulation = copy(_simulated(company.plan))
    simulation.sweeps = {pool: {day: payout for day, payout in sweeps.items() if payout in known}
                         for pool, sweeps in company.sweeps.items()}
    return simulation


@cache
def _simulated(plan: Plan) -> Simulation:
    """A run of the plan, lived to its end."""
    simulation = Simulation(plan)
    for _ in simulation:
        pass
    return simulation


def _chunks(rows: Iterable[T], parts: int, shuffle_seed: int | None) -> list[tuple[str, list[T]]]:
    """The rows in their order or shuffled, cut into parts with the suffix of each part's file name."""
    ordered = list(rows)
    if shuffle_seed is not None:
        random.Random(shuffle_seed).shuffle(ordered)
    if parts <= 1:
        return [("", ordered)]
    count = min(parts, len(ordered))
    bounds = [len(ordered) * number // count for number in range(count + 1)]
    return [(f"_part{n + 1}", ordered[bounds[n] : bounds[n + 1]]) for n in range(count)]


def _as_csv(rows: Iterable[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _control(header: list[str], rows: list[list[str]], content: bytes) -> bytes:
    """What a complete copy of a file must add up to."""
    money = [name for name in ("amount", "fee", "net") if name in header]
    sums = {name: sum(int(row[header.index(name)] or 0) for row in rows) for name in money}
    stated = {"rows": len(rows), "sha256": hashlib.sha256(content).hexdigest(), "sums": sums}
    return json.dumps(stated, indent=2, sort_keys=True).encode()


def _put(path: Path, data: bytes, at: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (at, at))
    return path
