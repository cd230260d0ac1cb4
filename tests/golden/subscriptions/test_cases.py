"""Cases that open models of recurring revenue get wrong (peers, sections 3 and 6), and the rules of this one."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.workspace import Workspace
from tests.golden.subscriptions.registry import Movement, monthly, movements, publish
from tests.pipeline.harness import rows

pytestmark = pytest.mark.slow

EXPECTED: dict[str, list[Movement]] = {
    "P01": [],
    "P02": [("2024-01-05", "new", "0.0000", "10.0000", "start"), ("2024-03-15", "churn", "10.0000", "0.0000", "unpaid")],
    "P03": [("2024-01-05", "new", "0.0000", "10.0000", "start"), ("2024-03-10 08:00", "churn", "10.0000", "0.0000", "ended")],
    "P04": [("2026-03-17", "new", "0.0000", amount, "start") for amount in ("30.4375", "30.4375", "30.4375", "33.0000", "0.5100")],
    "P05": [("2026-02-17", "new", "0.0000", "9.0000", "start"),
            *(("2026-03-17", "new", "0.0000", amount, "start") for amount in ("57.0000", "36.0000", "60.0000"))],
    "P06": [("2026-01-10", "new", "0.0000", "10.0000", "start"), ("2026-02-20 10:00", "expansion", "10.0000", "25.0000", "product")],
    "P07": [("2025-12-10", "new", "0.0000", "30.0000", "start")] * 3,
    "P08": [("2024-02-10", "new", "0.0000", "10.0000", "start"), ("2024-02-10", "new", "0.0000", "10.0000", "start"),
            ("2024-04-10 12:00", "churn", "10.0000", "0.0000", "ended"),
            ("2024-04-10 12:40", "expansion", "10.0000", "15.0000", "ended, start"),
            ("2024-04-10 14:00", "reactivation", "0.0000", "15.0000", "start")],
    "P09": [("2024-01-15 01:00", "new", "0.0000", "10.0000", "start"), ("2024-01-18 09:00", "new", "0.0000", "10.0000", "start")],
    "P10": [("2024-01-05", "new", "0.0000", "10.0000", "start"), ("2024-01-05", "new", "0.0000", "10.0000", "start"),
            ("2024-04-04 01:00", "churn", "10.0000", "0.0000", "past_due"),
            ("2024-04-14 01:00", "reactivation", "0.0000", "10.0000", "recovered")],
    "P11": [*(("2024-01-10", "new", "0.0000", amount, "start") for amount in ("20.0000", "40.0000", "43.0000", "36.0000")),
            ("2024-04-10", "expansion", "20.0000", "40.0000", "discount")],
    "P12": [("2026-01-05", "new", "0.0000", "10.0000", "start")],
    "P13": [("2026-01-05", "new", "0.0000", "10.0000", "start")],
    "P14": [("2026-01-05", "new", "0.0000", "20.0000", "start"), ("2026-03-07 10:00", "expansion", "20.0000", "70.0000", "quantity"),
            ("2026-03-21 10:00", "contraction", "70.0000", "60.0000", "quantity")],
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_the_published_movements(name: str, subscribers: Workspace) -> None:
    assert movements(subscribers, name) == EXPECTED[name]


def test_a_second_currency_starts_anew(subscribers: Workspace) -> None:
    assert movements(subscribers, "P13", "eur") == [("2026-02-05", "new", "0.0000", "20.0000", "start")]


def test_what_became_of_trials(subscribers: Workspace) -> None:
    found = rows(
        subscribers.published_db,
        "select account_id, outcome, strftime(converted_at, '%Y-%m-%d %H:%M') from marts.fct_trials order by all",
    )
    assert found == [
        ("acct_1P01", "running", None), ("acct_1P01", "trial_not_converted", None), ("acct_1P09", "converted", "2024-01-15 01:00"),
        ("acct_1P09", "converted", "2024-01-18 09:00"), ("acct_1P12", "waiting", None),
    ]  # fmt: skip


def test_why_customers_left(subscribers: Workspace) -> None:
    found = rows(
        subscribers.published_db,
        "select account_id, kind, reason, mrr_lost from marts.fct_churn_events where account_id in "
        "('acct_1P02', 'acct_1P03', 'acct_1P10') order by all",
    )
    assert found == [
        ("acct_1P02", "involuntary", "unpaid", Decimal(10)), ("acct_1P03", "voluntary", "cancellation_requested", Decimal(10)),
        ("acct_1P10", "involuntary", "past_due", Decimal(10)),
    ]  # fmt: skip


def test_a_migrated_base_moves_between_prices_and_nobody_churns(subscribers: Workspace) -> None:
    columns = "slice_value, opening_mrr::int, new_mrr::int, expansion_mrr::int, contraction_mrr::int, churn_mrr::int, closing_mrr::int, " \
        "new_customers, churned_customers, moved_customers, closing_customers"  # fmt: skip
    found = monthly(subscribers, "P07", columns, "slice_kind = 'product' and month = '2026-02-01'")
    assert found == [("prod_new", 0, 0, 90, 0, 0, 90, 0, 0, 3, 3), ("prod_old", 90, 0, 0, 90, 0, 0, 0, 0, -3, 0)]
    whole = monthly(subscribers, "P07", "expansion_mrr::int, contraction_mrr::int, grr", "month = '2026-02-01'")
    assert whole == [(0, 0, Decimal(1))]


def test_revenue_at_risk_and_usage_stand_beside(subscribers: Workspace) -> None:
    columns = "month::text, closing_mrr::int, at_risk_mrr::int, usage_mrr::int"
    assert monthly(subscribers, "P12", columns, "month >= '2026-02-01'") == [
        ("2026-02-01", 10, 0, 0), ("2026-03-01", 10, 10, 0), ("2026-04-01", 10, 10, 0),
    ]  # fmt: skip
    assert monthly(subscribers, "P05", columns, "month = '2026-03-01'") == [("2026-03-01", 162, 0, 60)]
    late = monthly(subscribers, "P10", columns, "month between '2024-02-01' and '2024-05-01'")
    assert late == [("2024-02-01", 20, 0, 0), ("2024-03-01", 20, 10, 0), ("2024-04-01", 20, 0, 0), ("2024-05-01", 20, 0, 0)]


def test_renewals(subscribers: Workspace) -> None:
    """Of two subscriptions whose month ends, both renew, until notice takes effect."""
    found = monthly(subscribers, "E07", "month::text, up_for_renewal, renewed", "month between '2024-06-01' and '2024-07-01'")
    assert found == [("2024-06-01", 2, 2), ("2024-07-01", 1, 0)]


def test_every_month_up_to_as_of_has_a_row(subscribers: Workspace) -> None:
    found = [month for (month,) in monthly(subscribers, "E06", "month::text")]
    assert found == [f"{number // 12}-{number % 12 + 1:02}-01" for number in range(2024 * 12 + 3, 2026 * 12 + 4)]


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Two companies in November 2026, whose last exports are of April 1."""
    return publish(tmp_path_factory.mktemp("silent"), ["P06", "P07"], as_of="2026-11-21T00:00:00Z")


def test_terms_that_no_bill_shows_yet_count_from_the_next_one(silent: Workspace) -> None:
    """No event tells when three seats were taken; the period that was billed ends on April 10."""
    assert movements(silent, "P06")[2:] == [("2026-04-10", "expansion", "25.0000", "75.0000", "quantity")]


def test_months_after_the_last_export_say_so(silent: Workspace) -> None:
    found = monthly(silent, "P07", "month::text, is_observed, closing_mrr::int", "month between '2026-02-01' and '2026-11-01'")
    assert found == [(f"2026-{month:02}-01", month < 4, 90) for month in range(2, 12)]


def test_churn_is_compared_as_far_as_anyone_looked(silent: Workspace) -> None:
    query = "select max(period_start)::text from marts.agg_churn_diagnosis where account_id = 'acct_1P07' and period_kind = 'month'"
    assert rows(silent.published_db, query) == [("2026-03-01",)]


def test_nobody_stays_in_a_cohort_longer_than_anyone_looked(silent: Workspace) -> None:
    """Three customers since December 10: three cycles were seen until April 1, and the fourth is pending whatever the day."""
    found = rows(
        silent.published_db,
        "select cycle, at_risk, retained, censored, is_pending from marts.agg_cohort_retention where account_id = 'acct_1P07' order by cycle",
    )
    assert found == [(1, 3, 3, 0, False), (2, 3, 3, 0, False), (3, 3, 3, 0, False), (4, 3, 0, 3, True)]


def test_each_version_says_what_told_it(subscribers: Workspace) -> None:
    found = rows(
        subscribers.candidate_db,
        "select account_id, source, confidence, quantity from intermediate.int_subscription_versions "
        "where account_id in ('acct_1P06', 'acct_1P11', 'acct_1P14') group by all order by all",
    )
    assert found == [
        ("acct_1P06", "invoice_item", "billed", 1), ("acct_1P06", "invoice_line", "billed", 1),
        ("acct_1P11", "present_row", "assumed", 1), ("acct_1P14", "change_event", "exact", 2), ("acct_1P14", "change_event", "exact", 6),
        ("acct_1P14", "change_event", "exact", 7),
    ]  # fmt: skip


def test_stripes_own_way_of_counting(tmp_path: Path) -> None:
    """Coupons that end do not count, and only `unpaid` drops what is late."""
    workspace = publish(tmp_path, ["P02", "P10", "P11"], "metrics_mode = 'stripe'\n")
    assert movements(workspace, "P02") == EXPECTED["P02"]
    assert [kind for _, kind, *_ in movements(workspace, "P10")] == ["new", "new"]
    assert [after for _, _, _, after, _ in movements(workspace, "P11")] == ["40.0000", "40.0000", "43.0000", "36.0000"]
