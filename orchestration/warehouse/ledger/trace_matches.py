"""The matches behind an id: orders and the charges that pay them, payouts and the bank lines that they are."""

from __future__ import annotations

import json
from typing import Any

from orchestration.warehouse.connection import literal
from orchestration.warehouse.ledger.reading import Ledger, one_of

MATCHES, MEMBERS, ENTRIES = "marts.fct_matches", "marts.fct_match_members", "marts.fct_bank_entries"
# Kinds that say something which no other part of a trace says.
KINDS = ("payout_bank", "order_charge")

Record = dict[str, Any]


def partners(ledger: Ledger, wanted: str) -> tuple[set[str], list[str]]:
    """What the id of an order, a bank line or a match leads to on Stripe's side, and as what it was recognised."""
    if MEMBERS not in ledger.columns:
        return set(), []
    own = list(
        ledger.rows(
            f"select match_id, object_kind from {MEMBERS} where match_kind in {one_of(KINDS)} and "
            f"(match_id = {literal(wanted)} or object_id = {literal(wanted)} "
            "and object_kind in ('order', 'bank_entry'))"
        )
    )
    if not own:
        return set(), []
    is_match = any(match_id == wanted for match_id, _ in own)
    found = ledger.rows(
        f"select distinct object_id from {MEMBERS} where match_id in {one_of(sorted({row[0] for row in own}))} "
        "and object_kind in ('charge', 'payout', 'payout_return', 'topup', 'topup_return')"
    )
    return {row[0] for row in found}, ["match"] if is_match else sorted({row[1] for row in own})


def matches(ledger: Ledger, ids: list[str]) -> list[Record]:
    """Matches that hold one of the ids: each with its members, what speaks for it and what its difference is."""
    if MATCHES not in ledger.columns or not ids:
        return []
    found = ledger.records(
        f"""
        select match_id, match_kind, account_id, currency, tier, confidence, status, left_minor, right_minor,
            residual_minor, alternative_count, evidence
        from {MATCHES}
        where match_kind in {one_of(KINDS)} and match_id in (
            select match_id from {MEMBERS} where object_id in {one_of(ids)} or match_id in {one_of(ids)})
        order by match_kind, first_date, match_id
        """
    )
    members = _members(ledger, sorted(match["match_id"] for match in found))
    return [
        {**match, "evidence": json.loads(match["evidence"]), "members": members.get(match["match_id"], [])}
        for match in found
    ]


def _members(ledger: Ledger, match_ids: list[str]) -> dict[str, list[Record]]:
    if not match_ids:
        return {}
    text = "entries.description" if ENTRIES in ledger.columns else "null"
    lines = (
        f"left join {ENTRIES} as entries on members.object_id = entries.bank_entry_id"
        if ENTRIES in ledger.columns
        else ""
    )
    grouped: dict[str, list[Record]] = {}
    for row in ledger.records(
        f"""
        select members.match_id, members.side, members.object_kind, members.object_id, members.account_id,
            members.currency, members.amount_minor, members.member_date, {text} as text
        from {MEMBERS} as members {lines}
        where members.match_id in {one_of(match_ids)}
        order by members.match_id, members.side, members.object_kind, members.object_id
        """
    ):
        grouped.setdefault(row["match_id"], []).append({key: row[key] for key in row if key != "match_id"})
    return grouped
