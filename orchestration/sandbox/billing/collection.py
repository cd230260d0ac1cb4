"""What becomes of an open invoice: paid, paid in parts, declined and tried again, voided, written off."""

from __future__ import annotations

from orchestration.sandbox.billing.client import Client
from orchestration.sandbox.billing.invoice_forms import invoice_payment_form
from orchestration.sandbox.billing.invoices import Bill, close, finalize
from orchestration.sandbox.payments.charges import Payment, Sale, refuse_payment, take_payment
from orchestration.sandbox.payments.debits import confirm_debit, fail_debit, start_debit
from orchestration.sandbox.world.books import PLATFORM
from orchestration.sandbox.world.money import DAY

RETRY_DAYS = (3, 5, 7)  # between one declined attempt and the next
DEBIT_DAYS = 5  # until a bank debit is known to have succeeded or failed
_TEXTS = {"subscription_create": "Subscription creation", "manual": "Payment for invoice"}


def send_out(at: int, bill: Bill) -> None:
    """The hour is over: finalize a draft, and charge the card unless the customer pays by itself."""
    if bill.invoice["status"] == "draft":
        finalize(bill, at)
        if bill.invoice["collection_method"] == "charge_automatically":
            collect(at, bill)


def drop(at: int, bill: Bill, behavior: str) -> None:
    """The hour is over while collection is paused: what is finalized is voided or written off at once."""
    if bill.invoice["status"] == "draft":
        finalize(bill, at)
        (void if behavior == "void" else write_off)(at, bill)


def pay_owed(at: int, client: Client) -> None:
    """The customer pays what was declined before."""
    for bill in tuple(client.owing):
        collect(at, bill)


def collect(at: int, bill: Bill) -> None:
    """Try to be paid what remains, unless nothing does or a debit is under way."""
    if bill.is_due and not bill.is_processing:
        attempt(bill, at, bill.invoice["amount_remaining"])


def retry(at: int, bill: Bill) -> None:
    """Try again, if that is still planned for this moment."""
    if bill.invoice["next_payment_attempt"] == at:
        collect(at, bill)


def attempt(bill: Bill, at: int, amount: int) -> None:
    """Charge `amount` minor units of an open invoice to the customer's card, or debit its bank account."""
    client, invoice = bill.client, bill.invoice
    customer = client.customer
    if bill.attempt and (client.method != "card" or bill.attempt.intent["amount"] != amount):
        _drop_attempt(bill, at, "automatic")
    sale = Sale(
        PLATFORM,
        customer["id"],
        amount,
        invoice["currency"],
        at,
        _TEXTS.get(invoice["billing_reason"], "Subscription update"),
        settles_in=client.settles_in,
        method=client.method,
        country=client.place.country,
        brand=client.brand,
        payment_method=customer["invoice_settings"]["default_payment_method"],
    )
    if client.method != "card":
        payment = start_debit(client.books, sale)
        _claim(bill, payment, amount, at)
        bill.is_processing = True
        client.agenda.at(at + DEBIT_DAYS * DAY, _hear_from_bank, bill, payment, amount)
        return
    code = client.decline(at)
    if code is None:
        _receive(bill, take_payment(client.books, sale, after=bill.attempt), amount, at)
    else:
        _fail(bill, refuse_payment(client.books, sale, code, after=bill.attempt), amount, at)


def pay_out_of_band(at: int, bill: Bill) -> None:
    """The customer paid in another way, by cheque or transfer: the invoice is paid without any payment."""
    if bill.is_due and not bill.is_processing:
        amount = bill.invoice["amount_remaining"]
        _drop_attempt(bill, at, "automatic")
        close(
            bill,
            at,
            amount_paid=bill.invoice["amount_paid"] + amount,
            amount_paid_off_stripe=amount,
            amount_remaining=0,
        )


def void(at: int, bill: Bill) -> None:
    """Take an open invoice back. Customer balance that it had used is free again."""
    invoice = bill.invoice
    if not bill.is_due or bill.is_processing or invoice["amount_paid"]:
        return
    _drop_attempt(bill, at, "void_invoice")
    bill.client.forget(bill, at)
    used = invoice["ending_balance"] - invoice["starting_balance"]
    if used:
        bill.client.move_balance("unapplied_from_invoice", -used, at, invoice=invoice["id"])
    bill.client.books.change(
        invoice,
        at,
        "invoice.voided",
        auto_advance=False,
        next_payment_attempt=None,
        status="void",
        status_transitions={**invoice["status_transitions"], "voided_at": at},
    )


def write_off(at: int, bill: Bill) -> None:
    """Mark an open invoice uncollectible; it can still be paid."""
    invoice = bill.invoice
    if invoice["status"] == "open":
        bill.client.books.change(
            invoice,
            at,
            "invoice.marked_uncollectible",
            auto_advance=False,
            next_payment_attempt=None,
            status="uncollectible",
            status_transitions={**invoice["status_transitions"], "marked_uncollectible_at": at},
        )


def stop(bill: Bill, at: int) -> None:
    """Stripe tries no longer by itself to be paid."""
    if bill.invoice["status"] == "open" and bill.invoice["auto_advance"]:
        bill.client.books.change(
            bill.invoice, at, "invoice.updated", auto_advance=False, next_payment_attempt=None
        )


def _hear_from_bank(at: int, bill: Bill, payment: Payment, amount: int) -> None:
    """A debit that was under way has succeeded or failed."""
    bill.is_processing = False
    if bill.client.decline(at) is None:
        confirm_debit(bill.client.books, payment, at)
        _receive(bill, payment, amount, at)
    else:
        fail_debit(bill.client.books, payment, at)
        _fail(bill, payment, amount, at)


def _claim(bill: Bill, payment: Payment, amount: int, at: int) -> None:
    """Tie the payment intent of an attempt to the invoice, as open."""
    books = bill.client.books
    intent = payment.intent["id"]
    claim = invoice_payment_form(books.new_id("inpay_1"), bill.invoice, intent, amount, at, False)
    bill.claim = books.add(PLATFORM, claim)


def _receive(bill: Bill, payment: Payment, amount: int, at: int) -> None:
    """Book a payment of an invoice, which is paid when nothing remains."""
    books, invoice = bill.client.books, bill.invoice
    bill.payments.append(payment)
    if bill.claim is None:
        claim = invoice_payment_form(books.new_id("inpay_1"), invoice, payment.intent["id"], amount, at, True)
        books.add(PLATFORM, claim, "invoice_payment.paid")
    else:
        paid = {"canceled_at": None, "paid_at": at}
        books.change(
            bill.claim,
            at,
            "invoice_payment.paid",
            amount_paid=amount,
            status="paid",
            status_transitions=paid,
        )
    bill.attempt = bill.claim = None
    new = {
        "amount_paid": invoice["amount_paid"] + amount,
        "amount_remaining": invoice["amount_remaining"] - amount,
        "attempt_count": invoice["attempt_count"] + 1,
    }
    if new["amount_remaining"]:
        books.change(invoice, at, "invoice.updated", attempted=True, **new)
    else:
        close(bill, at, **new)


def _fail(bill: Bill, payment: Payment, amount: int, at: int) -> None:
    """Book a declined attempt; the next one is planned as long as there are any left."""
    client, invoice = bill.client, bill.invoice
    count = invoice["attempt_count"] + 1
    if bill.claim is None:
        _claim(bill, payment, amount, at)
    bill.attempt = payment
    is_last = not bill.is_retried or not invoice["auto_advance"] or count > len(RETRY_DAYS)
    following = None if is_last else at + RETRY_DAYS[count - 1] * DAY
    client.books.change(
        invoice,
        at,
        "invoice.payment_failed",
        attempt_count=count,
        attempted=True,
        next_payment_attempt=following,
    )
    client.owe(bill, at)
    if bill.owner is not None:
        bill.owner.declined(bill, at)
        if is_last and bill.is_retried:
            bill.owner.abandoned(bill, at)
    if following is not None:
        client.agenda.at(following, retry, bill)
    elif invoice["collection_method"] == "send_invoice" and count < len(RETRY_DAYS):
        client.agenda.at(at + 2 * DAY, collect, bill)  # the customer tries again


def _drop_attempt(bill: Bill, at: int, reason: str) -> None:
    """Cancel what was declined: its payment intent and the open invoice payment."""
    if bill.attempt is None or bill.claim is None:
        return
    books, canceled = bill.client.books, {"canceled_at": at, "paid_at": None}
    books.change(
        bill.attempt.intent,
        at,
        "payment_intent.canceled",
        canceled_at=at,
        cancellation_reason=reason,
        status="canceled",
    )
    books.change(bill.claim, at, None, status="canceled", status_transitions=canceled)
    bill.attempt = bill.claim = None
