"""Everything that helps to decide about one match or exception."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from orchestration.sources.decisions import Decision
from orchestration.warehouse.connection import literal
from orchestration.warehouse.ledger.reading import Ledger, one_of
from orchestration.warehouse.review.members import known_objects
from orchestration.warehouse.review.subjects import (
    EXCEPTIONS,
    MATCHES,
    MEMBERS,
    RESIDUALS,
    Subject,
    has_matches,
)

MOST_ALTERNATIVES = 20


def detail(ledger: Ledger, subject: Subject, journal: Sequence[Decision]) -> dict[str, Any]:
    """The facts of one subject, what contradicts or competes with it, and what was decided about its members.

    Returns:
        item, facts (the row of its mart), members, evidence (sentences), residual, alternatives, related, decisions.
    """
    its_ids = (*subject.left, *subject.right)
    found: dict[str, Any] = {
        "item": "match" if subject.is_match else "exception",
        "facts": _facts(ledger, subject),
        "members": _members(ledger, subject),
        "residual": _residual(ledger, subject),
        "alternatives": _alternatives(ledger, subject),
        "related": _related(ledger, subject),
        "decisions": [item for item in journal if _concerns(item, subject.subject_id, its_ids)],
    }
    found["evidence"] = sentences(found["facts"].get("evidence")) if subject.is_match else []
    return found


def sentences(evidence: Any) -> list[str]:
    """Evidence, however it is kept (text, or JSON of a list or an object), as sentences."""
    text = str(evidence or "").strip()
    try:
        value = json.loads(text)
    except ValueError:
        return [part.strip() for line in text.splitlines() for part in line.split("; ") if part.strip()]
    if isinstance(value, dict):
        return [f"{str(name).replace('_', ' ')}: {item}" for name, item in value.items()]
    return [str(item) for item in (value if isinstance(value, list) else [value])]


def _facts(ledger: Ledger, subject: Subject) -> dict[str, Any]:
    table, key = (MATCHES, "match_id") if subject.is_match else (EXCEPTIONS, "exception_id")
    return ledger.records(f"select * from {table} where {key} = {literal(subject.subject_id)}")[0]


def _members(ledger: Ledger, subject: Subject) -> list[dict[str, Any]]:
    if not subject.is_match:
        ids = f"select {literal(subject.left[0])} as object_id"
        return ledger.records(
            f"select 'left' as side, e.object_kind, e.object_id, e.amount_minor, e.currency, k.day, k.text "
            f"from {EXCEPTIONS} as e left join {known_objects(ledger, ids)} as k on k.object_id = e.object_id "
            f"where e.exception_id = {literal(subject.subject_id)}"
        )
    its = f"from {MEMBERS} as p where p.match_id = {literal(subject.subject_id)}"
    currency = "p.currency" if "currency" in ledger.columns[MEMBERS] else literal(subject.currency)
    return ledger.records(
        f"select p.side, p.object_kind, p.object_id, p.amount_minor, {currency} as currency, k.day, k.text from "
        f"(select p.* {its}) as p left join {known_objects(ledger, f'select p.object_id {its}')} as k "
        "on k.object_id = p.object_id order by p.side, k.day, p.object_id"
    )


def _residual(ledger: Ledger, subject: Subject) -> list[dict[str, Any]]:
    if not subject.is_match or RESIDUALS not in ledger.columns:
        return []
    return ledger.records(
        f"select code, amount_minor, evidence_ids from {RESIDUALS} where match_id = {literal(subject.subject_id)} "
        "order by code = 'unexplained', code"
    )


def _alternatives(ledger: Ledger, subject: Subject) -> list[dict[str, Any]]:
    """Other matches of the kind that hold one of the members, or a member of the same amount and still undecided."""
    if not subject.is_match:
        return []
    its_ids = one_of((*subject.left, *subject.right))
    return ledger.records(
        f"with own as (select distinct side, amount_minor from {MEMBERS} "
        f"where match_id = {literal(subject.subject_id)}), "
        f"near as (select *, true as is_shared from {MEMBERS} where object_id in {its_ids} union all "
        f"select p.*, false from {MEMBERS} as p join own using (side, amount_minor) "
        f"where p.object_id not in {its_ids}) "
        "select m.match_id, m.status, m.tier, m.confidence, p.side, p.object_kind, p.object_id, p.amount_minor, "
        f"p.is_shared from near as p join {MATCHES} as m using (match_id) "
        f"where m.match_kind = {literal(subject.kind)} and m.match_id <> {literal(subject.subject_id)} "
        f"and m.currency is not distinct from {literal(subject.currency)} "
        "and (p.is_shared or m.status in ('review', 'ambiguous', 'unmatched')) "
        f"order by p.is_shared desc, m.match_id, p.side, p.object_id limit {MOST_ALTERNATIVES}"
    )


def _related(ledger: Ledger, subject: Subject) -> list[dict[str, Any]]:
    """Other exceptions and matches that speak of the same objects."""
    its_ids = one_of((*subject.left, *subject.right))
    rows = ledger.records(
        f"select exception_id as id, kind, status, object_id from {EXCEPTIONS} where object_id in {its_ids} "
        f"and exception_id <> {literal(subject.subject_id)} order by all limit {MOST_ALTERNATIVES}"
    )
    if not subject.is_match and has_matches(ledger):
        rows += ledger.records(
            f"select m.match_id as id, m.match_kind as kind, m.status, p.object_id from {MEMBERS} as p "
            f"join {MATCHES} as m using (match_id) where p.object_id in {its_ids} "
            f"order by all limit {MOST_ALTERNATIVES}"
        )
    return rows


def _concerns(decision: Decision, subject_id: str, its_ids: Sequence[str]) -> bool:
    return subject_id in (decision.exception_id, decision.match_id) or bool(
        {*decision.left, *decision.right} & {*its_ids}
    )
