"""Publications under reading processes: no error, and never a mixture of two versions."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.run_context import RunContext
from orchestration.warehouse.publication import publish
from orchestration.workspace import Workspace
from tests.sweep.support import ROOT, share

pytestmark = [pytest.mark.sweep]

PUBLICATIONS = 50
READERS = 4
ROWS = 20_000

READER = """
import sys, time, duckdb
path, stop = sys.argv[1], sys.argv[2]
import pathlib
looks, versions, slowest = 0, set(), 0.0
while not pathlib.Path(stop).exists():
    started = time.perf_counter()
    with duckdb.connect(path, read_only=True) as connection:
        run_id = connection.execute("select run_id from meta.publication").fetchall()
        facts = connection.execute("select count(*), count(distinct version), min(version) from marts.facts").fetchall()
        again = connection.execute("select run_id from meta.publication").fetchall()
    assert run_id == again and facts == [(%d, 1, run_id[0][0])], (run_id, facts, again)
    looks += 1
    versions.add(run_id[0][0])
    slowest = max(slowest, time.perf_counter() - started)
print(looks, len(versions), round(slowest, 3))
""" % ROWS


def _candidate(workspace: Workspace, version: str) -> None:
    """A candidate whose every row names its version."""
    workspace.candidate.mkdir(parents=True, exist_ok=True)
    workspace.candidate_db.unlink(missing_ok=True)
    with duckdb.connect(str(workspace.candidate_db)) as connection:
        connection.execute("create schema marts; create schema staging")
        connection.execute(f"create table marts.facts as select '{version}' as version, i as n from range({ROWS}) t(i)")


def test_readers_see_one_whole_version_at_a_time(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.candidate.mkdir(parents=True)
    with duckdb.connect(str(workspace.raw_db)) as connection:
        connection.execute(
            "create schema meta; create table meta.loads (load_seq bigint, name varchar, sha256 varchar, "
            "relation varchar, source_system varchar, export_time timestamptz, received_at timestamptz, "
            "row_count bigint, completeness varchar, extra_columns varchar)")

    def publish_version(number: int) -> None:
        _candidate(workspace, f"v{number}")
        context = RunContext(run_id=f"v{number}", as_of="2026-01-01T00:00:00Z")
        publish(workspace, context, datetime(2026, 1, 1, tzinfo=UTC))

    publish_version(0)
    stop = tmp_path / "stop"
    readers = [
        subprocess.Popen([sys.executable, "-c", READER, str(workspace.published_db), str(stop)], cwd=ROOT,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(READERS)]
    try:
        for number in range(1, share(PUBLICATIONS) + 1):
            publish_version(number)
    finally:
        stop.touch()
    outputs = [reader.communicate(timeout=60) for reader in readers]
    assert all(reader.returncode == 0 for reader in readers), [errors for _, errors in outputs]
    looks = [int(output.split()[0]) for output, _ in outputs]
    print("looks per reader:", looks, "slowest:", [output.split()[2] for output, _ in outputs])
    assert min(looks) > 0
