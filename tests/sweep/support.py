"""What the sweeps share: the command line as a user calls it, and the golden content of the sample."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]
TIEOUT = Path(sys.executable).with_name("tieout")
AS_OF = "2026-04-02T00:00:00Z"
SEED = 20261120
FULL_RUN_SECONDS = 900


def share(full: int) -> int:
    """How many of the full number of points this session takes: a tenth in `make test`, all in `make sweep`."""
    return max(1, round(full * float(os.environ.get("SWEEP_SHARE", "0.1"))))


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


def published_content(workspace: Path) -> dict[tuple[str, str], tuple[int, str]]:
    """(table, column) -> (rows, content hash) of the published file; proves that it opens and is whole."""
    path = workspace / "published" / "tieout.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(
            "select schema_name || '.' || table_name, column_name, row_count, content_hash from meta.content").fetchall()
        for table, _, count, _ in [row for row in rows if row[1] == ""]:
            actual = connection.execute(f"select count(*) from {table}").fetchone()
            assert actual == (count,), f"{table} holds {actual} rows, the publication says {count}"
    return {(table, column): (count, digest) for table, column, count, digest in rows}
