"""Tables of schema `bank` in raw: statements, entries and details as parsed, and the statements that were refused.

Text stays text; amounts stand beside it as exact minor units. A table only ever grows by loads, and a load is
taken back by its number.
"""

from __future__ import annotations

import duckdb

STATEMENT_COLUMNS = {
    "statement_index": "BIGINT NOT NULL",
    "source_format": "VARCHAR NOT NULL",
    "statement_kind": "VARCHAR NOT NULL",
    "bank_account": "VARCHAR NOT NULL",
    "servicer": "VARCHAR",
    "currency": "VARCHAR",
    "statement_number": "VARCHAR",
    "sequence_number": "BIGINT",
    "page_number": "BIGINT",
    "starts_on": "DATE",
    "ends_on": "DATE",
    "opening_minor": "BIGINT",
    "closing_minor": "BIGINT",
    "entry_count": "BIGINT NOT NULL",
    "credit_minor": "BIGINT NOT NULL",
    "debit_minor": "BIGINT NOT NULL",
    "booked_minor": "BIGINT NOT NULL",
    "stated_entry_count": "BIGINT",
    "stated_entries_minor": "BIGINT",
    "stated_net_minor": "BIGINT",
    "stated_credit_count": "BIGINT",
    "stated_credit_minor": "BIGINT",
    "stated_debit_count": "BIGINT",
    "stated_debit_minor": "BIGINT",
    "source_line": "BIGINT NOT NULL",
    "content_hash": "VARCHAR NOT NULL",
}
ENTRY_COLUMNS = {
    "statement_index": "BIGINT NOT NULL",
    "entry_index": "BIGINT NOT NULL",
    "source_line": "BIGINT NOT NULL",
    "booked_date": "DATE NOT NULL",
    "value_date": "DATE",
    "amount_minor": "BIGINT NOT NULL",
    "currency": "VARCHAR NOT NULL",
    "entry_status": "VARCHAR NOT NULL",
    "is_reversal": "BOOLEAN NOT NULL",
    "entry_reference": "VARCHAR",
    "bank_reference": "VARCHAR",
    "end_to_end_id": "VARCHAR",
    "customer_reference": "VARCHAR",
    "counterparty": "VARCHAR",
    "counterparty_account": "VARCHAR",
    "description": "VARCHAR",
    "bank_transaction_code": "VARCHAR",
    "batch_count": "BIGINT",
    "instructed_minor": "BIGINT",
    "instructed_currency": "VARCHAR",
    "exchange_rate": "VARCHAR",
    "charges_minor": "BIGINT",
    "charges_currency": "VARCHAR",
}
DETAIL_COLUMNS = {
    "statement_index": "BIGINT NOT NULL",
    "entry_index": "BIGINT NOT NULL",
    "detail_index": "BIGINT NOT NULL",
    "amount_minor": "BIGINT",
    "currency": "VARCHAR",
    "bank_reference": "VARCHAR",
    "end_to_end_id": "VARCHAR",
    "transaction_id": "VARCHAR",
    "mandate_id": "VARCHAR",
    "counterparty": "VARCHAR",
    "counterparty_account": "VARCHAR",
    "description": "VARCHAR",
    "return_reason": "VARCHAR",
    "instructed_minor": "BIGINT",
    "instructed_currency": "VARCHAR",
    "exchange_rate": "VARCHAR",
    "charges_minor": "BIGINT",
    "charges_currency": "VARCHAR",
}
REFUSED_COLUMNS = {
    "statement_index": "BIGINT NOT NULL",
    "bank_account": "VARCHAR",
    "statement_number": "VARCHAR",
    "starts_on": "DATE",
    "ends_on": "DATE",
    "source_line": "BIGINT NOT NULL",
    "reason": "VARCHAR NOT NULL",
    "remedy": "VARCHAR NOT NULL",
    "text": "VARCHAR NOT NULL",
}
TABLES = {
    "statements": STATEMENT_COLUMNS,
    "entries": ENTRY_COLUMNS,
    "entry_details": DETAIL_COLUMNS,
    "refused_statements": REFUSED_COLUMNS,
    # what the reading of a file depended on besides the file
    "files": {"rules": "VARCHAR NOT NULL"},
}
# Behind the columns of every table: whose rows they are, and when they were true and received.
OWN_COLUMNS = {
    "observed_at": "TIMESTAMPTZ NOT NULL",
    "received_at": "TIMESTAMPTZ NOT NULL",
    "load_seq": "BIGINT NOT NULL",
}


def create_bank_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create what is not there yet."""
    connection.execute("create schema if not exists bank")
    for table, columns in TABLES.items():
        listed = ", ".join(f"{name} {kind}" for name, kind in {**columns, **OWN_COLUMNS}.items())
        connection.execute(f"create table if not exists bank.{table} ({listed})")
