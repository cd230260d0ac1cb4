"""What every command shares: --workspace, --debug, exit codes, and errors that never end as a traceback."""

from __future__ import annotations

import functools
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from orchestration.domain.errors import EXIT_UNEXPECTED, TieoutError, UsageError
from orchestration.workspace import DEFAULT_INBOX, DEFAULT_WORKSPACE, Workspace

EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 141

Body = Callable[..., int | None]

inbox_option = click.option(
    "--inbox",
    type=click.Path(path_type=Path),
    default=DEFAULT_INBOX,
    show_default="data/sample",
    envvar="TIEOUT_INBOX",
    show_envvar=True,
    help="Folder with the files to receive.",
)


def instant_of(option: str, text: str) -> datetime:
    """An instant as a user writes it.

    Raises:
        UsageError: It is none.
    """
    from orchestration.run_context import parse_instant

    try:
        return parse_instant(text)
    except ValueError:
        raise UsageError(
            f"{option} {text!r} is no instant.", remedy="Write it as 2026-03-31 or 2026-03-31T23:59:59Z."
        ) from None


def tieout_command(name: str, *, examples: str) -> Callable[[Body], click.Command]:
    """Make a command of a function `(workspace, debug, **options) -> exit code or None`."""

    def decorate(body: Body) -> click.Command:
        callback = click.option(
            "--debug", is_flag=True, envvar="TIEOUT_DEBUG", help="Show everything, tracebacks included."
        )(_guarded(body))
        callback = click.option(
            "--workspace",
            type=click.Path(path_type=Path),
            default=DEFAULT_WORKSPACE,
            envvar="TIEOUT_WORKSPACE",
            show_default="data/workspace",
            show_envvar=True,
            help="Folder that holds what was received and published.",
        )(callback)
        return click.command(name, epilog=f"\b\nExamples:\n{examples.strip(chr(10))}")(callback)

    return decorate


def _guarded(body: Body) -> Callable[..., None]:
    @functools.wraps(body)
    def callback(workspace: Path, debug: bool, **options: Any) -> None:
        places = Workspace(workspace.expanduser())
        try:
            code = body(places, debug=debug, **options)
            sys.stdout.flush()
        except (click.ClickException, click.exceptions.Exit):
            raise
        except TieoutError as error:
            code = fail(error.as_text(), error.exit_code, debug=debug)
        except KeyboardInterrupt:
            code = fail(
                "\nInterrupted. Nothing was half done: run the command again.", EXIT_INTERRUPTED, debug=debug
            )
        except BrokenPipeError:
            code = _forget_output()
        except Exception as error:
            where = "" if debug else f"\n  where: the full trace is in {write_trace(places)}"
            code = fail(f"Unexpected {_one_line(error)}{where}", EXIT_UNEXPECTED, debug=debug)
        click.get_current_context().exit(code or 0)

    return callback


def fail(message: str, code: int, *, debug: bool = False) -> int:
    """Print a message of failure to stderr, with the traceback when it was asked for; the exit code."""
    if debug and sys.exc_info()[0] is not None:
        click.echo(traceback.format_exc(), err=True)
    from orchestration.commands.rendering import printable

    # a message may hold the name of a received file, and that may hold anything
    click.echo("\n".join(printable(line) for line in message.split("\n")), err=True)
    return code


def _one_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def write_trace(workspace: Workspace) -> Path:
    """Write the traceback of the exception being handled; never into a workspace that does not exist."""
    text = traceback.format_exc()
    if workspace.root.is_dir():
        try:
            workspace.dagster_home.mkdir(exist_ok=True)
            path = workspace.dagster_home / "error.log"
            path.write_text(text, encoding="utf-8")
            return path
        except OSError:
            text += "\nThe workspace could not be written, so this lies elsewhere.\n"
    handle, name = tempfile.mkstemp(prefix="tieout-error-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    return Path(name)


def _forget_output() -> int:
    """The reader of our output has gone; what Python still holds back must not raise again at exit."""
    if sys.stdout is sys.__stdout__:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return EXIT_BROKEN_PIPE


def nearest_existing(path: Path) -> Path:
    """The path itself, or the closest folder above it that exists."""
    resolved = path.resolve()
    return next(folder for folder in (resolved, *resolved.parents) if folder.exists())
