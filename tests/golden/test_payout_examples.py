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


@pytest.mark.nightly
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


BANK_LAYOUT = {
    "bank_account": "9100", "file_pattern": "usd_*.csv", "encoding": "utf-8", "delimiter": ";",
    "date_format": "%Y-%m-%d", "decimal_sign": ".", "account_column": "account", "booked_date_column": "date",
    "amount_column": "amount", "text_column": "text",
}  # fmt: skip
LAYOUT_COLUMNS = ["bank_account", "file_pattern", "encoding", "delimiter", "date_format", "decimal_sign", "account_column", "statement_column", "booked_date_column", "value_date_column", "amount_column", "debit_column", "credit_column", "text_column", "counterparty_column", "reference_column", "balance_column", "opening_text", "closing_text"]


def test_cohorts_of_daily_payouts_with_the_bank(tmp_path: Path) -> None:
    """The same days with the bank's lines: what is reconciled, in which month, and the cash by the bank's own date.

    |                               | January | February |
    | total payable                 |     160 |      270 |
    | pending                       |       0 |      110 |
    | paid                          |     160 |      160 |
    | reconciled with bank          |     160 |       60 |
    | in the same month / later     | 40/120  |   60 / 0 |
    | unreconciled                  |       0 |      100 |
    | cash realized in bank         |      40 |      180 |
    """
    money, sent = _paid("2024-01-28", [10, 30, 50, 70, 60, 100, 110], payouts=6)
    sent[-1] = replace(sent[-1], arrival="2024-02-05", status="in_transit")
    inbox = write_story(tmp_path / "inbox", money, sent)
    lines = {"2024-01-30": 10, "2024-01-31": 30, "2024-02-01": 50, "2024-02-02": 70, "2024-02-03": 60}
    statement = [f"9100;{day};{amount}.00;STRIPE PAYOUT" for day, amount in lines.items()]
    layout = ",".join(BANK_LAYOUT.get(column, "") for column in LAYOUT_COLUMNS)
    files = {
        "bank/usd_2024-02.csv": ["account;date;amount;text", *statement],
        "company/bank_accounts.csv": ["bank_account,account_id,currency,from_date", "9100,platform,usd,2024-01-01"],
        "company/bank_layouts.csv": [",".join(LAYOUT_COLUMNS), layout],
    }
    for name, rows_of_file in files.items():
        (inbox / name).parent.mkdir(parents=True, exist_ok=True)
        (inbox / name).write_text("\n".join([*rows_of_file, ""]), encoding="utf-8")
    workspace = Workspace(tmp_path / "workspace")
    outcome = run(workspace, inbox, as_of="2024-02-04T23:59:59Z")
    assert outcome.exit_code == 0, outcome.message
    months = (
        "select transaction_month, payable_minor, pending_minor, paid_minor, reconciled_minor, "
        "reconciled_same_month_minor, reconciled_later_minor, unreconciled_minor, bank_cash_minor "
        "from marts.agg_payout_cohorts_monthly order by 1"
    )
    assert rows(workspace.published_db, months) == [
        (date(2024, 1, 1), 16_000, 0, 16_000, 16_000, 4_000, 12_000, 0, 4_000),
        (date(2024, 2, 1), 27_000, 11_000, 16_000, 6_000, 6_000, 0, 10_000, 18_000),
    ]
    matches = "select status, tier, count(*) from marts.fct_matches where match_kind = 'payout_bank' group by all order by 1"
    assert rows(workspace.published_db, matches) == [("auto", "b", 5), ("unmatched", "f", 1)]
    waits = (
        "select object_id, code, clear_by from marts.fct_matches join marts.fct_residuals using (match_id) "
        "join marts.fct_match_members using (match_id) where status = 'unmatched' and code <> 'unexplained'"
    )
    assert rows(workspace.published_db, waits) == [("po_6", "in_transit", date(2024, 2, 9))]
