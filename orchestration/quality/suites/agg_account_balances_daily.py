"""What a reader may rely on in `marts.agg_account_balances_daily`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.agg_account_balances_daily"
KEY = ("account_id", "currency", "posting_date")
AMOUNTS = (
    *("available_minor", "pending_minor", "reserved_minor", "in_transit_minor"),
    *("owed_by_platform_minor", "owed_to_platform_minor", "negative_minor"),
)


def build_suite() -> gx.ExpectationSuite:
    """What Stripe holds for each tenant at the end of each day on which it changed."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*KEY, *AMOUNTS),
            rules.has_types(TABLE, dict.fromkeys(AMOUNTS, "BIGINT")),
            rules.some_rows(),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY, *AMOUNTS),
            rules.known_currency("currency", KEY),
            rules.between("negative_minor", 0),
        ],
    )
