"""`tieout close`: freeze the postings of a period, prepared by one person and approved by another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from orchestration.commands.common import tieout_command
from orchestration.domain.errors import UsageError
from orchestration.workspace import Workspace

if TYPE_CHECKING:
    from orchestration.sources.closes import Close

EXAMPLES = """
  tieout close 2026-03 --prepare-by "Ada Byron"
  tieout close 2026-03 --approve-by "Grace Hopper"
"""


@tieout_command("close", examples=EXAMPLES)
@click.argument("period")
@click.option(
    "--prepare-by", default=None, metavar="NAME", help="Who looked at it and takes it for complete."
)
@click.option("--approve-by", default=None, metavar="OTHER", help="Who approves it; not the preparer.")
def command(
    workspace: Workspace, debug: bool, period: str, prepare_by: str | None, approve_by: str | None
) -> None:
    """Close a period: its postings never move again.

    PERIOD is a month such as 2026-03. Periods close in their order, once they are over, in two steps by two
    people. What is approved is what was prepared: when the publication of the period changed in between, prepare
    it again. What comes or changes later posts its difference in the first open period.
    """
    from orchestration.close_step import approve, prepare

    if (prepare_by is None) == (approve_by is None):
        raise UsageError(
            "Preparing and approving are two steps.",
            remedy="tieout close PERIOD --prepare-by NAME, then tieout close PERIOD --approve-by OTHER.",
        )
    if prepare_by is not None:
        close = prepare(workspace, period, prepare_by)
        click.echo(f"{close.period} is prepared by {close.by}.")
    else:
        close = approve(workspace, period, approve_by or "")
        click.echo(f"{close.period} is closed: prepared by {close.prepared_by}, approved by {close.by}.")
    for line in _content_lines(close):
        click.echo(line)


def _content_lines(close: Close) -> list[str]:
    from orchestration.commands.rendering import counted

    debits = ", ".join(f"{currency} {total}" for currency, total in close.debits.items())
    lines = [
        f"  holds: {counted(close.posting_count, 'posting')}, debits in minor units: {debits or 'none'}",
        f"  hash:  {close.content_hash}",
    ]
    if close.action == "prepare":
        return [*lines, f"  next:  tieout close {close.period} --approve-by OTHER"]
    return [
        *lines,
        f"  file:  journal/closes/{close.file} (sha256 {close.sha256[:12]})",
        f"  from:  the next run on (tieout run); what changes later is posted on {close.first_open_day} or after.",
        f"  undo:  tieout reopen {close.period} --by NAME --reason TEXT",
    ]
