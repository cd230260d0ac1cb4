"""What a reader may rely on in `marts.agg_mrr_monthly`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.agg_mrr_monthly"
KEY = ("account_id", "currency_view", "currency", "month", "slice_kind", "slice_value")
MONEY = (
    "opening_mrr", "new_mrr", "expansion_mrr", "contraction_mrr", "churn_mrr", "reactivation_mrr", "fx_mrr",
    "closing_mrr", "at_risk_mrr", "usage_mrr",
)  # fmt: skip
COUNTS = (
    "opening_customers", "new_customers", "churned_customers", "reactivated_customers", "moved_customers",
    "closing_customers", "up_for_renewal", "renewed",
)  # fmt: skip
RATES = (
    "churned_mrr_rate", "gross_mrr_churn_rate", "net_mrr_churn_rate", "grr", "nrr", "grr_12m", "nrr_12m",
    "customer_churn_rate", "renewal_rate",
)  # fmt: skip


def build_suite() -> gx.ExpectationSuite:
    """Each month leads from its opening to its closing, and the next one opens there."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*KEY, "is_observed", *MONEY, *COUNTS, *RATES),
            rules.has_types(
                TABLE,
                {
                    **dict.fromkeys(MONEY, "DECIMAL(18,4)"),
                    **dict.fromkeys(COUNTS, "BIGINT"),
                    **dict.fromkeys(RATES, "DECIMAL(18,6)"),
                    "month": "DATE",
                    "is_observed": "BOOLEAN",
                },
            ),
            rules.some_rows(),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY, "is_observed", *MONEY, *COUNTS),
            rules.one_of("currency_view", ("price", "functional")),
            rules.one_of("slice_kind", ("all", "price", "product", "interval", "country")),
            rules.known_currency("currency", KEY),
            rules.no_rows(
                "movements_lead_to_the_closing",
                "opening + new + reactivation + expansion - contraction - churn + fx is the closing, also of customers",
                "select * from {batch} where opening_mrr + new_mrr + reactivation_mrr + expansion_mrr "
                "- contraction_mrr - churn_mrr + fx_mrr <> closing_mrr "
                "or opening_customers + new_customers + reactivated_customers "
                "- churned_customers + moved_customers <> closing_customers",
                column="closing_mrr",
            ),
            rules.no_rows(
                "opens_as_the_last_month_closed",
                "a month opens with what the month before closed with",
                "select * from (select *, lag(closing_mrr, 1, 0) "
                "over (partition by account_id, currency_view, currency, slice_kind, slice_value order by month) "
                "as closed_with from {batch}) where opening_mrr <> closed_with and currency_view = 'price'",
                column="opening_mrr",
            ),
            rules.no_rows(
                "retained_is_a_share",
                "gross retention lies between nothing and all, and no more renews than could",
                "select * from {batch} where grr not between 0 and 1 or grr_12m not between 0 and 1 or nrr < grr "
                "or nrr_12m < grr_12m or renewed > up_for_renewal or at_risk_mrr > closing_mrr",
                column="grr",
            ),
        ],
    )
