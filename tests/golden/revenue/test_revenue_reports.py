"""The waterfall, the journal of a downgrade and the tie-out to cash, as Stripe's pages print them.

W5b is told with the 31 days that its figures fit; the page's dates are 30 days. What W2 prints as recognized and
remaining does not fit its own rows and is not compared.
"""

from __future__ import annotations

import pytest

from orchestration.domain.inbox_layout import PLATFORM
from orchestration.workspace import Workspace
from tests.golden.revenue.expected import Cells, assert_same
from tests.golden.revenue.more_expected import books
from tests.golden.revenue.tables import minor
from tests.pipeline.harness import rows

pytestmark = pytest.mark.slow

# Story -> booked month -> month in which it is recognized -> revenue and contra revenue, in major units.
WATERFALLS = {
    "W1": {"2020-07": {"2020-07": "11", "2020-08": "20"}},
    "W2": {"2020-07": {"2020-07": "11", "2020-08": "20"}, "2020-09": {"2020-09": "-31"}},
    "W3": {"2020-07": {"2020-07": "11", "2020-08": "20"}},
    "W4": {"2020-07": {"2020-07": "11", "2020-08": "20"}},
    "W5a": {"2020-05": {"2020-05": "18", "2020-06": "13"}},
    "W5b": {
        "2020-05": {"2020-05": "18", "2020-06": "13"},
        "2020-06": {"2020-06": "22", "2020-07": "40"},
    },
    "W6": {"2020-06": {"2020-06": "30"}, "2020-07": {"2020-07": "20"}},
}  # fmt: skip
_WATERFALL = (
    "select strftime(booked_month, '%Y-%m'), strftime(recognized_month, '%Y-%m'), recognized_minor, remaining_minor "
    "from marts.agg_revenue_waterfall where account_id = ? and currency = 'usd' order by all"
)


@pytest.mark.parametrize("name", sorted(WATERFALLS))
def test_the_waterfall_of_what_was_booked(name: str, workspace: Workspace) -> None:
    found = {
        (booked, recognized): amount
        for booked, recognized, amount, _ in rows(workspace.published_db, _WATERFALL, [f"acct_1{name}"])
        if amount
    }
    wanted = {
        (booked, recognized): minor(amount)
        for booked, months in WATERFALLS[name].items()
        for recognized, amount in months.items()
    }
    assert found == wanted


@pytest.mark.parametrize("name", sorted(set(WATERFALLS) - {"W2"}))
def test_nothing_remains_at_the_end_of_a_waterfall(name: str, workspace: Workspace) -> None:
    last = {booked: remaining for booked, _, _, remaining in rows(workspace.published_db, _WATERFALL, [f"acct_1{name}"])}
    assert last == dict.fromkeys(WATERFALLS[name], 0)


def test_a_downgrade_that_is_refunded(changes: dict[str, Cells]) -> None:
    """
    | April | 90 of the month; il_1 and il_2 are recognized before they are invoiced: 10 - 30             |
    | May   | 10 paid and refunded; il_3 is recognized and refunded in one month, il_1 and il_2 are contra |
    """
    wanted = books(
        "2022-04", AccountsReceivable="90", Revenue="70", UnbilledAccountsReceivable="-20 20", Refunds=". -20"
    )  # fmt: skip
    assert_same(changes.get("acct_1J1", {}), wanted)


# Every leg of the page's listing but those of AR, Cash and deferred revenue, through which the others pass: month, day
# where the ledger has one (recognition is dated at the end of its month), account, debit, credit. 90 is April itself.
JOURNAL = [
    ("2022-04", "", "Revenue", "0", "10"), ("2022-04", "", "Revenue", "0", "90"), ("2022-04", "", "Revenue", "30", "0"),
    ("2022-04", "", "UnbilledAccountsReceivable", "0", "30"), ("2022-04", "", "UnbilledAccountsReceivable", "10", "0"),
    ("2022-05", "", "Revenue", "0", "30"), ("2022-05", "", "Revenue", "30", "0"),
    ("2022-05", "2022-05-01", "UnbilledAccountsReceivable", "0", "10"),
    ("2022-05", "2022-05-01", "UnbilledAccountsReceivable", "30", "0"),
    ("2022-05", "2022-05-04", "Refunds", "0", "30"), ("2022-05", "2022-05-04", "Refunds", "10", "0"),
]  # fmt: skip


def test_the_journal_of_a_downgrade_that_is_refunded(workspace: Workspace) -> None:
    listing = (
        "select period_id, case when subledger = 'billing' then posting_date::varchar else '' end, revrec_account, "
        "debit_minor, credit_minor from marts.fct_ledger_postings inner join marts.dim_ledger_accounts using (ledger_account) "
        "where account_id = 'acct_1J1' and revrec_account in ('Revenue', 'UnbilledAccountsReceivable', 'Refunds') order by all"
    )
    wanted = [(period, day, account, minor(debit), minor(credit)) for period, day, account, debit, credit in JOURNAL]
    assert rows(workspace.published_db, listing) == sorted(wanted)


STRIPE_OBJECTS = {
    "invoices": "invoice_id", "invoice_line_items": "invoice_line_item_id", "invoice_items": "invoice_item_id",
    "charges": "charge_id", "refunds": "refund_id", "disputes": "dispute_id", "credit_notes": "credit_note_id",
    "application_fees": "application_fee_id", "application_fee_refunds": "application_fee_refund_id",
    "transfers": "transfer_id", "transfer_reversals": "transfer_reversal_id", "balance_transactions": "transaction_id",
    "customer_balance_transactions": "customer_balance_transaction_id", "usage_records": "usage_record_id",
    "subscription_items": "subscription_item_id",
}  # fmt: skip


def test_every_posting_points_at_an_object_of_stripe(workspace: Workspace) -> None:
    """Of its own tenant, or of the other one where both sides post what a platform and a seller did; or at a contract."""
    known = " union all ".join(f"select {key} from staging.stg_stripe__{table}" for table, key in STRIPE_OBJECTS.items())
    known += " union all select contract_id from staging.stg_business__contracts"
    astray = (
        "select subledger, entry_kind, min(source_object_id), count(*) from marts.fct_ledger_postings "
        f"where source_object_id not in ({known}) and subledger <> 'money' group by all order by all"
    )
    assert rows(workspace.published_db, astray) == []


WITHOUT_REVENUE = "('fee', 'network_cost', 'contribution', 'financing_paydown')"


def test_the_revenue_ledger_ties_to_the_balance_report(workspace: Workspace, changes: dict[str, Cells]) -> None:
    """
    | charge 140 | refund -40 | refund_failure 20 | partial_capture_reversal -20 | = 100 |
    | fee -10 | network_cost -10 | contribution -10 | financing_paydown -10      | = 60  |
    """
    activity = (
        f"select currency, sum(gross_minor) filter (where reporting_category not in {WITHOUT_REVENUE})::bigint, "
        "sum(gross_minor)::bigint from marts.fct_transactions where account_id = 'acct_1J3' group by all order by all"
    )
    assert rows(workspace.published_db, activity) == [("eur", 1_500, 1_500), ("usd", 10_000, 6_000)]
    wanted = {**books("2022-03", Cash="60", Revenue="100", Fees="20"),
              ("eur", "Cash", "2022-03"): 1_500, ("eur", "Revenue", "2022-03"): 1_500}  # fmt: skip
    assert_same(changes.get("acct_1J3", {}), wanted)


def test_the_tie_out_with_fees(workspace: Workspace) -> None:
    """Gross -1,001.00 and fees of 1.00: what Stripe kept is 1,000 + 0.50 + 0.40 + 1.00 = 1,001.90."""
    activity = (
        "select sum(gross_minor)::bigint, sum(fee_minor)::bigint from marts.fct_transactions "
        f"where account_id = '{PLATFORM}' and currency = 'sek' and month(reporting_date) = 3"
    )
    assert rows(workspace.published_db, activity) == [(-100_100, 100)]
    kept = (
        "select sum(debit_minor - credit_minor)::bigint from marts.fct_ledger_postings "
        f"where account_id = '{PLATFORM}' and currency = 'sek' and period_id = '2022-03' "
        "and ledger_account in ('stripe_fees', 'network_costs', 'climate_contributions')"
    )
    assert rows(workspace.published_db, kept) == [(minor("1000") + minor("0.50") + minor("0.40") + minor("1.00"),)]
