"""`tieout review history`: all decisions, the latest last."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from orchestration.commands.common import tieout_command
from orchestration.workspace import Workspace

EXAMPLES = """
  tieout review history
  tieout review history --limit 20
  tieout review history --format csv > decisions.csv
"""
COLUMNS = (
    "decision_id", "decided_at", "by", "action", "match_kind", "left", "right", "code", "amount_minor", "currency",
    "exception_id", "undoes", "through", "reason", "is_in_force",
)  # fmt: skip


@tieout_command("history", examples=EXAMPLES)
@click.option(
    "--limit", type=click.IntRange(min=1), default=None, metavar="ROWS", help="Only so many of the latest."
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
)
def command(workspace: Workspace, debug: bool, limit: int | None, output_format: str) -> None:
    """Show every decision and whether it is in force."""
    from orchestration.commands import rendering
    from orchestration.commands.review_show import told
    from orchestration.sources.decisions import read_decisions
    from orchestration.sources.decisions_in_force import decisions_in_force

    journal = read_decisions(workspace)
    in_force = {decision.decision_id for decision in decisions_in_force(journal)}
    shown = journal if limit is None else journal[-limit:]
    if output_format == "table":
        for decision in shown:
            click.echo(rendering.printable(told(decision, in_force)))
        click.echo(f"({rendering.counted(len(journal), 'decision')}, {len(in_force)} in force)")
        return
    rows = [
        tuple({**asdict(item), "is_in_force": item.decision_id in in_force}[name] for name in COLUMNS)
        for item in shown
    ]
    (rendering.write_csv if output_format == "csv" else rendering.write_json)(COLUMNS, rows, sys.stdout)
