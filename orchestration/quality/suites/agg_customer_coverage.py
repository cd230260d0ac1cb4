"""What a reader may rely on in `marts.agg_customer_coverage`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.agg_customer_coverage"
KEY = ("account_id", "source")
ROWS = ("rows_id", "rows_email", "rows_item", "rows_ambiguous_email", "rows_unnamed", "rows_unknown")
COUNTS = ("customers", "covered_customers", "row_count", *ROWS)


def build_suite() -> gx.ExpectationSuite:
    """Every row of the company's files means somebody, or is counted as meaning nobody."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*KEY, *COUNTS, "coverage"),
            rules.has_types(TABLE, {**dict.fromkeys(COUNTS, "BIGINT"), "coverage": "DECIMAL(18,6)"}),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY, *COUNTS),
            rules.one_of("source", ("marketing_attribution", "product_usage", "support_tickets")),
            rules.no_rows(
                "every_row_is_counted_once",
                "rows by whom they mean add up to the rows of the file",
                f"select * from {{batch}} where row_count <> {' + '.join(ROWS)}",
                column="row_count",
            ),
            rules.no_rows(
                "covered_are_customers",
                "no more customers are covered than there are, and none without a row that means one",
                "select * from {batch} where covered_customers not between 0 and customers "
                "or covered_customers > rows_id + rows_email + rows_item",
                column="covered_customers",
            ),
        ],
    )
