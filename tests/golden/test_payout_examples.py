"""Stripe's own examples of payout and bank reconciliation, from Sigma files to the published file.

Sources: docs.stripe.com/reports/select-a-report (two-day rolling payouts), docs.stripe.com/bank-reconciliation
(daily payouts, cohorts by month). Amounts in whole dollars there, in cents here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from orchestration.workspace import Workspace
from tests.pipeline.harness import rows, run
from tests.pipeline.payout_stories import Money, Sent, days_from, write_story

pytestmark = pytest.mark.slow
NAMED = pytest.mark.parametrize("is_named", [True, False], ids=["named", "inferred"])


def _paid(first: str, charges: Sequence[int], payouts: int) -> tuple[list[Money], list[Sent]]:
    """A charge a day; from the third day a payout takes what was charged two days before."""
    start = date.fromisoformat(first)
    money = days_from(first, [amount * 100 for amount in charges])
    sent = [
        Sent(f"po_{number}", str(start + timedelta(days=number + 1)), charges[number - 1] * 100)
        for number in range(1, payouts + 1)
    ]
    named = [replace(item, payout=f"po_{number}") if number <= payouts else item
             for number, item in enumerate(money, start=1)]  # fmt: skip
    return named, sent


def _published(folder: Path, money: list[Money], sent: list[Sent], as_of: str, is_named: bool) -> Path:
    if not is_named:
        money = [replace(item, payout="") for item in money]
    workspace = Workspace(folder / "workspace")
    outcome = run(workspace, write_story(folder / "inbox", money, sent), as_of=as_of)
    assert outcome.exit_code == 0, outcome.message
    ties = rows(workspace.published_db, "select distinct status, difference_minor from marts.fct_payout_reconciliation")
    assert ties == [("tied" if is_named else "tied_inferred", 0)]
    kinds = "select kind from marts.fct_exceptions where kind like 'payout%'"
    assert rows(workspace.published_db, kinds) == []
    return workspace.published_db


@NAMED
def test_two_day_rolling_payouts(tmp_path: Path, is_named: bool) -> None:
    """
    | day | charges | payout | balance at the end |
    |   1 |      10 |        |                 10 |
    |   2 |      20 |        |                 30 |
    |   3 |      30 |     10 |                 50 |
    |   4 |      50 |     20 |                 80 |
    |   5 |      70 |     30 |                120 |
    """
    money, sent = _paid("2026-03-01", [10, 20, 30, 50, 70], payouts=3)
    published = _published(tmp_path, money, sent, "2026-03-06T00:00:00Z", is_named)
    balances = "select day(posting_date), ledger_minor from marts.fct_balance_proof order by 1"
    assert rows(published, balances) == [(1, 1_000), (2, 3_000), (3, 5_000), (4, 8_000), (5, 12_000)]
    # days 3 to 5: starting 30, activity +150, payouts -60, ending 120
    activity = (
        "select sum(net_minor) filter (where reporting_category <> 'payout')::bigint, "
        "sum(net_minor) filter (where reporting_category = 'payout')::bigint "
        "from marts.fct_transactions where reporting_date between '2026-03-03' and '2026-03-05'"
    )
    assert rows(published, activity) == [(15_000, -6_000)]
    assert 3_000 + 15_000 - 6_000 == 12_000
    # payout reconciliation of the range: the transactions of days 1 to 3, as much as the payouts
    settled = (
        "select list(day(reporting_date) order by reporting_date), sum(members.net_minor)::bigint "
        "from marts.fct_payout_members as members join marts.fct_transactions using (account_id, transaction_id) "
        "join marts.fct_payout_reconciliation as payouts on members.payout_id = payouts.payout_id "
        "where payouts.created_at >= '2026-03-03' and payouts.created_at < '2026-03-06'"
    )
    assert rows(published, settled) == [([1, 2, 3], 6_000)]
    # ending-balance reconciliation: what no payout took is days 4 and 5, as much as the balance
    unpaid = (
        "select list(day(reporting_date) order by reporting_date), sum(net_minor)::bigint from marts.fct_transactions "
        "where reporting_category <> 'payout' and transaction_id not in (select transaction_id from marts.fct_payout_members)"
    )
    assert rows(published, unpaid) == [([4, 5], 12_000)]
    cohorts = "select payable_minor, pending_minor, paid_minor from marts.agg_payout_cohorts_monthly"
    assert rows(published, cohorts) == [(18_000, 12_000, 6_000)]


@NAMED
def test_cohorts_of_daily_payouts(tmp_path: Path, is_named: bool) -> None:
    """
    | date   | transactions | payout |
    | Jan 28 |           10 |        |
    | Jan 29 |           30 |        |
    | Jan 30 |           50 |     10 |
    | Jan 31 |           70 |     30 |
    | Feb  1 |           60 |     50 |
    | Feb  2 |          100 |     70 |
    | Feb  3 |          110 |     60 |
    | Feb  4 |              |    100 |   a Sunday: the bank credits it on Monday
    """
    money, sent = _paid("2024-01-28", [10, 30, 50, 70, 60, 100, 110], payouts=6)
    sent[-1] = replace(sent[-1], arrival="2024-02-05", status="in_transit")
    published = _published(tmp_path, money, sent, "2024-02-04T23:59:59Z", is_named)
    months = (
        "select transaction_month, payable_minor, pending_minor, paid_minor, paid_same_month_minor, "
        "paid_minor - paid_same_month_minor from marts.agg_payout_cohorts_monthly order by 1"
    )
    assert rows(published, months) == [
        (date(2024, 1, 1), 16_000, 0, 16_000, 4_000, 12_000),
        (date(2024, 2, 1), 27_000, 11_000, 16_000, 16_000, 0),
    ]
    # by the day of the payout instead, as far as the bank can have it: January 40, February 180
    arrived = (
        "select month(paid_date), sum(payout_minor)::bigint from marts.fct_payout_reconciliation "
        "where paid_date is not null group by all order by 1"
    )
    assert rows(published, arrived) == [(1, 4_000), (2, 18_000)]
    on_its_way = "select payout_minor from marts.fct_payout_reconciliation where paid_date is null"
    assert rows(published, on_its_way) == [(10_000,)]
