"""What a reader may rely on in `marts.agg_churn_diagnosis`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.agg_churn_diagnosis"
PERIOD = ("account_id", "currency", "period_kind", "period_start")
KEY = (*PERIOD, "dimension", "cell")
DIMENSIONS = (
    "billing_interval", "trial", "payment_pattern", "plan", "country", "channel", "usage", "support",
)  # fmt: skip
COUNTS = ("customers_before", "churned_before", "customers", "churned")
EFFECTS = ("mix_effect", "rate_effect", "effect", "total_change")
RATES = (
    "churn_rate_before", "churn_rate_before_low", "churn_rate_before_high",
    "churn_rate", "churn_rate_low", "churn_rate_high",
)  # fmt: skip


def build_suite() -> gx.ExpectationSuite:
    """Mix and rate explain the whole change of churn, in every dimension, and each cell says how sure it is."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*KEY, *COUNTS, *EFFECTS, *RATES, "share_before", "share"),
            rules.has_types(
                TABLE,
                {
                    **dict.fromkeys(COUNTS, "BIGINT"),
                    **dict.fromkeys(EFFECTS, "DECIMAL(18,12)"),
                    **dict.fromkeys(RATES, "DECIMAL(18,6)"),
                    "period_start": "DATE",
                },
            ),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY, *COUNTS, *EFFECTS, "share_before", "share"),
            rules.one_of("period_kind", ("month", "quarter")),
            rules.one_of("dimension", DIMENSIONS),
            rules.known_currency("currency", KEY),
            rules.no_rows(
                "effects_add_up",
                "mix and rate effects of a dimension are the change of the churn rate, to the last digit",
                f"select {', '.join(PERIOD)}, dimension, sum(mix_effect + rate_effect) as effects, "
                f"max(total_change) as change from {{batch}} group by {', '.join(PERIOD)}, dimension "
                "having sum(mix_effect + rate_effect) <> max(total_change) or min(total_change) <> max(total_change)",
                column="effect",
                noun="dimension",
            ),
            rules.no_rows(
                "effect_is_mix_and_rate",
                "effect is mix_effect + rate_effect, and nobody leaves who was not there",
                "select * from {batch} where effect <> mix_effect + rate_effect or churned > customers "
                "or churned_before > customers_before or churned < 0 or churned_before < 0",
                column="effect",
            ),
            rules.no_rows(
                "rates_lie_in_their_intervals",
                "a churn rate lies between 0 and 1, within its interval, and is there where customers are",
                "select * from {batch} where churn_rate not between churn_rate_low and churn_rate_high "
                "or churn_rate_before not between churn_rate_before_low and churn_rate_before_high "
                "or least(churn_rate_low, churn_rate_before_low) < 0 "
                "or greatest(churn_rate_high, churn_rate_before_high) > 1 "
                "or (churn_rate is null) <> (customers = 0) or (churn_rate_before is null) <> (customers_before = 0)",
                column="churn_rate",
            ),
        ],
    )
