"""`tieout review confirm, reject, regroup, explain, undo`: decisions of a person, appended to the journal."""

from __future__ import annotations

import sys
from typing import Any

import click

from orchestration.commands.common import tieout_command
from orchestration.workspace import Workspace

CONFIRM = """
  tieout review confirm 3f2a9c1d0b --by "Ada Byron"
  tieout review list --kind payout_bank --format csv | cut -d, -f1 | tail -n +2 | tieout review confirm - --by Ada
"""
REJECT = """
  tieout review reject 3f2a9c1d0b --by "Ada Byron" --reason "that was another customer"
"""
REGROUP = """
  tieout review regroup --left po_1Abc,po_1Def --right be_77 --by "Ada Byron" --reason "one bank line for both"
"""
EXPLAIN = """
  tieout review explain 77b1e0 --code in_transit --by "Ada Byron" --reason "arrives on Monday"
"""
UNDO = """
  tieout review undo dec_5be1c9d2a0f34e11 --by "Ada Byron" --reason "it did not arrive"
"""

by_option = click.option("--by", required=True, metavar="NAME", help="Who decides.")
reason_option = click.option(
    "--reason", required=True, metavar="TEXT", help="Why, for whoever reads the journal later."
)
ids_argument = click.argument("ids", metavar="ID...", nargs=-1, required=True)


@tieout_command("confirm", examples=CONFIRM)
@ids_argument
@by_option
@click.option("--reason", default="", metavar="TEXT", help="Why, where it is not plain.")
def confirm(workspace: Workspace, debug: bool, ids: tuple[str, ...], by: str, reason: str) -> None:
    """Confirm matches: their members belong together.

    ID is that of a match, or of an object that stands in exactly one; - reads ids from standard input.
    """
    _decide(workspace, action="confirm", ids=_ids(ids), by=by, reason=reason)


@tieout_command("reject", examples=REJECT)
@ids_argument
@by_option
@reason_option
def reject(workspace: Workspace, debug: bool, ids: tuple[str, ...], by: str, reason: str) -> None:
    """Reject matches: their members do not belong together.

    ID is that of a match, or of an object that stands in exactly one; - reads ids from standard input.
    """
    _decide(workspace, action="reject", ids=_ids(ids), by=by, reason=reason)


@tieout_command("regroup", examples=REGROUP)
@click.option("--left", required=True, metavar="ID,...", help="Objects of the left side.")
@click.option("--right", required=True, metavar="ID,...", help="Objects of the right side.")
@click.option("--kind", default="", metavar="KIND", help="Kind of match, where the objects do not tell.")
@by_option
@reason_option
def regroup(
    workspace: Workspace, debug: bool, left: str, right: str, kind: str, by: str, reason: str
) -> None:
    """Put objects together that the matcher did not.

    Groups that held one of them before, by an earlier decision, end.
    """
    _decide(
        workspace, action="regroup", left=_listed(left), right=_listed(right), kind=kind, by=by, reason=reason
    )


@tieout_command("explain", examples=EXPLAIN)
@ids_argument
@click.option(
    "--code", required=True, metavar="CODE", help="What it is: fee, in_transit, ...; a wrong one lists all."
)
@by_option
@reason_option
def explain(workspace: Workspace, debug: bool, ids: tuple[str, ...], code: str, by: str, reason: str) -> None:
    """Explain exceptions, or what is unexplained in matches.

    The explanation holds for the amount as it is now; should the amount change, the exception is open again.
    ID may also be an object that stands in exactly one of them; - reads ids from standard input.
    """
    _decide(workspace, action="explain", ids=_ids(ids), code=code, by=by, reason=reason)


@tieout_command("undo", examples=UNDO)
@ids_argument
@by_option
@reason_option
def undo(workspace: Workspace, debug: bool, ids: tuple[str, ...], by: str, reason: str) -> None:
    """Take decisions back; an undo can be undone, too.

    ID is that of a decision; tieout review history and show name them.
    """
    _decide(workspace, action="undo", ids=_ids(ids), by=by, reason=reason)


commands = (confirm, reject, regroup, explain, undo)


def _ids(given: tuple[str, ...]) -> tuple[str, ...]:
    ids: list[str] = []
    for name in given:
        ids += sys.stdin.read().split() if name == "-" else [name.strip()]
    return tuple(name for name in ids if name)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _decide(workspace: Workspace, **asked: Any) -> None:
    from orchestration.review_step import Request, decide

    for line in answer_lines(decide(workspace, Request(**asked))):
        click.echo(line)


def answer_lines(answer: Any) -> list[str]:
    """What a decision did, in lines for a person."""
    from orchestration.commands.rendering import counted, printable

    lines = []
    for decision in answer.written:
        groups = " | ".join(" ".join(ids) for ids in (decision.left, decision.right) if ids)
        about = decision.undoes or decision.through or groups
        lines.append(
            printable(f"{decision.decision_id}  {decision.action} {decision.code} {about}".replace("  ", " "))
        )
    for decision in answer.unchanged:
        lines.append(
            printable(f"Nothing changed: {decision.by} decided so already ({decision.decision_id}).")
        )
    if answer.written:
        count = counted(len(answer.written), "decision")
        lines.append(
            f"{count} appended to journal/; {'it holds' if len(answer.written) == 1 else 'they hold'} "
            "from the next run on (tieout run)."
        )
        lines.append("  undo: tieout review undo DECISION_ID --by NAME --reason TEXT")
    return lines
