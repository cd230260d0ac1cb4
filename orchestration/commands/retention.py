"""`tieout retention`: how long customers stay, beyond what was seen, from the published cohorts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from orchestration.commands.common import tieout_command
from orchestration.workspace import Workspace

if TYPE_CHECKING:
    from orchestration.warehouse.retention import Retention
    from orchestration.warehouse.retention_curve import RetentionCurve

EXAMPLES = """
  tieout retention --cycles 24
  tieout retention --currency usd --interval year --discount 0.08 --format json
"""


@tieout_command("retention", examples=EXAMPLES)
@click.option("--account", default="", metavar="ID", help="One tenant: `platform` or acct_...")
@click.option("--currency", default="", metavar="CODE", help="One currency, such as usd.")
@click.option(
    "--interval", default="", metavar="NAME", help="One billing interval: month, year, `3 months` ..."
)
@click.option(
    "--cycles",
    type=click.IntRange(1, 600),
    default=12,
    show_default=True,
    help="Billing cycles to show beyond those seen.",
)
@click.option(
    "--discount",
    type=click.FloatRange(0, 10, min_open=True),
    default=0.1,
    show_default=True,
    help="What a year costs: 0.1 is 10 %.",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to print.",
)
def command(
    workspace: Workspace,
    debug: bool,
    account: str,
    currency: str,
    interval: str,
    cycles: int,
    discount: float,
    output_format: str,
) -> None:
    """Project how long customers stay.

    A shifted-beta-geometric curve is fitted to all cohorts of a billing interval together. Beside what was seen
    (Kaplan-Meier) stands what the curve says, and what is to come: the renewals that a new customer is expected
    to make, later ones worth less by the discount. Where too little was seen, there is no curve.
    """
    from orchestration.warehouse.ledger.reading import reading
    from orchestration.warehouse.retention import COHORTS, retentions

    with reading(workspace, (COHORTS,)) as ledger:
        found = retentions(ledger, account, currency.lower(), interval)
    answers = [_answer(one, cycles, discount) for one in found]
    if output_format == "json":
        click.echo(json.dumps({"discount": discount, "retention": answers}, indent=1, ensure_ascii=False))
    else:
        for answer in answers:
            _print(answer)
        if not answers:
            click.echo("There are no cohorts yet: nobody has paid for a subscription.")


def _answer(found: Retention, cycles: int, discount: float) -> dict[str, Any]:
    seen = found.seen_survival()
    curve = found.curve
    return {
        "account_id": found.account_id,
        "currency": found.currency,
        "billing_interval": found.billing_interval,
        "customers": found.at_risk[0],
        "lost": sum(found.lost),
        "cycles_seen": found.cycles_seen,
        "alpha": curve and curve.alpha,
        "beta": curve and curve.beta,
        "expected_renewals": curve and _expected(curve, discount, found.billing_interval),
        "survival": [
            {
                "cycle": cycle,
                "seen": seen[cycle - 1] if cycle <= len(seen) else None,
                "curve": curve and curve.survival(cycle),
            }
            for cycle in range(1, len(seen) + (cycles if curve else 0) + 1)
        ],
    }


def _expected(curve: RetentionCurve, discount: float, billing_interval: str) -> float:
    """Of a new customer, discounted by the length of a cycle."""
    count, unit = billing_interval.split() if " " in billing_interval else ("1", billing_interval)
    a_year = {"day": 365.25, "week": 365.25 / 7, "month": 12.0, "year": 1.0}[unit.removesuffix("s")]
    return curve.expected_renewals(0, (1 + discount) ** (int(count) / a_year) - 1)


def _print(answer: dict[str, Any]) -> None:
    from orchestration.commands.rendering import counted, table_lines

    click.echo(
        f"{answer['account_id']}, {answer['currency']}, paid by {answer['billing_interval']}: "
        f"{counted(answer['customers'], 'customer')}, {answer['lost']} lost"
    )
    if answer["alpha"] is None:
        click.echo("Losses were seen in fewer than two cycles: too little for a curve.")
    else:
        click.echo(
            f"alpha {answer['alpha']:.3f}, beta {answer['beta']:.3f}; a new customer is expected to renew "
            f"{answer['expected_renewals']:.2f} times, discounted"
        )
    rows = [(row["cycle"], _share(row["seen"]), _share(row["curve"])) for row in answer["survival"]]
    for line in table_lines(("cycle", "seen %", "curve %"), rows):
        click.echo(line)
    click.echo("")


def _share(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.1f}"
