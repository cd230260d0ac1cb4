"""`tieout ui` before and around the servers; the servers themselves are looked at in tests/pipeline."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time

import pytest

from orchestration import daily_run
from orchestration.commands import ui


class Calls(list[list[str]]):
    environment: dict[str, str]


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch):
    """Replaces the programs by sleepers; keeps how they were called."""
    calls = Calls()
    start = subprocess.Popen

    def fake(arguments, **options):
        calls.append([os.path.basename(arguments[0]), *arguments[1:]])
        calls.environment = options["env"]
        return start([sys.executable, "-c", "import time; time.sleep(60)"], **options)

    monkeypatch.setattr(ui.subprocess, "Popen", fake)
    monkeypatch.setattr(daily_run, "ensure_manifest", lambda: None)
    monkeypatch.setenv("DAGSTER_HOME", "")
    monkeypatch.setenv("DAGSTER_DISABLE_TELEMETRY", "")
    monkeypatch.setenv("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    monkeypatch.setattr(ui, "_answers", lambda address: True)
    monkeypatch.setattr(ui, "_pause", interrupt)
    return calls


def interrupt() -> None:
    raise KeyboardInterrupt


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_it_is_read_only_on_loopback_unless_told_otherwise(tieout, empty, programs, tmp_path):
    port = free_port()
    done = tieout("ui", "--workspace", empty.root, "--inbox", tmp_path, "--port", port)
    assert done.exit_code == 0, done.output
    assert len(programs) == 1
    command = programs[0]
    assert command[0] == "dagster-webserver"
    assert command[command.index("-h") + 1] == "127.0.0.1"
    assert "--read-only" in command
    assert f"http://127.0.0.1:{port}  (read-only" in done.stdout
    assert programs.environment["TIEOUT_WORKSPACE"] == str(empty.root.resolve())
    assert programs.environment["DAGSTER_DISABLE_TELEMETRY"] == "1"
    assert (empty.dagster_home / "dagster.yaml").is_file()


def test_allow_runs_starts_the_daemon_too(tieout, empty, programs, tmp_path):
    started = time.monotonic()
    done = tieout("ui", "--allow-runs", "--workspace", empty.root, "--inbox", tmp_path, "--port", free_port())
    assert done.exit_code == 0, done.output
    assert [command[0] for command in programs] == ["dagster-webserver", "dagster-daemon"]
    assert "--read-only" not in programs[0]
    assert time.monotonic() - started < 5


def test_runs_are_not_offered_to_the_network(tieout, empty, programs):
    done = tieout("ui", "--allow-runs", "--host", "0.0.0.0", "--workspace", empty.root)
    assert done.exit_code == 2
    assert "has no login" in done.stderr
    assert programs == []


def test_a_port_in_use(tieout, empty, programs):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = tieout("ui", "--workspace", empty.root, "--port", taken.getsockname()[1])
    assert done.exit_code == 2
    assert "--port" in done.stderr
    assert programs == []


def test_a_server_that_dies_is_said_and_the_other_is_ended(tieout, empty, programs, tmp_path, monkeypatch):
    start = ui.subprocess.Popen

    def dying(arguments, **options):
        process = start(arguments, **options)
        if "webserver" in arguments[0]:
            process.kill()
            process.wait()
        return process

    monkeypatch.setattr(ui.subprocess, "Popen", dying)
    done = tieout("ui", "--allow-runs", "--workspace", empty.root, "--inbox", tmp_path, "--port", free_port())
    assert done.exit_code == 1
    assert "ended by itself" in done.stderr
    assert "ui.log" in done.stderr
