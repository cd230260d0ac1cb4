"""Invoices from draft to open: what they sum to, and what the customer's balance does to them.

`total` = sum of lines - discounts + exclusive taxes holds by construction: discounts and taxes are computed
per line and summed, never the other way round. How an invoice is paid is the business of `collection`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from orchestration.sandbox.billing.client import Client
from orchestration.sandbox.billing.invoice_forms import BLANK_INVOICE
from orchestration.sandbox.billing.lines import Discount, Line, line_form, reductions, tax_form
from orchestration.sandbox.payments.charges import Payment
from orchestration.sandbox.world.books import PLATFORM, list_of
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.money import DAY, half_up

# The least that a card can be charged, in minor units; less is left to the customer's balance.
_LEAST_CHARGE = {"usd": 50, "eur": 50, "gbp": 30, "jpy": 50, "kwd": 150}


class Owner(Protocol):
    """Whoever wants to know what becomes of an invoice: its subscription."""

    def settled(self, bill: Bill, at: int) -> None:
        """Nothing remains to be paid."""

    def declined(self, bill: Bill, at: int) -> None:
        """An attempt failed."""

    def abandoned(self, bill: Bill, at: int) -> None:
        """The last attempt failed."""


@dataclass(slots=True, eq=False)
class Bill:
    """An invoice being lived.

    Attributes:
        owner: The subscription that made it; None for one-off invoices.
        items: The invoice items behind its lines.
        payments: What paid it, oldest first.
        attempt: The last declined attempt, whose payment intent the next one repeats.
        claim: The open invoice payment of that attempt.
        is_retried: Stripe tries again by itself after a declined attempt; it does not when invoices are sent.
        is_processing: A bank debit is under way.
        notes: How many credit notes it has.
    """

    client: Client
    invoice: Obj
    owner: Owner | None = None
    items: list[Obj] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    attempt: Payment | None = None
    claim: Obj | None = None
    is_retried: bool = True
    is_processing: bool = False
    notes: int = 0

    @property
    def is_due(self) -> bool:
        """Whether it waits to be paid."""
        return self.invoice["status"] in ("open", "uncollectible")


def draft(
    client: Client,
    lines: Sequence[Line],
    at: int,
    *,
    reason: str = "manual",
    owner: Owner | None = None,
    parent: Obj | None = None,
    period: tuple[int, int] | None = None,
    discount: Discount | None = None,
    due_days: int | None = None,
    auto_advance: bool = True,
    metadata: Obj | None = None,
) -> Bill:
    """Draw up an invoice of these lines; the invoice items behind them are attached to it.

    Args:
        period: Epoch seconds of the period that the subscription bills; the moment itself by default.
        due_days: The invoice is sent, to be paid within so many days; None charges the customer's card.
        auto_advance: Stripe finalizes and collects it by itself.
    """
    books, customer = client.books, client.customer
    invoice_id = books.new_id("in_1")
    if customer["currency"] is None:
        books.change(customer, at, "customer.updated", currency=client.currency)
    start, end = period or (at, at)
    invoice = {
        **BLANK_INVOICE,
        "id": invoice_id,
        "auto_advance": auto_advance,
        "billing_reason": reason,
        "collection_method": "charge_automatically" if due_days is None else "send_invoice",
        "created": at,
        "currency": client.currency,
        "customer": customer["id"],
        "customer_address": customer["address"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "customer_tax_exempt": customer["tax_exempt"],
        "due_date": None if due_days is None else at + due_days * DAY,
        "metadata": metadata or {},
        "parent": parent,
        "period_end": end,
        "period_start": start,
        "starting_balance": customer["balance"],
    }
    if discount is None and not client.levies:
        forms = [line_form(books, invoice_id, line) for line in lines]
        _sum_up(invoice, sum([line.amount for line in lines]))
    else:
        forms = _reduced_and_taxed(client, invoice, lines, discount)
    invoice["lines"] = list_of(forms, f"/v1/invoices/{invoice_id}/lines")
    books.add(PLATFORM, invoice, "invoice.created")
    items = [line.item for line in lines if line.item is not None]
    for item in items:
        books.change(item, at, None, invoice=invoice_id)
    return Bill(client, invoice, owner, items, is_retried=due_days is None)


def finalize(bill: Bill, at: int) -> None:
    """Turn a draft into an open invoice with a number, after the customer's balance; paid if nothing is due."""
    client, invoice = bill.client, bill.invoice
    books, customer = client.books, client.customer
    sequence = customer["next_invoice_sequence"]
    books.change(customer, at, None, next_invoice_sequence=sequence + 1)
    starting, due = customer["balance"], invoice["total"] + customer["balance"]
    ending = min(due, 0)
    due = max(due, 0)
    if starting != ending:
        client.move_balance("applied_to_invoice", ending - starting, at, invoice=invoice["id"])
    if 0 < due < _LEAST_CHARGE[client.currency] and invoice["due_date"] is None:
        client.move_balance("invoice_too_small", due, at, invoice=invoice["id"])
        ending, due = due, 0
    books.change(
        invoice,
        at,
        "invoice.finalized",
        amount_due=due,
        amount_remaining=due,
        effective_at=at,
        ending_balance=ending,
        number=f"{customer['invoice_prefix']}-{sequence:04d}",
        starting_balance=starting,
        status="open",
        status_transitions={**invoice["status_transitions"], "finalized_at": at},
        webhooks_delivered_at=invoice["created"],
    )
    if due == 0:
        close(bill, at)


def close(bill: Bill, at: int, **new: object) -> None:
    """Nothing remains to be paid: the invoice is paid, with what else changes in it."""
    client, invoice = bill.client, bill.invoice
    client.forget(bill, at)
    client.books.change(
        invoice,
        at,
        "invoice.paid",
        attempted=True,
        auto_advance=False,
        next_payment_attempt=None,
        status="paid",
        status_transitions={**invoice["status_transitions"], "paid_at": at},
        **new,
    )
    if bill.owner is not None:
        bill.owner.settled(bill, at)


def _sum_up(invoice: Obj, subtotal: int, off: int = 0, on_top: int = 0, inside: int = 0) -> None:
    """State what a draft sums to: minor units of its lines, its discounts, exclusive and inclusive taxes."""
    net = subtotal - off
    invoice["subtotal"] = invoice["subtotal_excluding_tax"] = subtotal
    invoice["total"] = total = net + on_top
    invoice["total_excluding_tax"] = net - inside
    due = total + invoice["starting_balance"]
    invoice["amount_due"] = invoice["amount_remaining"] = due if due > 0 else 0


def _reduced_and_taxed(
    client: Client, invoice: Obj, lines: Sequence[Line], discount: Discount | None
) -> list[Obj]:
    """The lines with a discount and taxes on each, stated in the invoice as sums."""
    offs = reductions(lines, discount.deal) if discount else [0] * len(lines)
    forms = [
        line_form(client.books, invoice["id"], line, off, discount, client.levies)
        for line, off in zip(lines, offs, strict=True)
    ]
    off, on_top, inside, untaxed = sum(offs), 0, 0, 0
    total_taxes = []
    for number, levy in enumerate(client.levies):
        amount = taxable = 0
        for form in forms:
            tax = form["taxes"][number]
            amount += tax["amount"]
            taxable += tax["taxable_amount"]
        total_taxes.append(tax_form(levy.rate, amount, taxable))
        if levy.is_inclusive:
            inside += amount
            untaxed += sum([half_up(line.amount * levy.basis_points, levy.whole) for line in lines])
        else:
            on_top += amount
    _sum_up(invoice, sum([line.amount for line in lines]), off, on_top, inside)
    invoice["subtotal_excluding_tax"] -= untaxed
    invoice["total_taxes"] = total_taxes
    if discount is not None:
        invoice["discounts"] = [discount.obj["id"]]
        if off:
            invoice["total_discount_amounts"] = [{"amount": off, "discount": discount.obj["id"]}]
    return forms
