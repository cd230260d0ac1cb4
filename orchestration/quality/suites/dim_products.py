"""What a reader may rely on in `marts.dim_products`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.dim_products"
KEY = ("account_id", "product_id")
TYPES = {"account_id": "VARCHAR", "product_id": "VARCHAR", "name": "VARCHAR", "is_active": "BOOLEAN"}


def build_suite() -> gx.ExpectationSuite:
    """One row per account and product."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*TYPES),
            rules.has_types(TABLE, TYPES),
            rules.some_rows(),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY),
        ],
    )
