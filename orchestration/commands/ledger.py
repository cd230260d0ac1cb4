"""`tieout ledger`: balances and deferred revenue at an instant, journals for other programs, and traces."""

from __future__ import annotations

import click

from orchestration.commands import ledger_balance, ledger_deferred, ledger_export, trace


@click.group(
    "ledger",
    epilog="""\b
Examples:
  tieout ledger balance --at 2026-03-31T23:59:59Z
  tieout ledger deferred --at 2026-03-15T12:00:00Z --account platform
  tieout ledger trace ch_3PqX
  tieout ledger export --period 2026-03 --format quickbooks --out march.csv
\b
Each takes --workspace DIR and --debug, and reads the published file only.""",
)
def command() -> None:
    """Show balances and traces, export journals."""


command.add_command(ledger_balance.command)
command.add_command(ledger_deferred.command)
command.add_command(ledger_export.command)
command.add_command(trace.command)
