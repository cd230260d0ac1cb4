"""What the sweeps share: the command line as a user calls it, and the golden content of the sample."""

from __future__ import annotations

import atexit
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from orchestration.sandbox.simulate import simulate_into
from orchestration.sandbox.world.plan import Plan

ROOT = Path(__file__).resolve().parents[2]
TIEOUT = Path(sys.executable).with_name("tieout")
SAMPLE = ROOT / "data" / "sample"
AS_OF = "2026-04-02T00:00:00Z"
SEED = 20261120
FULL_RUN_SECONDS = 900


Content = dict[tuple[str, str], tuple[int, str]]


@dataclass(frozen=True)
class Halves:
    """A workspace that published half of the sample, and what the whole sample gives.

    Attributes:
        before: The workspace after the platform's own files.
        whole: A copy of it after all files.
        content: What `whole` published.
        seconds: How long the run over the other half took.
    """

    before: Path
    whole: Path
    content: Content
    seconds: float


@cache
def inbox() -> Path:
    """What the sweeps run on: the sample in full sweeps, a company of a tenth of its size where a tenth is run."""
    if share(10) == 10:
        return SAMPLE
    folder = Path(tempfile.mkdtemp(prefix="tieout-sweep-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    simulate_into(Plan(months=3, customers=115, accounts=3), folder, ("sigma-csv",))
    return folder


def half_then_whole(folder: Path) -> Halves:
    """Publish the platform's part of the inbox, then, in a copy of that workspace, all of it."""
    half, before, whole = folder / "half", folder / "before", folder / "whole"
    shutil.copytree(inbox(), half)
    for path in half.rglob("connected_account_*"):
        path.unlink()
    first = run(half, before)
    assert first.returncode == 0, first.stdout
    shutil.copytree(before, whole)
    started = time.perf_counter()
    second = run(inbox(), whole)
    seconds = time.perf_counter() - started
    assert second.returncode == 0, second.stdout
    return Halves(before, whole, published_content(whole), seconds)


def share(full: int) -> int:
    """How many of the full number of points this session takes: a fiftieth in `make test`, all in `make sweep`."""
    return max(1, round(full * float(os.environ.get("SWEEP_SHARE", "0.02"))))


def points(full: int, name: str) -> list[float]:
    """Seeded points in (0, 1), spread over the whole span: one in each of as many equal parts as there are points."""
    generator = random.Random(f"{SEED}-{name}")
    count = share(full)
    return [(part + generator.random()) / count for part in range(count)]


def command(inbox: Path, workspace: Path, *options: str) -> list[str]:
    """A `tieout run` with the sweeps' fixed instant."""
    return [str(TIEOUT), "run", "--inbox", str(inbox), "--workspace", str(workspace), "--as-of", AS_OF, *options]


def run(inbox: Path, workspace: Path, *options: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run to the end; stdout and stderr together."""
    return subprocess.run(
        command(inbox, workspace, *options), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=FULL_RUN_SECONDS, check=False, env={**os.environ, **(env or {})})


def published_content(workspace: Path) -> Content:
    """(table, column) -> (rows, content hash) of the published file; proves that it opens and is whole."""
    path = workspace / "published" / "tieout.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(
            "select schema_name || '.' || table_name, column_name, row_count, content_hash from meta.content").fetchall()
        for table, _, count, _ in [row for row in rows if row[1] == ""]:
            actual = connection.execute(f"select count(*) from {table}").fetchone()
            assert actual == (count,), f"{table} holds {actual} rows, the publication says {count}"
    return {(table, column): (count, digest) for table, column, count, digest in rows}
