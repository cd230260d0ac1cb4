"""Invoices and what settles them: payments, customer balance, credit notes, voids, write-offs.

`total` = sum of lines - discounts + taxes holds by construction: discounts and taxes are computed per line
and summed, never the other way round.
"""

from __future__ import annotations

from orchestration.sandbox.company_charges import Sale, take_payment
from orchestration.sandbox.company_invoice_forms import Bill, invoice_form, item_form, line_form, tax_form
from orchestration.sandbox.facts import PLATFORM, Books, Obj


def issue(books: Books, bill: Bill) -> Obj:
    """Finalize an invoice: it is open, or paid at once when nothing is due after customer balance."""
    invoice_id = books.new_id("in_1")
    coupon = books.find("coupon", bill.discount["source"]["coupon"]) if bill.discount else None
    lines = [line_form(books, invoice_id, bill, line, coupon) for line in bill.lines]
    discount = sum(part["amount"] for line in lines for part in line["discount_amounts"])
    tax = sum(part["amount"] for line in lines for part in line["taxes"])
    subtotal = sum(line["amount"] for line in lines)
    invoice = invoice_form(invoice_id, bill, lines)
    invoice.update(
        subtotal=subtotal,
        subtotal_excluding_tax=subtotal,
        total=subtotal - discount + tax,
        total_excluding_tax=subtotal - discount,
        amount_due=subtotal - discount + tax,
        amount_remaining=subtotal - discount + tax,
    )
    if bill.discount:
        invoice["total_discount_amounts"] = [{"amount": discount, "discount": bill.discount["id"]}]
    if bill.tax_rate:
        invoice["total_taxes"] = [tax_form(tax, subtotal - discount, bill.tax_rate)]
    books.add(PLATFORM, invoice)
    for source, line in zip(bill.lines, lines, strict=True):
        if source.invoice_item:
            books.add(PLATFORM, item_form(bill, source, line))
    _apply_balance(books, bill.customer, invoice)
    if invoice["amount_due"] == 0:
        _close(invoice, invoice["status_transitions"]["finalized_at"])
    return invoice


def pay(books: Books, invoice: Obj, created: int, parts: int = 1, country: str = "US") -> list[Obj]:
    """Pay what remains of an invoice in `parts` charges; returns the charges."""
    remaining = invoice["amount_remaining"]
    shares = [remaining // parts + int(part < remaining % parts) for part in range(parts)]
    charges = []
    for number, share in enumerate(shares):
        at = created + number * 3600
        sale = Sale(
            PLATFORM,
            invoice["customer"],
            share,
            invoice["currency"],
            at,
            f"Payment for invoice {invoice['number']}",
            country=country,
        )
        charge = take_payment(books, sale)
        add_payment(books, invoice, charge, share, at)
        charges.append(charge)
    invoice["amount_paid"] += remaining
    invoice["amount_remaining"] = 0
    _close(invoice, created + (parts - 1) * 3600)
    return charges


def add_payment(books: Books, invoice: Obj, charge: Obj, amount: int, at: int | None) -> Obj:
    """The invoice payment that ties a payment intent to an invoice; open when `at` is None."""
    return books.add(
        PLATFORM,
        {
            "id": books.new_id("inpay_1"),
            "object": "invoice_payment",
            "amount_paid": amount if at else None,
            "amount_requested": amount,
            "created": charge["created"],
            "currency": invoice["currency"],
            "invoice": invoice["id"],
            "is_default": True,
            "livemode": True,
            "payment": {"type": "payment_intent", "payment_intent": charge["payment_intent"]},
            "status": "paid" if at else "open",
            "status_transitions": {"canceled_at": None, "paid_at": at},
        },
    )


def change_status(invoice: Obj, status: str, at: int) -> None:
    """Void an open invoice or mark it uncollectible."""
    key = "voided_at" if status == "void" else "marked_uncollectible_at"
    invoice["status"] = status
    invoice["status_transitions"][key] = at
    if status == "void":
        invoice["amount_remaining"] = 0


def move_balance(books: Books, customer: Obj, kind: str, amount: int, created: int, **links: str) -> Obj:
    """Change a customer's balance by `amount` minor units; negative is credit for the customer."""
    customer["balance"] += amount
    return books.add(
        PLATFORM,
        {
            "id": books.new_id("cbtxn_1"),
            "object": "customer_balance_transaction",
            "amount": amount,
            "created": created,
            "credit_note": links.get("credit_note"),
            "currency": customer["currency"],
            "customer": customer["id"],
            "description": None,
            "ending_balance": customer["balance"],
            "invoice": links.get("invoice"),
            "livemode": True,
            "metadata": {},
            "type": kind,
        },
    )


def _apply_balance(books: Books, customer: Obj, invoice: Obj) -> None:
    """Use the customer's credit for the invoice, as far as it goes."""
    invoice["starting_balance"] = customer["balance"]
    used = min(max(-customer["balance"], 0), max(invoice["total"], 0))
    if used:
        move_balance(books, customer, "applied_to_invoice", used, invoice["created"], invoice=invoice["id"])
    invoice["ending_balance"] = customer["balance"]
    invoice["amount_due"] -= used
    invoice["amount_remaining"] -= used


def _close(invoice: Obj, at: int) -> None:
    invoice["status"] = "paid"
    invoice["status_transitions"]["paid_at"] = at
    invoice["attempted"] = True
    invoice["attempt_count"] = max(invoice["attempt_count"], int(invoice["amount_due"] > 0))
