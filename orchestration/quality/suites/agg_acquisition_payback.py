"""What a reader may rely on in `marts.agg_acquisition_payback`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.agg_acquisition_payback"
KEY = ("account_id", "currency", "channel", "acquired_month")
COUNTS = ("attribution_count", "cost_minor", "customers", "paying_customers", "months_observed")


def build_suite() -> gx.ExpectationSuite:
    """What acquiring customers cost, and when their recurring revenue had brought it back."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*KEY, *COUNTS, "mrr", "recurring_revenue", "is_paid_back", "payback_months"),
            rules.has_types(
                TABLE,
                {
                    **dict.fromkeys((*COUNTS, "payback_months"), "BIGINT"),
                    "mrr": "DECIMAL(18,4)",
                    "recurring_revenue": "DECIMAL(18,4)",
                    "acquired_month": "DATE",
                },
            ),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY, *COUNTS, "mrr", "recurring_revenue", "is_paid_back"),
            rules.known_currency("currency", KEY),
            rules.no_rows(
                "paid_back_says_when",
                "what is paid back says after how many of the months observed, what is not says nothing",
                "select * from {batch} where is_paid_back <> (payback_months is not null) "
                "or payback_months not between 1 and months_observed",
                column="payback_months",
            ),
            rules.no_rows(
                "paid_back_is_what_the_revenue_says",
                "recurring revenue that has reached the cost has paid it back",
                "select * from (select *, currency as own from {batch}), "
                "(select currency as known, exponent from marts.dim_currencies) where own = known "
                "and is_paid_back <> (cast(recurring_revenue * 10000 as hugeint) * cast(pow(10, exponent) as hugeint) "
                ">= cast(cost_minor as hugeint) * 10000) "
                "and months_observed > 0",
                column="is_paid_back",
            ),
            rules.no_rows(
                "customers_are_attributed",
                "no more customers than attributions, and no more who pay than customers",
                "select * from {batch} where paying_customers > customers or customers > attribution_count",
                column="customers",
            ),
        ],
    )
