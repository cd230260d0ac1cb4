"""Bank statements and decisions about a month that is closed: its books stand, the bank's side moves in the next."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orchestration import build_state
from orchestration.sandbox.simulate import simulate_into
from orchestration.sandbox.world.plan import Plan
from orchestration.sources.decisions import Decision, append_decisions
from orchestration.workspace import Workspace
from tests.pipeline.closing import CORRECTIONS, TOTALS, close, done, frozen, postings
from tests.pipeline.harness import Outcome, build, content, differences, load, load_and_build, rows, run

pytestmark = pytest.mark.slow
NOW = "2026-04-03T08:00:00.000000Z"
PAIR = """
select matches.match_id, payouts.object_id, lines.object_id
from marts.fct_matches as matches
inner join marts.fct_match_members as payouts on matches.match_id = payouts.match_id and payouts.side = 'left'
inner join marts.fct_match_members as lines on matches.match_id = lines.match_id and lines.side = 'right'
where matches.match_kind = 'payout_bank' and status = 'auto' and left_count = 1 and right_count = 1
    and residual_minor = 0 and payouts.object_kind = 'payout' and lines.member_date < date '2026-02-01'
order by all limit 1
"""
# Corrections of both sides of the bank, in minor units of all currencies: only that they cancel counts here.
BANK = """
select ledger_account, sum(debit_minor - credit_minor)::bigint from marts.fct_ledger_postings
where entry_kind = 'correction' and ledger_account in ('bank_cash', 'bank_unverified', 'payouts_in_transit')
group by all order by all
"""


def _increment(workspace: Workspace, inbox: Path) -> Outcome:
    outcome = done(load(workspace, inbox))
    assert outcome.context is not None
    assert not build_state.needs_full_build(workspace, outcome.context)
    build(workspace, outcome)
    return done(outcome)


@pytest.mark.nightly
def test_statements_and_decisions_about_a_closed_month_post_in_the_next(tmp_path: Path) -> None:
    inbox, whole, workspace = tmp_path / "inbox", tmp_path / "whole", Workspace(tmp_path / "workspace")
    simulate_into(Plan(months=3, customers=25, accounts=1, seed=5), whole, ("sigma-csv",))
    shutil.copytree(whole, inbox, ignore=shutil.ignore_patterns("bank"))
    done(run(workspace, inbox))
    january = close(workspace, "2026-01")
    done(run(workspace, inbox))
    assert rows(workspace.candidate_db, CORRECTIONS) == []

    shutil.copytree(whole / "bank", inbox / "bank")
    outcome = done(run(workspace, inbox))
    assert postings(workspace, "2026-01") == frozen(workspace, january)
    moved = dict(rows(workspace.candidate_db, BANK))
    assert moved["bank_cash"] > 0
    assert moved["bank_unverified"] < 0
    assert outcome.manifest["closed_periods"][0]["period_id"] == "2026-01"
    unclosed = Workspace(tmp_path / "unclosed")
    done(load_and_build(unclosed, inbox))
    whose = TOTALS.replace("source_object_id, ", "")  # a group may be told under another of its payouts
    assert rows(workspace.candidate_db, whose) == rows(unclosed.candidate_db, whose)
    proof = "select statement_id, posted_minor, open_minor, unrelated_minor from marts.fct_bank_proof order by all"
    assert rows(workspace.candidate_db, proof) == rows(unclosed.candidate_db, proof)
    before = content(workspace)
    done(load_and_build(workspace, inbox, full_refresh=True))
    assert differences(before, content(workspace)) == {}

    # a match of January is rejected: what its line posted is not there any more, in February's corrections
    ((match_id, payout, line),) = rows(workspace.candidate_db, PAIR)
    members = {"match_kind": "payout_bank", "match_id": match_id, "left": (payout,), "right": (line,)}
    (rejected,) = append_decisions(
        workspace, [Decision("reject", "Ada Byron", "another company's", **members)], NOW
    )
    _increment(workspace, inbox)
    assert postings(workspace, "2026-01") == frozen(workspace, january)
    of_payout = f"select ledger_account from marts.fct_ledger_postings where source_object_id = '{payout}' and leg like 'bank.%'"
    assert rows(workspace.candidate_db, of_payout) == []
    assert differences(before, content(workspace)) != {}
    append_decisions(workspace, [Decision("undo", "Ada Byron", "", undoes=rejected.decision_id)], NOW)
    _increment(workspace, inbox)
    ledger = ("fct_ledger_postings", "fct_clearing_items", "agg_trial_balance_monthly", "fct_bank_proof")
    after = content(workspace)
    assert differences({name: before[name] for name in ledger}, {name: after[name] for name in ledger}) == {}
