"""What a reader may rely on in `marts.agg_receivable_ageing`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.agg_receivable_ageing"
KEY = ("account_id", "currency", "period_id", "bucket")
BUCKETS = ("not_due", "1-30", "31-60", "61-90", "91-120", ">120")
TYPES = {"as_of_at": "TIMESTAMP WITH TIME ZONE", "amount_minor": "BIGINT", "invoice_count": "BIGINT"}


def build_suite() -> gx.ExpectationSuite:
    """What invoices owe, by age."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*KEY, *TYPES),
            rules.has_types(TABLE, TYPES),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY, *TYPES),
            rules.one_of("bucket", BUCKETS),
            rules.known_currency("currency", KEY),
            rules.between("invoice_count", 0),
            rules.no_rows(
                "every_bucket_is_there",
                "each tenant, currency and period has every bucket",
                "select account_id, currency, period_id, count(*) as buckets from {batch} "
                f"group by all having count(*) <> {len(BUCKETS)}",
                noun="period",
            ),
            rules.no_rows(
                "money_has_invoices",
                "a bucket without invoices holds no money",
                "select * from {batch} where invoice_count = 0 and amount_minor <> 0",
                column="amount_minor",
            ),
        ],
    )
