"""The person who reviews matches of payouts and bank lines, played by the simulation's own knowledge.

She looks at what the matcher did not dare to accept and decides what is true; what it accepted she leaves alone, so a
wrong automatic match stays wrong in the books.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.sources.decisions import Decision, append_decisions
from orchestration.workspace import Workspace
from tests.pipeline.harness import Outcome, run

NOW = "2026-04-03T08:00:00.000000Z"
BY = "Ada Byron"
KIND = "payout_bank"
Ids = tuple[str, ...]

# Entries stand in a file in the order in which the simulation numbered them.
_TRUE_LINES = """
with truth as (
    select statement_file, entry_number, booked_date, amount_minor, currency, kind, coalesce(payout_ids, '') as payout_ids,
        coalesce(topup_id, '') as topup_id, coalesce(residual_code, '') as residual_code, residual_minor
    from read_csv(getvariable('truth'), types = {'payout_ids': 'varchar', 'topup_id': 'varchar', 'residual_code': 'varchar'})
),
entries as (
    select *, row_number() over (partition by source_file order by source_line) as entry_number
    from marts.fct_bank_entries
)
select entries.bank_entry_id, truth.amount_minor, truth.currency, kind, payout_ids, topup_id, residual_code, residual_minor,
    entries.amount_minor is not distinct from truth.amount_minor and entries.booked_date = truth.booked_date as is_found
from truth left join entries on entries.source_file = truth.statement_file and entries.entry_number = truth.entry_number
where payout_ids <> '' or topup_id <> ''
order by all
"""
_MATCHES = """
select match_id, status, coalesce(sum(amount_minor) filter (where code = 'unexplained'), 0)
from marts.fct_matches left join marts.fct_residuals using (match_id)
where match_kind = 'payout_bank'
group by all
"""
_MEMBERS = """
select match_id, list(object_id order by object_id) filter (where side = 'left'),
    list(object_id order by object_id) filter (where side = 'right')
from marts.fct_match_members where match_kind = 'payout_bank'
group by match_id
"""


@dataclass
class Group:
    """What belongs together in truth, and what the bank kept of it."""

    right: list[str]
    currency: str
    kept: int = 0


def reviewed(workspace: Workspace, inbox: Path, rounds: int = 3) -> Outcome:
    """Run and review until nothing is left to decide: what people decide teaches, so that other pairs come up."""
    outcome = run(workspace, inbox)
    for _ in range(rounds):
        assert outcome.exit_code == 0, outcome.message
        if not review(workspace, inbox / "truth"):
            break
        outcome = run(workspace, inbox)
    return outcome


def review(workspace: Workspace, truth: Path) -> Counter[str]:
    """Decide about every group that is not matched rightly; how many decisions of each kind that took."""
    with duckdb.connect(str(workspace.published_db), read_only=True) as connection:
        connection.execute("set variable truth = ?", [str(truth / "bank_matches.csv")])
        groups = _true_groups(connection)
        published = _published(connection)
    decisions: list[Decision] = []
    for left, group in sorted(groups.items()):
        right = tuple(sorted(group.right))
        match_id, status, unexplained = published.get((left, right), ("", "", group.kept))
        members = {"match_kind": KIND, "match_id": match_id, "left": left, "right": right}
        if status not in ("auto", "confirmed"):
            action = "confirm" if match_id else "regroup"
            decisions.append(Decision(action, BY, "so says the remittance advice", **members))
        if unexplained:
            money = {"code": "bank_fee", "amount_minor": group.kept, "currency": group.currency}
            decisions.append(Decision("explain", BY, "the bank's fee for the wire", **members, **money))
    append_decisions(workspace, decisions, NOW)
    return Counter(decision.action for decision in decisions)


def _published(connection: duckdb.DuckDBPyConnection) -> dict[tuple[Ids, Ids], tuple[str, str, int]]:
    found = {row[0]: row for row in connection.execute(_MATCHES).fetchall()}
    members = connection.execute(_MEMBERS).fetchall()
    return {(tuple(left or ()), tuple(right or ())): found[match_id] for match_id, left, right in members}


def _true_groups(connection: duckdb.DuckDBPyConnection) -> dict[Ids, Group]:
    """Ids of the left side -> its group. A line about something that Stripe has not booked yet is in none."""
    returns = dict(
        connection.execute("select payout_id, return_transaction_id from marts.fct_payout_reconciliation").fetchall()
    )
    topups = {
        (topup, category): transaction
        for topup, category, transaction in connection.execute(
            "select source_object_id, reporting_category, transaction_id from marts.fct_transactions "
            "where reporting_category in ('topup', 'topup_reversal')"
        ).fetchall()
    }
    groups: dict[Ids, Group] = {}
    for entry, amount, currency, kind, payouts, topup, code, residual, is_found in connection.execute(
        _TRUE_LINES
    ).fetchall():
        assert is_found, (entry, amount, kind)
        left: list[Any] = payouts.split()
        if kind == "payout_return":
            left = [returns[payout] for payout in left]
        elif topup:
            left = [topups.get((topup, "topup" if amount < 0 else "topup_reversal"))]
        if None in left:
            continue
        group = groups.setdefault(tuple(sorted(left)), Group([], currency))
        group.right.append(entry)
        group.kept += residual if code == "bank_fee" else 0
    return groups
