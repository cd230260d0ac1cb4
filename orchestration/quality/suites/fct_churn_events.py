"""What a reader may rely on in `marts.fct_churn_events`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_churn_events"
KEY = ("churn_event_id",)
WHERE = ("account_id", "customer_id", "currency", "subscription_id", "churned_at", "month")


def build_suite() -> gx.ExpectationSuite:
    """Who left, when, whether they wanted to, and what went with them."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*KEY, *WHERE, "kind", "reason", "mrr_lost"),
            rules.has_types(
                TABLE,
                {"mrr_lost": "DECIMAL(18,4)", "churned_at": "TIMESTAMP WITH TIME ZONE", "month": "DATE"},
            ),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY, *WHERE, "kind", "reason", "mrr_lost"),
            rules.one_of("kind", ("voluntary", "involuntary")),
            rules.known_currency("currency", KEY),
            rules.no_rows(
                "something_was_lost",
                "churn takes revenue with it",
                "select * from {batch} where mrr_lost <= 0",
                column="mrr_lost",
            ),
        ],
    )
