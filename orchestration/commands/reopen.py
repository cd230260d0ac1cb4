"""`tieout reopen`: open the latest closed period again."""

from __future__ import annotations

import click

from orchestration.commands.common import tieout_command
from orchestration.workspace import Workspace

EXAMPLES = """
  tieout reopen 2026-03 --by "Mary Jackson" --reason "the bank restated its March statement"
"""


@tieout_command("reopen", examples=EXAMPLES)
@click.argument("period")
@click.option(
    "--by", required=True, metavar="NAME", help="Who decides; neither its preparer nor its approver."
)
@click.option("--reason", required=True, metavar="TEXT", help="Why, for whoever reads the journal later.")
def command(workspace: Workspace, debug: bool, period: str, by: str, reason: str) -> None:
    """Open the latest closed period again.

    Its frozen postings stay in journal/ as evidence. From the next run on the period shows what is known now, and
    what was posted as corrections of it in open periods is gone.
    """
    from orchestration.close_step import reopen

    close = reopen(workspace, period, by, reason)
    click.echo(f"{close.period} is open again, by {close.by}.")
    click.echo("  from:  the next run on (tieout run).")
    click.echo(f"  then:  tieout close {close.period} --prepare-by NAME")
