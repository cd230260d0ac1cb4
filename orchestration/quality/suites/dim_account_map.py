"""What a reader may rely on in `marts.dim_account_map`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.dim_account_map"
KEY = ("account_map_id",)


def build_suite() -> gx.ExpectationSuite:
    """Names in the company's books and the accounts they lead to; a company need not keep such a map."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(
                *KEY,
                "account_id",
                "stated_account_id",
                "name",
                "from_date",
                "to_date",
                "resolved_account_id",
                "resolved_stripe_account_id",
                "evidence",
                "candidate_count",
                "confidence",
                "status",
            ),  # fmt: skip
            rules.has_types(TABLE, {"from_date": "DATE", "confidence": "DECIMAL(6,4)"}),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY, "account_id", "name", "from_date", "evidence", "confidence", "status"),
            rules.one_of("status", ("stated", "matched", "review", "unmatched")),
            rules.one_of("evidence", ("id", "equal_name", "similar_name", "none")),
            rules.between("candidate_count", 0),
            rules.between("confidence", 0, 1),
            rules.no_rows(
                "what_is_relied_on_has_an_account",
                "a name that is stated or matched leads to an account",
                "select account_map_id, status from {batch} "
                "where status in ('stated', 'matched') and resolved_account_id is null",
                column="resolved_account_id",
            ),
            rules.no_rows(
                "a_stated_account_is_kept",
                "a stated id is never replaced by another one",
                "select account_map_id, stated_account_id, resolved_stripe_account_id from {batch} "
                "where status in ('stated', 'matched') and stated_account_id <> resolved_stripe_account_id",
                column="resolved_stripe_account_id",
            ),
        ],
    )
