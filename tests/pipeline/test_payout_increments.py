"""What is learnt about payouts day by day ends where a build from nothing ends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.workspace import Workspace
from tests.pipeline.harness import content, differences, load_and_build, rows
from tests.pipeline.inboxes import API, json_lines, put
from tests.pipeline.payout_stories import Money, Sent, write_story

pytestmark = pytest.mark.slow
LIST = "payout_balance_transactions.jsonl"
MONEY = [
    Money("txn_1", "2026-05-01 12:00:00", 500, "2026-05-02"),
    Money("txn_2", "2026-05-03 12:00:00", 300, "2026-05-04"),
    Money("txn_3", "2026-05-03 13:00:00", 200, "2026-05-04"),
]
PAYOUTS = [Sent("po_1", "2026-05-02", 500), Sent("po_2", "2026-05-04", 500)]
TIES = "select payout_id, status, membership_source, member_count from marts.fct_payout_reconciliation order by 1"


def _list(inbox: Path, stamp: str, *pairs: tuple[str, str]) -> None:
    rows_ = [{"payout": payout, "balance_transaction": transaction} for payout, transaction in pairs]
    put(inbox / API / LIST, json_lines(rows_), stamp)


def test_inferred_then_named_then_contradicted(tmp_path: Path) -> None:
    workspace, inbox = Workspace(tmp_path / "workspace"), tmp_path / "inbox"

    def built(as_of: str) -> list[tuple[object, ...]]:
        outcome = load_and_build(workspace, inbox, as_of=as_of)
        assert (outcome.exit_code, outcome.refused) == (0, {}), outcome.message
        return rows(workspace.candidate_db, TIES)

    # the first payout and its transaction; nothing names it
    write_story(inbox, MONEY[:1], PAYOUTS[:1], "2026-05-03T0300")
    assert built("2026-05-03T03:00:00Z") == [("po_1", "tied_inferred", "inferred", 1)]
    # the second payout, with one of its two transactions: the other may still come
    write_story(inbox, MONEY[:2], PAYOUTS, "2026-05-04T0300")
    assert built("2026-05-04T03:00:00Z") == [("po_1", "tied_inferred", "inferred", 1), ("po_2", "in_progress", "none", 0)]
    # Sigma fills in the ids, later than everything else
    named = [replace(item, payout="po_1" if item.id == "txn_1" else "po_2") for item in MONEY]
    write_story(inbox, named, PAYOUTS, "2026-05-20T0300")
    assert built("2026-05-20T03:00:00Z") == [("po_1", "tied", "by_id", 1), ("po_2", "tied", "by_id", 2)]
    # and at last a list of Stripe's contradicts them
    _list(inbox, "2026-05-21T0300", ("po_1", "txn_1"), ("po_2", "txn_1"))
    assert built("2026-05-21T04:00:00Z") == [("po_1", "exception", "by_id", 1), ("po_2", "exception", "by_id", 2)]
    conflict = "select object_id, reason from marts.fct_exceptions where kind = 'payout_membership_conflict'"
    assert rows(workspace.candidate_db, conflict) == [("txn_1", "counted with po_1, and po_2 claims it too")]
    step_by_step = content(workspace)
    assert {"fct_payout_members", "fct_payout_reconciliation", "fct_exceptions"} <= set(step_by_step)
    at_once = Workspace(tmp_path / "at_once")
    outcome = load_and_build(at_once, inbox, as_of="2026-05-21T04:00:00Z")
    assert outcome.exit_code == 0, outcome.message
    assert differences(step_by_step, content(at_once)) == {}
