"""What a reader may rely on in `marts.agg_remaining_obligations`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.agg_remaining_obligations"
KEY = ("account_id", "currency", "as_of_date", "band")
MONEY = ("amount_minor", "deferred_minor", "pending_minor")
BANDS = ("<=12", "13-24", ">24")


def build_suite() -> gx.ExpectationSuite:
    """What is contracted and not recognized, by the time in which it will be."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*KEY, *MONEY),
            rules.has_types(TABLE, {**dict.fromkeys(MONEY, "BIGINT"), "as_of_date": "DATE"}),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY, *MONEY),
            rules.one_of("band", BANDS),
            rules.known_currency("currency", KEY),
            rules.no_rows(
                "parts_are_the_whole",
                "what remains is deferred or pending",
                "select * from {batch} where amount_minor::hugeint <> deferred_minor::hugeint + pending_minor",
                column="amount_minor",
            ),
            rules.no_rows(
                "every_band_is_there",
                "each tenant, currency and day has every band",
                "select account_id, currency, as_of_date, count(*) as bands from {batch} "
                f"group by all having count(*) <> {len(BANDS)}",
                noun="day",
            ),
        ],
    )
