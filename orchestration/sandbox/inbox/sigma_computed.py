"""Values that Sigma has and the API's object does not: joined, counted, or called otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from orchestration.sandbox.simulation import Segment, Tenanted
from orchestration.sandbox.world.history import Obj

_RATE_SINCE = 1_769_385_600  # 2026-01-26: Sigma fills `exchange_rate` only for rows created since then


@dataclass(frozen=True)
class Links:
    """What rows need of other objects of their segment.

    Attributes:
        invoice_of: Per payment intent the invoice that it pays.
        charge_of: Per invoice the charge that paid it.
        dispute_of: Per charge its dispute.
        gone: Ids of deleted objects.
        plans: Ids of all plans; a price that recurs has one of the same id.
    """

    invoice_of: dict[str, str]
    charge_of: dict[str, str]
    dispute_of: dict[str, str]
    gone: set[str]
    plans: set[str]


def links_of(segment: Segment, gone: set[str], standing: Tenanted) -> Links:
    """The links inside a segment, and from it to standing objects."""
    objects = segment.objects
    invoice_of = {
        obj["payment"]["payment_intent"]: obj["invoice"]
        for _, obj in objects.get("invoice_payment", ())
        if obj["payment"].get("payment_intent")
    }
    charge_of = {
        invoice_of[intent["id"]]: intent["latest_charge"]
        for _, intent in objects.get("payment_intent", ())
        if intent["id"] in invoice_of
    }
    dispute_of = {obj["charge"]: obj["id"] for _, obj in objects.get("dispute", ())}
    plans = {obj["id"] for _, obj in standing.get("plan", ())}
    return Links(invoice_of, charge_of, dispute_of, gone, plans)


def _line_details(line: Obj) -> Obj:
    details: Obj = line["parent"][line["parent"]["type"]]
    return details


def _is_item(line: Obj) -> bool:
    is_item: bool = line["parent"]["type"] == "invoice_item_details"
    return is_item


def _discount_ids(subscription: Obj) -> list[str]:
    return [part["id"] if isinstance(part, dict) else part for part in subscription["discounts"]]


def _subscription_of(invoice: Obj) -> Any:
    details = (invoice["parent"] or {}).get("subscription_details")
    return details and details["subscription"]


def _plan_of_line(line: Obj, links: Links) -> str | None:
    price: str = line["pricing"]["price_details"]["price"]
    return price if price in links.plans else None


def _exclusive_tax(line: Obj) -> int:
    return sum([part["amount"] for part in line["taxes"] if part["tax_behavior"] == "exclusive"])


Compute = Callable[[Obj, Links], Any]

# Per table, the values whose names begin with `@`. Payouts and transfers share one table in Sigma.
COMPUTED: dict[str, dict[str, Compute]] = {
    "balance_transactions": {
        "@exchange_rate": lambda row, _: row["exchange_rate"] if row["created"] >= _RATE_SINCE else None,
    },
    "charges": {
        "@captured_at": lambda row, _: row["created"] if row["captured"] else None,
        "@dispute": lambda row, links: links.dispute_of.get(row["id"]),
        "@invoice": lambda row, links: links.invoice_of.get(row["payment_intent"]),
    },
    "payment_intents": {
        "@invoice": lambda row, links: links.invoice_of.get(row["id"]),
    },
    "transfers": {
        "@amount_reversed": lambda row, _: row.get("amount_reversed", 0),
        "@automatic": lambda row, _: row.get("automatic", False),
        "@date": lambda row, _: row["arrival_date"] if row["object"] == "payout" else row["created"],
        "@reversed": lambda row, _: row.get("reversed", False),
        "@status": lambda row, _: row.get("status", "paid"),
        "@type": lambda row, _: row.get("type", "stripe_account"),
    },
    "customers": {
        "@deleted": lambda row, links: row["id"] in links.gone,
    },
    "subscriptions": {
        "@discount": lambda row, _: next((part for part in row["discounts"] if isinstance(part, dict)), None),
        "@discounts": lambda row, _: _discount_ids(row),
        "@item": lambda row, _: row["items"]["data"][0],
    },
    "invoices": {
        "@charge": lambda row, links: links.charge_of.get(row["id"]),
        "@paid": lambda row, _: row["status"] == "paid",
        "@paid_out_of_band": lambda row, _: bool(row.get("amount_paid_off_stripe")),
        "@subscription": lambda row, _: _subscription_of(row),
        "@tax": lambda row, _: sum([part["amount"] for part in row["total_taxes"]]),
    },
    "invoice_line_items": {
        "@details": lambda row, _: _line_details(row),
        "@item_subscription": lambda row, _: (
            _line_details(row).get("subscription") if _is_item(row) else None
        ),
        "@plan": _plan_of_line,
        "@source": lambda row, _: _line_details(row)["invoice_item" if _is_item(row) else "subscription"],
        "@source_type": lambda row, _: "invoiceitem" if _is_item(row) else "subscription",
        "@total_discount": lambda row, _: sum([part["amount"] for part in row["discount_amounts"]]),
        "@total_exclusive_tax": lambda row, _: _exclusive_tax(row),
    },
    "invoice_payments": {
        "@payment": lambda row, _: row["payment"].get(row["payment"]["type"]),
    },
    "credit_notes": {
        "@refund": lambda row, _: row["refunds"][0]["refund"] if row["refunds"] else None,
    },
}
