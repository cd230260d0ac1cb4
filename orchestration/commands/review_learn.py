"""`tieout review learn`: what rules learnt from decisions would change, and accepting them."""

from __future__ import annotations

import sys

import click

from orchestration.commands.common import tieout_command
from orchestration.domain.errors import UsageError
from orchestration.workspace import Workspace

EXAMPLES = """
  tieout review learn
  tieout review learn --format csv > shadow.csv
  tieout review learn --accept --by "Ada Byron" --reason "looked at all 12 changes"
"""
TABLE_ROWS = 50


@tieout_command("learn", examples=EXAMPLES)
@click.option("--accept", is_flag=True, help="Let the rules that the publication shows go live.")
@click.option("--by", default="", metavar="NAME", help="Who accepts.")
@click.option("--reason", default="", metavar="TEXT", help="Why.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
)
def command(
    workspace: Workspace, debug: bool, accept: bool, by: str, reason: str, output_format: str
) -> None:
    """Show what learnt rules would change; accept them.

    Rules learnt from decisions run in shadow, on all history, until somebody accepts them. Accepting holds for
    what the publication shows: rules learnt from the decisions that its run knew.
    """
    if accept:
        from orchestration.commands.review_decide import answer_lines
        from orchestration.review_step import Request, decide

        for line in answer_lines(decide(workspace, Request("learn", by, reason))):
            click.echo(line)
        return
    if by or reason:
        raise UsageError("--by and --reason go with --accept.", remedy="Add --accept, or leave them out.")
    _show(workspace, output_format)


def _show(workspace: Workspace, output_format: str) -> None:
    from orchestration.commands import rendering
    from orchestration.commands.review_list import readable
    from orchestration.warehouse.ledger.reading import reading
    from orchestration.warehouse.review.shadow import COLUMNS, SHADOW, shadow_rows, shadow_totals

    with reading(workspace, (SHADOW, "marts.dim_currencies")) as ledger:
        rows = shadow_rows(ledger, TABLE_ROWS if output_format == "table" else None)
        totals = shadow_totals(ledger)
        exponents = ledger.exponents()
    if output_format != "table":
        (rendering.write_csv if output_format == "csv" else rendering.write_json)(COLUMNS, rows, sys.stdout)
        return
    if not totals:
        click.echo("The rules learnt so far would change nothing.")
        return
    shown = [(*row[:3], row[3], readable(row[4], row[2], exponents)) for row in totals]
    for line in rendering.table_lines(("change", "kind", "currency", "matches", "amount"), shown):
        click.echo(line)
    click.echo("")
    for line in rendering.table_lines(
        ("change", "kind", "left", "right", "amount", "live", "shadow"),
        [(*row[:4], readable(row[4], row[5], exponents), *row[6:]) for row in rows],
    ):
        click.echo(line)
    count = sum(row[3] for row in totals)
    click.echo(f"({rendering.counted(count, 'change')}{f', {len(rows)} shown' if len(rows) < count else ''})")
    click.echo("They go live with: tieout review learn --accept --by NAME --reason TEXT")
