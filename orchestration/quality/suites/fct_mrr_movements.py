"""What a reader may rely on in `marts.fct_mrr_movements`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_mrr_movements"
KEY = ("movement_id",)
WHERE = ("account_id", "customer_id", "currency", "moved_at", "month")
MONEY = ("mrr_before", "mrr_after", "change")


def build_suite() -> gx.ExpectationSuite:
    """Each movement of a customer starts where the last one ended."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*KEY, *WHERE, "movement", *MONEY, "reason"),
            rules.has_types(
                TABLE,
                {
                    **dict.fromkeys(MONEY, "DECIMAL(18,4)"),
                    "moved_at": "TIMESTAMP WITH TIME ZONE",
                    "month": "DATE",
                },
            ),
            rules.some_rows(),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY, *WHERE, "movement", *MONEY, "reason"),
            rules.one_of("movement", ("new", "expansion", "contraction", "churn", "reactivation")),
            rules.known_currency("currency", KEY),
            rules.no_rows(
                "change_is_after_less_before",
                "the change is what is left less what there was, and neither is negative",
                "select * from {batch} where mrr_after - mrr_before <> change or change = 0 "
                "or mrr_before < 0 or mrr_after < 0",
                column="change",
            ),
            rules.no_rows(
                "starts_where_the_last_ended",
                "a customer's movement in a currency starts with what the one before it left",
                "select * from (select *, lag(mrr_after, 1, 0) over (partition by account_id, customer_id, currency "
                "order by moved_at) as left_with from {batch}) where mrr_before <> left_with",
                column="mrr_before",
            ),
        ],
    )
