"""What a reader may rely on in `marts.fct_payout_members`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_payout_members"
KEY = ("account_id", "transaction_id")


def build_suite() -> gx.ExpectationSuite:
    """Money is paid out once: a transaction has one payout, and says so where sources contradict each other."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*KEY, "payout_id", "membership", "other_payout_id", "currency", "net_minor"),
            rules.has_types(TABLE, {"net_minor": "BIGINT"}),
            *rules.never_empty(*KEY, "payout_id", "membership", "currency", "net_minor"),
            rules.one_of("membership", ("by_id", "inferred")),
            rules.known_currency("currency", KEY),
            rules.unique_key(*KEY),
            rules.no_rows(
                "inferred_members_have_no_rival",
                "a payout whose members were inferred is named by none",
                "select payout_id, transaction_id from {batch} where membership = 'inferred' "
                "and other_payout_id is not null",
                column="membership",
            ),
        ],
    )
