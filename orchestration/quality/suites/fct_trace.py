"""What a reader may rely on in `marts.fct_trace`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_trace"
KEY = ("account_id", "transaction_id")
STATUSES = ("at_the_bank", "paid_out", "in_transit", "payout_failed", "in_balance", "pending")


def build_suite() -> gx.ExpectationSuite:
    """Every transaction of a charge, as far as its money can be followed."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(
                *KEY, "charge_id", "payout_id", "bank_entry_id", "event_id", "charge_minor", "trace_status"
            ),
            rules.has_types(TABLE, {"charge_minor": "BIGINT"}),
            *rules.never_empty(*KEY, "charge_id", "currency", "charge_minor", "trace_status"),
            rules.one_of("trace_status", STATUSES),
            rules.known_currency("currency", KEY),
            rules.unique_key(*KEY),
            rules.no_rows(
                "the_bank_has_a_line",
                "what is at the bank names its line",
                "select account_id, transaction_id from {batch} where trace_status = 'at_the_bank' "
                "and (bank_entry_id is null or payout_id is null)",
                column="bank_entry_id",
            ),
            rules.no_rows(
                "every_charge_is_traced",
                "each transaction of a charge has its row",
                "select account_id, transaction_id from marts.fct_transactions where charge_id is not null "
                "and (account_id, transaction_id) not in (select (account_id, transaction_id) from {batch})",
                column="transaction_id",
            ),
        ],
    )
