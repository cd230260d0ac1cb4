"""Lines of invoices and the invoice items behind them, with the discount and the tax of each line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.sandbox.billing.catalog import Deal, Levy, Offer
from orchestration.sandbox.world.books import PLATFORM, Books
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.money import half_up


@dataclass(slots=True)
class Line:
    """Something to be invoiced, in minor units, for a service in [start, end); equal when it has no period.

    Attributes:
        parent: Where it comes from, as lines state it.
        item: The invoice item that it comes from; None for a subscription's own lines.
        credited: The line that billed what a proration gives back.
    """

    offer: Offer
    description: str
    amount: int
    quantity: int
    start: int
    end: int
    subscription: str | None = None
    subscription_item: str | None = None
    parent: Obj | None = None
    is_proration: bool = False
    item: Obj | None = None
    credited: Obj | None = None


@dataclass(slots=True)
class Discount:
    """A coupon as somebody redeemed it: Stripe's object and what it takes off."""

    obj: Obj
    deal: Deal


def reductions(lines: Sequence[Line], deal: Deal) -> list[int]:
    """What a coupon takes off each line; nothing off prorations and negative lines."""
    bases = [0 if line.is_proration or line.amount < 0 else line.amount for line in lines]
    if deal.basis_points is not None:
        return [half_up(base * deal.basis_points, 10_000) for base in bases]
    whole = sum(bases)
    off, passed, given = min(deal.amount_off, whole), 0, 0
    shares = []
    for base in bases:  # running shares, so that they add up to the amount off
        passed += base
        share = half_up(off * passed, whole) - given if whole else 0
        given += share
        shares.append(share)
    return shares


def taxes_of(amount: int, levies: Sequence[Levy]) -> list[Obj]:
    """The taxes on an amount, after discount; an inclusive one is inside it, an exclusive one comes on top."""
    taxes = []
    for levy in levies:
        tax = half_up(amount * levy.basis_points, levy.whole)
        taxes.append(tax_form(levy.rate, tax, amount - tax if levy.is_inclusive else amount))
    return taxes


def tax_form(rate: Obj, amount: int, taxable: int) -> Obj:
    """An amount of tax, in the shape that lines, totals and credit notes share."""
    return {
        "amount": amount,
        "tax_behavior": "inclusive" if rate["inclusive"] else "exclusive",
        "tax_rate_details": {"tax_rate": rate["id"]},
        "taxability_reason": "standard_rated",
        "taxable_amount": taxable,
        "type": "tax_rate_details",
    }


def line_form(
    books: Books,
    invoice_id: str,
    line: Line,
    off: int = 0,
    discount: Discount | None = None,
    levies: Sequence[Levy] = (),
) -> Obj:
    """A line in the API's shape, `off` minor units cheaper by a discount."""
    discounts = [{"amount": off, "discount": discount.obj["id"]}] if off and discount else []
    return {
        "id": books.new_id("il_1"),
        "object": "line_item",
        "amount": line.amount,
        "currency": line.offer.price["currency"],
        "description": line.description,
        "discount_amounts": discounts,
        "discountable": not line.is_proration,
        "discounts": [part["discount"] for part in discounts] if discounts else [],
        "invoice": invoice_id,
        "livemode": True,
        "metadata": {},
        "parent": line.parent,
        "period": {"start": line.start, "end": line.end},
        "pretax_credit_amounts": [],
        "pricing": line.offer.pricing,
        "quantity": line.quantity,
        "quantity_decimal": str(line.quantity),
        "subscription": line.subscription,
        "subtotal": line.amount,
        "taxes": taxes_of(line.amount - off, levies) if levies else [],
    }


def add_item(books: Books, customer: str, line: Line, date: int) -> Obj:
    """Create the invoice item of a line, which is pending until the line is invoiced."""
    item = line.item = _item_form(books, customer, line, date)
    line.parent = {
        "type": "invoice_item_details",
        "invoice_item_details": {
            "invoice_item": item["id"],
            "proration": line.is_proration,
            "proration_details": {"credited_items": _credited(line)},
            "subscription": line.subscription,
        },
        "subscription_item_details": None,
    }
    return books.add(PLATFORM, item, "invoiceitem.created")


def subscription_item_parent(subscription: str, item: str) -> Obj:
    """The `parent` of the lines that a subscription item makes itself."""
    return {
        "type": "subscription_item_details",
        "invoice_item_details": None,
        "subscription_item_details": {
            "invoice_item": None,
            "proration": False,
            "proration_details": {"credited_items": None},
            "subscription": subscription,
            "subscription_item": item,
        },
    }


def _item_form(books: Books, customer: str, line: Line, date: int) -> Obj:
    """An invoice item in the API's shape. Stripe dates it by `date`, it has no `created`."""
    details = {"subscription": line.subscription, "subscription_item": line.subscription_item}
    return {
        "id": books.new_id("ii_1"),
        "object": "invoiceitem",
        "amount": line.amount,
        "currency": line.offer.price["currency"],
        "customer": customer,
        "date": date,
        "description": line.description,
        "discountable": not line.is_proration,
        "discounts": [],
        "invoice": None,
        "livemode": True,
        "metadata": {},
        "net_amount": line.amount,
        "parent": {"type": "subscription_details", "subscription_details": details}
        if line.subscription
        else None,
        "period": {"start": line.start, "end": line.end},
        "pricing": line.offer.pricing,
        "proration": line.is_proration,
        "proration_details": _proration_details(line),
        "quantity": line.quantity,
        "quantity_decimal": str(line.quantity),
        "tax_rates": [],
    }


def _proration_details(line: Line) -> Obj | None:
    """What a pending proration gives back; items name it in another shape than lines do."""
    if not line.is_proration:
        return None
    credited = _credited(line)
    if credited is not None:
        credited = {
            "invoice_item": None,
            "invoice_line_item_details": credited,
            "type": "invoice_line_items",
        }
    return {"credited_items": credited, "discount_amounts": []}


def _credited(line: Line) -> Obj | None:
    """The invoice and the line whose service is given back."""
    if line.credited is None:
        return None
    return {"invoice": line.credited["invoice"], "invoice_line_items": [line.credited["id"]]}
