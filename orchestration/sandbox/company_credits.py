"""Credit notes: money returned, credited to the customer's balance, or taken off an open invoice."""

from __future__ import annotations

from orchestration.sandbox.company_invoices import move_balance
from orchestration.sandbox.facts import PLATFORM, Books, Obj, list_of


def credit(books: Books, invoice: Obj, amount: int, created: int, *, refund: Obj | None = None) -> Obj:
    """Credit `amount` minor units of an invoice's first line (no taxes or discounts on it).

    An open invoice owes less (pre payment). A paid one is refunded, or credited to the customer's balance.
    """
    line = invoice["lines"]["data"][0]
    is_open = invoice["status"] == "open"
    note: Obj = _form(books, invoice, amount, created)
    note["lines"] = list_of([_line(books, line, amount)], f"/v1/credit_notes/{note['id']}/lines")
    note["pre_payment_amount" if is_open else "post_payment_amount"] = amount
    note["type"] = "pre_payment" if is_open else "post_payment"
    if refund:
        note["refunds"] = [{"amount_refunded": amount, "refund": refund["id"], "type": "refund"}]
    elif not is_open:
        customer = books.find("customer", invoice["customer"])
        note["customer_balance_transaction"] = move_balance(
            books,
            customer,
            "credit_note",
            -amount,
            created,
            credit_note=note["id"],
            invoice=invoice["id"],
        )["id"]
    if is_open:
        invoice["pre_payment_credit_notes_amount"] += amount
        invoice["amount_due"] -= amount
        invoice["amount_remaining"] -= amount
    else:
        invoice["post_payment_credit_notes_amount"] += amount
    return books.add(PLATFORM, note)


def _form(books: Books, invoice: Obj, amount: int, created: int) -> Obj:
    return {
        "id": books.new_id("cn_1"),
        "object": "credit_note",
        "amount": amount,
        "amount_shipping": 0,
        "created": created,
        "currency": invoice["currency"],
        "customer": invoice["customer"],
        "customer_balance_transaction": None,
        "discount_amount": 0,
        "discount_amounts": [],
        "effective_at": created,
        "invoice": invoice["id"],
        "livemode": True,
        "memo": None,
        "metadata": {},
        "number": f"{invoice['number']}-CN-01",
        "out_of_band_amount": None,
        "post_payment_amount": 0,
        "pre_payment_amount": 0,
        "pretax_credit_amounts": [],
        "reason": "product_unsatisfactory",
        "refunds": [],
        "shipping_cost": None,
        "status": "issued",
        "subtotal": amount,
        "subtotal_excluding_tax": amount,
        "total": amount,
        "total_excluding_tax": amount,
        "total_taxes": [],
        "voided_at": None,
    }


def _line(books: Books, line: Obj, amount: int) -> Obj:
    return {
        "id": books.new_id("cnli_1"),
        "object": "credit_note_line_item",
        "amount": amount,
        "description": line["description"],
        "discount_amount": 0,
        "discount_amounts": [],
        "invoice_line_item": line["id"],
        "livemode": True,
        "pretax_credit_amounts": [],
        "quantity": 1,
        "tax_rates": [],
        "taxes": [],
        "type": "invoice_line_item",
        "unit_amount": amount,
        "unit_amount_decimal": str(amount),
    }
