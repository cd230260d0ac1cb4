"""What is left at the end of a period: contract balances, remaining obligations, receivables by age."""

from __future__ import annotations

import pytest

from orchestration.workspace import Workspace
from tests.golden.revenue.tables import minor
from tests.pipeline.harness import rows

pytestmark = pytest.mark.slow

# Day -> what will be earned in the next 12 months, in 13 to 24, later: one dollar a day from 2022 to 2024.
OBLIGATIONS = {
    "2022-01-31": ("365", "365", "335"),  # 2024 has a 29th of February
    "2022-12-31": ("365", "366", "0"),
    "2023-12-31": ("366", "0", "0"),
    "2024-11-30": ("31", "0", "0"),
}


@pytest.mark.parametrize("day", OBLIGATIONS)
def test_obligations_that_remain(day: str, workspace: Workspace) -> None:
    bands = (
        "select band, amount_minor, deferred_minor from marts.agg_remaining_obligations "
        "where account_id = 'acct_1RP3' and as_of_date = ?::date"
    )
    found = {band: (amount, deferred) for band, amount, deferred in rows(workspace.published_db, bands, [day])}
    wanted = dict(zip(("<=12", "13-24", ">24"), map(minor, OBLIGATIONS[day]), strict=True))
    assert found == {band: (amount, amount) for band, amount in wanted.items()}


def test_obligations_end_with_the_service(workspace: Workspace) -> None:
    last = "select max(as_of_date)::varchar from marts.agg_remaining_obligations where account_id = 'acct_1RP3' and amount_minor <> 0"
    assert rows(workspace.published_db, last) == [("2024-11-30",)]


# Story and kind of balance -> period -> opening, billed, recognized, of it from the opening balance, adjusted, closing.
BALANCES = {
    ("S02", "contract_liability"): {
        "2019-01": ("0", "365", "31", "0", "0", "334"),
        "2019-02": ("334", "0", "28", "28", "0", "306"),
        "2019-12": ("31", "0", "31", "31", "0", "0"),
    },
    ("C04", "contract_liability"): {
        "2019-01": ("0", "90", "31", "0", "0", "59"),
        "2019-02": ("59", "0", "25.20", "25.20", "-5.90", "27.90"),
        "2019-03": ("27.90", "0", "27.90", "27.90", "0", "0"),
    },
    ("S04", "unbilled_receivable"): {"2019-01": ("0", "0", "15", "0", "0", "15")},
    ("PE3", "unbilled_receivable"): {
        "2022-04": ("0", "0", "30", "0", "0", "30"),
        "2022-05": ("30", "30", "0", "0", "0", "0"),
    },
    ("PE3", "contract_liability"): {
        "2022-05": ("0", "62", "31", "0", "0", "31"),
        "2022-06": ("31", "0", "30", "30", "0", "1"),
    },
    ("S04", "receivable"): {"2019-02": ("0", "32", "0", "0", "0", "32")},
    ("C01", "receivable"): {"2019-01": ("0", "31", "0", "0", "-11", "20"), "2019-02": ("20", "0", "0", "0", "-20", "0")},
    ("C01", "customer_balance"): {
        "2018-12": ("0", "0", "0", "0", "11", "11"),
        "2019-01": ("11", "0", "0", "0", "-11", "0"),
    },
}  # fmt: skip


@pytest.mark.parametrize(("name", "kind"), BALANCES)
def test_balances_roll_forward(name: str, kind: str, workspace: Workspace) -> None:
    query = (
        "select period_id, opening_minor, billed_minor, recognized_minor, recognized_from_opening_minor, adjusted_minor, "
        "closing_minor from marts.agg_contract_balances where account_id = ? and balance_kind = ? and currency = 'usd'"
    )
    found = {row[0]: row[1:] for row in rows(workspace.published_db, query, [f"acct_1{name}", kind])}
    wanted = {period: tuple(map(minor, values)) for period, values in BALANCES[name, kind].items()}
    assert {period: found.get(period) for period in wanted} == wanted


def test_a_roll_forward_begins_where_the_last_one_ended(workspace: Workspace) -> None:
    broken = (
        "select * from (select account_id, currency, balance_kind, period_id, opening_minor, lag(closing_minor, 1, 0) over "
        "(partition by account_id, currency, balance_kind order by period_id) as earlier from marts.agg_contract_balances) "
        "where opening_minor <> earlier"
    )
    assert rows(workspace.published_db, broken) == []


AGES = {
    "AG1": {"2022-01": "not_due", "2022-02": "1-30", "2022-03": "31-60", "2022-04": "61-90", "2022-05": "91-120", "2022-06": ">120"},
    "AG2": {"2022-01": "1-30", "2022-02": "31-60"},
}


@pytest.mark.parametrize("name", AGES)
def test_receivables_by_age(name: str, workspace: Workspace) -> None:
    """The end of May is 120 days after February 1: still 91-120. 30.5 days are more than 30."""
    query = (
        "select period_id, bucket, amount_minor, invoice_count from marts.agg_receivable_ageing "
        "where account_id = ? and period_id <= ? and amount_minor <> 0 order by all"
    )
    found = rows(workspace.published_db, query, [f"acct_1{name}", max(AGES[name])])
    assert found == [(period, bucket, minor("100"), 1) for period, bucket in AGES[name].items()]
