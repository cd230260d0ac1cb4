"""How a sale reaches its seller: direct, destination, and separate charges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from orchestration.sandbox.connect.accounts import PLATFORM_CURRENCY
from orchestration.sandbox.connect.fees import collect_fee
from orchestration.sandbox.connect.transfers import Passed, pass_on
from orchestration.sandbox.payments.charges import Payment, Sale, processing_fee, take_payment
from orchestration.sandbox.world.books import PLATFORM, Books
from orchestration.sandbox.world.history import Obj


@dataclass(slots=True)
class Deal:
    """A sale that was paid, and what has followed from it so far.

    Attributes:
        payment: The buyer's payment, on the connected account (direct) or on the platform.
        passed: Its transfers, in the order of time.
        fee: Its application fee; None before, and if, the platform earns one.
        order: The company's note of the order, if it was placed with the platform.
    """

    payment: Payment
    passed: list[Passed] = field(default_factory=list)
    fee: Obj | None = None
    dispute: Obj | None = None
    order: Obj | None = None


def direct_charge(books: Books, sale: Sale, after: Payment | None = None) -> Deal:
    """A charge on the connected account `sale.tenant`; its application fee is earned later, by `earn_fee`.

    If the platform pays Stripe for it, that is a row of its own on the platform, in its currency.
    `after` is the declined attempt that this one repeats, here and below.
    """
    payment = take_payment(books, sale, after=after)
    if sale.platform_pays_stripe:
        assert payment.transaction is not None
        currency = payment.settled_in
        price = processing_fee(payment.transaction["amount"], currency, sale.currency)
        owed, _ = books.convert(price, currency, PLATFORM_CURRENCY, sale.created)
        books.post(
            PLATFORM,
            "stripe_fee",
            "fee",
            -owed,
            PLATFORM_CURRENCY,
            sale.created,
            description=f"Stripe processing fees ({payment.charge['id']})",
        )
    return Deal(payment)


def earn_fee(books: Books, deal: Deal, at: int) -> None:
    """Stripe makes the fee object of a direct charge some seconds after the charge, and names it there."""
    deal.fee = collect_fee(books, deal.payment, at)
    books.change(deal.payment.charge, at, "charge.updated", application_fee=deal.fee["id"])


def destination_charge(books: Books, sale: Sale, account: Obj, after: Payment | None = None) -> Deal:
    """A charge on the platform that is passed on at once, all of it or `sale.transfer_amount`.

    An application fee comes back from the account, in the currency of the account's balance.
    """
    payment = take_payment(books, sale, after=after)
    charge, currency, at = payment.charge, payment.settled_in, sale.created
    group = charge["transfer_group"] = f"group_{charge['payment_intent']}"
    sent = sale.amount if sale.transfer_amount is None else sale.transfer_amount
    amount, _ = books.convert(sent, sale.currency, currency, at)
    share, _ = books.convert(sale.application_fee, sale.currency, currency, at)
    passed = pass_on(books, account, amount, currency, at, source=payment, group=group, fee=share)
    charge["transfer"] = passed.transfer["id"]
    deal = Deal(payment, [passed])
    if share:
        assert passed.payment is not None
        deal.fee = collect_fee(books, passed.payment, at, charge)
        charge["application_fee"] = passed.payment.charge["application_fee"] = deal.fee["id"]
    return deal


def separate_charge(books: Books, sale: Sale, after: Payment | None = None) -> Deal:
    """A charge on the platform of which sellers get their shares later, by `pass_on_shares`."""
    return Deal(take_payment(books, sale, after=after))


def pass_on_shares(
    books: Books,
    deal: Deal,
    at: int,
    shares: Sequence[tuple[Obj, int]],
    *,
    linked: bool = True,
    arrives: bool = True,
) -> None:
    """Transfer parts of a platform charge, given in minor units of its balance, to accounts.

    `linked` transfers name the charge as their source; the others only share its transfer group.
    """
    payment = deal.payment
    for account, amount in shares:
        deal.passed.append(
            pass_on(
                books,
                account,
                amount,
                payment.settled_in,
                at,
                source=payment if linked else None,
                group=payment.charge["transfer_group"],
                arrives=arrives,
            )
        )
