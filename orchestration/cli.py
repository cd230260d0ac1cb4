"""The command line of tieout: names of commands only. Each lives in `orchestration/commands/<name>.py`.

A command is imported when it is called, and imports what is heavy when it runs: `tieout --help` stays quick.
"""

from __future__ import annotations

import difflib
import importlib

import click

COMMANDS = (
    "run",
    "extract",
    "sql",
    "status",
    "ledger",
    "retention",
    "trace",
    "review",
    "close",
    "reopen",
    "verify",
    "match",
    "doctor",
    "ui",
    "discard",
    "simulate",
    "serve-sandbox",
)


class LazyGroup(click.Group):
    """Loads `command` from the module of the same name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(
            f"orchestration.commands.{cmd_name.replace('-', '_')}"
        ).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            close = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f"Did you mean {close[0]}?" if close else f"Commands: {', '.join(COMMANDS)}."
            raise click.UsageError(f"There is no command {args[0]!r}. {hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="""\b
Examples:
  tieout run                                        the sample company, into data/workspace
  tieout run --inbox ~/stripe --workspace ~/books   your own exports
  tieout sql "from marts.fct_transactions limit 5"
\b
Exit codes: 0 done, 1 unexpected failure, 2 wrong usage or configuration, 3 input refused,
4 a gate refused, 5 a source failed.""",
)
@click.version_option(package_name="tieout", message="%(prog)s %(version)s")
def main() -> None:
    """Close the books on Stripe: land, model, gate and publish finance data as one DuckDB file."""
