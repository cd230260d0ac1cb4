"""Application fees: what the platform earns from a charge of a connected account, and what it gives back.

A fee is an amount in the currency of the account's balance, where it is a fee detail of the charge. A direct
charge's fee is converted into the platform's own currency; that of a destination charge is not.
"""

from __future__ import annotations

from orchestration.sandbox.connect.accounts import PLATFORM_CURRENCY
from orchestration.sandbox.connect.forms import fee_form, fee_refund_form
from orchestration.sandbox.payments.charges import APPLICATION_FEE_TEXT, Payment
from orchestration.sandbox.world.books import PLATFORM, Books, list_of
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.money import half_up


def collect_fee(books: Books, payment: Payment, at: int, origin: Obj | None = None) -> Obj:
    """Earn the application fee of a connected account's payment; returns the fee.

    Args:
        payment: The direct charge, or the payment that a transfer became.
        origin: The platform's own charge behind a destination charge.
    """
    assert payment.transaction is not None, payment.charge["id"]
    currency = payment.settled_in
    taken = _taken(payment.transaction)
    fee = fee_form(
        books.new_id("fee_1"), payment.tenant, payment.charge, taken, currency, at, books.application
    )
    if origin is not None:
        fee["originating_transaction"] = origin["id"]
    booked_in = _booked_in(fee)
    earned, rate = books.convert(taken, currency, booked_in, at)
    fee["balance_transaction"] = books.post(
        PLATFORM,
        "application_fee",
        "platform_earning",
        earned,
        booked_in,
        at,
        source=fee["id"],
        available_on=max(at, payment.transaction["available_on"]),
        description=f"Application fee from {payment.tenant}",
        rate=rate,
    )["id"]
    return books.add(PLATFORM, fee, "application_fee.created")


def due_back(fee: Obj, charge: Obj, refunded: int) -> int:
    """What of a fee goes back so that it is refunded in the same proportion as its charge.

    `refunded` is the charge's refunded total in its own minor units; the result is in the fee's, half up.
    """
    due: int = half_up(fee["amount"] * refunded, charge["amount"]) - fee["amount_refunded"]
    return max(due, 0)


def refund_fee(books: Books, fee: Obj, amount: int, at: int) -> Obj:
    """The platform's side of an application fee that goes back to the account, at the rate of the day."""
    back = fee_refund_form(books.new_id("fr_1"), fee, amount, at)
    booked_in = _booked_in(fee)
    given, rate = books.convert(amount, fee["currency"], booked_in, at)
    back["balance_transaction"] = books.post(
        PLATFORM,
        "application_fee_refund",
        "platform_earning_refund",
        -given,
        booked_in,
        at,
        source=back["id"],
        description="Application fee refund",
        rate=rate,
    )["id"]
    books.add(PLATFORM, back)
    refunds = fee["refunds"]
    total = fee["amount_refunded"] + amount
    books.change(
        fee,
        at,
        "application_fee.refunded",
        amount_refunded=total,
        refunded=total == fee["amount"],
        refunds=list_of([*refunds["data"], back], refunds["url"]),
    )
    return back


def grant_fee(books: Books, fee: Obj, amount: int, at: int) -> Obj:
    """Give back an application fee on its own, without any refund of the charge.

    On the account's side it is an adjustment of amount 0 whose fee is negative, so that the fee details
    of the account and the earnings of the platform stay mirrors of each other.
    """
    books.post(
        fee["account"],
        "adjustment",
        "other_adjustment",
        0,
        fee["currency"],
        at,
        source=fee["charge"],
        fees=(("application_fee", -amount, APPLICATION_FEE_TEXT, books.application),),
        description=f"Application fee refund ({fee['id']})",
    )
    return refund_fee(books, fee, amount, at)


def _taken(transaction: Obj) -> int:
    """The application fee among a transaction's fee details."""
    return sum(part["amount"] for part in transaction["fee_details"] if part["type"] == "application_fee")


def _booked_in(fee: Obj) -> str:
    currency: str = PLATFORM_CURRENCY if fee["originating_transaction"] is None else fee["currency"]
    return currency
