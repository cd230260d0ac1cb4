"""What the company's own files tell of customers: whom they mean, how much of them is known, and what it says of churn."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.workspace import Workspace
from tests.golden.revenue.tables import STAMP, Tables
from tests.golden.subscriptions.story import Subscriber, periods
from tests.pipeline.harness import load, rows, run
from tests.pipeline.inboxes import as_csv, put

pytestmark = pytest.mark.slow

ACCOUNT = "acct_1CUS"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four customers: by id, by address, two with one address; the last one left in March."""
    folder, tables = tmp_path_factory.mktemp("customers"), Tables()
    story = Subscriber(tables, "CUS")
    price = story.price("10")
    known = tables.stripe["customers", True]
    subs = []
    for address in ("Ada@Example.com ", "two@example.com", "two@example.com", ""):
        known[-1]["email"] = address
        sub = story.subscribe([(price, 1)], "2025-10-05")
        story.bill(sub, periods("2025-10-05", 5))
        subs.append((str(known[-1]["id"]), sub))
        if len(subs) < 4:
            story.new_customer()
    story.cancel(subs[3][1], "2026-03-05")
    ada, gone, item = subs[0][0], subs[3][0], str(subs[3][1].items[0]["id"])
    files = {
        "marketing_attribution": [
            {"customer_id": "ada@example.com", "channel": "search", "campaign": "", "attributed_at": "2025-10-01T00:00:00Z"},
            {"customer_id": ada, "channel": "events", "campaign": "spring", "attributed_at": "2025-10-02T00:00:00Z"},
            {"customer_id": "two@example.com", "channel": "social", "campaign": "", "attributed_at": "2025-10-01T00:00:00Z"},
            {"customer_id": "nobody@example.com", "channel": "social", "campaign": "", "attributed_at": "2025-10-01T00:00:00Z"},
        ],
        "product_usage": [
            *({"customer_id": ada, "subscription_item_id": "", "month": month, "quantity": "10", "active_days": "5"}
              for month in ("2025-12-01", "2026-01-01", "2026-02-01")),
            *({"customer_id": "login-77", "subscription_item_id": item, "month": month, "quantity": quantity, "active_days": "3"}
              for month, quantity in (("2025-12-01", "90"), ("2026-01-01", "90"), ("2026-02-01", "20"))),
        ],
        "support_tickets": [
            {"ticket_id": "T1", "customer_id": gone, "opened_at": "2026-01-10T08:00:00Z", "kind": "billing"},
            {"ticket_id": "T2", "customer_id": gone, "opened_at": "2026-02-20T08:00:00Z", "kind": "quality"},
            {"ticket_id": "T3", "customer_id": "", "opened_at": "2026-02-21T08:00:00Z", "kind": "quality"},
        ],
    }  # fmt: skip
    inbox = tables.write(folder / "inbox")
    for name, told in files.items():
        put(inbox / "business" / f"{name}.csv", as_csv([{**row, "account": ACCOUNT} for row in told]), STAMP)
    workspace = Workspace(folder / "workspace")
    outcome = run(workspace, inbox, as_of="2026-04-02T00:00:00Z")
    assert (outcome.exit_code, outcome.refused) == (0, {}), outcome.message or outcome.refused
    return workspace.published_db


def test_each_row_means_whom_it_names(database: Path) -> None:
    found = rows(
        database,
        "select acquisition_channel, acquisition_campaign, last_usage_month::text, last_usage_quantity, last_active_days, ticket_count "
        f"from marts.dim_customers where account_id = '{ACCOUNT}' order by customer_id",
    )
    assert found == [
        ("search", None, "2026-02-01", 10, 5, 0), (None, None, None, None, None, 0), (None, None, None, None, None, 0),
        (None, None, "2026-02-01", 20, 3, 2),
    ]  # fmt: skip


def test_coverage_says_how_much_is_known_and_what_means_nobody(database: Path) -> None:
    columns = "source, customers, covered_customers, coverage::text, row_count, rows_id, rows_email, rows_item, rows_ambiguous_email, rows_unnamed, " \
        "rows_unknown"  # fmt: skip
    found = rows(database, f"select {columns} from marts.agg_customer_coverage where account_id = '{ACCOUNT}' order by source")
    assert found == [
        ("marketing_attribution", 4, 1, "0.250000", 4, 1, 1, 0, 1, 0, 1), ("product_usage", 4, 2, "0.500000", 6, 3, 0, 3, 0, 0, 0),
        ("support_tickets", 4, 1, "0.250000", 3, 2, 0, 0, 0, 1, 0),
    ]  # fmt: skip


def test_who_used_less_and_asked_for_help_left(database: Path) -> None:
    found = rows(
        database,
        "select dimension, cell, customers_before, churned_before, customers, churned, effect::text from marts.agg_churn_diagnosis "
        f"where account_id = '{ACCOUNT}' and period_kind = 'month' and period_start = '2026-03-01' and dimension in ('usage', 'support') order by all",
    )
    # in February nobody used less; the only one who did in March left, and so did the only one with two tickets
    assert [row[:-1] for row in found] == [
        ("support", "1 ticket", 1, 0, 0, 0), ("support", "2 or more tickets", 0, 0, 1, 1), ("support", "no tickets", 3, 0, 3, 0),
        ("usage", "falling", 0, 0, 1, 1), ("usage", "steady", 2, 0, 1, 0), ("usage", "unknown", 2, 0, 2, 0),
    ]  # fmt: skip
    assert {row[1]: row[-1] for row in found if row[0] == "usage"} == {
        "falling": "0.218750000000", "steady": "0.031250000000", "unknown": "0.000000000000",
    }  # fmt: skip


def test_what_acquiring_cost_is_paid_back_by_recurring_revenue(tmp_path: Path) -> None:
    """25.00 for two customers of 10.00 a month is back in the second month; 9.99 of nobody and 40.01 of one who left never."""
    tables = Tables()
    story = Subscriber(tables, "PAYB")
    price = story.price("10")
    first = story.customer
    story.subscribe([(price, 1)], "2025-10-05")
    second = story.new_customer()
    story.subscribe([(price, 1)], "2025-11-05")
    third = story.new_customer()
    story.cancel(story.subscribe([(price, 1)], "2025-10-05"), "2026-02-05")
    costs = [(first, "search", "2025-10-01", "1500", "usd"), (second, "search", "2025-10-20", "1000", "USD"), ("nobody", "social", "2025-10-02", "999", "usd"),
             (third, "events", "2025-10-02", "4001", "usd"), (first, "search", "2025-12-01", "", "")]  # fmt: skip
    told = [{"customer_id": whom, "channel": channel, "campaign": "", "attributed_at": f"{day}T00:00:00Z", "cost_minor": cost, "currency": currency,
             "account": story.account} for whom, channel, day, cost, currency in costs]  # fmt: skip
    inbox = tables.write(tmp_path / "inbox")
    put(inbox / "business" / "marketing_attribution.csv", as_csv(told), STAMP)
    workspace = Workspace(tmp_path / "workspace")
    outcome = run(workspace, inbox, as_of="2026-04-02T00:00:00Z")
    assert (outcome.exit_code, outcome.refused) == (0, {}), outcome.message or outcome.refused
    columns = "channel, acquired_month::text, attribution_count, cost_minor, customers, paying_customers, mrr::int, months_observed, " \
        "recurring_revenue::int, is_paid_back, payback_months"  # fmt: skip
    assert rows(workspace.published_db, f"select {columns} from marts.agg_acquisition_payback order by channel") == [
        ("events", "2025-10-01", 1, 4001, 1, 1, 0, 6, 40, False, None), ("search", "2025-10-01", 2, 2500, 2, 2, 20, 6, 110, True, 2),
        ("social", "2025-10-01", 1, 999, 0, 0, 0, 6, 0, False, None),
    ]  # fmt: skip


def test_a_cost_without_a_currency_refuses_the_file(tmp_path: Path) -> None:
    row = {"customer_id": "cus_1", "channel": "search", "attributed_at": "2025-10-01T00:00:00Z", "cost_minor": "100", "currency": ""}
    tables = Tables()
    Subscriber(tables, "NOCUR").subscribe([], "2025-10-05")
    inbox = tables.write(tmp_path / "inbox")
    put(inbox / "business" / "marketing_attribution.csv", as_csv([row]), STAMP)
    outcome = load(Workspace(tmp_path / "workspace"), inbox)
    assert outcome.exit_code == 0  # it holds no money that has to tie
    assert "cost_minor without a currency" in outcome.refused["business/marketing_attribution.csv"]
