"""Fraud that is lived: stolen cards used or tried out, and a buyer who never keeps anything."""

from __future__ import annotations

from orchestration.sandbox.defects.scene import HOUR, Scene, Somebody
from orchestration.sandbox.payments.charges import Payment, refuse_payment, take_payment
from orchestration.sandbox.payments.disputes import open_dispute
from orchestration.sandbox.payments.refunds import refund
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.money import DAY

_BURST = 24  # charges of one card
_TRIALS = 300
_VISITS = 12
_DECLINES = ("incorrect_cvc", "card_declined", "insufficient_funds", "lost_card", "expired_card")


def fraud_burst(scene: Scene) -> None:
    """One card pays for many orders within an hour; its owner disputes three of four, the first among them."""
    thief = scene.guest("BR")
    begin = scene.moment(20, 40)
    for number, second in enumerate(sorted(scene.rng.sample(range(HOUR), _BURST))):
        scene.agenda.at(begin + second, _buy_with_stolen_card, scene, thief, number % 4 != 3)


def _buy_with_stolen_card(at: int, scene: Scene, thief: Somebody, is_noticed: bool) -> None:
    amount = scene.rng.randrange(15_000, 95_000)
    payment = take_payment(scene.books, thief.buys(at, amount, "Restoration kit"))
    scene.order(thief, amount, payment)
    what = f"one of {_BURST} charges of {thief.payment_method} within an hour"
    scene.mark("stolen_card", payment.tenant, payment.charge, amount, what)
    if is_noticed:
        scene.agenda.at(at + scene.rng.randrange(7 * DAY, 15 * DAY), _dispute, scene, payment)


def _dispute(at: int, scene: Scene, payment: Payment) -> None:
    open_dispute(scene.books, payment, at, reason="fraudulent")


def card_testing(scene: Scene) -> None:
    """A list of stolen card numbers is tried out with tiny amounts; one in 37 works."""
    begin = scene.moment(30, 70)
    for number, second in enumerate(sorted(scene.rng.sample(range(2 * HOUR), _TRIALS))):
        scene.agenda.at(begin + second, _try_card, scene, number % 37 == 20)


def _try_card(at: int, scene: Scene, works: bool) -> None:
    amount = scene.rng.randrange(50, 200)
    guest = scene.guest()
    sale = guest.buys(at, amount, "Wicks")
    if works:
        payment = take_payment(scene.books, sale)
        scene.order(guest, amount, payment)
        scene.mark("accepted", payment.tenant, payment.charge, amount, "a card on trial that works")
    else:
        payment = refuse_payment(scene.books, sale, scene.rng.choice(_DECLINES))
        scene.mark("declined", payment.tenant, payment.charge, amount, "a card on trial that is declined")


def refund_abuse(scene: Scene) -> None:
    """A customer comes back all through the story and returns nearly everything."""
    scene.agenda.at(scene.moment(1, 3), _sign_up, scene)


def _sign_up(at: int, scene: Scene) -> None:
    customer = scene.regular(at, "Rita Return")
    for visit in range(_VISITS):
        first = 4 + 7 * visit
        scene.agenda.at(scene.moment(first, first + 5), _buy, scene, customer, visit % 6 != 5)


def _buy(at: int, scene: Scene, customer: Somebody, is_returned: bool) -> None:
    amount = scene.rng.randrange(8_000, 40_000)
    payment = take_payment(scene.books, customer.buys(at, amount, "Table lamp"))
    order = scene.order(customer, amount, payment)
    if is_returned:
        scene.agenda.at(at + scene.rng.randrange(HOUR, 2 * DAY), _return, scene, payment, order)


def _return(at: int, scene: Scene, payment: Payment, order: Obj) -> None:
    back = refund(scene.books, payment, payment.left, at, "requested_by_customer")
    order["status"] = "refunded"
    what = f"one of many refunds of {order['customer_reference']}"
    scene.mark("serial_refund", payment.tenant, back, back["amount"], what)
