"""Credit notes: an open invoice owes less; a paid one is refunded, credited to the balance, or settled elsewhere."""

from __future__ import annotations

from orchestration.sandbox.billing.invoices import Bill, close
from orchestration.sandbox.payments.refunds import refund
from orchestration.sandbox.world.books import PLATFORM, Books, list_of
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.money import half_up


def credit(at: int, bill: Bill, per_cent: int, settlement: str) -> None:
    """As `issue_note`, as something that is planned."""
    issue_note(bill, at, per_cent, settlement)


def issue_note(bill: Bill, at: int, per_cent: int, settlement: str) -> Obj | None:
    """Credit a share of every line of an invoice, with its discount and its tax.

    Args:
        settlement: Of a paid invoice: "refund" to the last payment, "balance" of the customer, or
            "out_of_band". An open invoice simply owes less, and is paid when it owes nothing.

    Returns:
        The credit note; None when the invoice cannot be credited like that.
    """
    invoice = bill.invoice
    note = _form(bill.client.books, bill, at, per_cent)
    amount = note["amount"]
    if not 0 < amount <= _most(bill, settlement):
        return None
    bill.notes += 1
    if invoice["status"] == "open":
        note.update(pre_payment_amount=amount, type="pre_payment")
        _lower(bill, at, amount)
    else:
        note.update(post_payment_amount=amount, type="post_payment")
        _give_back(bill, note, at, settlement)
        credited = invoice["post_payment_credit_notes_amount"] + amount
        bill.client.books.change(invoice, at, "invoice.updated", post_payment_credit_notes_amount=credited)
    return bill.client.books.add(PLATFORM, note, "credit_note.created")


def void_note(at: int, bill: Bill, note: Obj) -> None:
    """Take back the credit note of an invoice that is still open, which owes the money again."""
    if bill.invoice["status"] == "open" and note["status"] == "issued":
        bill.client.books.change(note, at, "credit_note.voided", status="void", voided_at=at)
        _lower(bill, at, -note["amount"])


def _most(bill: Bill, settlement: str) -> int:
    """How much can be credited: what an open invoice still owes, or what was paid and is not given back."""
    status = bill.invoice["status"]
    if status == "open" and not bill.is_processing:
        remaining: int = bill.invoice["amount_remaining"]
        return remaining
    if status != "paid" or (settlement == "refund" and not bill.payments):
        return 0
    paid: int = bill.invoice["amount_paid"] - bill.invoice["post_payment_credit_notes_amount"]
    return min(paid, bill.payments[-1].left) if settlement == "refund" else paid


def _lower(bill: Bill, at: int, amount: int) -> None:
    """An open invoice owes less, or more when `amount` is negative."""
    invoice = bill.invoice
    new = {
        "amount_due": invoice["amount_due"] - amount,
        "amount_remaining": invoice["amount_remaining"] - amount,
        "pre_payment_credit_notes_amount": invoice["pre_payment_credit_notes_amount"] + amount,
    }
    if new["amount_remaining"]:
        bill.client.books.change(invoice, at, "invoice.updated", **new)
    else:
        close(bill, at, **new)


def _give_back(bill: Bill, note: Obj, at: int, settlement: str) -> None:
    """Money, or credit, for what was paid already."""
    client, amount = bill.client, note["amount"]
    if settlement == "refund":
        back = refund(client.books, bill.payments[-1], amount, at)
        note["refunds"] = [
            {
                "amount_refunded": amount,
                "payment_record_refund": None,
                "refund": back["id"],
                "type": "refund",
            }
        ]
    elif settlement == "balance":
        transaction = client.move_balance(
            "credit_note", -amount, at, invoice=bill.invoice["id"], credit_note=note["id"]
        )
        note["customer_balance_transaction"] = transaction["id"]
    else:
        note["out_of_band_amount"] = amount


def _form(books: Books, bill: Bill, at: int, per_cent: int) -> Obj:
    """An issued note with its lines, not settled yet."""
    invoice = bill.invoice
    lines = [_line(books, line, per_cent) for line in invoice["lines"]["data"]]
    subtotal = sum([line["amount"] for line in lines])
    discount = sum([line["discount_amount"] for line in lines])
    taxes = [tax for line in lines for tax in line["taxes"]]
    inside = sum([tax["amount"] for tax in taxes if tax["tax_behavior"] == "inclusive"])
    total = subtotal - discount - inside + sum([tax["amount"] for tax in taxes])
    note_id = books.new_id("cn_1")
    return {
        "id": note_id,
        "object": "credit_note",
        "amount": total,
        "amount_shipping": 0,
        "created": at,
        "currency": invoice["currency"],
        "customer": invoice["customer"],
        "customer_balance_transaction": None,
        "discount_amount": discount,
        "discount_amounts": _added([part for line in lines for part in line["discount_amounts"]]),
        "effective_at": at,
        "invoice": invoice["id"],
        "lines": list_of(lines, f"/v1/credit_notes/{note_id}/lines"),
        "livemode": True,
        "memo": None,
        "metadata": {},
        "number": f"{invoice['number']}-CN-{bill.notes + 1:02d}",
        "out_of_band_amount": None,
        "post_payment_amount": 0,
        "pre_payment_amount": 0,
        "pretax_credit_amounts": [],
        "reason": "product_unsatisfactory",
        "refunds": [],
        "shipping_cost": None,
        "status": "issued",
        "subtotal": subtotal,
        "subtotal_excluding_tax": subtotal - inside,
        "total": total,
        "total_excluding_tax": subtotal - discount - inside,
        "total_taxes": _added(taxes),
        "type": "post_payment",
        "voided_at": None,
    }


def _line(books: Books, line: Obj, per_cent: int) -> Obj:
    """A share of an invoice line, of its discount and of its taxes, each half up."""
    amount = half_up(line["amount"] * per_cent, 100)
    offs = [{**part, "amount": half_up(part["amount"] * per_cent, 100)} for part in line["discount_amounts"]]
    return {
        "id": books.new_id("cnli_1"),
        "object": "credit_note_line_item",
        "amount": amount,
        "description": line["description"],
        "discount_amount": sum([part["amount"] for part in offs]),
        "discount_amounts": offs,
        "invoice_line_item": line["id"],
        "livemode": True,
        "metadata": {},
        "pretax_credit_amounts": [],
        "quantity": 1,
        "tax_rates": [],
        "taxes": [
            {
                **tax,
                "amount": half_up(tax["amount"] * per_cent, 100),
                "taxable_amount": half_up(tax["taxable_amount"] * per_cent, 100),
            }
            for tax in line["taxes"]
        ],
        "type": "invoice_line_item",
        "unit_amount": amount,
        "unit_amount_decimal": str(amount),
    }


def _added(parts: list[Obj]) -> list[Obj]:
    """Discounts of one coupon, or taxes of one rate, summed over the lines."""
    sums: dict[str, Obj] = {}
    for part in parts:
        key = part["discount"] if "discount" in part else part["tax_rate_details"]["tax_rate"]
        if key in sums:
            for name in ("amount", "taxable_amount"):
                if name in part:
                    sums[key][name] += part[name]
        else:
            sums[key] = dict(part)
    return list(sums.values())
