"""What a reader may rely on in `marts.agg_source_completeness`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.agg_source_completeness"
KEY = ("account_id", "object_kind", "source")
COUNTS = ("seen", "missing_newer", "missing_older", "missing_deleted", "unexplained")


def build_suite() -> gx.ExpectationSuite:
    """Counts of objects per source; `unexplained` has its rows in `marts.fct_exceptions`."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*KEY, *COUNTS),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY, *COUNTS),
            *(rules.between(column, 0) for column in COUNTS),
            rules.no_rows(
                "unexplained_is_listed",
                "each unexplained difference is an open exception",
                "select object_kind, sum(unexplained) as missing from {batch} where unexplained > 0 "
                "group by object_kind having sum(unexplained) > 0 and object_kind not in (select object_kind "
                "from marts.fct_exceptions where kind = 'source_difference')",
                column="unexplained",
                noun="object kind",
            ),
        ],
    )
