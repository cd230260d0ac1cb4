"""Payouts of simulated companies against what the simulation knows: every member, every component, every lost row."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.sandbox.simulate import simulate_into
from orchestration.sandbox.world.plan import Plan
from orchestration.workspace import Workspace
from tests.pipeline.harness import rows, run
from tests.pipeline.inboxes import SIGMA, edit_csv, read_csv

pytestmark = pytest.mark.slow
TRANSACTIONS = ("balance_transactions_2", "connected_account_balance_transactions_2")

_TRUE_RESIDUALS = """
with truth as (
    select account_id, object_id as payout_id, code, amount_minor
    from read_csv(getvariable('truth'), all_varchar = true) where pair = 'sales_payout'
),
found as (
    select account_id, payout_id, code, amount_minor from intermediate.int_payout_residuals where amount_minor <> 0
)
select account_id, payout_id, code, truth.amount_minor, found.amount_minor
from truth full join found using (account_id, payout_id, code)
where truth.amount_minor::bigint is distinct from found.amount_minor
order by all
"""


def transaction_files(inbox: Path) -> list[Path]:
    return [path for path in sorted((inbox / SIGMA).iterdir()) if path.name.startswith(TRANSACTIONS)]


def true_members(inbox: Path) -> set[tuple[str, str, str]]:
    """(tenant, payout, transaction) as Sigma names them; a payout's own row is named by its source."""
    return {
        (row.get("account") or "platform", row["automatic_transfer_id"], row["id"])
        for path in transaction_files(inbox)
        for row in read_csv(path)
        if row["automatic_transfer_id"] and row["type"] != "payout"
    }


def members(database: Path) -> set[tuple[Any, ...]]:
    return set(rows(database, "select account_id, payout_id, transaction_id from marts.fct_payout_members"))


def wrong_residuals(workspace: Workspace, truth: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(workspace.candidate_db), read_only=True) as connection:
        connection.execute("set variable truth = ?", [str(truth / "residuals.csv")])
        return connection.execute(_TRUE_RESIDUALS).fetchall()


def published(folder: Path, plan: Plan, forget_ids: bool) -> tuple[Path, Workspace, set[tuple[str, str, str]]]:
    inbox, workspace = folder / "inbox", Workspace(folder / "workspace")
    simulate_into(plan, inbox, ("sigma-csv",))
    known = true_members(inbox)
    if forget_ids:
        for path in transaction_files(inbox):
            edit_csv(path, lambda table: [{**row, "automatic_transfer_id": ""} for row in table])
    outcome = run(workspace, inbox)
    assert outcome.exit_code == 0, outcome.message
    return inbox, workspace, known


@pytest.mark.parametrize(
    ("seed", "forget_ids"), [(3, False), (3, True), (29, True)], ids=["named", "inferred", "inferred-other"]
)
def test_every_payout_of_a_clean_company_is_tied(tmp_path: Path, seed: int, forget_ids: bool) -> None:
    inbox, workspace, known = published(tmp_path, Plan(months=4, customers=60, accounts=7, seed=seed), forget_ids)
    found = rows(workspace.published_db, "select is_automatic, status, count(*), sum(abs(difference_minor))::bigint "
                 "from marts.fct_payout_reconciliation group by all order by all")
    tied = "tied_inferred" if forget_ids else "tied"
    by_kind = {(automatic, status): (count, money) for automatic, status, count, money in found}
    assert {status for automatic, status in by_kind if automatic} == {tied, "failed"}
    assert {status for automatic, status in by_kind if not automatic} == {"unknowable_manual", "failed", "canceled"}
    assert all(money == 0 for (automatic, _), (_, money) in by_kind.items() if automatic)
    assert by_kind[True, tied][0] > 100
    # what the bank shows of them is the matcher's business, and has its own truth
    doubts = "select * from marts.fct_exceptions where kind like 'payout%' and kind <> 'payout_not_at_the_bank'"
    assert rows(workspace.published_db, doubts) == []
    # not only the sums: each transaction is with the payout that took it
    assert members(workspace.published_db) == known
    assert len(known) > 1_000
    assert wrong_residuals(workspace, inbox / "truth") == []
    unexplained = ("select count(*), count(distinct (account_id, payout_id)) from intermediate.int_payout_residuals "
                   "where code = 'unexplained'")
    count, payouts = rows(workspace.candidate_db, unexplained)[0]
    assert count == payouts == sum(count for (automatic, _), (count, _) in by_kind.items() if automatic)
    # what stands in the published file adds up: sales less components are the payout and its fee
    broken = ("select payouts.payout_id from marts.fct_payout_reconciliation as payouts join (select account_id, payout_id, "
              "sum(amount_minor) as amount_minor from intermediate.int_payout_residuals group by all) as residuals "
              "using (account_id, payout_id) where sales_minor - amount_minor <> payout_minor")
    assert rows(workspace.candidate_db, broken) == []


def test_every_lost_row_is_missed_in_its_payout(tmp_path: Path) -> None:
    """Rows that no file holds, or that stand under another tenant: each payout lacks just these, to the cent."""
    lived, in_files = ("double_payout",), ("lost_rows", "wrong_tenant")
    plan = Plan(months=4, customers=60, accounts=5, seed=5, defects=lived)
    clean = tmp_path / "clean"
    simulate_into(plan, clean, ("sigma-csv",))
    payout_of = {(tenant, transaction): payout for tenant, payout, transaction in true_members(clean)}
    inbox, workspace = tmp_path / "inbox", Workspace(tmp_path / "workspace")
    simulate_into(replace(plan, defects=(*lived, *in_files)), inbox, ("sigma-csv",))
    outcome = run(workspace, inbox)
    assert outcome.exit_code == 0, outcome.message
    with (inbox / "truth" / "defects.csv").open(encoding="utf-8", newline="") as lines:
        marks = list(csv.DictReader(lines))
    missing: dict[tuple[str, str], int] = {}
    for mark in marks:
        payout = payout_of.get((mark["account_id"], mark["object_id"]))
        if mark["table"] == "balance_transactions" and payout:
            key = mark["account_id"], payout
            missing[key] = missing.get(key, 0) - int(mark["amount_minor"])
    assert len(missing) >= 4
    found = {(account, payout): money for account, payout, money in rows(
        workspace.published_db, "select account_id, object_id, amount_minor from marts.fct_exceptions "
        "where kind in ('payout_members_differ', 'payout_without_members')")}
    assert found == missing
    statuses = rows(workspace.published_db, "select account_id, payout_id, difference_minor "
                    "from marts.fct_payout_reconciliation where status = 'exception'")
    assert {(account, payout): money for account, payout, money in statuses} == missing
    twice = rows(workspace.published_db, "select object_id, amount_minor from marts.fct_exceptions where kind = 'payout_sent_twice'")
    assert twice == [(mark["object_id"], int(mark["amount_minor"])) for mark in marks if mark["defect"] == "double_payout"]
