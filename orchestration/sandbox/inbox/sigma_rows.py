"""Which API objects, and which parts of them, are the rows of which Sigma table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orchestration.domain.inbox_layout import CONNECTED_PREFIX
from orchestration.sandbox.inbox.sigma_columns import METADATA
from orchestration.sandbox.simulation import Segment
from orchestration.sandbox.world.books import PLATFORM
from orchestration.sandbox.world.history import Obj

CHUNK = 500
_DELETABLE = ("account", "coupon", "customer", "invoice", "invoiceitem", "product")

_TABLES = {
    "application_fee": "application_fees",
    "balance_transaction": "balance_transactions",
    "charge": "charges",
    "coupon": "coupons",
    "credit_note": "credit_notes",
    "credit_note_line_item": "credit_note_line_items",
    "credit_note_line_item.tax": "credit_note_line_item_tax_amounts",
    "customer": "customers",
    "customer_balance_transaction": "customer_balance_transactions",
    "discount": "discounts",
    "dispute": "disputes",
    "fee_detail": "balance_transaction_fee_details",
    "fee_refund": "application_fee_refunds",
    "invoice": "invoices",
    "invoice_payment": "invoice_payments",
    "invoiceitem": "invoice_items",
    "line_item": "invoice_line_items",
    "line_item.discount": "invoice_line_item_discount_amounts",
    "line_item.tax": "invoice_line_item_tax_amounts",
    "payment_intent": "payment_intents",
    "payout": "transfers",  # Sigma has no table of payouts
    "plan": "plans",
    "price": "prices",
    "product": "products",
    "promotion_code": "promotion_codes",
    "radar.early_fraud_warning": "early_fraud_warnings",
    "refund": "refunds",
    "subscription": "subscriptions",
    "subscription_item": "subscription_items",
    "tax_rate": "tax_rates",
    "topup": "topups",
    "transfer": "transfers",
    "transfer_reversal": "transfer_reversals",
}


Beside = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Rows:
    """Some rows of one table (named as in Sigma, connected twins included).

    Attributes:
        tenants: Whose row it is, per row.
        objects: The API's object, or part of an object, behind each row.
        beside: Values per row that are not in its object, by their path in `sigma_columns`.
    """

    table: str
    tenants: Sequence[str]
    objects: Sequence[Obj]
    beside: Beside = field(default_factory=dict)


@dataclass(frozen=True)
class _Part:
    """A list inside an object that is a table in Sigma; `links` are made of the object and the position."""

    name: str
    of: Callable[[Obj], Iterable[Any]]
    links: dict[str, Callable[[Obj, int], str]] = field(default_factory=dict)


def _whole(parts: list[Any]) -> list[Obj]:
    """The parts that are embedded; others are ids only, or nothing."""
    return [part for part in parts if isinstance(part, dict)]


def _line_link(prefix: str) -> dict[str, Callable[[Obj, int], str]]:
    return {
        "id": lambda line, number: f"{prefix}_{line['id'][3:]}_{number}",
        "invoice_line_item_id": lambda line, _: line["id"],
        "invoice_id": lambda line, _: line["invoice"],
    }


_PARTS = {
    "balance_transaction": (
        _Part(
            "fee_detail",
            lambda row: row["fee_details"],
            {
                "id": lambda row, number: f"fd_{row['id'][4:]}_{number}",
                "balance_transaction_id": lambda row, _: row["id"],
            },
        ),
    ),
    "credit_note": (
        _Part(
            "credit_note_line_item",
            lambda note: note["lines"]["data"],
            {"credit_note_id": lambda note, _: note["id"]},
        ),
    ),
    "credit_note_line_item": (
        _Part(
            "credit_note_line_item.tax",
            lambda line: line["taxes"],
            {
                "id": lambda line, number: f"cnlta_{line['id'][5:]}_{number}",
                "credit_note_line_item_id": lambda line, _: line["id"],
            },
        ),
    ),
    "customer": (_Part("discount", lambda customer: _whole([customer["discount"]])),),
    "invoice": (_Part("line_item", lambda invoice: invoice["lines"]["data"]),),
    "line_item": (
        _Part("line_item.discount", lambda line: line["discount_amounts"], _line_link("ilda")),
        _Part("line_item.tax", lambda line: line["taxes"], _line_link("ilta")),
    ),
    "subscription": (
        _Part("subscription_item", lambda subscription: subscription["items"]["data"]),
        _Part("discount", lambda subscription: _whole(subscription["discounts"])),
    ),
}


def rows_of(segment: Segment, platform_account: str, gone: set[str]) -> Iterator[Rows]:
    """The rows of a segment, a few hundred objects at a time; a table comes many times.

    What an object gives to several tables comes together, while the object is in the processor's cache. Of
    the objects that are gone, customers keep their row; the others have none.
    """
    for name, pairs in segment.objects.items():
        for first in range(0, len(pairs), CHUNK):
            chunk = pairs[first : first + CHUNK]
            if gone and name in _DELETABLE and name != "customer":
                chunk = [pair for pair in chunk if pair[1]["id"] not in gone]
            own = [obj for tenant, obj in chunk if tenant == PLATFORM]
            if name == "account":
                yield from _accounts(own, platform_account)
            yield from _tables(name, "", [PLATFORM] * len(own), own)
            if len(own) < len(chunk):
                tenants, connected = zip(*(pair for pair in chunk if pair[0] != PLATFORM), strict=True)
                yield from _tables(name, CONNECTED_PREFIX, tenants, connected)


def _accounts(accounts: list[Obj], platform_account: str) -> Iterator[Rows]:
    """Sigma keeps the platform's own account apart from those that are connected to it."""
    for table, is_own in (("accounts", True), ("connected_accounts", False)):
        found = [obj for obj in accounts if (obj["id"] == platform_account) is is_own]
        if found:
            yield Rows(table, [PLATFORM] * len(found), found)


def gone_ids(segment: Segment) -> set[str]:
    """The ids of objects that were deleted before the end."""
    history = segment.history
    return {
        obj["id"]
        for name in _DELETABLE
        for _, obj in segment.objects.get(name, ())
        if obj["id"] in history and history[obj["id"]][-1].deleted
    }


def _tables(
    name: str, prefix: str, tenants: Sequence[str], objects: Sequence[Obj], beside: Beside | None = None
) -> Iterator[Rows]:
    """What objects of one kind are to Sigma: their own table, their metadata, and tables of their parts."""
    if name in _TABLES and objects:
        yield Rows(prefix + _TABLES[name], tenants, objects, beside or {})
    if name in METADATA:
        yield from _metadata(name, prefix, tenants, objects)
    for part in _PARTS.get(name, ()):
        found = [
            (tenant, obj, number, element)
            for tenant, obj in zip(tenants, objects, strict=True)
            for number, element in enumerate(part.of(obj), start=1)
        ]
        if found:
            owners, parents, numbers, elements = zip(*found, strict=True)
            links = {key: list(map(link, parents, numbers)) for key, link in part.links.items()}
            yield from _tables(part.name, prefix, owners, elements, links)


def _metadata(name: str, prefix: str, tenants: Sequence[str], objects: Sequence[Obj]) -> Iterator[Rows]:
    found = [
        (tenant, obj, obj["id"], key, value)
        for tenant, obj in zip(tenants, objects, strict=True)
        if obj["metadata"]
        for key, value in obj["metadata"].items()
    ]
    if found:
        owners, parents, ids, keys, values = zip(*found, strict=True)
        table, id_column = METADATA[name]
        yield Rows(prefix + table, owners, parents, {id_column: ids, "key": keys, "value": values})
