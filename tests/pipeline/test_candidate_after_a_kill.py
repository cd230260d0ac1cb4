"""A killed build never blocks the next run: what it left is used, or thrown away and built again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from orchestration import build_state, steps
from orchestration.warehouse.connection import connect
from orchestration.workspace import Workspace

# dbt writes the descriptions of columns as comments, and the contracts as CHECKs. Killed before the checkpoint,
# both lie in the log, and DuckDB 1.5.6 cannot replay a comment on a table with a function in a CHECK.
KILLED = """
import os, sys, duckdb
connection = duckdb.connect(sys.argv[1])
connection.execute("create table t (currency varchar check (length(currency) = 3), n bigint)")
connection.execute("comment on column t.n is 'rows'")
connection.execute("insert into t values ('usd', 1)")
os._exit(9)
"""


def test_a_candidate_that_cannot_be_opened_is_built_anew(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.candidate.mkdir()
    killed = subprocess.run([sys.executable, "-c", KILLED, str(workspace.candidate_db)], check=False)
    assert killed.returncode == 9 and Path(f"{workspace.candidate_db}.wal").exists()
    context = steps.new_context("next", as_of="2026-04-02T00:00:00Z")
    context.settings = {"reporting_timezone": "UTC"}
    build_state.prepare_build(workspace, context)
    with connect(workspace.candidate_db) as connection:
        assert connection.execute("select count(*) from duckdb_tables()").fetchone() == (0,)
    assert build_state.build_state(workspace) == {}
