"""What a reader may rely on in `marts.agg_cohort_retention`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.agg_cohort_retention"
COHORT = ("account_id", "currency", "cohort_month", "billing_interval", "trial_bucket", "payment_pattern")
KEY = (*COHORT, "cycle")
COUNTS = ("cohort_size", "at_risk", "retained", "churned_voluntary", "churned_involuntary", "censored")
PATTERNS = ("clean", "soft_recovered", "soft_lost", "hard_decline", "disputed")


def build_suite() -> gx.ExpectationSuite:
    """A cohort only shrinks, everyone in it is accounted for, and what is too young says so."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*KEY, *COUNTS, "reactivated", "is_pending", "survival", "mrr_retention"),
            rules.has_types(
                TABLE,
                {
                    **dict.fromkeys((*COUNTS, "cycle", "reactivated"), "BIGINT"),
                    "cohort_month": "DATE",
                    "survival": "DECIMAL(18,12)",
                    "starting_mrr": "DECIMAL(18,4)",
                    "mrr": "DECIMAL(18,4)",
                    "mrr_retention": "DECIMAL(18,6)",
                },
            ),
            rules.some_rows(),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY, *COUNTS, "is_pending"),
            rules.one_of("trial_bucket", ("0", "1-7", "8-14", "15-30", "> 30")),
            rules.one_of("payment_pattern", PATTERNS),
            rules.between("cycle", 1),
            rules.known_currency("currency", KEY),
            rules.no_rows(
                "everyone_is_accounted_for",
                "at_risk is retained + churned + censored",
                "select * from {batch} where at_risk <> retained + churned_voluntary + churned_involuntary + censored",
                column="at_risk",
            ),
            rules.no_rows(
                "only_the_retained_go_on",
                "whoever enters a cycle was retained in the one before; a cohort never grows",
                f"select * from (select *, lag(retained, 1, cohort_size) over (partition by {', '.join(COHORT)} "
                "order by cycle) as entered_with from {batch}) where at_risk <> entered_with",
                column="at_risk",
            ),
            rules.no_rows(
                "survival_is_a_share_that_never_grows",
                "survival lies between 0 and 1 and is nowhere above that of the cycle before; pending cycles have none",
                f"select * from (select *, lag(survival, 1, 1) over (partition by {', '.join(COHORT)} order by cycle) "
                "as survived_before from {batch}) where survival not between 0 and survived_before "
                "or is_pending <> (survival is null)",
                column="survival",
            ),
        ],
    )
