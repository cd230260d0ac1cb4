"""What a reader may rely on in `marts.agg_revenue_monthly`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.agg_revenue_monthly"
KEY = ("account_id", "currency", "revenue_month", "slice_kind", "slice_value")
CONTRAS = (
    "refunds_minor",
    "disputes_minor",
    "credit_notes_minor",
    "voids_minor",
    "write_offs_minor",
    "exclusions_minor",
)
MONEY = ("revenue_minor", *CONTRAS, "contra_minor", "net_revenue_minor")
SLICES = ("all", "product", "customer", "price", "obligation", "party")


def build_suite() -> gx.ExpectationSuite:
    """Revenue by month and slice; every kind of slice is the whole."""
    wholes = " or ".join(f"count(distinct {name}) > 1" for name in MONEY)
    sums = ", ".join(f"sum({name}) as {name}" for name in MONEY)
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*KEY, *MONEY),
            rules.has_types(TABLE, {**dict.fromkeys(MONEY, "BIGINT"), "revenue_month": "DATE"}),
            rules.some_rows(),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY, *MONEY),
            rules.one_of("slice_kind", SLICES),
            rules.known_currency("currency", KEY),
            rules.no_rows(
                "net_is_revenue_less_contra",
                "net revenue is revenue less every kind of contra revenue",
                "select * from {batch} where net_revenue_minor::hugeint <> revenue_minor::hugeint - contra_minor "
                f"or contra_minor::hugeint <> {'::hugeint + '.join(CONTRAS)}",
                column="net_revenue_minor",
            ),
            rules.no_rows(
                "slices_are_the_whole",
                "every kind of slice of a tenant, currency and month is there and sums to the same",
                "select account_id, currency, revenue_month from "
                f"(select account_id, currency, revenue_month, slice_kind, {sums} "
                "from {batch} group by account_id, currency, revenue_month, slice_kind) "
                f"group by all having count(*) <> {len(SLICES)} or {wholes}",
                noun="month",
            ),
        ],
    )
