"""What a reader may rely on in `marts.dim_customers`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.dim_customers"
KEY = ("account_id", "customer_id")
TYPES = {
    "account_id": "VARCHAR",
    "customer_id": "VARCHAR",
    "created_at": "TIMESTAMP WITH TIME ZONE",
    "country": "VARCHAR",
    "is_deleted": "BOOLEAN",
}


def build_suite() -> gx.ExpectationSuite:
    """One row per account and customer."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*TYPES),
            rules.has_types(TABLE, TYPES),
            rules.some_rows(),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY),
            *rules.never_empty(
                "created_at", severity="warning"
            ),  # a deleted customer keeps little but its id
        ],
    )
