"""Money between the platform and its connected accounts: transfers, application fees, their reversals."""

from __future__ import annotations

from dataclasses import replace

from orchestration.sandbox.company_charges import Sale, give_back, take_payment
from orchestration.sandbox.company_shapes import charge_form, fee_form, refund_form, transfer_form
from orchestration.sandbox.facts import PLATFORM, Books, Fee, Obj

_FEE_TEXT = "Lantern Hill application fee"


def direct_charge(books: Books, sale: Sale) -> Obj:
    """A charge on the connected account `sale.tenant`; the platform earns the application fee."""
    charge = take_payment(books, sale)
    _earn(books, sale.tenant, charge, None, sale.application_fee)
    return charge


def destination_charge(books: Books, sale: Sale) -> Obj:
    """A charge on the platform, passed on whole to `sale.destination`, the fee coming back."""
    assert sale.destination is not None
    charge = take_payment(books, sale)
    moved = transfer(books, sale.destination, sale.amount, sale.currency, charge, fee=sale.application_fee)
    charge["transfer"] = moved["id"]
    payment = books.find("charge", moved["destination_payment"])
    _earn(books, sale.destination, payment, charge, sale.application_fee)
    return charge


def separate_charge(books: Books, sale: Sale, shares: dict[str, int]) -> list[Obj]:
    """A charge on the platform and one transfer per account of `shares` (minor units); the transfers."""
    group = sale.transfer_group or books.new_id("group_pi_")
    charge = take_payment(books, replace(sale, transfer_group=group))
    return [transfer(books, account, amount, sale.currency, charge) for account, amount in shares.items()]


def transfer(books: Books, account: str, amount: int, currency: str, charge: Obj, fee: int = 0) -> Obj:
    """Pass on part of a charge: `tr_` on the platform, `py_` on the account in its own currency."""
    created = charge["created"] + 1
    ready = books.transaction(charge["balance_transaction"])["available_on"]
    moved = transfer_form(books.new_id("tr_3"), account, amount, currency, created)
    moved.update(source_transaction=charge["id"], transfer_group=charge["transfer_group"])
    moved["balance_transaction"] = books.post(
        PLATFORM,
        "transfer",
        "transfer",
        -amount,
        currency,
        created,
        source=moved["id"],
        available_on=ready,
        description=f"Transfer to {account}",
    )["id"]
    payment = charge_form(books.new_id("py_1"), amount, currency, created)
    payment.update(source_transfer=moved["id"], application=books.application if fee else None)
    payment["application_fee_amount"] = fee or None
    home = books.find("account", account)["default_currency"]
    settled, rate = books.convert(amount, currency, home, created)
    payment["balance_transaction"] = books.post(
        account,
        "payment",
        "charge",
        settled,
        home,
        created,
        source=payment["id"],
        fees=(Fee("application_fee", fee, _FEE_TEXT, books.application),) if fee else (),
        available_on=ready,
        rate=rate,
    )["id"]
    moved["destination_payment"] = payment["id"]
    books.add(PLATFORM, moved)
    books.add(account, payment)
    return moved


def reverse_transfer(
    books: Books, moved: Obj, amount: int, created: int, refund: Obj | None = None, fee: int = 0
) -> Obj:
    """Take back part of a transfer; `fee` is the application fee that the account gets back with it."""
    account = moved["destination"]
    payment = books.find("charge", moved["destination_payment"])
    returned = refund_form(books.new_id("pyr_1"), payment, amount, created, None)
    reversal: Obj = {
        "id": books.new_id("trr_1"),
        "object": "transfer_reversal",
        "amount": amount,
        "balance_transaction": None,
        "created": created,
        "currency": moved["currency"],
        "destination_payment_refund": returned["id"],
        "metadata": {},
        "source_refund": refund["id"] if refund else None,
        "transfer": moved["id"],
    }
    reversal["balance_transaction"] = books.post(
        PLATFORM,
        "transfer_refund",
        "transfer_reversal",
        amount,
        moved["currency"],
        created,
        source=reversal["id"],
        description=f"REFUND FOR TRANSFER ({moved['id']})",
    )["id"]
    home = books.transaction(payment["balance_transaction"])["currency"]
    settled, rate = books.convert(amount, moved["currency"], home, created)
    returned["source_transfer_reversal"] = reversal["id"]
    returned["balance_transaction"] = books.post(
        account,
        "payment_refund",
        "refund",
        -settled,
        home,
        created,
        source=returned["id"],
        fees=(Fee("application_fee", -fee, _FEE_TEXT, books.application),) if fee else (),
        description="REFUND FOR PAYMENT",
        rate=rate,
    )["id"]
    _mark_reversed(moved, payment, reversal)
    books.add(account, returned)
    return books.add(PLATFORM, reversal)


def refund_destination(books: Books, charge: Obj, amount: int, created: int) -> Obj:
    """Refund a destination charge, pulling back the transfer and the same share of the fee."""
    refund = give_back(books, PLATFORM, charge, amount, created)
    earned = books.find("application_fee", charge["application_fee"])
    fee = earned["amount"] * amount // charge["amount"]
    moved = books.find("transfer", charge["transfer"])
    refund["transfer_reversal"] = reverse_transfer(books, moved, amount, created, refund, fee)["id"]
    return_fee(books, earned, fee, created)
    return refund


def refund_direct(books: Books, account: str, charge: Obj, created: int) -> Obj:
    """Refund a direct charge whole, with its application fee: a negative fee on the refund's row."""
    earned = books.find("application_fee", charge["application_fee"])
    fee = Fee("application_fee", -earned["amount"], _FEE_TEXT, books.application)
    refund = give_back(books, account, charge, charge["amount"], created, fees=(fee,))
    return_fee(books, earned, earned["amount"], created)
    return refund


def return_fee(books: Books, earned: Obj, amount: int, created: int) -> Obj:
    """The platform gives back part of an application fee."""
    returned: Obj = {
        "id": books.new_id("fr_1"),
        "object": "fee_refund",
        "amount": amount,
        "balance_transaction": None,
        "created": created,
        "currency": earned["currency"],
        "fee": earned["id"],
        "metadata": {},
    }
    returned["balance_transaction"] = books.post(
        PLATFORM,
        "application_fee_refund",
        "platform_earning_refund",
        -amount,
        earned["currency"],
        created,
        source=returned["id"],
        description="Application fee refund",
    )["id"]
    earned["amount_refunded"] += amount
    earned["refunded"] = earned["amount_refunded"] == earned["amount"]
    earned["refunds"]["data"].append(returned)
    earned["refunds"]["total_count"] += 1
    return books.add(PLATFORM, returned)


def _mark_reversed(moved: Obj, payment: Obj, reversal: Obj) -> None:
    """Carry a reversal into the totals of its transfer and of the payment on the other side."""
    payment["amount_refunded"] += reversal["amount"]
    payment["refunded"] = payment["amount_refunded"] == payment["amount"]
    moved["amount_reversed"] += reversal["amount"]
    moved["reversed"] = moved["amount_reversed"] == moved["amount"]
    moved["reversals"]["data"].append(reversal)
    moved["reversals"]["total_count"] += 1


def _earn(books: Books, account: str, payment: Obj, origin: Obj | None, amount: int) -> Obj:
    """The platform's side of an application fee; `origin` is the platform's own charge, if any."""
    earned = fee_form(books.new_id("fee_1"), account, payment, amount, books.application)
    earned["originating_transaction"] = origin["id"] if origin else None
    ready = books.transaction(payment["balance_transaction"])["available_on"]
    earned["balance_transaction"] = books.post(
        PLATFORM,
        "application_fee",
        "platform_earning",
        amount,
        payment["currency"],
        payment["created"],
        source=earned["id"],
        available_on=ready,
        description=f"Application fee from {account}",
    )["id"]
    for charge in (payment, origin):
        if charge is not None:
            charge["application_fee"] = earned["id"]
    return books.add(PLATFORM, earned)
