"""`tieout ui`: Dagster's web server on this workspace, and its daemon when runs are allowed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import IO

import click

from orchestration.commands.common import inbox_option, tieout_command
from orchestration.domain.errors import EXIT_DONE, TieoutError, UsageError
from orchestration.workspace import PROJECT_ROOT, Workspace

LOOPBACK = ("127.0.0.1", "localhost", "::1")
START_SECONDS = 120
STOP_SECONDS = 15

EXAMPLES = """
  tieout ui
  tieout ui --port 3100 --workspace ~/books
  tieout ui --allow-runs
"""


@tieout_command("ui", examples=EXAMPLES)
@inbox_option
@click.option("--allow-runs", is_flag=True, help="Let the UI start runs, and run schedules and sensors.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=3000, show_default=True, help="Port to listen on."
)
def command(workspace: Workspace, debug: bool, inbox: Path, allow_runs: bool, host: str, port: int) -> int:
    """Open Dagster's UI, read-only on this machine.

    It shows assets, checks and runs of this workspace; --allow-runs lets it start runs.

    Dagster's web server has no login, so it listens on this machine only unless told otherwise.
    """
    _check(host, port, allow_runs, inbox)
    from orchestration.daily_run import ensure_manifest, prepare_dagster_home

    workspace.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    prepare_dagster_home(workspace)
    ensure_manifest()
    places = {
        "TIEOUT_WORKSPACE": str(workspace.root.resolve()),
        "TIEOUT_INBOX": str(inbox.expanduser().resolve()),
    }
    log_path = workspace.dagster_home / "ui.log"
    with ExitStack() as stack, _signals_end_it():
        log = None if debug else stack.enter_context(log_path.open("w", encoding="utf-8"))
        processes = {
            arguments[0]: stack.enter_context(_child(arguments, log, {**os.environ, **places}))
            for arguments in _programs(host, port, allow_runs)
        }
        try:
            _serve(processes, host, port, allow_runs, log_path)
        except KeyboardInterrupt:
            click.echo("Stopping.", err=True)
    return EXIT_DONE


def _programs(host: str, port: int, allow_runs: bool) -> list[list[str]]:
    location = ["-m", "orchestration.definitions", "-d", str(PROJECT_ROOT)]
    server = ["dagster-webserver", *location, "-h", host, "-p", str(port), "--suppress-warnings"]
    if allow_runs:
        return [server, ["dagster-daemon", "run", *location]]
    return [[*server, "--read-only"]]


def _check(host: str, port: int, allow_runs: bool, inbox: Path) -> None:
    if host not in LOOPBACK:
        if allow_runs:
            raise UsageError(
                f"Runs are not offered on {host}: Dagster's web server has no login, so anybody "
                "who reaches it could start them.",
                remedy="Leave out --allow-runs or --host; reach it through ssh -L instead.",
            )
        click.echo(f"Whoever can reach {host}:{port} can read these books: there is no login.", err=True)
    if allow_runs and not inbox.expanduser().is_dir():
        raise UsageError(
            f"There is no inbox at {inbox}.", remedy="Create the folder, or name another: --inbox DIR."
        )
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise UsageError(
            f"{host}:{port} cannot be used: {error.strerror}.", remedy="Name another port: --port NUMBER."
        ) from None


@contextmanager
def _signals_end_it() -> Iterator[None]:
    """A service manager's SIGTERM and a closed terminal end both processes, as Ctrl-C does."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    previous = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


@contextmanager
def _child(
    arguments: list[str], log: IO[str] | None, environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own, ended with all its children."""
    program = str(Path(sys.executable).with_name(arguments[0]))
    process = subprocess.Popen(
        [program, *arguments[1:]],
        cwd=PROJECT_ROOT,
        env=environment,
        stdout=log,
        stderr=log,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue


def _serve(
    processes: dict[str, subprocess.Popen[bytes]], host: str, port: int, allow_runs: bool, log_path: Path
) -> None:
    """Say where it is once it answers; then wait until somebody ends it.

    Raises:
        TieoutError: A process ended by itself, or the server does not answer.
    """
    address = f"http://{'[' + host + ']' if ':' in host else host}:{port}"
    deadline = time.monotonic() + START_SECONDS
    is_up = False
    while True:
        for name, process in processes.items():
            if process.poll() is not None:
                raise TieoutError(
                    f"{name} ended by itself (code {process.returncode}).",
                    where=str(log_path),
                    remedy="The log says why; --debug shows it here.",
                )
        if not is_up and _answers(address):
            is_up = True
            what = (
                "runs, schedules and sensors are allowed"
                if allow_runs
                else "read-only; --allow-runs starts runs"
            )
            click.echo(f"{address}  ({what}; Ctrl-C ends it, log in {log_path})")
        if not is_up and time.monotonic() > deadline:
            raise TieoutError(
                f"The web server does not answer within {START_SECONDS} seconds.", where=str(log_path)
            )
        _pause()


def _pause() -> None:
    time.sleep(0.3)


def _answers(address: str) -> bool:
    import urllib.request

    # no proxy of the environment stands between this machine and itself
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{address}/server_info", timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False
