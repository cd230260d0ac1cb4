"""Tables of schema `business` in raw: what the company's own systems say, text as received, one row per key.

Columns that no model reads are kept too, as JSON in `other_columns`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from orchestration.sources.catalog import Field
from orchestration.warehouse.connection import quoted

# The tenant of a row; a file without this column speaks of the platform.
ACCOUNT = "account"
OTHER = "other_columns"


@dataclass(frozen=True)
class BusinessTable:
    """One file of business/.

    Attributes:
        key: Columns that tell rows apart, besides the tenant.
        fields: What each column reads as; `required` means filled on every row.
        may_lack: Columns that a file may leave out altogether.
        one_of: Columns of which at least one is filled on every row.
    """

    key: tuple[str, ...]
    fields: tuple[Field, ...]
    may_lack: frozenset[str] = frozenset({ACCOUNT})
    one_of: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        return [field.column for field in self.fields]

    @property
    def needed(self) -> list[str]:
        """Columns without which a file is refused."""
        return [column for column in self.columns if column not in self.may_lack]


def _fields(*specs: str) -> tuple[Field, ...]:
    """`name:kind`, with `!` behind the name of a column that is filled on every row."""
    found = []
    for spec in (*specs, f"{ACCOUNT}:text"):
        name, _, kind = spec.partition(":")
        column = name.removesuffix("!")
        found.append(Field(column, (column,), kind, name != column))
    return tuple(found)


TABLES = {
    "orders": BusinessTable(
        ("order_id",),
        _fields(
            "order_id!:text",
            "ordered_at!:instant",
            "customer_reference:text",
            "amount_minor!:minor",
            "currency!:currency",
            "payment_reference:text",
            "status!:text",
        ),
    ),
    "account_map": BusinessTable(
        ("account_id", "name", "from_date"),
        _fields("account_id:text", "name!:text", "official_name:text", "from_date!:date"),
        frozenset({ACCOUNT, "official_name"}),
    ),
    "product_usage": BusinessTable(
        ("customer_id", "subscription_item_id", "month"),
        _fields(
            "customer_id!:text",
            "subscription_item_id:text",
            "month!:month",
            "quantity!:integer",
            "active_days:integer",
        ),
        frozenset({ACCOUNT, "active_days"}),
    ),
    "marketing_attribution": BusinessTable(
        ("customer_id", "channel", "campaign", "attributed_at"),
        _fields(
            "customer_id!:text",
            "channel!:text",
            "campaign:text",
            "attributed_at!:instant",
            "cost_minor:minor",
            "currency:currency",
        ),
        frozenset({ACCOUNT, "campaign", "cost_minor", "currency"}),
    ),
    "support_tickets": BusinessTable(
        ("ticket_id",),
        _fields("ticket_id!:text", "customer_id:text", "opened_at!:instant", "kind:text"),
    ),
    "exclusions": BusinessTable(
        ("object_id",),
        _fields("object_id!:text", "excluded_at!:instant", "reason:text"),
        frozenset({ACCOUNT, "reason"}),
    ),
    "fulfilments": BusinessTable(
        ("fulfilment_id",),
        _fields(
            "fulfilment_id!:text",
            "object_id!:text",
            "fulfilled_at!:instant",
            "amount_minor:minor",
            "quantity:integer",
        ),
        frozenset({ACCOUNT, "amount_minor", "quantity"}),
        ("amount_minor", "quantity"),
    ),
    "contracts": BusinessTable(
        ("obligation_id", "effective_at"),
        _fields(
            "contract_id!:text",
            "obligation_id!:text",
            "effective_at!:instant",
            "treatment:text",
            "customer_id:text",
            "product_id:text",
            "currency!:currency",
            "price_minor!:minor",
            "variable_minor:minor",
            "constrained_minor:minor",
            "expected_returns_minor:minor",
            "cost_minor:minor",
            "standalone_minor:minor",
            "quantity:integer",
            "service_start_at:instant",
            "service_end_at:instant",
        ),
        frozenset(
            {ACCOUNT, "treatment", "customer_id", "product_id", "variable_minor", "constrained_minor"}
            | {"expected_returns_minor", "cost_minor", "standalone_minor", "quantity"}
            | {"service_start_at", "service_end_at"}
        ),
    ),
    "contract_bills": BusinessTable(("object_id",), _fields("contract_id!:text", "object_id!:text")),
}

# Behind the columns of every table: when its rows were true and received, and which load brought them.
OWN_COLUMNS = {
    "_account_id": "VARCHAR NOT NULL",
    "_observed_at": "TIMESTAMPTZ NOT NULL",
    "_received_at": "TIMESTAMPTZ NOT NULL",
    "_load_seq": "BIGINT NOT NULL",
}


def content_columns(table: str) -> Sequence[str]:
    """The columns that make two rows of one key the same."""
    return [*(column for column in TABLES[table].columns if column != ACCOUNT), OTHER]


def create_business_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create what is not there yet, so that an absent file is an empty table."""
    connection.execute("create schema if not exists business")
    for table in TABLES:
        received = [f"{quoted(column)} VARCHAR" for column in content_columns(table)]
        own = [f"{name} {kind}" for name, kind in OWN_COLUMNS.items()]
        connection.execute(f"create table if not exists business.{table} ({', '.join([*received, *own])})")
