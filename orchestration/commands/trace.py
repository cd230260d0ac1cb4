"""`tieout trace`: from any id to everything it touches."""

from __future__ import annotations

import json

import click

from orchestration.commands.common import tieout_command
from orchestration.workspace import Workspace

EXAMPLES = """
  tieout trace ch_3PqX
  tieout trace po_1Abc --limit 100
  tieout trace platform:txn_1Def --format json
"""


@tieout_command("trace", examples=EXAMPLES)
@click.argument("identifier", metavar="ID")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="table: a tree for people. json: everything, without a limit.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    metavar="ROWS",
    help="Show at most so many of each kind.",
)
def command(workspace: Workspace, debug: bool, identifier: str, output_format: str, limit: int) -> None:
    """Show everything that an id touches.

    ID is that of a charge, refund, dispute, payout, transfer, application fee, invoice, customer,
    balance transaction (txn_), event (evt_), ledger entry or posting.
    """
    from orchestration.warehouse.ledger.reading import reading
    from orchestration.warehouse.ledger.trace import trace

    with reading(workspace) as ledger:
        found = trace(ledger, identifier.strip())
        exponents = ledger.exponents()
    if output_format == "json":
        from orchestration.commands.rendering import json_value

        click.echo(json.dumps(json_value(found), indent=1, ensure_ascii=False))
        return
    from orchestration.commands.trace_tree import tree_lines

    for line in tree_lines(found, exponents, limit):
        click.echo(line)
