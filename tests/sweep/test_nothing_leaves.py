"""Nothing leaves the machine, and no secret of the environment reaches a file or the terminal."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.sweep.support import ROOT, inbox, run

pytestmark = [pytest.mark.slow]

CANARIES = {
    "STRIPE_API_KEY": "rk_live_canary7f3a9b2c41d8e6",
    "DBT_ENV_SECRET_TOKEN": "canary_dbt_51c0ffee9d",
    "AWS_SECRET_ACCESS_KEY": "canary_aws_77aa12bb90cc",
}

# Loaded by every Python process of the run (also dbt's): writes down each attempt to reach anything.
WATCHER = """
import os, sys

def _watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        target = arguments[1] if event in ("socket.connect", "socket.sendto") else arguments[0]
        host = target[0] if isinstance(target, tuple) else target
        if isinstance(host, bytes):
            host = host.decode("utf-8", "replace")
        if host not in (None, "", "localhost", "127.0.0.1", "::1") and not str(host).startswith("/"):
            with open(os.environ["WATCH_FILE"], "a") as file:
                file.write(f"{event} {host} {sys.argv[:2]}\\n")

sys.addaudithook(_watch)
with open(os.environ["WATCH_FILE"] + ".processes", "a") as file:
    file.write(f"{os.getpid()}\\n")
"""


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, Path]:
    """Workspace, output and watch file of a run that publishes and one that is refused, with canaries set."""
    folder = tmp_path_factory.mktemp("watched")
    (folder / "site").mkdir()
    (folder / "site" / "sitecustomize.py").write_text(WATCHER, encoding="utf-8")
    watch_file = folder / "connections.txt"
    environment = {**CANARIES, "WATCH_FILE": str(watch_file), "PYTHONPATH": str(folder / "site")}
    workspace = folder / "workspace"
    good = run(inbox(), workspace, "--debug", env=environment)
    assert good.returncode == 0, good.stdout
    bad = folder / "bad"
    shutil.copytree(inbox(), bad)
    (bad / "stripe" / "sigma" / "balance_transactions_2026-04-02.csv").write_text("id,amount\ntxn_1,1\n", encoding="utf-8")
    refused = run(bad, workspace, "--debug", env=environment)
    assert refused.returncode == 3, refused.stdout
    return workspace, good.stdout + refused.stdout, watch_file


def test_no_connection_leaves_the_machine(watched: tuple[Path, str, Path]) -> None:
    _, _, watch_file = watched
    processes = watch_file.with_name(watch_file.name + ".processes")
    assert len(processes.read_text(encoding="utf-8").splitlines()) >= 4  # two runs and their dbt were watched
    attempts = watch_file.read_text(encoding="utf-8") if watch_file.exists() else ""
    assert attempts == ""


def test_no_secret_is_written_or_printed(watched: tuple[Path, str, Path]) -> None:
    workspace, output, _ = watched
    folders = [workspace, ROOT / "target", ROOT / "logs"]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert any(path.suffix == ".db" for path in files), "Dagster's event log was not among the files searched"
    for name, secret in CANARIES.items():
        assert secret not in output, f"{name} was printed"
        for path in files:
            assert secret.encode() not in path.read_bytes(), f"{name} stands in {os.fspath(path)}"
