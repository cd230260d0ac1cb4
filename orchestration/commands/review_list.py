"""`tieout review list`: what waits for a person, the most money of each currency first."""

from __future__ import annotations

import sys
from typing import Any

import click

from orchestration.commands.common import tieout_command
from orchestration.workspace import Workspace

WIDEST_TEXT = 48
STATUSES = (
    "open", "review", "ambiguous", "explained", "auto", "confirmed", "rejected", "unmatched", "all"
)  # fmt: skip

EXAMPLES = """
  tieout review list
  tieout review list --kind clearing_overdue --limit 5
  tieout review list --status explained --format csv > explained.csv
  tieout review list --kind payout_bank --status ambiguous --format json
"""


@tieout_command("list", examples=EXAMPLES)
@click.option("--kind", default="", metavar="KIND", help="Only this kind of exception or match.")
@click.option(
    "--status",
    "statuses",
    type=click.Choice(STATUSES),
    multiple=True,
    help="Only these; may be repeated. Default: open exceptions, matches in review and ambiguous ones.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=None,
    metavar="ROWS",
    help="At most so many (table: 50 unless given; csv and json: all).",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="json and csv: everything that is known, amounts in minor units.",
)
def command(
    workspace: Workspace,
    debug: bool,
    kind: str,
    statuses: tuple[str, ...],
    limit: int | None,
    output_format: str,
) -> None:
    """List what waits for a person.

    Exceptions of the published file that nobody explained, and matches that the matcher did not dare to
    accept. The largest amounts of every currency come first, then the second largest, and so on.
    """
    from orchestration.commands import rendering
    from orchestration.sources.decisions import read_decisions
    from orchestration.sources.decisions_in_force import decisions_in_force
    from orchestration.warehouse.ledger.reading import reading
    from orchestration.warehouse.review.listing import COLUMNS, listing
    from orchestration.warehouse.review.subjects import NEEDED, has_matches

    in_force = decisions_in_force(read_decisions(workspace))
    if limit is None and output_format == "table":
        limit = 50
    with reading(workspace, NEEDED) as ledger:
        found = listing(ledger, in_force, kind=kind, statuses=statuses, limit=limit)
        exponents = ledger.exponents()
        with_matches = has_matches(ledger)
    if output_format == "csv":
        rendering.write_csv(COLUMNS, found.rows, sys.stdout)
    elif output_format == "json":
        rendering.write_json(COLUMNS, found.rows, sys.stdout)
    else:
        _print_table(found.rows, found.found, exponents)
    if found.decided_since:
        click.echo(
            f"{rendering.counted(found.decided_since, 'item')} decided since the publication; "
            "tieout run publishes it.",
            err=True,
        )
    if not with_matches:
        click.echo("The published file has no marts.fct_matches, so only exceptions are listed.", err=True)


def _print_table(rows: list[tuple[Any, ...]], count: int, exponents: dict[str, int]) -> None:
    from orchestration.commands.rendering import counted, table_lines
    from orchestration.warehouse.review.listing import COLUMNS

    shown = []
    for row in rows:
        item = dict(zip(COLUMNS, row, strict=True))
        status = item["status"] + ("" if item["is_published"] else " (next run)")
        amount = readable(item["amount_minor"], item["currency"], exponents)
        shown.append(
            (
                item["id"],
                item["kind"],
                status,
                amount,
                item["age_days"],
                item["objects"],
                item["suggested_action"],
            )
        )
    if shown:
        columns = ("id", "kind", "status", "amount", "age_days", "objects", "suggested_action")
        for line in table_lines(columns, shown, WIDEST_TEXT if sys.stdout.isatty() else None):
            click.echo(line)
    click.echo(f"({counted(count, 'item')}{f', {len(rows)} shown' if len(rows) < count else ''})")


def readable(amount_minor: int | None, currency: str | None, exponents: dict[str, int]) -> str:
    """Money for people; nothing when there is none."""
    from orchestration.commands.rendering import money

    if amount_minor is None:
        return ""
    if currency not in exponents:
        return f"{amount_minor} minor units{f' of {currency}' if currency else ''}"
    return money(amount_minor, exponents[currency], currency)
