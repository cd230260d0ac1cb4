"""What a reader may rely on in `marts.fct_bank_entries`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_bank_entries"
KEY = ("bank_entry_id",)
FORMATS = ("camt.052", "camt.053", "mt940", "mt942", "bai2", "ofx", "csv")


def build_suite() -> gx.ExpectationSuite:
    """Money as banks state it; a company without statements is legal, so no rows are asked for."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(
                *KEY,
                "account_id",
                "bank_account",
                "currency",
                "statement_id",
                "booked_date",
                "value_date",
                "amount_minor",
                "description",
                "reference",
                "counterparty",
                "source_file",
            ),  # fmt: skip
            rules.has_types(
                TABLE,
                {"amount_minor": "BIGINT", "booked_date": "DATE", "recorded_at": "TIMESTAMP WITH TIME ZONE"},
            ),
            rules.unique_key(*KEY),
            *rules.never_empty(
                *KEY, "account_id", "bank_account", "currency", "statement_id", "booked_date", "amount_minor"
            ),
            rules.known_currency("currency", KEY),
            rules.known_currency("instructed_currency", KEY),
            rules.one_of("entry_status", ("booked", "pending")),
            rules.one_of("source_format", FORMATS),
            rules.no_rows(
                "money_has_currency",
                "what was instructed or charged has a currency",
                "select bank_entry_id, instructed_minor, charges_minor from {batch} "
                "where instructed_minor is not null and instructed_currency is null "
                "or charges_minor is not null and charges_currency is null",
                column="instructed_currency",
            ),
            rules.no_rows(
                "entries_have_a_statement",
                "an entry stands in a statement of marts.fct_bank_statements",
                "select bank_entry_id, statement_id from {batch} where statement_id not in "
                "(select statement_id from marts.fct_bank_statements where statement_id is not null)",
                column="statement_id",
            ),
        ],
    )
