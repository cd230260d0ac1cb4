"""What a reader may rely on in `marts.agg_revenue_and_cash_monthly`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.agg_revenue_and_cash_monthly"
KEY = ("account_id", "currency", "revenue_month")
RECEIPTS = ("charged_minor", "application_fee_minor", "refunded_minor", "disputed_minor")
MONEY = ("revenue_minor", "contra_minor", "net_revenue_minor", *RECEIPTS, "cash_minor", "difference_minor")


def build_suite() -> gx.ExpectationSuite:
    """What was earned beside what was paid."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*KEY, *MONEY),
            rules.has_types(TABLE, {**dict.fromkeys(MONEY, "BIGINT"), "revenue_month": "DATE"}),
            rules.some_rows(),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY, *MONEY),
            rules.known_currency("currency", KEY),
            rules.no_rows(
                "cash_is_its_receipts",
                "cash is the sum of its receipts, and the difference is cash less net revenue",
                f"select * from {{batch}} where cash_minor::hugeint <> {'::hugeint + '.join(RECEIPTS)} "
                "or difference_minor::hugeint <> cash_minor::hugeint - net_revenue_minor "
                "or net_revenue_minor::hugeint <> revenue_minor::hugeint - contra_minor",
                column="cash_minor",
            ),
            rules.no_rows(
                "revenue_is_the_reported",
                "net revenue sums to that of marts.agg_revenue_monthly",
                "select account_id, currency, sum(here) as here_minor, sum(there) as there_minor from ("
                "select account_id, currency, net_revenue_minor as here, 0 as there from {batch} union all "
                "select account_id, currency, 0, net_revenue_minor from marts.agg_revenue_monthly "
                "where slice_kind = 'all') "
                "group by all having sum(here) <> sum(there)",
                noun="book",
            ),
        ],
    )
