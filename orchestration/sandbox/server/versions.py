"""Shapes of API version 2020-08-27 and older, put together from today's objects.

Only what finance data needs: how an invoice names its subscription, payment and taxes, the period and plan
of a subscription, the refunds inside a charge. Events keep the shape in which they were written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from orchestration.sandbox.server.filters import Filter
from orchestration.sandbox.world.history import Obj

CURRENT = "2026-10-28.endive"
LAST_OLD = "2020-08-27"


def is_old(version: str) -> bool:
    """Whether a `Stripe-Version` asks for the old shapes; versions begin with their date."""
    return version[: len(LAST_OLD)] <= LAST_OLD


class Look(NamedTuple):
    """What a shape may look up: an object by its id, objects by a value of theirs."""

    at: Callable[[str], Obj | None]
    having: Callable[[str, Filter, str], list[Obj]]


def old_shape(obj: Obj, look: Look) -> Obj:
    """An object in the old shape; the object itself when its shape did not change."""
    reshape = _SHAPES.get(obj["object"])
    return obj if reshape is None else reshape(obj, look)


def _without(obj: Obj, *keys: str) -> Obj:
    return {key: value for key, value in obj.items() if key not in keys}


def _invoice(obj: Obj, look: Look) -> Obj:
    details = (obj["parent"] or {}).get("subscription_details") or {}
    intent, charge = _payment(obj["id"], look)
    lines = obj["lines"]
    return {
        **_without(obj, "parent", "total_taxes", "payments"),
        "charge": charge,
        "lines": {**lines, "data": [_line(line, look) for line in lines["data"]]},
        "paid": obj["status"] == "paid",
        "payment_intent": intent,
        "subscription": details.get("subscription"),
        "tax": sum(tax["amount"] for tax in obj["total_taxes"] or []) or None,
        "total_tax_amounts": _tax_amounts(obj["total_taxes"]),
    }


def _payment(invoice: str, look: Look) -> tuple[str | None, str | None]:
    """The payment intent and the charge that an invoice was last paid with, or tried to be."""
    for attempt in look.having("invoice_payment", Filter("invoice"), invoice):
        intent = attempt["payment"].get("payment_intent")
        found = look.at(intent) if intent else None
        charge = attempt["payment"].get("charge") or (found["latest_charge"] if found else None)
        return intent, charge
    return None, None


def _line(line: Obj, look: Look) -> Obj:
    parent = line["parent"] or {}
    details = parent.get(parent.get("type", ""), None) or {}
    price_id = ((line["pricing"] or {}).get("price_details") or {}).get("price")
    price = look.at(price_id) if price_id else None
    return {
        **_without(line, "parent", "pricing", "taxes", "subtotal", "pretax_credit_amounts"),
        "invoice_item": details.get("invoice_item"),
        "plan": _plan(price),
        "price": price,
        "proration": bool(details.get("proration")),
        "subscription": details.get("subscription"),
        "subscription_item": details.get("subscription_item"),
        "tax_amounts": _tax_amounts(line["taxes"]),
        "type": "invoiceitem" if details.get("invoice_item") else "subscription",
    }


def _plan(price: Obj | None) -> Obj | None:
    """A recurring price as the plan that it was before there were prices."""
    if price is None or price["recurring"] is None:
        return None
    return {
        **_without(price, "object", "recurring", "type", "unit_amount", "unit_amount_decimal"),
        "object": "plan",
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "interval": price["recurring"]["interval"],
        "interval_count": price["recurring"]["interval_count"],
        "usage_type": price["recurring"]["usage_type"],
    }


def _tax_amounts(taxes: list[Obj] | None) -> list[Obj]:
    return [
        {
            "amount": tax["amount"],
            "inclusive": tax["tax_behavior"] == "inclusive",
            "tax_rate": (tax["tax_rate_details"] or {}).get("tax_rate"),
        }
        for tax in taxes or []
    ]


def _subscription(obj: Obj, look: Look) -> Obj:
    items = [_item(item, look) for item in obj["items"]["data"]]
    first: dict[str, Any] = obj["items"]["data"][0] if items else {}
    is_single = len(items) == 1
    return {
        **obj,
        "current_period_end": first.get("current_period_end"),
        "current_period_start": first.get("current_period_start"),
        "items": {**obj["items"], "data": items},
        "plan": items[0]["plan"] if is_single else None,
        "quantity": items[0].get("quantity") if is_single else None,
    }


def _item(item: Obj, look: Look) -> Obj:
    plan = item["plan"] if item.get("plan") else _plan(item["price"])
    return {**_without(item, "current_period_end", "current_period_start"), "plan": plan}


def _charge(obj: Obj, look: Look) -> Obj:
    refunds = look.having("refund", Filter("charge"), obj["id"])
    invoice = None
    for key in ("charge", "payment_intent"):
        value = obj["id"] if key == "charge" else obj["payment_intent"]
        for attempt in look.having("invoice_payment", Filter(f"payment.{key}"), value) if value else ():
            invoice = attempt["invoice"]
    return {
        **obj,
        "invoice": invoice,
        "refunds": {
            "object": "list",
            "data": refunds[:10],
            "has_more": len(refunds) > 10,
            "total_count": len(refunds),
            "url": f"/v1/charges/{obj['id']}/refunds",
        },
    }


_SHAPES: dict[str, Callable[[Obj, Look], Obj]] = {
    "charge": _charge,
    "invoice": _invoice,
    "line_item": _line,
    "subscription": _subscription,
    "subscription_item": _item,
}
