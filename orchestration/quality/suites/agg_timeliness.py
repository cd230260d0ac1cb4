"""What a reader may rely on in `marts.agg_timeliness`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.agg_timeliness"
KEY = ("account_id", "currency")


def build_suite() -> gx.ExpectationSuite:
    """How long facts took to be recorded."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*KEY, "posting_count", "recorded_after_p50_hours", "recorded_after_p99_hours"),
            *rules.never_empty(*KEY, "posting_count"),
            rules.unique_key(*KEY),
            rules.between("posting_count", 1),
            rules.no_rows(
                "percentiles_rise",
                "the 99th percentile is not below the median",
                "select account_id, currency from {batch} "
                "where recorded_after_p50_hours > recorded_after_p95_hours "
                "or recorded_after_p95_hours > recorded_after_p99_hours",
                column="recorded_after_p99_hours",
            ),
        ],
    )
