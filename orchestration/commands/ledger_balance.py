"""`tieout ledger balance`: the balances of the published ledger at an instant."""

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
    from orchestration.warehouse.ledger.balances import LedgerBalance, ShadowBalance

COLUMNS = ("account_id", "currency", "ledger_account", "balance_minor", "balance")
SHADOW = ("available", "pending", "in_transit", "reserved")

EXAMPLES = """
  tieout ledger balance --at 2026-03-31T23:59:59Z
  tieout ledger balance --at 2026-04-01 --account acct_1PgX --format json
  tieout ledger balance --at 2026-04-01 --ledger-account stripe_balance --known-at 2026-04-03
"""


@tieout_command("balance", examples=EXAMPLES)
@click.option(
    "--at",
    required=True,
    metavar="INSTANT",
    help="ISO 8601; UTC unless it says otherwise; a day is its start.",
)
@click.option("--known-at", metavar="INSTANT", help="Only what had been received by then.")
@click.option(
    "--account",
    default="",
    metavar="ID",
    help="One tenant: `platform` or acct_...; shows its Stripe balance too.",
)
@click.option(
    "--ledger-account", default="", metavar="NAME", help="One account of marts.dim_ledger_accounts."
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="csv and json: `view` and the parts of the Stripe balance come as rows, and as an object.",
)
def command(
    workspace: Workspace,
    debug: bool,
    at: str,
    known_at: str | None,
    account: str,
    ledger_account: str,
    output_format: str,
) -> None:
    """Show balances per tenant, currency and ledger account.

    Debits are positive. Amounts are in minor units, and beside them in the currency's own unit. With
    --account also what the tenant has at Stripe: available, pending, in transit to the bank, reserved.
    """
    from orchestration.warehouse.ledger.balances import At, balances, shadow_balances
    from orchestration.warehouse.ledger.reading import reading

    question = At(
        instant_of("--at", at),
        instant_of("--known-at", known_at) if known_at else None,
        account_id=account,
        ledger_account=ledger_account,
    )
    with reading(workspace) as ledger:
        found = balances(ledger, question)
        shadow = shadow_balances(ledger, question) if account else []
        as_of = ledger.as_of
    if as_of is not None and question.at > as_of:
        click.echo(f"Facts after {as_of:%Y-%m-%dT%H:%M:%SZ} are not in what is published.", err=True)
    if output_format == "json":
        _print_json(question.at, question.known_at, found, shadow)
    elif output_format == "csv":
        _print_csv(found, shadow)
    else:
        _print_tables(found, shadow, bool(account))


def _major(amount_minor: int, exponent: int | None) -> str | None:
    from orchestration.domain.journal import decimal_text

    return None if exponent is None else decimal_text(amount_minor, exponent)


def _rows(found: Sequence[LedgerBalance]) -> list[tuple[Any, ...]]:
    return [
        (
            row.account_id,
            row.currency,
            row.ledger_account,
            row.balance_minor,
            _major(row.balance_minor, row.exponent),
        )
        for row in found
    ]


def _shadow_rows(shadow: Sequence[ShadowBalance]) -> list[tuple[Any, ...]]:
    return [
        (row.account_id, row.currency, part, amount, _major(amount, row.exponent))
        for row in shadow
        for part, amount in zip(
            SHADOW,
            (row.available_minor, row.pending_minor, row.in_transit_minor, row.reserved_minor),
            strict=True,
        )
    ]


def _print_csv(found: Sequence[LedgerBalance], shadow: Sequence[ShadowBalance]) -> None:
    from decimal import Decimal

    from orchestration.commands.rendering import write_csv

    rows = [("ledger", *row) for row in _rows(found)] + [("stripe", *row) for row in _shadow_rows(shadow)]
    # as numbers, which a spreadsheet may read as they are
    exact = [(*row[:-1], None if row[-1] is None else Decimal(row[-1])) for row in rows]
    write_csv(("view", *COLUMNS), exact, sys.stdout)


def _print_json(
    at: datetime, known_at: datetime | None, found: Sequence[LedgerBalance], shadow: Sequence[ShadowBalance]
) -> None:
    from orchestration.commands.rendering import json_value

    answer: dict[str, Any] = {
        "at": at,
        "known_at": known_at,
        "balances": [dict(zip(COLUMNS, row, strict=True)) for row in _rows(found)],
    }
    if shadow:
        answer["stripe"] = [
            {
                "account_id": row.account_id,
                "currency": row.currency,
                "available_minor": row.available_minor,
                "pending_minor": row.pending_minor,
                "in_transit_minor": row.in_transit_minor,
                "reserved_minor": row.reserved_minor,
            }
            for row in shadow
        ]
    click.echo(json.dumps(json_value(answer), indent=1, ensure_ascii=False))


def _print_tables(found: Sequence[LedgerBalance], shadow: Sequence[ShadowBalance], with_shadow: bool) -> None:
    from orchestration.commands.rendering import counted, money, table_lines

    def readable(amount: int, exponent: int | None, currency: str) -> str:
        return "?" if exponent is None else money(amount, exponent, currency)

    for line in table_lines(
        COLUMNS,
        [
            (*row[:4], readable(balance.balance_minor, balance.exponent, balance.currency))
            for row, balance in zip(_rows(found), found, strict=True)
        ],
    ):
        click.echo(line)
    click.echo(f"({counted(len(found), 'balance')})")
    if with_shadow:
        exponents = {row.currency: row.exponent for row in shadow}
        click.echo("\nAt Stripe, from its transactions (in transit and reserved: from the ledger)")
        rows = [
            (currency, part, amount, readable(amount, exponents[currency], currency))
            for _, currency, part, amount, _ in _shadow_rows(shadow)
        ]
        for line in table_lines(("currency", "part", "balance_minor", "balance"), rows):
            click.echo(line)
