"""A payout that is lived twice: a seller who pays out by hand, and whose payout is sent a second time."""

from __future__ import annotations

from orchestration.sandbox.connect.account_forms import account_form, make_connected
from orchestration.sandbox.connect.names import iso_day
from orchestration.sandbox.defects.scene import HOUR, Scene
from orchestration.sandbox.payments.charges import Payment, Sale, take_payment
from orchestration.sandbox.treasury.payouts import arrive, leave, send
from orchestration.sandbox.world.books import PLATFORM, Books, list_of
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.money import DAY

_SALES = 24
_NAME = "Twice Sold Tales"


def double_payout(scene: Scene) -> None:
    """An extra seller has one good day; two fifths of what it brought are paid out two days later, twice."""
    account = _open_account(scene.books)
    midnight = scene.moment(40, 60) // DAY * DAY
    sold: list[Payment] = []
    for second in sorted(scene.rng.sample(range(8 * HOUR, 18 * HOUR), _SALES)):
        scene.agenda.at(midnight + second, _sell, scene, account, sold)
    scene.agenda.at(midnight + 2 * DAY + 8 * HOUR, _pay_out, scene, account, sold)


def _open_account(books: Books) -> Obj:
    """A seller with a payout schedule by hand, so that no automatic payout takes part of its money."""
    opened = books.start - 200 * DAY
    account_id = books.new_id("acct_1")
    account = make_connected(
        account_form(account_id, "US", "usd", _NAME, opened, "manual"), "account", "stripe"
    )
    bank_account = {
        "id": books.new_id("ba_1"),
        "object": "bank_account",
        "account": account_id,
        "account_holder_type": "company",
        "country": "US",
        "currency": "usd",
        "default_for_currency": True,
        "last4": "6789",
        "metadata": {},
        "status": "verified",
    }
    account["external_accounts"] = list_of([bank_account], account["external_accounts"]["url"])
    books.add(PLATFORM, account, "account.updated", standing=True)
    books.notes["seller"].append(
        {"account": account_id, "official_name": f"{_NAME} LLC", "names": [(iso_day(opened), _NAME)]}
    )
    return account


def _sell(at: int, scene: Scene, account: Obj, sold: list[Payment]) -> None:
    sale = Sale(account["id"], None, scene.rng.randrange(2_000, 20_000), "usd", at, "Second-hand books")
    sold.append(take_payment(scene.books, sale))


def _pay_out(at: int, scene: Scene, account: Obj, sold: list[Payment]) -> None:
    """The money of that day is available since midnight, so the balance bears both."""
    available = sum(payment.transaction["net"] for payment in sold if payment.transaction)
    first = _send(at, scene, account, available * 2 // 5)
    scene.agenda.at(at + scene.rng.randrange(120, 2_400), _pay_out_again, scene, account, first)


def _pay_out_again(at: int, scene: Scene, account: Obj, first: Obj) -> None:
    second = _send(at, scene, account, first["amount"])
    what = f"the amount of {first['id']} again, {at - first['created']} seconds later"
    scene.mark("second_payout", account["id"], second, second["amount"], what)


def _send(at: int, scene: Scene, account: Obj, amount: int) -> Obj:
    """A manual payout; the treasury, which pays out the rest, must find it gone from the balance."""
    books, tenant = scene.books, account["id"]
    bank_account = account["external_accounts"]["data"][0]["id"]
    payout = send(books, tenant, amount, "usd", at, bank_account, kind="manual")
    books.pools[tenant, "usd"][at // DAY] -= amount
    leave(books, payout)
    arrive(books, payout, scene.rng.random())
    return payout
