"""`tieout review`: what waits for a person, and what people decided."""

from __future__ import annotations

import click

from orchestration.commands import review_decide, review_history, review_learn, review_list, review_show


@click.group(
    "review",
    epilog="""\b
Examples:
  tieout review list --kind payout_bank
  tieout review show po_1Abc
  tieout review confirm 3f2a9c1d0b --by "Ada Byron"
  tieout review explain 77b1e0 --code in_transit --by "Ada Byron" --reason "arrives on Monday"
  tieout review undo dec_5be1c9d2a0f34e11 --by "Ada Byron" --reason "it did not"
\b
Each takes --workspace DIR and --debug. A decision is appended to journal/ and holds from the next run on.""",
)
def command() -> None:
    """Look at matches and exceptions, and decide."""


for subcommand in (
    review_list.command,
    review_show.command,
    *review_decide.commands,
    review_history.command,
    review_learn.command,
):
    command.add_command(subcommand)
