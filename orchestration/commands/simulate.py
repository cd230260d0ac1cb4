"""`tieout simulate`: a company that never was, as an inbox with its truth."""

from __future__ import annotations

import difflib
import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from orchestration.commands.common import tieout_command
from orchestration.commands.rendering import counted, printable
from orchestration.domain.errors import UsageError
from orchestration.sandbox.world.plan import Plan
from orchestration.workspace import Workspace

EXAMPLES = """
  tieout simulate --out ~/lantern
  tieout simulate --out ~/lantern --months 24 --customers 2000 --accounts 12
  tieout simulate --out ~/lantern --format api --defects late_rows,duplicate_charge
"""


@tieout_command("simulate", examples=EXAMPLES)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="DIR",
    help="New or empty folder, or one with an earlier simulation, which is replaced.",
)
@click.option(
    "--months", type=click.IntRange(1, 120), default=Plan.months, show_default=True, help="How long it lives."
)
@click.option(
    "--customers",
    type=click.IntRange(0),
    default=Plan.customers,
    show_default=True,
    help="Customers of the platform.",
)
@click.option(
    "--accounts",
    type=click.IntRange(0),
    default=Plan.accounts,
    show_default=True,
    help="Connected accounts that sell through it.",
)
@click.option("--seed", type=int, default=Plan.seed, show_default=True, help="Another seed, another company.")
@click.option("--defects", metavar="NAME,...", default="", help="Faults to build in; truth/ tells where.")
@click.option(
    "--format",
    "formats",
    metavar="FORMAT,...",
    default="sigma-csv",
    show_default=True,
    help="sigma-csv, sigma-csv-gz, sigma-parquet, pipeline, api (lists and events).",
)
def command(
    workspace: Workspace,
    debug: bool,
    out: Path,
    months: int,
    customers: int,
    accounts: int,
    seed: int,
    defects: str,
    formats: str,
) -> None:
    """Simulate a company into an inbox.

    It sells by subscription, by invoice and on a marketplace, in five currencies, until the end of March
    2026. DIR becomes an inbox with Stripe's exports, bank statements and business files; what really happened
    lies in DIR/truth. The same options give the same bytes.
    """
    from orchestration.sandbox.defects import DEFECTS
    from orchestration.sandbox.simulate import FORMATS, simulate_into

    plan = Plan(months, customers, accounts, seed, defects=_chosen(defects, tuple(DEFECTS), "defect"))
    wanted = _chosen(formats, FORMATS, "format")
    folder = out.expanduser()
    started = time.perf_counter()
    with _progress() as show:
        summary = simulate_into(plan, folder, wanted or FORMATS[:1], show)
    seconds = time.perf_counter() - started
    size = f"{counted(months, 'month')}, {counted(customers, 'customer')}, {counted(accounts, 'account')}"
    click.echo(f"Simulated {size}, seed {seed}.")
    click.echo(f"  inbox         {printable(str(folder))}")
    click.echo(f"  files         {len(summary.files)}, {summary.size / 1e6:,.1f} MB")
    click.echo(f"  transactions  {summary.transactions:,} in {seconds:.1f} s")
    if plan.defects:
        click.echo(f"  defects       {', '.join(plan.defects)}")
    target = shlex.quote(str(folder))
    click.echo(f"  then          tieout run --inbox {target}\n                tieout serve-sandbox {target}")


def _chosen(text: str, known: tuple[str, ...], what: str) -> tuple[str, ...]:
    """The names of a comma-separated list, each once. Raises UsageError for one that is not known."""
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean {close[0]}? " if close else ""
            raise UsageError(
                f"There is no {what} {name!r}.", remedy=f"{hint}There are {', '.join(known) or 'none'}."
            )
    return names


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    """What is being done, on stderr: one changing line on a terminal, one line elsewhere."""
    if not sys.stderr.isatty():
        click.echo("simulating", err=True)
        yield lambda transactions: None
        return
    from rich.console import Console

    with Console(stderr=True).status("simulating", spinner="line") as status:
        yield lambda transactions: status.update(f"simulating, {transactions:,} transactions written")
