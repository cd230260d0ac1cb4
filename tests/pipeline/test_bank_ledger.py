"""The books follow the bank: statements late and in any order, decisions and their undo, groups of several days."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from orchestration import build_state
from orchestration.sandbox.simulate import simulate_into
from orchestration.sandbox.world.plan import Plan
from orchestration.sources.decisions import Decision, append_decisions
from orchestration.workspace import Workspace
from tests.pipeline.bank_files import camt, camt_balance, camt_entry, listed, write
from tests.pipeline.harness import build, content, differences, load, rows

pytestmark = pytest.mark.slow
NOW = "2026-04-03T08:00:00.000000Z"
KIND = "payout_bank"
LEDGER = ("fct_ledger_postings", "fct_clearing_items", "agg_trial_balance_monthly", "fct_bank_proof")


def _build(workspace: Workspace, inbox: Path, *, anew: bool = False) -> None:
    """The next increment of a workspace, or its first build."""
    outcome = load(workspace, inbox)
    assert outcome.exit_code == 0, outcome.message
    assert outcome.context is not None
    assert build_state.needs_full_build(workspace, outcome.context) == anew
    build(workspace, outcome)
    assert outcome.exit_code == 0, outcome.message


def _balances(workspace: Workspace) -> dict[str, int]:
    """Accounts at the platform's banks, over all currencies: only whether there is something counts here."""
    return dict(
        rows(
            workspace.candidate_db,
            "select ledger_account, count(*) from marts.fct_ledger_postings "
            "where account_id = 'platform' and ledger_account in ('bank_cash', 'bank_unverified') group by all",
        )
    )


def _pairs(workspace: Workspace) -> list[tuple[Any, ...]]:
    """Match id, payout, bank line and money of automatic matches of one payout and one line of the same amount."""
    return rows(
        workspace.candidate_db,
        """
        select matches.match_id, payouts.object_id, lines.object_id, matches.left_minor, matches.currency, lines.member_date
        from marts.fct_matches as matches
        inner join marts.fct_match_members as payouts on matches.match_id = payouts.match_id and payouts.side = 'left'
        inner join marts.fct_match_members as lines on matches.match_id = lines.match_id and lines.side = 'right'
        where matches.match_kind = 'payout_bank' and status = 'auto' and left_count = 1 and right_count = 1
            and residual_minor = 0 and payouts.object_kind = 'payout' and matches.currency = 'usd'
        order by lines.member_date, matches.match_id
        """,
    )


def _open(workspace: Workspace, payout: str) -> list[tuple[Any, ...]]:
    return rows(
        workspace.candidate_db,
        "select ledger_account, currency, balance_minor, awaits from marts.fct_clearing_items where clearing_id = ?",
        [payout],
    )


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Workspace]:
    """A company whose statements came after everything else: those of the last month first, then the others."""
    folder = tmp_path_factory.mktemp("bank")
    inbox, whole, workspace = folder / "inbox", folder / "whole", Workspace(folder / "workspace")
    simulate_into(Plan(months=3, customers=25, accounts=1, seed=5), whole, ("sigma-csv",))
    shutil.copytree(whole, inbox)
    shutil.rmtree(inbox / "bank")
    _build(workspace, inbox, anew=True)
    assert set(_balances(workspace)) == {"bank_unverified"}
    (inbox / "bank").mkdir()
    weeks = {f"2026-W{number:02}" for number in range(10, 15)}
    for last in (True, False):
        for path in (whole / "bank").iterdir():
            stamp = path.stem.rpartition("_")[2]
            if (stamp == "2026-03" or stamp in weeks) == last:
                shutil.copy2(path, inbox / "bank")
        _build(workspace, inbox)
        assert set(_balances(workspace)) == ({"bank_cash", "bank_unverified"} if last else {"bank_cash"})
    return inbox, workspace


def test_late_statements_give_the_books_of_a_build_from_scratch(company: tuple[Path, Workspace], tmp_path: Path) -> None:
    inbox, workspace = company
    other = Workspace(tmp_path / "workspace")
    _build(other, inbox, anew=True)
    assert differences(content(workspace), content(other)) == {}


def test_a_decision_changes_the_books_and_its_undo_changes_them_back(company: tuple[Path, Workspace]) -> None:
    inbox, workspace = company
    before = content(workspace)
    match_id, payout, line, amount, currency, _ = _pairs(workspace)[0]
    posted = "select ledger_account, debit_minor, credit_minor from marts.fct_ledger_postings where entry_id like ? order by all"
    entry = f"platform:{match_id}:%"
    books = rows(workspace.candidate_db, posted, [entry])
    assert books == [("bank_cash", amount, 0), ("payouts_in_transit", 0, amount)]
    assert _open(workspace, payout) == []

    members = {"match_kind": KIND, "match_id": match_id, "left": (payout,), "right": (line,)}
    rejected, = append_decisions(workspace, [Decision("reject", "Ada Byron", "another company's", **members)], NOW)
    _build(workspace, inbox)
    assert rows(workspace.candidate_db, posted, [entry]) == []
    assert _open(workspace, payout) == [("payouts_in_transit", currency, amount, "bank")]

    confirmed, = append_decisions(workspace, [Decision("confirm", "Ada Byron", "ours after all", **members)], NOW)
    _build(workspace, inbox)
    assert rows(workspace.candidate_db, posted, [entry]) == books
    assert _open(workspace, payout) == []
    shown = rows(workspace.candidate_db, "select status from marts.fct_matches where match_id = ?", [match_id])
    assert shown == [("confirmed",)]

    undone = [Decision("undo", "Ada Byron", "", undoes=one.decision_id) for one in (confirmed, rejected)]
    append_decisions(workspace, undone, NOW)
    _build(workspace, inbox)
    after = content(workspace)
    assert differences({name: before[name] for name in LEDGER}, {name: after[name] for name in LEDGER}) == {}


def test_lines_of_several_days_are_booked_each_on_its_own(company: tuple[Path, Workspace]) -> None:
    """Two payouts and their two lines as one group: other entries, the same books on every day."""
    inbox, workspace = company
    daily = (
        "select account_id, currency, ledger_account, clearing_id, posting_date, sum(debit_minor - credit_minor) "
        "from marts.fct_ledger_postings group by all order by all"
    )
    before = rows(workspace.candidate_db, daily)
    first, *others = _pairs(workspace)
    second = next(pair for pair in others if pair[5] > first[5])
    together = Decision(
        "regroup", "Ada Byron", "one advice", match_kind=KIND, left=tuple(sorted((first[1], second[1]))),
        right=tuple(sorted((first[2], second[2]))),
    )  # fmt: skip
    decision, = append_decisions(workspace, [together], NOW)
    _build(workspace, inbox)
    assert rows(workspace.candidate_db, daily) == before
    found = rows(
        workspace.candidate_db,
        "select entry_id, posting_date from marts.fct_ledger_postings where leg in (?, ?) order by posting_date",
        [f"bank.{first[2]}", f"bank.{second[2]}"],
    )
    assert [day for _, day in found] == [first[5], second[5]]
    assert found[0][0] != found[1][0]
    assert found[0][0].rpartition(":")[0] == found[1][0].rpartition(":")[0]
    append_decisions(workspace, [Decision("undo", "Ada Byron", "", undoes=decision.decision_id)], NOW)


def test_money_that_the_bank_converted_closes_its_payout_and_no_bank_account_here(
    company: tuple[Path, Workspace], tmp_path: Path
) -> None:
    """A payout in dollars reaches an account in euros, which states what was sent."""
    inbox, workspace = company
    _, payout, _, amount, currency, _ = _pairs(workspace)[0]
    (due, trace), = rows(
        workspace.candidate_db,
        "select paid_date::varchar, trace_id from marts.fct_payout_reconciliation where payout_id = ? and trace_id is not null",
        [payout],
    )  # fmt: skip
    sent = f"{amount // 100}.{amount % 100:02}"
    details = (
        f"<TxDtls><Refs><EndToEndId>{trace}</EndToEndId></Refs><Amt Ccy='EUR'>9.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>"
        f"<AmtDtls><InstdAmt><Amt Ccy='USD'>{sent}</Amt></InstdAmt></AmtDtls>"
        "<RltdPties><Dbtr><Pty><Nm>STRIPE</Nm></Pty></Dbtr></RltdPties><RmtInf><Ustrd>STRIPE PAYOUT</Ustrd></RmtInf></TxDtls>"
    )
    body = camt_balance("OPBD", "1.00", due) + camt_entry("9.00", due, "X1", details) + camt_balance("CLBD", "10.00", due)
    other, elsewhere = tmp_path / "inbox", Workspace(tmp_path / "workspace")
    shutil.copytree(inbox, other, ignore=shutil.ignore_patterns("bank", "bank_*.csv"))
    write(other, {"euro.xml": camt("053", "EURO", "1", body)}, listed("EURO"))
    _build(elsewhere, other, anew=True)
    found = rows(
        elsewhere.candidate_db,
        "select ledger_account, clearing_id, currency, debit_minor, credit_minor from marts.fct_ledger_postings "
        "where entry_kind = 'bank_receipt' order by all",
    )
    assert found == [("bank_unverified", None, currency, amount, 0), ("payouts_in_transit", payout, currency, 0, amount)]
    proof = "select entries_minor, posted_minor, converted_minor, open_minor, unrelated_minor, difference_minor from marts.fct_bank_proof"
    assert rows(elsewhere.candidate_db, proof) == [(900, 0, 900, 0, 0, 0)]
