"""What a reader may rely on in `marts.fct_clearing_items`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_clearing_items"
KEY = ("account_id", "ledger_account", "clearing_id", "currency")
AWAITS = ("bank", "stripe", "billing", "counterparty", "review")


def build_suite() -> gx.ExpectationSuite:
    """Open items, each with what it waits for; none is best, so no rows are asked for."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(
                *KEY, "balance_minor", "opened_at", "age_days", "expected_clear_date", "is_overdue"
            ),
            rules.has_types(TABLE, {"balance_minor": "BIGINT", "is_overdue": "BOOLEAN"}),
            *rules.never_empty(*KEY, "balance_minor", "opened_at", "awaits", "is_overdue"),
            rules.one_of("awaits", AWAITS),
            rules.known_currency("currency", KEY),
            rules.between("age_days", 0),
            rules.no_rows(
                "open_items_are_open",
                "an item has a balance",
                "select account_id, ledger_account, clearing_id, currency from {batch} where balance_minor = 0",
                column="balance_minor",
            ),
            rules.no_rows(
                "overdue_items_were_due",
                "what is overdue had a due date",
                "select account_id, ledger_account, clearing_id from {batch} "
                "where is_overdue and expected_clear_date is null",
                column="expected_clear_date",
            ),
        ],
    )
