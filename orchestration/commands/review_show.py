"""`tieout review show`: everything that helps to decide about one match or exception."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from orchestration.commands.common import tieout_command
from orchestration.workspace import Workspace

if TYPE_CHECKING:
    from orchestration.sources.decisions import Decision

EXAMPLES = """
  tieout review show 3f2a9c1d0b
  tieout review show po_1Abc
  tieout review show 3f2a9c1d0b --format json
"""


@tieout_command("show", examples=EXAMPLES)
@click.argument("identifier", metavar="ID")
@click.option(
    "--format", "output_format", type=click.Choice(["table", "json"]), default="table", show_default=True
)
def command(workspace: Workspace, debug: bool, identifier: str, output_format: str) -> None:
    """Show one match or exception with all that helps to decide.

    ID is that of a match or an exception, or of any object that stands in exactly one of them.
    """
    from orchestration.sources.decisions import read_decisions
    from orchestration.sources.decisions_in_force import decisions_in_force
    from orchestration.warehouse.ledger.reading import reading
    from orchestration.warehouse.review.detail import detail
    from orchestration.warehouse.review.subjects import NEEDED, find_subjects

    journal = read_decisions(workspace)
    in_force = {decision.decision_id for decision in decisions_in_force(journal)}
    with reading(workspace, NEEDED) as ledger:
        (subject,) = find_subjects(ledger, [identifier.strip()], journal, prefer_matches=True)
        found = detail(ledger, subject, journal)
        exponents = ledger.exponents()
    if output_format == "json":
        from orchestration.commands.rendering import json_value

        found["decisions"] = [
            {**asdict(item), "is_in_force": item.decision_id in in_force} for item in found["decisions"]
        ]
        click.echo(json.dumps(json_value({"id": subject.subject_id, **found}), indent=1, ensure_ascii=False))
        return
    from orchestration.commands.rendering import printable

    for line in _lines(subject.subject_id, found, exponents, in_force):
        click.echo(printable(line))


def _lines(
    identifier: str, found: dict[str, Any], exponents: dict[str, int], in_force: set[str]
) -> Iterator[str]:
    from orchestration.commands.review_list import readable

    facts = found["facts"]
    currency = facts.get("currency")
    yield f"{found['item']} {identifier}"
    if found["item"] == "match":
        yield (
            f"  {facts['match_kind']}, {facts['status']} (tier {facts['tier']}, confidence {facts['confidence']}, "
            f"alternatives {facts['alternative_count']}), account {facts['account_id']}"
        )
    else:
        amount = readable(facts["amount_minor"], currency, exponents)
        yield f"  {facts['kind']}, {facts['status']}, {amount or 'no money'}, account {facts['account_id']}"
        yield f"  why:  {facts['reason']}"
        yield f"  do:   {facts['suggested_action']}"
    for side in ("left", "right"):
        members = [member for member in found["members"] if member["side"] == side]
        if not members and found["item"] == "exception":
            continue
        total = facts.get(f"{side}_minor")
        yield f"{side}  {readable(total, currency, exponents)}".rstrip()
        for member in members:
            money = readable(member["amount_minor"], member["currency"], exponents)
            parts = (member["object_kind"], member["object_id"], member["day"], money, member["text"])
            yield f"  {'  '.join(str(part) for part in parts if part is not None and part != '')}"
        if not members:
            yield "  nothing"
    yield from _residual(found, currency, exponents)
    yield from _section("evidence", found["evidence"])
    yield from _section(
        "alternatives", [_alternative(row, currency, exponents) for row in found["alternatives"]]
    )
    related = [
        f"{row['kind']}, {row['status']}: {row['id']} ({row['object_id']})" for row in found["related"]
    ]
    yield from _section("also about these objects", related)
    yield from _section("decisions", [told(item, in_force) for item in found["decisions"]])


def _section(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield title
        yield from (f"  {line}" for line in lines)


def _residual(found: dict[str, Any], currency: str | None, exponents: dict[str, int]) -> Iterator[str]:
    from orchestration.commands.review_list import readable

    if found["item"] != "match":
        return
    yield f"residual  {readable(found['facts']['residual_minor'], currency, exponents)}"
    for row in found["residual"]:
        ids = row["evidence_ids"]
        proof = ", ".join(ids) if isinstance(ids, list) else str(ids or "")
        yield f"  {row['code']}  {readable(row['amount_minor'], currency, exponents)}" + (
            f"  (proven by {proof})" if proof else ""
        )


def _alternative(row: dict[str, Any], currency: str | None, exponents: dict[str, int]) -> str:
    from orchestration.commands.review_list import readable

    why = "holds the same object" if row["is_shared"] else "has the same amount"
    money = readable(row["amount_minor"], currency, exponents)
    return f"{row['match_id']} ({row['status']}): {row['side']} {row['object_id']} {money}, {why}"


def told(decision: Decision, in_force: set[str]) -> str:
    """One decision as a line."""
    what = {"explain": f"explain as {decision.code}", "undo": f"undo {decision.undoes}"}.get(
        decision.action, decision.action
    )
    groups = " | ".join(" ".join(ids) for ids in (decision.left, decision.right) if ids)
    state = "in force" if decision.decision_id in in_force else "not in force"
    return (
        f"{decision.decided_at[:16]}Z  {decision.decision_id}  {what}{f' {groups}' if groups else ''}, "
        f"by {decision.by}{f': {decision.reason}' if decision.reason else ''} "
        f"({'done' if decision.action == 'undo' else state})"
    )
