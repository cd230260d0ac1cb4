"""Mistakes of the company that are lived: wrong prices, double charges, refunds that were never made."""

from __future__ import annotations

from orchestration.sandbox.defects.scene import HOUR, Scene, Somebody
from orchestration.sandbox.payments.charges import Payment, take_payment
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.money import DAY, half_up

_CASES = 8


def price_error(scene: Scene) -> None:
    """Orders that are charged tenfold, and orders charged at the price before its last rise by a quarter."""
    for case in range(_CASES):
        scene.agenda.at(scene.moment(5, 95), _charge_old_price if case % 2 else _charge_tenfold, scene)


def _charge_tenfold(at: int, scene: Scene) -> None:
    price = scene.rng.randrange(1_000, 9_000)
    _charge(at, scene, price, 10 * price, "tenfold")


def _charge_old_price(at: int, scene: Scene) -> None:
    price = scene.rng.randrange(4_000, 9_000)
    _charge(at, scene, price, half_up(price * 80, 100), "old_price")


def _charge(at: int, scene: Scene, price: int, charged: int, label: str) -> None:
    guest = scene.guest()
    payment = take_payment(scene.books, guest.buys(at, charged, "Wall bracket"))
    order = scene.order(guest, price, payment)
    what = f"charged {charged} for order {order['order_id']} of {price}"
    scene.mark(label, payment.tenant, payment.charge, charged - price, what)


def duplicate_charge(scene: Scene) -> None:
    """Orders for which the customer is charged a second time minutes later."""
    for _ in range(_CASES):
        scene.agenda.at(scene.moment(5, 95), _charge_once, scene)


def _charge_once(at: int, scene: Scene) -> None:
    guest = scene.guest()
    amount = scene.rng.randrange(2_000, 30_000)
    payment = take_payment(scene.books, guest.buys(at, amount, "Glass chimney"))
    order = scene.order(guest, amount, payment)
    scene.agenda.at(at + scene.rng.randrange(30, HOUR // 6), _charge_again, scene, guest, order)


def _charge_again(at: int, scene: Scene, guest: Somebody, order: Obj) -> None:
    amount = order["amount_minor"]
    payment = take_payment(scene.books, guest.buys(at, amount, "Glass chimney"))
    order["charges"].append(payment.charge["id"])
    order["cause"] = "double_payment"
    what = f"second charge for order {order['order_id']}"
    scene.mark("second_charge", payment.tenant, payment.charge, amount, what)


def missing_refund(scene: Scene) -> None:
    """Orders that come back: the shop calls them refunded, and Stripe never hears of it."""
    for _ in range(_CASES):
        scene.agenda.at(scene.moment(5, 70), _sell_what_comes_back, scene)


def _sell_what_comes_back(at: int, scene: Scene) -> None:
    guest = scene.guest()
    amount = scene.rng.randrange(2_000, 30_000)
    payment = take_payment(scene.books, guest.buys(at, amount, "Café lights"))
    order = scene.order(guest, amount, payment)
    scene.agenda.at(at + scene.rng.randrange(HOUR, 5 * DAY), _forget_refund, scene, payment, order)


def _forget_refund(at: int, scene: Scene, payment: Payment, order: Obj) -> None:
    order["status"] = "refunded"
    what = f"order {order['order_id']} is refunded, its charge is not"
    scene.mark("not_refunded", payment.tenant, payment.charge, order["amount_minor"], what)
