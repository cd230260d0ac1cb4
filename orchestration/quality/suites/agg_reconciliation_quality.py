"""What a reader may rely on in `marts.agg_reconciliation_quality`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.agg_reconciliation_quality"
KEY = ("measure", "slice")


def build_suite() -> gx.ExpectationSuite:
    """What a run measured of itself; conservation is exact."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns("run_id", *KEY, "numerator", "denominator", "value", "aim"),
            *rules.never_empty("run_id", *KEY, "numerator", "denominator"),
            rules.unique_key(*KEY),
            rules.no_rows(
                "money_is_conserved",
                "debits equal credits, and the ledger holds what the transactions bring",
                "select measure, slice from {batch} where measure in ('debits_equal_credits', 'transactions_posted') "
                "and numerator <> denominator",
                column="numerator",
            ),
        ],
    )
