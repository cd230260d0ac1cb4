"""The life of one payout: sent, paid, failed, canceled, reversed. Every step that falls into the story is booked."""

from __future__ import annotations

from orchestration.sandbox.treasury.forms import payout_form
from orchestration.sandbox.treasury.schedules import arrival_day
from orchestration.sandbox.world.books import PLATFORM, Books
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.money import DAY

_HOUR = 3_600
_FAILURES = {
    "account_closed": "The bank account has been closed.",
    "invalid_account_number": "The bank account number is invalid.",
    "could_not_process": "The bank could not process this payout.",
}

OWN_DESCRIPTOR = "LANTERN HILL SALES"


def send(
    books: Books,
    tenant: str,
    amount: int,
    currency: str,
    at: int,
    destination: str,
    *,
    kind: str = "automatic",
    fee: int = 0,
) -> Obj:
    """Book a payout and its transaction, whose amount is -amount and whose fee comes on top.

    Args:
        kind: "automatic", "manual" or "instant" (to a debit card, there within minutes).
    """
    day = at // DAY
    arrival = day if kind == "instant" else arrival_day(day, currency)
    payout = payout_form(books.new_id("po_1"), amount, currency, at, arrival * DAY)
    payout["destination"] = destination
    if kind != "automatic":
        payout.update(automatic=False, reconciliation_status="not_applicable", status="pending")
    if kind == "instant":
        payout.update(method="instant", trace_id=None, type="card")
    elif kind == "manual" and tenant == PLATFORM and day // 14 % 3 == 0:
        payout["statement_descriptor"] = (
            OWN_DESCRIPTOR  # whoever sends it by hand may say what the bank prints
        )
    payout["balance_transaction"] = books.post(
        tenant,
        "payout",
        "payout",
        -amount,
        currency,
        at,
        source=payout["id"],
        fees=(("stripe_fee", fee, "Instant payout fee", None),) if fee else (),
        available_on=max(arrival * DAY, at),
        description="STRIPE PAYOUT",
        pooled=False,
    )["id"]
    return books.add(tenant, payout, "payout.created")


def leave(books: Books, payout: Obj) -> None:
    """What happens to every payout before the bank has it: reconciled, or handed to the bank."""
    at: int = payout["created"]
    if payout["automatic"]:
        at += 2 * _HOUR
        if at < books.end:
            event = "payout.reconciliation_completed"
            books.change(payout, at, event, reconciliation_status="completed")
    elif payout["method"] == "standard" and at + 5 * _HOUR < books.end:
        books.change(payout, at + 5 * _HOUR, "payout.updated", status="in_transit")


def arrive(books: Books, payout: Obj, luck: float) -> int:
    """The bank books the payout; returns when. `luck` decides when its trace id is known, if ever."""
    if payout["method"] == "instant":
        at: int = payout["created"] + 900
        if at < books.end:
            books.change(payout, at, "payout.paid", status="paid")
        return at
    at = payout["arrival_date"] + 6 * _HOUR
    if at >= books.end:
        return at
    if luck < 0.85:
        books.change(payout, at, "payout.paid", status="paid", trace_id=_trace(books))
        return at
    books.change(payout, at, "payout.paid", status="paid")
    known = at + int((luck - 0.85) * 40) * DAY + 5 * _HOUR
    if known < books.end:
        trace = _trace(books) if luck < 0.95 else {"status": "unsupported", "value": None}
        books.change(payout, known, "payout.updated", trace_id=trace)
        return known
    return at


def fail(books: Books, tenant: str, payout: Obj, at: int, code: str) -> None:
    """The bank sends a payout back, sometimes days after it was paid."""
    if at >= books.end:
        return
    back = books.post(
        tenant,
        "payout_failure",
        "payout_reversal",
        payout["amount"],
        payout["currency"],
        at,
        source=payout["id"],
        description="REFUND FOR FAILED PAYOUT",
    )
    books.change(
        payout,
        at,
        "payout.failed",
        failure_balance_transaction=back["id"],
        failure_code=code,
        failure_message=_FAILURES[code],
        status="failed",
    )


def cancel(books: Books, tenant: str, payout: Obj, at: int) -> None:
    """Take a manual payout back before it has left."""
    if at >= books.end:
        return
    back = books.post(
        tenant,
        "payout_cancel",
        "payout_reversal",
        payout["amount"],
        payout["currency"],
        at,
        source=payout["id"],
        description="REFUND FOR CANCELED PAYOUT",
    )
    books.change(payout, at, "payout.canceled", failure_balance_transaction=back["id"], status="canceled")


def reverse(books: Books, tenant: str, payout: Obj, at: int) -> Obj:
    """Debit the bank account for a paid payout: a payout of the negative amount, which refers to the first.

    Its transaction is booked as a payout that came back: money that is available when the debit has cleared.
    """
    day = at // DAY
    arrival = arrival_day(arrival_day(day, payout["currency"]), payout["currency"]) * DAY
    back = payout_form(books.new_id("po_1"), -payout["amount"], payout["currency"], at, arrival)
    back.update(
        automatic=False,
        destination=payout["destination"],
        original_payout=payout["id"],
        reconciliation_status="not_applicable",
    )
    back["balance_transaction"] = books.post(
        tenant,
        "payout_cancel",
        "payout_reversal",
        payout["amount"],
        payout["currency"],
        at,
        source=back["id"],
        available_on=arrival,
        description="STRIPE PAYOUT REVERSAL",
    )["id"]
    books.add(tenant, back, "payout.created")
    books.change(payout, at, "payout.updated", reversed_by=back["id"])
    arrive(books, back, 0.0)
    return back


def _trace(books: Books) -> Obj:
    """A reference that the bank prints on its statement."""
    return {"status": "supported", "value": books.new_id("T").upper()}
