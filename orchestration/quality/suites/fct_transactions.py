"""What a reader may rely on in `marts.fct_transactions`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_transactions"
KEY = ("account_id", "transaction_id")
FLOW_TYPES = ("direct", "destination", "separate", "platform_only", "payout", "fee", "other")
TYPES = {
    "account_id": "VARCHAR",
    "transaction_id": "VARCHAR",
    "transaction_type": "VARCHAR",
    "reporting_category": "VARCHAR",
    "source_object_id": "VARCHAR",
    "charge_id": "VARCHAR",
    "refund_id": "VARCHAR",
    "dispute_id": "VARCHAR",
    "payout_id": "VARCHAR",
    "transfer_id": "VARCHAR",
    "application_fee_id": "VARCHAR",
    "customer_id": "VARCHAR",
    "invoice_id": "VARCHAR",
    "subscription_id": "VARCHAR",
    "flow_type": "VARCHAR",
    "counterparty_account_id": "VARCHAR",
    "currency": "VARCHAR",
    "gross_minor": "BIGINT",
    "fee_minor": "BIGINT",
    "net_minor": "BIGINT",
    "presentment_currency": "VARCHAR",
    "presentment_minor": "BIGINT",
    "exchange_rate": "DECIMAL(38,18)",
    "status": "VARCHAR",
    "created_at": "TIMESTAMP WITH TIME ZONE",
    "available_at": "TIMESTAMP WITH TIME ZONE",
    "reporting_date": "DATE",
    "source_system": "VARCHAR",
}
REQUIRED = (
    *("transaction_type", "reporting_category", "flow_type", "status", "created_at", "reporting_date"),
    *("currency", "gross_minor", "fee_minor", "net_minor", "source_system"),
)


def build_suite() -> gx.ExpectationSuite:
    """Read-side contract of the balance transactions; dbt proves the same on the write side."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*TYPES),
            rules.has_types(TABLE, TYPES),
            rules.some_rows(),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY, *REQUIRED),
            rules.one_of("flow_type", FLOW_TYPES),
            rules.one_of("status", ("pending", "available")),
            rules.one_of("source_system", ("sigma", "pipeline", "api")),
            rules.known_currency("currency", KEY),
            rules.known_currency("presentment_currency", KEY),
            rules.no_rows(
                "net_is_gross_less_fee",
                "net_minor is gross_minor less fee_minor on every row",
                # HUGEINT: an overflow would be an error of the check instead of a finding
                "select account_id, transaction_id, currency, gross_minor, fee_minor, net_minor from {batch} "
                "where net_minor::hugeint <> gross_minor::hugeint - fee_minor::hugeint",
                column="net_minor",
            ),
            rules.no_rows(
                "presentment_has_currency",
                "an amount in the buyer's currency names that currency",
                "select account_id, transaction_id, presentment_minor, presentment_currency from {batch} "
                "where presentment_minor is not null and presentment_currency is null",
                column="presentment_currency",
            ),
            rules.no_rows(
                "fees_carry_no_fee",
                "a fee that Stripe bills as a row of its own carries no further fee",
                "select account_id, transaction_id, transaction_type, currency, fee_minor from {batch} "
                "where flow_type = 'fee' and fee_minor <> 0",
                severity="warning",
                column="fee_minor",
            ),
            rules.no_rows(
                "payouts_name_their_payout",
                "a row of flow_type payout names its payout",
                "select account_id, transaction_id, transaction_type, payout_id from {batch} "
                "where flow_type = 'payout' and payout_id is null",
                severity="warning",
                column="payout_id",
            ),
            rules.no_rows(
                "available_after_creation",
                "money becomes available no earlier than one day before it was created",
                # epoch_us: subtracting an interval from 10 million zoned instants takes 1.6 s, this 0.1 s
                "select account_id, transaction_id, created_at, available_at from {batch} "
                "where epoch_us(available_at) < epoch_us(created_at) - 86400000000",
                severity="warning",
                column="available_at",
            ),
        ],
    )
