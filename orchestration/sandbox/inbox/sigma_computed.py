"""Values that Sigma has and the API's object does not: joined, counted, or called otherwise; row by row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


def _line_source(line: Obj) -> Any:
    """The invoice item of a line, or the subscription when it bills that directly."""
    return _line_details(line)["invoice_item" if _is_item(line) else "subscription"]


def _is_item(line: Obj) -> bool:
    is_item: bool = line["parent"]["type"] == "invoice_item_details"
    return is_item


def _subscription_of(invoice: Obj) -> Any:
    details = (invoice["parent"] or {}).get("subscription_details")
    return details and details["subscription"]


def _ids(discounts: list[Any]) -> list[str]:
    return [part["id"] if isinstance(part, dict) else part for part in discounts]


def _first(discounts: list[Any]) -> Obj | None:
    return discounts[0] if discounts and isinstance(discounts[0], dict) else None


def _sum(parts: list[Obj], behavior: str | None = None) -> int:
    return sum([part["amount"] for part in parts if not behavior or part["tax_behavior"] == behavior])


def _are_inclusive(taxes: Sequence[Obj], _: Links) -> Values:
    return [tax["tax_behavior"] == "inclusive" for tax in taxes]


Values = list[Any]
Compute = Callable[[Sequence[Obj], Links], Values]

# Per table, the values whose names begin with `@`. Payouts and transfers share one table in Sigma.
COMPUTED: dict[str, dict[str, Compute]] = {
    "balance_transactions": {
        "@exchange_rate": lambda rows, _: [
            row["exchange_rate"] if row["created"] >= _RATE_SINCE else None for row in rows
        ],
    },
    "charges": {
        "@captured_at": lambda rows, _: [row["created"] if row["captured"] else None for row in rows],
        "@dispute": lambda rows, links: [links.dispute_of.get(row["id"]) for row in rows],
        "@invoice": lambda rows, links: [links.invoice_of.get(row["payment_intent"]) for row in rows],
    },
    "payment_intents": {
        "@invoice": lambda rows, links: [links.invoice_of.get(row["id"]) for row in rows],
    },
    "transfers": {
        "@amount_reversed": lambda rows, _: [row.get("amount_reversed", 0) for row in rows],
        "@automatic": lambda rows, _: [row.get("automatic", False) for row in rows],
        "@date": lambda rows, _: [row.get("arrival_date", row["created"]) for row in rows],
        "@reversed": lambda rows, _: [row.get("reversed", False) for row in rows],
        "@status": lambda rows, _: [row.get("status", "paid") for row in rows],
        "@type": lambda rows, _: [row.get("type", "stripe_account") for row in rows],
    },
    "customers": {
        "@deleted": lambda rows, links: [row["id"] in links.gone for row in rows],
    },
    "subscriptions": {
        "@discount": lambda rows, _: [_first(row["discounts"]) for row in rows],
        "@discounts": lambda rows, _: [_ids(row["discounts"]) for row in rows],
        "@item": lambda rows, _: [row["items"]["data"][0] for row in rows],
    },
    "invoices": {
        "@charge": lambda rows, links: [links.charge_of.get(row["id"]) for row in rows],
        "@paid": lambda rows, _: [row["status"] == "paid" for row in rows],
        "@paid_out_of_band": lambda rows, _: [bool(row.get("amount_paid_off_stripe")) for row in rows],
        "@subscription": lambda rows, _: [_subscription_of(row) for row in rows],
        "@tax": lambda rows, _: [_sum(row["total_taxes"]) for row in rows],
    },
    "invoice_line_items": {
        "@details": lambda rows, _: [_line_details(row) for row in rows],
        "@item_subscription": lambda rows, _: [
            _line_details(row).get("subscription") if _is_item(row) else None for row in rows
        ],
        "@plan": lambda rows, links: [
            price if (price := row["pricing"]["price_details"]["price"]) in links.plans else None
            for row in rows
        ],
        "@source": lambda rows, _: [_line_source(row) for row in rows],
        "@source_type": lambda rows, _: ["invoiceitem" if _is_item(row) else "subscription" for row in rows],
        "@total_discount": lambda rows, _: [_sum(row["discount_amounts"]) for row in rows],
        "@total_exclusive_tax": lambda rows, _: [_sum(row["taxes"], "exclusive") for row in rows],
    },
    "invoice_line_item_tax_amounts": {"@inclusive": _are_inclusive},
    "credit_note_line_item_tax_amounts": {"@inclusive": _are_inclusive},
    "invoice_payments": {
        "@payment": lambda rows, _: [row["payment"].get(row["payment"]["type"]) for row in rows],
    },
    "credit_notes": {
        "@refund": lambda rows, _: [row["refunds"][0]["refund"] if row["refunds"] else None for row in rows],
    },
}
