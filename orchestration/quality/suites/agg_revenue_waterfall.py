"""What a reader may rely on in `marts.agg_revenue_waterfall`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.agg_revenue_waterfall"
KEY = ("account_id", "currency", "booked_month", "recognized_month")
MONEY = ("recognized_minor", "posted_minor", "remaining_minor")


def build_suite() -> gx.ExpectationSuite:
    """Booked month by recognized month: what remains runs down to nothing."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*KEY, *MONEY),
            rules.has_types(
                TABLE, {**dict.fromkeys(MONEY, "BIGINT"), "booked_month": "DATE", "recognized_month": "DATE"}
            ),
            rules.some_rows(),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY, *MONEY),
            rules.known_currency("currency", KEY),
            rules.no_rows(
                "runs_down_to_nothing",
                "each month takes what it recognizes off what remains, and after the last one nothing does",
                "select * from (select *, lead(recognized_minor, 1, 0) over months as next_recognized, "
                "lead(remaining_minor, 1, 0) over months as next_remaining from {batch} "
                "window months as (partition by account_id, currency, booked_month order by recognized_month)) "
                "where remaining_minor::hugeint <> next_recognized::hugeint + next_remaining",
                column="remaining_minor",
            ),
        ],
    )
