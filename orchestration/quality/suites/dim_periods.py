"""What a reader may rely on in `marts.dim_periods`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.dim_periods"
KEY = ("period_id",)


def build_suite() -> gx.ExpectationSuite:
    """Accounting periods without gaps."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(
                *KEY, "starts_at", "ends_at", "status", "fiscal_year", "fiscal_quarter", "fiscal_period"
            ),
            rules.some_rows(),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY, "starts_at", "ends_at", "status"),
            rules.one_of("status", ("open", "prepared", "closed")),
            rules.no_rows(
                "no_gap",
                "a period begins when the one before it ends",
                "select * from (select period_id, starts_at, lag(ends_at) over (order by starts_at) as before "
                "from {batch}) where starts_at <> before",
                column="starts_at",
                noun="period",
            ),
            rules.no_rows(
                "twelve_to_a_year",
                "fiscal years have twelve periods one after the other, three to a quarter",
                "select * from (select *, lag(fiscal_year * 12 + fiscal_period) over (order by starts_at) as before "
                "from {batch}) where fiscal_year * 12 + fiscal_period <> before + 1 "
                "or fiscal_quarter <> (fiscal_period + 2) // 3",
                column="fiscal_period",
                noun="period",
            ),
            rules.no_rows(
                "closed_in_order",
                "no period is closed while one before it is open",
                "select * from (select period_id, status, bool_or(status <> 'closed') over (order by starts_at "
                "rows between unbounded preceding and 1 preceding) as follows_open from {batch}) "
                "where status = 'closed' and follows_open",
                column="status",
                noun="period",
            ),
        ],
    )
