"""Rows of Sigma tables and of the company's own files, and the inbox that they make."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from orchestration.domain.inbox_layout import CONNECTED_PREFIX, PLATFORM
from orchestration.sandbox.inbox.sigma_columns import columns_of
from tests.pipeline.inboxes import SIGMA, as_csv, put

Row = dict[str, Any]
STAMP = "2026-04-01T0300"
# Columns that Sigma has and the simulation does not write.
_MORE_COLUMNS = {"prices": ["recurring_aggregate_usage"], "invoices": ["application_fee"]}
_MORE_TABLES = {
    "usage_records": ["id", "subscription_item", "quantity", "timestamp"],
    "price_tiers": ["price_id", "upto", "amount", "amount_decimal", "flat_amount", "flat_amount_decimal"],
    "subscription_item_change_events": [
        "subscription_item_id", "subscription_id", "customer_id", "product_id", "price_id", "event_type", "currency", "mrr_change",
        "quantity_change", "event_timestamp", "local_event_timestamp",
    ],
}  # fmt: skip
OWN_TABLES = {
    "business/exclusions": ["object_id", "excluded_at", "reason", "account"],
    "business/fulfilments": ["fulfilment_id", "object_id", "fulfilled_at", "amount_minor", "quantity", "account"],
    "business/contracts": [
        "contract_id", "obligation_id", "effective_at", "treatment", "customer_id", "product_id", "currency", "price_minor",
        "variable_minor", "constrained_minor", "expected_returns_minor", "cost_minor", "standalone_minor", "quantity",
        "service_start_at", "service_end_at", "account",
    ],
    "business/contract_bills": ["contract_id", "object_id", "account"],
    "company/revenue_rules": [
        "rule_id", "account_id", "product_id", "price_id", "description_contains", "metadata_key", "metadata_value",
        "from_date", "to_date", "recognition_policy", "window_months", "treatment", "treatment_bps", "party", "obligation",
    ],
    "company/standalone_prices": [
        "standalone_price_id", "account_id", "product_id", "price_id", "currency", "unit_price_minor", "from_date",
    ],
}  # fmt: skip


def minor(major: str) -> int:
    """`31` or `3.10` of a currency with two decimals, as the examples print them, in minor units."""
    units = Decimal(major) * 100
    assert units == units.to_integral_value(), major
    return int(units)


def instant(text: str) -> str:
    """`2019-01-15` or `2019-01-15 12:00` as Sigma writes an instant; empty stays empty."""
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M:%S}.000" if text else ""


def days_after(text: str, days: int) -> str:
    return instant(str(datetime.fromisoformat(text) + timedelta(days=days)))


class Tables:
    """Everything that an inbox tells, table by table; `settings` is the text of company/tieout.toml."""

    def __init__(self) -> None:
        self.stripe: dict[tuple[str, bool], list[Row]] = defaultdict(list)
        self.own: dict[str, list[Row]] = defaultdict(list)
        self.settings = ""

    def add(self, table: str, account: str, **values: Any) -> Row:
        """A row of a Sigma table; what is not named stays empty. The row may be changed until it is written."""
        row: Row = values
        if account != PLATFORM:
            row["account"] = account
        self.stripe[table, account != PLATFORM].append(row)
        return row

    def add_own(self, table: str, **values: Any) -> None:
        """A row of a file of business/ or company/."""
        self.own[table].append(values)

    def write(self, inbox: Path, stamp: str = STAMP) -> Path:
        """The inbox of one export, made at `stamp`: a file per table."""
        for (table, is_connected), found in self.stripe.items():
            name = CONNECTED_PREFIX * (is_connected and table != "connected_accounts") + table
            columns = ["account"] * (is_connected and table != "connected_accounts") + stripe_columns(table)
            put(inbox / SIGMA / f"{name}_{stamp}.csv", as_csv(texts_of(columns, found), columns), stamp)
        for table, found in self.own.items():
            put(inbox / f"{table}.csv", as_csv(texts_of(OWN_TABLES[table], found)), stamp)
        put(inbox / "company" / "tieout.toml", self.settings, stamp)
        return inbox


def stripe_columns(table: str) -> list[str]:
    """The columns of a Sigma table, as far as the tests write them."""
    if table in _MORE_TABLES:
        return _MORE_TABLES[table]
    return [column.name for column in columns_of(table)] + _MORE_COLUMNS.get(table, [])


def texts_of(columns: list[str], found: list[Row]) -> list[dict[str, str]]:
    """Rows as a CSV file holds them; a column that is not known is an error."""
    unknown = {name for row in found for name in row} - {*columns, "account"}
    assert not unknown, unknown
    return [{name: _text(row.get(name)) for name in columns} for row in found]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
