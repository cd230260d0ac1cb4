"""The real thing: the Dagster job in a process of its own, as the command starts it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.workspace import PROJECT_ROOT, Workspace
from tests.pipeline.harness import AS_OF, rows
from tests.pipeline.inboxes import edit_csv, file_of, put, small_sigma, transactions

pytestmark = pytest.mark.slow

CALL = """
import sys
from pathlib import Path
from orchestration.daily_run import run_daily_close
from orchestration.workspace import Workspace
code, message = run_daily_close(Workspace(Path(sys.argv[1])), Path(sys.argv[2]), {"as_of": sys.argv[3]})
print("MESSAGE:" + message)
sys.exit(code)
"""


def daily_close(workspace: Workspace, inbox: Path) -> tuple[int, str]:
    result = subprocess.run(
        [sys.executable, "-c", CALL, str(workspace.root), str(inbox), AS_OF],
        cwd=PROJECT_ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert "Traceback" not in result.stdout + result.stderr, result.stderr[-2000:]
    return result.returncode, result.stdout.rpartition("MESSAGE:")[2].strip()


def _published(workspace: Workspace) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in workspace.published.iterdir()}


def test_a_bad_week(tmp_path: Path) -> None:
    """One workspace: published, stopped by a gate, stopped at the door. Readers notice nothing."""
    root = tmp_path
    inbox, workspace = small_sigma(root / "inbox"), Workspace(root / "workspace")
    path = file_of(inbox, "balance_transactions")
    whole = path.read_bytes()

    code, message = daily_close(workspace, inbox)
    assert (code, message) == (0, "")
    assert set(_published(workspace)) == {"tieout.duckdb", "manifest.json"}
    assert not list(workspace.quarantine.iterdir())
    before = _published(workspace)
    manifest = json.loads(workspace.manifest.read_text(encoding="utf-8"))
    assert manifest["as_of"] == "2026-04-02T00:00:00.000000Z"
    assert rows(workspace.published_db, "select count(*) from marts.fct_transactions") == [(transactions(),)]

    # a blank id passes the loader; the Great Expectations gate on raw stops it: exit 4
    edit_csv(path, lambda table: table[5].update(id="  "))
    code, message = daily_close(workspace, inbox)
    assert code == 4
    assert "balance_transactions" in message and "more than blanks" in message and "nothing is published" in message
    assert _published(workspace) == before
    report = (workspace.quality / "report.html").read_text(encoding="utf-8")
    assert "more than blanks" in report

    # a cut file is refused: exit 3
    put(path, whole[:-30])
    code, message = daily_close(workspace, inbox)
    assert code == 3
    assert path.name in message and "cut" in message and "quarantine/" in message
    assert _published(workspace) == before
    (folder,) = workspace.quarantine.iterdir()
    assert (folder / "file").read_bytes() == whole[:-30]
