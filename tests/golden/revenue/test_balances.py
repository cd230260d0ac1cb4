"""Balances around revenue, worked out by hand: what is owed and how old it is, what is still to come, and what of it is paid."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from orchestration.warehouse.ledger.deferred import DEFERRED_TABLES, deferred_balances
from orchestration.warehouse.ledger.reading import reading
from orchestration.workspace import Workspace
from tests.golden.revenue.tables import minor
from tests.pipeline.harness import rows

pytestmark = pytest.mark.slow

# Period -> what stands in which bucket; the rest is empty.
AGES = {
    "2019-01": {"91-120": "10"},  # 92 days after it was finalized
    "2019-02": {"91-120": "10", "not_due": "40"},  # 120 days are not more than 120
    "2019-03": {">120": "10", "31-60": "10", "1-30": "10", "not_due": "16"},  # 30.5 days are more than 30
    "2019-04": {">120": "10", "61-90": "10", "31-60": "10", "1-30": "16"},
}


@pytest.mark.parametrize("period", AGES)
def test_part_of_a_day_overdue_counts_as_a_day(period: str, workspace: Workspace) -> None:
    found = dict(rows(workspace.published_db, "select bucket, amount_minor from marts.agg_receivable_ageing "
                      "where account_id = 'acct_1L1' and period_id = ?", [period]))
    empty = dict.fromkeys(("not_due", "1-30", "31-60", "61-90", "91-120", ">120"), 0)
    assert found == {**empty, **{bucket: minor(amount) for bucket, amount in AGES[period].items()}}


@pytest.mark.parametrize(("day", "bands"), [
    ("2019-01-31", ["365", "366", "334"]),  # from February 2019, 2020 and 2021
    ("2019-12-31", ["366", "365", "0"]),
    ("2021-11-30", ["31", "0", "0"]),
])
def test_what_remains_by_the_year_in_which_it_is_earned(day: str, bands: list[str], workspace: Workspace) -> None:
    found = rows(workspace.published_db, "select band, amount_minor, deferred_minor, pending_minor "
                 "from marts.agg_remaining_obligations where account_id = 'acct_1L2' and as_of_date = ?", [day])
    wanted = [(band, minor(amount), minor(amount), 0) for band, amount in zip(("<=12", "13-24", ">24"), bands, strict=True)]
    assert sorted(found) == sorted(wanted)


def test_a_pending_item_remains_without_being_deferred(workspace: Workspace) -> None:
    """W5a: 31 from May 14, of which 13 are left for June."""
    found = rows(workspace.published_db, "select amount_minor, deferred_minor, pending_minor from marts.agg_remaining_obligations "
                 "where account_id = 'acct_1W5a' and as_of_date = '2020-05-31' and band = '<=12'")
    assert found == [(1_300, 0, 1_300)]


COLUMNS = ("opening", "billed", "recognized", "recognized_from_opening", "adjusted", "settled", "closing", "unpaid_deferred")
# Story, kind of balance, period -> the columns, in major units.
BALANCES = {
    ("L3", "contract_liability", "2019-01"): "0 90 31 0 0 0 59 59",
    ("L3", "contract_liability", "2019-02"): "59 0 28 28 0 0 31 0",
    # of 31 left, 3.10 go back; of the 59 that January and February had, 5.90 are contra revenue and no balance
    ("L3", "contract_liability", "2019-03"): "31 0 27.90 27.90 -3.10 0 0 0",
    ("L3", "receivable", "2019-01"): "0 90 0 0 0 0 90 0",
    ("L3", "receivable", "2019-02"): "90 0 0 0 -90 -90 0 0",
    # earned before the bill: 40 - 30 pending since April, billed in May
    ("S08", "unbilled_receivable", "2022-04"): "0 0 10 0 0 0 10 0",
    ("S08", "unbilled_receivable", "2022-05"): "10 10 0 0 0 0 0 0",
    # a credit in unbilled is owed to the customer: 10 - 30
    ("S09", "unbilled_receivable", "2022-04"): "0 0 -20 0 20 0 0 0",
    ("S09", "contract_liability", "2022-04"): "0 90 90 0 20 0 20 0",
    ("S09", "contract_liability", "2022-05"): "20 30 30 0 -20 0 0 0",
    # a credit invoice for service that is still to be taken back
    ("C02", "contract_asset", "2019-01"): "0 -31 -17 0 0 0 14 0",
    ("C02", "contract_asset", "2019-02"): "14 0 -14 0 0 0 0 0",
    ("C02", "customer_balance", "2019-01"): "0 0 0 0 31 0 31 0",
    ("N02", "refund_liability", "2019-02"): "0 0 0 0 20 0 20 0",
}


@pytest.mark.parametrize(("story", "kind", "period"), BALANCES)
def test_a_balance_rolls_forward(story: str, kind: str, period: str, workspace: Workspace) -> None:
    found = rows(workspace.published_db, f"select {', '.join(f'{name}_minor' for name in COLUMNS)} from marts.agg_contract_balances "
                 "where account_id = ? and currency = 'usd' and balance_kind = ? and period_id = ?",
                 [f"acct_1{story}", kind, period])
    assert found == [tuple(minor(amount) for amount in BALANCES[story, kind, period].split())]


def test_what_is_earned_beside_what_is_paid(workspace: Workspace) -> None:
    """L3: 90 earned as 31, 28 and 27.90, of which 5.90 go back in March; paid in February, 9 returned in March."""
    found = rows(workspace.published_db, "select strftime(revenue_month, '%Y-%m'), revenue_minor, contra_minor, charged_minor, "
                 "refunded_minor, cash_minor, difference_minor from marts.agg_revenue_and_cash_monthly "
                 "where account_id = 'acct_1L3' order by all")
    assert found == [("2019-01", 3_100, 0, 0, 0, 0, -3_100), ("2019-02", 2_800, 0, 9_000, 0, 9_000, 6_200),
                     ("2019-03", 2_790, 590, 0, -900, -900, -3_100)]


def test_deferred_revenue_at_the_end_of_every_month_is_the_ledgers(workspace: Workspace) -> None:
    """Every policy and every kind of change that the stories of this folder tell, to the cent."""
    ends = rows(workspace.published_db, "select period_id, ends_at from marts.dim_periods "
                "where ends_at <= (select as_of from meta.publication) order by all")
    ledger = {(tenant, currency, period, account): amount for tenant, currency, period, account, amount in rows(
        workspace.published_db, "select account_id, currency, period_id, ledger_account, closing_minor "
        "from marts.agg_trial_balance_monthly where ledger_account in ('deferred_revenue', 'unbilled_receivable')")}
    checked, wrong = 0, []
    with reading(workspace, DEFERRED_TABLES) as published:
        for period, end in ends:
            for row in deferred_balances(published, (end - timedelta(seconds=1)).astimezone(UTC)):
                books = [ledger.get((row.account_id, row.currency, period, name), 0)
                         for name in ("deferred_revenue", "unbilled_receivable")]
                checked += 1
                if [-row.deferred_minor, row.unbilled_minor] != books:
                    wrong.append((period, row, books))
    assert (checked > 1_000, wrong) == (True, [])
