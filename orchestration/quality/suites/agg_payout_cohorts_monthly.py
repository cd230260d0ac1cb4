"""What a reader may rely on in `marts.agg_payout_cohorts_monthly`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.agg_payout_cohorts_monthly"
KEY = ("account_id", "currency", "transaction_month")
MONEY = ("payable_minor", "pending_minor", "paid_minor", "paid_same_month_minor", "unattributed_minor")


def build_suite() -> gx.ExpectationSuite:
    """Months of money and what became of it; the parts are the whole, and nothing is left out."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*KEY, *MONEY),
            rules.has_types(TABLE, dict.fromkeys(MONEY, "BIGINT")),
            *rules.never_empty(*KEY, *MONEY),
            rules.known_currency("currency", KEY),
            rules.unique_key(*KEY),
            rules.no_rows(
                "parts_are_the_whole",
                "payable is pending, paid and unattributed",
                "select account_id, currency, transaction_month from {batch} "
                "where payable_minor <> pending_minor + paid_minor + unattributed_minor",
                column="payable_minor",
            ),
        ],
    )
