"""What follows a payment: refunds, disputes, warnings, and how they meet."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from orchestration.sandbox.payments.charges import Payment
from orchestration.sandbox.payments.disputes import (
    answer_dispute,
    close_dispute,
    close_inquiry,
    open_dispute,
    open_inquiry,
    settle_warning,
    warn_of_fraud,
)
from orchestration.sandbox.payments.orders import Order, Shopper
from orchestration.sandbox.payments.refunds import fail_refund, refund
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.money import DAY

Aftermath = Callable[[Shopper, Order, Payment, int], None]
_REASONS = ("requested_by_customer", "requested_by_customer", "duplicate", None)


def _refund(
    at: int,
    shopper: Shopper,
    order: Order,
    payment: Payment,
    amount: int | None = None,
    reason: str | None = "requested_by_customer",
) -> None:
    """Give back an amount, or all that is left; then the order is refunded."""
    refund(shopper.books, payment, amount or payment.left, at, reason)
    if payment.charge["refunded"]:
        order.note["status"] = "refunded"


def _refunded(shopper: Shopper, order: Order, payment: Payment, at: int) -> None:
    reason = shopper.rng.choice(_REASONS)
    shopper.agenda.at(shopper.after(at, 0, 30), _refund, shopper, order, payment, None, reason)


def _refunded_in_part(shopper: Shopper, order: Order, payment: Payment, at: int) -> None:
    part = shopper.share(payment.left, 10, 80)
    shopper.agenda.at(shopper.after(at, 1, 30), _refund, shopper, order, payment, part)


def _refunded_by_parts(shopper: Shopper, order: Order, payment: Payment, at: int) -> None:
    """Item by item, until nothing is left."""
    first, second = (shopper.share(payment.left, 10, 45) for _ in range(2))
    at = shopper.after(at, 1, 10)
    shopper.agenda.at(at, _refund, shopper, order, payment, first)
    at = shopper.after(at, 1, 10)
    shopper.agenda.at(at, _refund, shopper, order, payment, second)
    shopper.agenda.at(shopper.after(at, 1, 10), _refund, shopper, order, payment)


def _refund_fails(
    shopper: Shopper, order: Order, payment: Payment, at: int, is_repeated: bool = False
) -> None:
    """The card was closed meanwhile: the refund comes back, and may be tried again."""
    shopper.agenda.at(shopper.after(at, 2, 40), _refund_to_closed_card, shopper, order, payment, is_repeated)


def _refund_to_closed_card(
    at: int, shopper: Shopper, order: Order, payment: Payment, is_repeated: bool
) -> None:
    back = refund(shopper.books, payment, payment.left, at)
    order.note["status"] = "refunded"
    shopper.agenda.at(shopper.after(at, 3, 12), _send_back, shopper, order, payment, back, is_repeated)


def _send_back(
    at: int, shopper: Shopper, order: Order, payment: Payment, back: Obj, is_repeated: bool
) -> None:
    fail_refund(shopper.books, payment, back, at)
    order.note["status"] = "paid"
    if is_repeated:
        shopper.agenda.at(shopper.after(at, 1, 6), _refund, shopper, order, payment)


def _disputed(
    shopper: Shopper,
    order: Order,
    payment: Payment,
    at: int,
    won: bool,
    is_refunded: bool = False,
    is_soon: bool = False,
) -> None:
    """A chargeback days to weeks later, answered, and decided after weeks."""
    opened = shopper.after(at, 2, 8) if is_soon else shopper.after(at, 5, 40)
    shopper.agenda.at(opened, _dispute, shopper, order, payment, won, is_refunded)


def _dispute(
    at: int, shopper: Shopper, order: Order, payment: Payment, won: bool, is_refunded: bool = False
) -> None:
    reason = "product_not_received" if won else "fraudulent"
    dispute = open_dispute(shopper.books, payment, at, reason=reason)
    if won or shopper.rng.random() < 0.6:
        shopper.agenda.at(shopper.after(at, 1, 8), _answer, shopper, dispute)
    decided = shopper.after(at, 15, 45)
    shopper.agenda.at(decided, _decide, shopper, order, payment, dispute, won, is_refunded)


def _answer(at: int, shopper: Shopper, dispute: Obj) -> None:
    answer_dispute(shopper.books, dispute, at)


def _decide(
    at: int,
    shopper: Shopper,
    order: Order,
    payment: Payment,
    dispute: Obj,
    won: bool,
    is_refunded: bool,
) -> None:
    close_dispute(shopper.books, payment, dispute, at, won)
    if is_refunded:
        shopper.agenda.at(shopper.after(at, 1, 5), _refund, shopper, order, payment)


def _refunded_then_disputed(shopper: Shopper, order: Order, payment: Payment, at: int, in_part: bool) -> None:
    """The refund and the chargeback cross: after a full refund the bank decides for the shop."""
    part = shopper.share(payment.left, 10, 50) if in_part else None
    at = shopper.after(at, 1, 10)
    shopper.agenda.at(at, _refund, shopper, order, payment, part)
    shopper.agenda.at(shopper.after(at, 1, 20), _dispute, shopper, order, payment, not in_part)


def _inquired(shopper: Shopper, order: Order, payment: Payment, at: int, is_refunded: bool = False) -> None:
    shopper.agenda.at(shopper.after(at, 5, 40), _inquiry, shopper, order, payment, is_refunded)


def _inquiry(at: int, shopper: Shopper, order: Order, payment: Payment, is_refunded: bool) -> None:
    """A question of the bank, answered with evidence or with the money."""
    inquiry = open_inquiry(shopper.books, payment, at)
    answered = shopper.after(at, 1, 8)
    if is_refunded:
        shopper.agenda.at(answered, _refund, shopper, order, payment)
    else:
        shopper.agenda.at(answered, _answer, shopper, inquiry)
    shopper.agenda.at(at + 45 * DAY, _end_inquiry, shopper, inquiry)


def _end_inquiry(at: int, shopper: Shopper, inquiry: Obj) -> None:
    close_inquiry(shopper.books, inquiry, at)


def _warned(shopper: Shopper, order: Order, payment: Payment, at: int, is_refunded: bool) -> None:
    shopper.agenda.at(shopper.after(at, 1, 15), _warning, shopper, order, payment, is_refunded)


def _warning(at: int, shopper: Shopper, order: Order, payment: Payment, is_refunded: bool) -> None:
    """Acted upon in time, or followed by a chargeback."""
    warning = warn_of_fraud(shopper.books, payment, at)
    acted = shopper.after(at, 0, 2) if is_refunded else shopper.after(at, 3, 20)
    shopper.agenda.at(acted, _after_warning, shopper, order, payment, warning, is_refunded)


def _after_warning(
    at: int, shopper: Shopper, order: Order, payment: Payment, warning: Obj, is_refunded: bool
) -> None:
    if is_refunded:
        _refund(at, shopper, order, payment, None, "fraudulent")
    else:
        _dispute(at, shopper, order, payment, won=False)
    settle_warning(shopper.books, warning, at)


AFTERMATHS: dict[str, Aftermath] = {
    "refund": _refunded,
    "refund_part": _refunded_in_part,
    "refund_by_parts": _refunded_by_parts,
    "refund_fails": _refund_fails,
    "refund_repeated": partial(_refund_fails, is_repeated=True),
    "dispute_lost": partial(_disputed, won=False),
    "dispute_soon": partial(_disputed, won=False, is_soon=True),
    "dispute_won": partial(_disputed, won=True),
    "dispute_won_refunded": partial(_disputed, won=True, is_refunded=True),
    "refund_part_dispute": partial(_refunded_then_disputed, in_part=True),
    "refund_dispute": partial(_refunded_then_disputed, in_part=False),
    "inquiry": _inquired,
    "inquiry_refunded": partial(_inquired, is_refunded=True),
    "warning_refunded": partial(_warned, is_refunded=True),
    "warning_disputed": partial(_warned, is_refunded=False),
}
