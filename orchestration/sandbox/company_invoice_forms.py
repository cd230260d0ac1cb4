"""Invoices, their lines and items in the API's shape, with the discount and tax of each line.

Amounts of an invoice as a whole are summed in `company_invoices`; nothing is added to the books here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from orchestration.sandbox.facts import Books, Obj, half_up, list_of


@dataclass
class Line:
    """A line to be invoiced: minor units, service period in epoch seconds, and where it comes from."""

    description: str
    amount: int
    price: Obj
    start: int
    end: int
    quantity: int = 1
    subscription: str | None = None
    subscription_item: str | None = None
    invoice_item: str | None = None
    proration: bool = False


@dataclass
class Bill:
    """Everything that decides an invoice before its amounts."""

    customer: Obj
    lines: list[Line]
    created: int
    reason: str = "manual"
    subscription: str | None = None
    discount: Obj | None = None
    tax_rate: Obj | None = None
    due_days: int | None = None
    metadata: dict[str, str] = field(default_factory=dict)


def line_form(books: Books, invoice_id: str, bill: Bill, line: Line, coupon: Obj | None) -> Obj:
    """A line in the API's shape, with its own discount and tax amounts."""
    discounts = []
    off = 0
    if bill.discount and coupon and not line.proration:
        off = coupon["amount_off"] or half_up(line.amount * coupon["percent_off"], 100)
        discounts = [{"amount": off, "discount": bill.discount["id"]}]
    taxes = []
    if bill.tax_rate:
        basis_points = round(bill.tax_rate["percentage"] * 100)
        tax = half_up((line.amount - off) * basis_points, 10_000)
        taxes = [tax_form(tax, line.amount - off, bill.tax_rate)]
    return {
        "id": books.new_id("il_1"),
        "object": "line_item",
        "amount": line.amount,
        "currency": line.price["currency"],
        "description": line.description,
        "discount_amounts": discounts,
        "discountable": not line.proration,
        "discounts": [part["discount"] for part in discounts],
        "invoice": invoice_id,
        "livemode": True,
        "metadata": {},
        "parent": _parent(line),
        "period": {"start": line.start, "end": line.end},
        "pretax_credit_amounts": [],
        "pricing": {
            "type": "price_details",
            "price_details": {"price": line.price["id"], "product": line.price["product"]},
            "unit_amount_decimal": line.price["unit_amount_decimal"],
        },
        "quantity": line.quantity,
        "subscription": line.subscription,
        "subtotal": line.amount,
        "taxes": taxes,
    }


def item_form(bill: Bill, source: Line, line: Obj) -> Obj:
    """The invoice item behind a line; Stripe dates it by `date`, it has no `created`."""
    details = {
        "subscription": source.subscription,
        "subscription_item": source.subscription_item,
    }
    return {
        "id": source.invoice_item,
        "object": "invoiceitem",
        "amount": line["amount"],
        "currency": line["currency"],
        "customer": bill.customer["id"],
        "date": min(source.start, bill.created),
        "description": line["description"],
        "discountable": line["discountable"],
        "discounts": [],
        "invoice": line["invoice"],
        "livemode": True,
        "metadata": {},
        "net_amount": line["amount"] - sum(part["amount"] for part in line["discount_amounts"]),
        "parent": {"type": "subscription_details", "subscription_details": details}
        if source.subscription
        else None,
        "period": line["period"],
        "pricing": line["pricing"],
        "proration": source.proration,
        "proration_details": None,
        "quantity": line["quantity"],
        "quantity_decimal": str(line["quantity"]),
        "tax_rates": [],
    }


def _parent(line: Line) -> Obj:
    details: Obj = {"proration": line.proration, "proration_details": {"credited_items": None}}
    details.update(invoice_item=line.invoice_item, subscription=line.subscription)
    if line.invoice_item:
        return {
            "type": "invoice_item_details",
            "invoice_item_details": details,
            "subscription_item_details": None,
        }
    details["subscription_item"] = line.subscription_item
    return {
        "type": "subscription_item_details",
        "invoice_item_details": None,
        "subscription_item_details": details,
    }


def tax_form(amount: int, taxable: int, rate: Obj) -> Obj:
    """An exclusive tax amount at a rate, on a taxable amount; both in minor units."""
    return {
        "amount": amount,
        "tax_behavior": "exclusive",
        "tax_rate_details": {"tax_rate": rate["id"]},
        "taxability_reason": "standard_rated",
        "taxable_amount": taxable,
        "type": "tax_rate_details",
    }


def invoice_form(invoice_id: str, bill: Bill, lines: list[Obj]) -> Obj:
    """An open invoice with the next number of its customer; its amounts are not summed yet."""
    customer = bill.customer
    number = f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04d}"
    customer["next_invoice_sequence"] += 1
    return {
        "id": invoice_id,
        "object": "invoice",
        "account_country": "US",
        "account_name": "Lantern Hill",
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_shipping": 0,
        "application": None,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": False,
        "billing_reason": bill.reason,
        "collection_method": "send_invoice" if bill.due_days else "charge_automatically",
        "created": bill.created,
        "currency": customer["currency"],
        "customer": customer["id"],
        "customer_address": customer["address"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "description": None,
        "discounts": [bill.discount["id"]] if bill.discount else [],
        "due_date": bill.created + bill.due_days * 86_400 if bill.due_days else None,
        "effective_at": bill.created,
        "lines": list_of(lines, f"/v1/invoices/{invoice_id}/lines"),
        "livemode": True,
        "metadata": bill.metadata,
        "next_payment_attempt": None,
        "number": number,
        "on_behalf_of": None,
        "parent": _subscription_parent(bill.subscription),
        "period_end": bill.created,
        "period_start": bill.created,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "status": "open",
        "status_transitions": _finalized(bill.created),
        "total_discount_amounts": [],
        "total_pretax_credit_amounts": [],
        "total_taxes": [],
        "webhooks_delivered_at": bill.created,
    }


def _subscription_parent(subscription: str | None) -> Obj | None:
    if subscription is None:
        return None
    return {
        "type": "subscription_details",
        "quote_details": None,
        "subscription_details": {"metadata": {}, "subscription": subscription},
    }


def _finalized(at: int) -> Obj:
    later = {"marked_uncollectible_at": None, "paid_at": None, "voided_at": None}
    return {"finalized_at": at, **later}
