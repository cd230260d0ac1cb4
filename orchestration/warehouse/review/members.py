"""What is known of the members of a match: day, money and text, from whichever tables of the file know them."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.warehouse.ledger.reading import Ledger


@dataclass(frozen=True)
class Source:
    """A table that knows objects: its id column, and SQL for day and text; used as far as its columns are there."""

    table: str
    key: str
    day: str
    texts: tuple[str, ...]


# An object that several tables know is told by the first.
SOURCES = (
    Source(
        "marts.fct_bank_entries",
        "bank_entry_id",
        "booked_date",
        ("bank_account", "description", "reference", "counterparty"),
    ),
    Source(
        "staging.stg_stripe__payouts",
        "payout_id",
        "arrival_at",
        ("status", "payout_method", "statement_descriptor", "description", "trace_id"),
    ),
    Source("staging.stg_stripe__charges", "charge_id", "created_at", ("description", "statement_descriptor")),
    Source(
        "staging.stg_business__orders",
        "order_id",
        "ordered_at",
        ("customer_reference", "payment_reference", "status"),
    ),
    Source(
        "marts.fct_transactions",
        "transaction_id",
        "created_at",
        ("transaction_type", "reporting_category", "source_object_id"),
    ),
    Source(
        "marts.fct_transactions", "source_object_id", "created_at", ("transaction_type", "reporting_category")
    ),
)


def known_objects(ledger: Ledger, ids: str) -> str:
    """SQL of (object_id, day, text): what the file knows of the objects that the SQL `ids` selects as object_id."""
    branches = []
    for rank, source in enumerate(SOURCES):
        columns = ledger.columns.get(source.table, set())
        if not {source.key, source.day} <= columns:
            continue
        texts = ", ".join(f"{name}::varchar" for name in source.texts if name in columns)
        branches.append(
            f"select {source.key} as object_id, {source.day}::date as day, "
            f"{f'concat_ws(chr(32), {texts})' if texts else 'null::varchar'} as text, {rank} as rank "
            f"from {source.table} where {source.key} in (select object_id from asked)"
        )
    nothing = (
        "select null::varchar as object_id, null::date as day, null::varchar as text, 0 as rank where false"
    )
    return (
        f"(with asked as ({ids}) select object_id, arg_min(day, (rank, day)) as day, "
        f"arg_min(text, (rank, day)) as text from ({' union all '.join([nothing, *branches])}) group by object_id)"
    )
