"""`tieout trace`: from any id to everything it touches."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING

import click

from orchestration.commands.common import instant_of, tieout_command
from orchestration.domain.errors import UsageError
from orchestration.workspace import Workspace

if TYPE_CHECKING:
    from orchestration.warehouse.ledger.reading import Ledger

# What an object was at an instant, in words.
STANDINGS = {
    "present": "as event {event} of {when} showed it",
    "deleted": "deleted; last shown by event {event} of {when}",
    "not_created": "not there yet",
    "before_events": "older than the events that were received, so they cannot say",
    "no_events": "no event tells of it; lists do",
}
EXAMPLES = """
  tieout trace ch_3PqX
  tieout trace po_1Abc --limit 100
  tieout trace platform:txn_1Def --format json
  tieout trace sub_1Xyz --at 2026-02-15
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
@click.option(
    "--at", default="", metavar="INSTANT", help="Show the object as its events told it at an instant."
)
@click.option(
    "--known-at", default="", metavar="INSTANT", help="With --at: only what had been received by then."
)
def command(
    workspace: Workspace, debug: bool, identifier: str, output_format: str, limit: int, at: str, known_at: str
) -> None:
    """Show everything that an id touches.

    ID is that of a charge, refund, dispute, payout, transfer, application fee, invoice, customer,
    balance transaction (txn_), event (evt_), order, bank line, match, ledger entry or posting.
    """
    from orchestration.warehouse.ledger.reading import reading
    from orchestration.warehouse.ledger.trace import trace

    if known_at and not at:
        raise UsageError("--known-at goes with --at.", remedy="Add --at INSTANT.")
    with reading(workspace) as ledger:
        if at:
            _show_state(ledger, identifier.strip(), at, known_at)
            return
        found = trace(ledger, identifier.strip())
        exponents = ledger.exponents()
    if output_format == "json":
        from orchestration.commands.rendering import json_value

        click.echo(json.dumps(json_value(found), indent=1, ensure_ascii=False))
        return
    from orchestration.commands.trace_tree import tree_lines

    for line in tree_lines(found, exponents, limit):
        click.echo(line)


def _show_state(ledger: Ledger, identifier: str, at: str, known_at: str) -> None:
    """Print an object as its events told it: a line of comment on stderr, the object as JSON on stdout."""
    from orchestration.warehouse.object_state import state_at

    known = instant_of("--known-at", known_at) if known_at else None
    state = state_at(ledger.connection, identifier, instant_of("--at", at), known)
    when = f"{state.effective_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if state.effective_at else ""
    words = STANDINGS[state.standing].format(event=state.event_id, when=when)
    click.echo(f"{state.object_type} {identifier} of {state.account_id}: {words}", err=True)
    click.echo(json.dumps(state.payload, indent=1, ensure_ascii=False))
