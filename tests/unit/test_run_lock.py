"""One run at a time, and a lock that cannot be left behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.domain.errors import UsageError
from orchestration.run_lock import hold_lock, release_lock
from orchestration.workspace import PROJECT_ROOT, Workspace

HOLDER = """
import sys, time
from pathlib import Path
from orchestration.run_lock import hold_lock
from orchestration.workspace import Workspace
hold_lock(Workspace(Path(sys.argv[1])), "other")
print("held", flush=True)
time.sleep(60)
"""


def start_holder(root: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(root)], stdout=subprocess.PIPE, text=True, cwd=PROJECT_ROOT
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "held"
    return process


def test_the_holder_is_named_and_a_killed_one_leaves_no_lock(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    process = start_holder(tmp_path)
    try:
        with pytest.raises(UsageError, match=f"process {process.pid}"):
            hold_lock(workspace, "mine")
    finally:
        process.kill()
        process.wait()
    hold_lock(workspace, "mine")
    release_lock(workspace)


def test_holding_twice_in_one_process_is_fine_and_releasing_lets_go(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    hold_lock(workspace, "first")
    hold_lock(workspace, "second")
    assert "run first" in workspace.lock_file.read_text(encoding="utf-8")
    release_lock(workspace)
    process = start_holder(tmp_path)
    process.kill()
    process.wait()
    release_lock(workspace)
