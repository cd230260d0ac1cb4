"""`tieout run`: the daily close, in this process."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import click

from orchestration.commands.common import (
    EXIT_INTERRUPTED,
    fail,
    inbox_option,
    nearest_existing,
    tieout_command,
)
from orchestration.domain.errors import EXIT_DONE, EXIT_UNEXPECTED, UsageError
from orchestration.workspace import Workspace

EXAMPLES = """
  tieout run
  tieout run --inbox ~/stripe-exports --workspace ~/books
  tieout run --as-of 2026-04-01 --allow-partial
"""


@tieout_command("run", examples=EXAMPLES)
@inbox_option
@click.option(
    "--as-of",
    metavar="INSTANT",
    default="",
    help="Publish the state at this instant (UTC unless it names a zone; a date is its first moment). "
    "Default: now.",
)
@click.option(
    "--known-at", metavar="INSTANT", default="", help="Use only what had been received by this instant."
)
@click.option("--full-refresh", is_flag=True, help="Build every model anew.")
@click.option("--allow-partial", is_flag=True, help="Publish although files with money were refused.")
def command(
    workspace: Workspace,
    debug: bool,
    inbox: Path,
    as_of: str,
    known_at: str,
    full_refresh: bool,
    allow_partial: bool,
) -> int:
    """Receive, load, build, gate and publish the inbox.

    Nothing is published unless every blocking check passes; the previous publication then stays as it was.
    """
    inbox = inbox.expanduser()
    tags = _checked_tags(workspace, inbox, as_of, known_at)
    tags |= {
        name: "true"
        for name, given in (("full_refresh", full_refresh), ("allow_partial", allow_partial))
        if given
    }
    _prepare(workspace)

    from orchestration.run_lock import hold_lock, release_lock

    hold_lock(workspace, f"started {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
    previous = signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        code = _run(workspace, inbox, tags, debug)
    finally:
        signal.signal(signal.SIGTERM, previous)
        release_lock(workspace)
    return code


def _checked_tags(workspace: Workspace, inbox: Path, as_of: str, known_at: str) -> dict[str, str]:
    """The instants as tags of the run; what is wrong with the call is said before anything starts."""
    from orchestration.steps import company_settings, new_context

    context = new_context("", as_of=as_of, known_at=known_at)
    if not inbox.is_dir():
        raise UsageError(
            f"There is no inbox at {inbox}.", remedy="Create the folder, or name another: --inbox DIR."
        )
    try:
        company_settings(workspace, inbox)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"The settings cannot be read: {error}",
            where="company/tieout.toml",
            remedy="Save the file as UTF-8 text that you may read.",
        ) from None
    given = {"as_of": context.as_of if as_of else "", "known_at": context.known_at}
    return {name: value for name, value in given.items() if value}


def _prepare(workspace: Workspace) -> None:
    """A new workspace is its owner's alone: it will hold names and addresses of customers."""
    try:
        workspace.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UsageError(
            f"The workspace cannot be made: {error.strerror}.",
            where=str(workspace.root),
            remedy="Name a folder that you may write: --workspace DIR.",
        ) from None
    if not os.access(nearest_existing(workspace.root), os.W_OK | os.X_OK):
        raise UsageError(
            "The workspace cannot be written.",
            where=str(workspace.root),
            remedy="Mend its permissions, or name another: --workspace DIR.",
        )


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _run(workspace: Workspace, inbox: Path, tags: dict[str, str], debug: bool) -> int:
    from orchestration.commands.progress import RunWatch
    from orchestration.commands.quiet import open_log, printing_into

    log_path = workspace.dagster_home / "run.log"
    with open_log(log_path) as log:
        if debug:
            import sys

            with RunWatch(sys.stderr, log, is_lively=False) as watch:
                code, message = _close(workspace, inbox, tags, watch)
        else:
            with printing_into(log) as stream, RunWatch(stream, log, is_lively=stream.isatty()) as watch:
                code, message = _close(workspace, inbox, tags, watch)
    return _report(workspace, code, message, watch.unexpected, log_path, debug)


def _close(workspace: Workspace, inbox: Path, tags: dict[str, str], watch: Any) -> tuple[int, str]:
    from orchestration.daily_run import run_daily_close

    return run_daily_close(workspace, inbox, tags, watch)


def _report(
    workspace: Workspace,
    code: int,
    message: str,
    unexpected: list[tuple[str, str]],
    log_path: Path,
    debug: bool,
) -> int:
    from orchestration.commands.last_run import record_outcome
    from orchestration.commands.summary import publication_lines

    if code == EXIT_UNEXPECTED and any("Interrupt" in line for _, line in unexpected):
        code, message = EXIT_INTERRUPTED, "Interrupted. Nothing was published; run again, it resumes."
    elif code == EXIT_UNEXPECTED and unexpected and not debug:
        step, line = unexpected[0]
        message = f"Unexpected failure in {step}: {line}\n  where: the full trace is in {log_path}"
    record_outcome(workspace, code, message)
    if code != EXIT_DONE:
        return fail(message, code)
    for line in publication_lines(workspace):
        click.echo(line)
    return EXIT_DONE
