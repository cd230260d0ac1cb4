"""`tieout ledger deferred`: deferred revenue at any instant, from the published components."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from orchestration.commands.common import instant_of, tieout_command
from orchestration.workspace import Workspace

if TYPE_CHECKING:
    from orchestration.warehouse.ledger.deferred import DeferredBalance

COLUMNS = (
    "account_id",
    "currency",
    "component_count",
    "deferred_minor",
    "deferred",
    "unbilled_minor",
    "unbilled",
)

EXAMPLES = """
  tieout ledger deferred --at 2026-03-31T23:59:59Z
  tieout ledger deferred --at 2026-03-15T12:00:00Z --account platform --currency usd --format json
"""


@tieout_command("deferred", examples=EXAMPLES)
@click.option(
    "--at",
    required=True,
    metavar="INSTANT",
    help="ISO 8601; UTC unless it says otherwise; a day is its start.",
)
@click.option("--account", default="", metavar="ID", help="One tenant: `platform` or acct_...")
@click.option("--currency", default="", metavar="CODE", help="One currency, such as usd.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="How to print.",
)
def command(
    workspace: Workspace, debug: bool, at: str, account: str, currency: str, output_format: str
) -> None:
    """Show deferred revenue per tenant and currency, to the second.

    Beside it what is earned and not billed yet. At the end of a month both are the balances of deferred_revenue
    and unbilled_receivable; inside one, the ledger still waits for its end. An instant after the publication
    shows the plan: what is sold by now, and no later sale.
    """
    from orchestration.warehouse.ledger.deferred import DEFERRED_TABLES, deferred_balances
    from orchestration.warehouse.ledger.reading import reading

    moment = instant_of("--at", at)
    with reading(workspace, DEFERRED_TABLES) as ledger:
        found = deferred_balances(ledger, moment, account, currency.lower())
        as_of = ledger.as_of
    if as_of is not None and moment > as_of:
        click.echo(f"Facts after {as_of:%Y-%m-%dT%H:%M:%SZ} are not in what is published.", err=True)
    if output_format == "json":
        _print_json(moment, found)
    elif output_format == "csv":
        _print_csv(found)
    else:
        _print_table(found)


def _rows(found: Sequence[DeferredBalance]) -> list[tuple[Any, ...]]:
    from orchestration.domain.journal import decimal_text

    def major(amount_minor: int, exponent: int | None) -> str | None:
        return None if exponent is None else decimal_text(amount_minor, exponent)

    return [
        (
            row.account_id,
            row.currency,
            row.component_count,
            row.deferred_minor,
            major(row.deferred_minor, row.exponent),
            row.unbilled_minor,
            major(row.unbilled_minor, row.exponent),
        )
        for row in found
    ]


def _print_json(at: datetime, found: Sequence[DeferredBalance]) -> None:
    from orchestration.commands.rendering import json_value

    answer = {"at": at, "balances": [dict(zip(COLUMNS, row, strict=True)) for row in _rows(found)]}
    click.echo(json.dumps(json_value(answer), indent=1, ensure_ascii=False))


def _print_csv(found: Sequence[DeferredBalance]) -> None:
    from decimal import Decimal

    from orchestration.commands.rendering import write_csv

    # as numbers, which a spreadsheet may read as they are
    exact = [tuple(Decimal(cell) if place in (4, 6) and cell is not None else cell for place, cell in enumerate(row))
             for row in _rows(found)]  # fmt: skip
    write_csv(COLUMNS, exact, sys.stdout)


def _print_table(found: Sequence[DeferredBalance]) -> None:
    from orchestration.commands.rendering import counted, money, table_lines

    def readable(amount: int, row: DeferredBalance) -> str:
        return "?" if row.exponent is None else money(amount, row.exponent, row.currency)

    rows = [
        (
            row.account_id,
            row.currency,
            row.component_count,
            row.deferred_minor,
            readable(row.deferred_minor, row),
            row.unbilled_minor,
            readable(row.unbilled_minor, row),
        )
        for row in found
    ]
    for line in table_lines(COLUMNS, rows):
        click.echo(line)
    click.echo(f"({counted(len(found), 'balance')})")
