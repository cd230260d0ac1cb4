"""The ways in which an order is paid, or is not."""

from __future__ import annotations

from collections.abc import Callable

from orchestration.sandbox.payments.aftermath import AFTERMATHS
from orchestration.sandbox.payments.authorizations import authorize, capture, release
from orchestration.sandbox.payments.charges import (
    DECLINE_CODES,
    Payment,
    Sale,
    refuse_payment,
    take_payment,
)
from orchestration.sandbox.payments.debits import confirm_debit, fail_debit, start_debit
from orchestration.sandbox.payments.orders import Order, Shopper, new_order, note_failure, note_payment
from orchestration.sandbox.payments.refunds import refund
from orchestration.sandbox.payments.stories import Story
from orchestration.sandbox.world.money import DAY

Way = Callable[[Shopper, Order, Story, int], None]
_HOUR = 3_600


def place_order(at: int, shopper: Shopper, story: Story) -> None:
    """Place an order whose first attempt to be paid is at `at`."""
    order = new_order(shopper, at, story.cause)
    WAYS[story.way](shopper, order, story, at)


def _paid(shopper: Shopper, order: Order, story: Story, payment: Payment, at: int) -> None:
    """The order is paid in full; what follows is put on the agenda."""
    order.note["status"] = "paid"
    if story.aftermath:
        AFTERMATHS[story.aftermath](shopper, order, payment, at)


def _by_card(shopper: Shopper, order: Order, story: Story, at: int) -> None:
    payment = take_payment(shopper.books, order.sale(shopper, order.note["amount_minor"], at))
    note_payment(shopper, order, payment)
    _paid(shopper, order, story, payment, at)


def _declined_first(shopper: Shopper, order: Order, story: Story, at: int) -> None:
    """One to three declined attempts, then one that succeeds, all within one payment intent."""
    _attempt(at, shopper, order, story, shopper.rng.randrange(1, 4), None)


def _attempt(
    at: int, shopper: Shopper, order: Order, story: Story, declines: int, before: Payment | None
) -> None:
    sale = order.sale(shopper, order.note["amount_minor"], at)
    if declines:
        sale.payment_method = None
        code = shopper.rng.choice(DECLINE_CODES)
        declined = refuse_payment(shopper.books, sale, code, after=before)
        again = at + shopper.rng.randrange(20, 900)
        shopper.agenda.at(again, _attempt, shopper, order, story, declines - 1, before or declined)
        return
    payment = take_payment(shopper.books, sale, after=before)
    note_payment(shopper, order, payment)
    _paid(shopper, order, story, payment, at)


def _never_paid(shopper: Shopper, order: Order, story: Story, at: int) -> None:
    """Declined once or twice and forgotten; after some days the shop cancels most of such orders."""
    sale = order.sale(shopper, order.note["amount_minor"], at)
    declined = refuse_payment(shopper.books, sale, shopper.rng.choice(DECLINE_CODES))
    if shopper.rng.random() < 0.7:
        shopper.agenda.at(shopper.after(at, 3, 8), _give_up, shopper, order, declined)


def _give_up(at: int, shopper: Shopper, order: Order, declined: Payment) -> None:
    order.note["status"] = "canceled"
    shopper.books.change(
        declined.intent,
        at,
        "payment_intent.canceled",
        canceled_at=at,
        cancellation_reason="abandoned",
        status="canceled",
    )


def _captured(shopper: Shopper, order: Order, story: Story, at: int) -> None:
    """Authorized with the order, captured when it is shipped: whole, or without what is out of stock."""
    amount = order.note["amount_minor"]
    sale = order.sale(shopper, amount, at)
    payment = authorize(shopper.books, sale)
    taken = shopper.share(amount, 40, 95) if story.way == "captured_in_part" else amount
    shipped = at + shopper.rng.randrange(26 * _HOUR, 6 * DAY)
    shopper.agenda.at(shipped, _capture, shopper, order, story, sale, payment, taken)


def _capture(
    at: int, shopper: Shopper, order: Order, story: Story, sale: Sale, payment: Payment, taken: int
) -> None:
    capture(shopper.books, sale, payment, taken, at)
    order.note["amount_minor"] = taken
    note_payment(shopper, order, payment)
    _paid(shopper, order, story, payment, at)


def _released(shopper: Shopper, order: Order, story: Story, at: int) -> None:
    """Authorized and never captured: the shop cancels, or the bank takes the hold back after a week."""
    payment = authorize(shopper.books, order.sale(shopper, order.note["amount_minor"], at))
    if story.way == "authorization_expired":
        shopper.agenda.at(at + 7 * DAY, _release, shopper, order, payment, "expired")
    else:
        canceled = at + shopper.rng.randrange(_HOUR, 6 * DAY)
        shopper.agenda.at(canceled, _release, shopper, order, payment, "requested_by_customer")


def _release(at: int, shopper: Shopper, order: Order, payment: Payment, reason: str) -> None:
    order.note["status"] = "canceled"
    release(shopper.books, payment, at, reason)


def _by_debit(shopper: Shopper, order: Order, story: Story, at: int) -> None:
    sale = order.sale(shopper, order.note["amount_minor"], at, "sepa_debit")
    sale.days_to_available = 7
    payment = start_debit(shopper.books, sale)
    note_payment(shopper, order, payment)
    known = (at // DAY + shopper.rng.randrange(4, 7)) * DAY + 6 * _HOUR
    outcome = _debit_failed if story.way == "debit_failed" else _debit_confirmed
    shopper.agenda.at(known, outcome, shopper, order, story, payment)


def _debit_confirmed(at: int, shopper: Shopper, order: Order, story: Story, payment: Payment) -> None:
    confirm_debit(shopper.books, payment, at)
    _paid(shopper, order, story, payment, at)


def _debit_failed(at: int, shopper: Shopper, order: Order, story: Story, payment: Payment) -> None:
    fail_debit(shopper.books, payment, at)
    note_failure(order)


def _in_two(shopper: Shopper, order: Order, story: Story, at: int) -> None:
    """A gift card's rest and a card: two charges that together pay one order."""
    first = shopper.share(order.note["amount_minor"], 20, 80)
    note_payment(shopper, order, take_payment(shopper.books, order.sale(shopper, first, at)))
    second = at + shopper.rng.randrange(60, 2 * DAY)
    shopper.agenda.at(second, _second_part, shopper, order, story, order.note["amount_minor"] - first)


def _second_part(at: int, shopper: Shopper, order: Order, story: Story, rest: int) -> None:
    payment = take_payment(shopper.books, order.sale(shopper, rest, at))
    note_payment(shopper, order, payment)
    _paid(shopper, order, story, payment, at)


def _twice(shopper: Shopper, order: Order, story: Story, at: int) -> None:
    """The buyer presses the button twice; the second charge is given back when somebody notices."""
    amount = order.note["amount_minor"]
    _by_card(shopper, order, story, at)
    shopper.agenda.at(at + shopper.rng.randrange(2, 90), _second_time, shopper, order, amount)


def _second_time(at: int, shopper: Shopper, order: Order, amount: int) -> None:
    payment = take_payment(shopper.books, order.sale(shopper, amount, at))
    note_payment(shopper, order, payment)
    shopper.agenda.at(shopper.after(at, 1, 4), _undo, shopper, payment)


def _undo(at: int, shopper: Shopper, payment: Payment) -> None:
    refund(shopper.books, payment, payment.left, at, "duplicate")


WAYS: dict[str, Way] = {
    "card": _by_card,
    "declined_first": _declined_first,
    "never_paid": _never_paid,
    "captured": _captured,
    "captured_in_part": _captured,
    "authorization_expired": _released,
    "authorization_canceled": _released,
    "debit": _by_debit,
    "debit_failed": _by_debit,
    "in_two": _in_two,
    "twice": _twice,
}
