"""What a reader may rely on in `marts.fct_ledger_postings`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_ledger_postings"
KEY = ("account_id", "posting_id")
TYPES = {
    "posting_id": "VARCHAR",
    "entry_id": "VARCHAR",
    "entry_kind": "VARCHAR",
    "account_id": "VARCHAR",
    "subledger": "VARCHAR",
    "ledger_account": "VARCHAR",
    "clearing_id": "VARCHAR",
    "currency": "VARCHAR",
    "debit_minor": "BIGINT",
    "credit_minor": "BIGINT",
    "effective_at": "TIMESTAMP WITH TIME ZONE",
    "posting_date": "DATE",
    "period_id": "VARCHAR",
    "recorded_at": "TIMESTAMP WITH TIME ZONE",
    "source_object_id": "VARCHAR",
    "is_mirror": "BOOLEAN",
}
NULLABLE = ("clearing_id",)


def build_suite() -> gx.ExpectationSuite:
    """Double entry as a reader sees it; that posting ids are unique is proven where they are written."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*TYPES),
            rules.has_types(TABLE, TYPES),
            rules.some_rows(),
            *rules.never_empty(*(name for name in TYPES if name not in NULLABLE)),
            rules.one_of("subledger", ("money", "billing", "recognition", "adjustment")),
            rules.known_currency("currency", KEY),
            rules.between("debit_minor", 0),
            rules.between("credit_minor", 0),
            rules.no_rows(
                "one_side",
                "a posting is a debit or a credit, never both",
                "select posting_id, debit_minor, credit_minor from {batch} where debit_minor > 0 and credit_minor > 0",
                column="debit_minor",
            ),
            rules.no_rows(
                "books_balance",
                "each tenant's books balance in each currency and period, with and without mirrored legs",
                "select account_id, currency, period_id, is_mirror, sum(debit_minor) as debits, "
                "sum(credit_minor) as credits from {batch} group by all having sum(debit_minor) <> sum(credit_minor)",
                noun="book",
            ),
        ],
    )
