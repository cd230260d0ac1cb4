"""Examples E1 to E8 and D11, from Sigma files to the published movements and months."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.workspace import Workspace
from tests.golden.subscriptions.registry import monthly, movements, publish

pytestmark = pytest.mark.slow


def in_cents(amount: str) -> str:
    return f"{Decimal(amount):.2f}"


def test_E1_gross_and_net_churn(subscribers: Workspace) -> None:
    found = monthly(
        subscribers, "E01",
        "opening_mrr, churn_mrr, contraction_mrr, expansion_mrr, churned_mrr_rate, gross_mrr_churn_rate, net_mrr_churn_rate, "
        "customer_churn_rate, quick_ratio", "month = '2023-04-01'",
    )  # fmt: skip
    assert [tuple(f"{value.normalize():f}" for value in row) for row in found] == [
        ("100", "10", "10", "10", "0.1", "0.2", "0.1", "0.333333", "0.5")
    ]


def test_E2_net_churn_is_negative_when_expansion_is_more(subscribers: Workspace) -> None:
    found = monthly(subscribers, "E02", "opening_mrr, closing_mrr, new_mrr, net_mrr_churn_rate", "month = '2023-04-01'")
    assert found == [(Decimal(100), Decimal(120), Decimal(10), Decimal("-0.1"))]


def test_E3_all_five_numbers(subscribers: Workspace) -> None:
    """A second subscription is expansion, its end contraction; the last one's end is churn, at the end of its year."""
    found = [(at, kind, in_cents(str(Decimal(after) - Decimal(before)))) for at, kind, before, after, _ in movements(subscribers, "E03")]
    assert found == [
        ("2022-01-10", "new", "166.67"), ("2022-03-05", "expansion", "60.00"), ("2022-06-20", "contraction", "-60.00"),
        ("2023-01-10", "churn", "-166.67"), ("2023-05-02", "reactivation", "150.00"),
    ]  # fmt: skip


def test_E4_the_first_of_two_is_contraction_the_last_is_churn(subscribers: Workspace) -> None:
    assert [(at, kind) for at, kind, *_ in movements(subscribers, "E04")][2:] == [("2023-04-11", "contraction"), ("2023-04-25", "churn")]


def test_E5_years_count_a_twelfth(subscribers: Workspace) -> None:
    assert Counter(kind for _, kind, *_ in movements(subscribers, "E05")) == {"new": 150}
    assert monthly(subscribers, "E05", "closing_mrr, closing_customers", "month = '2026-03-01'") == [(Decimal(12_500), 150)]
    by_interval = monthly(subscribers, "E05", "slice_value, closing_mrr", "slice_kind = 'interval' and month = '2026-03-01'")
    assert by_interval == [("month", Decimal(10_000)), ("year", Decimal(2_500))]


def test_E8_four_customers_month_by_month(subscribers: Workspace) -> None:
    """Not the mrr-playbook seed, which is not at hand, but a case like it: mid-month starts, two subscriptions, an open end."""
    names = ("opening", "new", "expansion", "contraction", "churn", "reactivation", "closing")
    found = monthly(subscribers, "E08", ", ".join(f"{name}_mrr::int" for name in names), "month < '2023-07-01'")
    assert found == [
        (0, 100, 0, 0, 0, 0, 100), (100, 50, 50, 0, 50, 0, 150), (150, 75, 0, 50, 0, 0, 175), (175, 0, 25, 25, 0, 0, 175),
        (175, 0, 0, 0, 0, 50, 225), (225, 0, 0, 0, 0, 0, 225),
    ]  # fmt: skip
    assert [kind for _, kind, *_ in movements(subscribers, "E08")] == [
        "new", "new", "new", "expansion", "churn", "contraction", "new", "expansion", "contraction", "reactivation",
    ]  # fmt: skip


def test_D11_what_grows_is_kept_whole(subscribers: Workspace) -> None:
    rates = "grr, nrr, grr_12m, nrr_12m"
    assert monthly(subscribers, "D11", rates, "month = '2023-02-01'") == [(Decimal(1), Decimal("1.2"), None, None)]
    assert monthly(subscribers, "D11", rates, "month = '2024-01-01'") == [(Decimal(1), Decimal(1), Decimal(1), Decimal("1.2"))]


CHURNED = {
    "": {"E06": ["2024-06-15"], "E07": ["2024-07-05 11:00", "2024-07-20"], "E07b": []},
    "churn_timing = 'cancel_request'\n": {
        "E06": ["2024-06-08"], "E07": ["2024-07-05 11:00", "2024-07-05 11:00"], "E07b": ["2026-03-25 09:30"],
    },
    "churn_timing = 'stripe'\n": {"E06": ["2024-06-15"], "E07": ["2024-07-05 11:00", "2024-07-20"], "E07b": []},
}  # fmt: skip


@pytest.mark.parametrize("settings", CHURNED, ids=["service_end", "cancel_request", "stripe"])
def test_E6_E7_when_a_cancellation_counts(settings: str, subscribers: Workspace, tmp_path: Path) -> None:
    """The request comes first; by default what is paid for is served out."""
    told = CHURNED[settings]
    workspace = publish(tmp_path, [*told], settings) if settings else subscribers
    found = {name: [at for at, kind, *_ in movements(workspace, name) if kind == "churn"] for name in told}
    assert found == told
