"""What a reader may rely on in `marts.fct_trials`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_trials"
KEY = ("account_id", "subscription_id")
OUTCOMES = ("converted", "running", "trial_not_converted", "ended_in_trial", "waiting")


def build_suite() -> gx.ExpectationSuite:
    """Every trial has one outcome; only a converted one says when."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(
                *KEY, "customer_id", "trial_start_at", "trial_end_at", "converted_at", "trial_days", "outcome"
            ),
            rules.has_types(TABLE, {"trial_days": "BIGINT", "converted_at": "TIMESTAMP WITH TIME ZONE"}),
            rules.unique_key(*KEY),
            *rules.never_empty(
                *KEY, "customer_id", "trial_start_at", "trial_end_at", "trial_days", "outcome"
            ),
            rules.one_of("outcome", OUTCOMES),
            rules.between("trial_days", 0),
            rules.no_rows(
                "converted_says_when",
                "a trial is converted when, and only when, there is a moment of it",
                "select * from {batch} where (outcome = 'converted') <> (converted_at is not null)",
                column="converted_at",
            ),
        ],
    )
