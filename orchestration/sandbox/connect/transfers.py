"""Money passed on to connected accounts, with the payment that mirrors it there, and money taken back."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.sandbox.connect.forms import reversal_form, transfer_form
from orchestration.sandbox.payments.charges import APPLICATION_FEE_TEXT, Payment
from orchestration.sandbox.payments.forms import charge_form
from orchestration.sandbox.payments.refunds import refund
from orchestration.sandbox.world.books import PLATFORM, Books, Fee, list_of
from orchestration.sandbox.world.history import Obj


@dataclass(slots=True)
class Passed:
    """A transfer to an account, and the payment (`py_`) that it became there; None if it never arrives."""

    account: Obj
    transfer: Obj
    payment: Payment | None

    @property
    def left(self) -> int:
        """What can still be reversed, in minor units of the transfer's currency."""
        left: int = self.transfer["amount"] - self.transfer["amount_reversed"]
        return left


def pass_on(
    books: Books,
    account: Obj,
    amount: int,
    currency: str,
    at: int,
    *,
    source: Payment | None = None,
    group: str | None = None,
    fee: int = 0,
    arrives: bool = True,
) -> Passed:
    """Transfer `amount` minor units of the platform's balance in `currency` to a connected account.

    Args:
        source: The charge that pays for it: the money is available when the charge's is. Without one it
            comes from the available balance.
        fee: Application fee that stays with the platform, in minor units of `currency`.
        arrives: False for an account that cannot receive transfers at the moment; Stripe keeps trying.
    """
    ready = at
    transfer = transfer_form(books.new_id("tr_3"), account["id"], amount, currency, at)
    transfer["transfer_group"] = group
    if source is not None and source.transaction is not None:
        ready = max(at, source.transaction["available_on"])
        transfer["source_transaction"] = source.charge["id"]
    transfer["balance_transaction"] = books.post(
        PLATFORM,
        "transfer",
        "transfer",
        -amount,
        currency,
        at,
        source=transfer["id"],
        available_on=ready,
        description=f"Transfer to {account['id']}",
    )["id"]
    arrived = _arrival(books, account, transfer, ready, fee) if arrives else None
    if arrived is not None:
        transfer["destination_payment"] = arrived.charge["id"]
    books.add(PLATFORM, transfer, "transfer.created")
    return Passed(account, transfer, arrived)


def reverse(
    books: Books,
    passed: Passed,
    amount: int,
    at: int,
    *,
    source_refund: Obj | None = None,
    fee_back: int = 0,
) -> Obj:
    """Take back `amount` minor units of a transfer that arrived; returns the reversal.

    The platform gets back what it sent, the account gives it at the rate of the day.

    Args:
        source_refund: The customer's refund that asked for it.
        fee_back: Application fee that the account gets back with it, in minor units of its balance.

    Raises:
        ValueError: More than what is left of the transfer, or nothing arrived.
    """
    transfer, payment = passed.transfer, passed.payment
    if payment is None or amount > passed.left:
        raise ValueError(f"{transfer['id']}: reversal of {amount}, but {passed.left} are left")
    fees: tuple[Fee, ...] = ()
    if fee_back:
        fees = (("application_fee", -fee_back, APPLICATION_FEE_TEXT, books.application),)
    returned = refund(books, payment, amount, at, None, fees=fees)
    reversal = reversal_form(books.new_id("trr_1"), transfer, amount, at)
    reversal["destination_payment_refund"] = returned["id"]
    returned["source_transfer_reversal"] = reversal["id"]
    if source_refund is not None:
        reversal["source_refund"] = source_refund["id"]
        source_refund["transfer_reversal"] = reversal["id"]
    reversal["balance_transaction"] = books.post(
        PLATFORM,
        "transfer_refund",
        "transfer_reversal",
        amount,
        transfer["currency"],
        at,
        source=reversal["id"],
        description=f"REFUND FOR TRANSFER ({transfer['id']})",
    )["id"]
    books.add(PLATFORM, reversal)
    reversals = transfer["reversals"]
    books.change(
        transfer,
        at,
        "transfer.reversed",
        amount_reversed=transfer["amount_reversed"] + amount,
        reversed=amount == passed.left,
        reversals=list_of([*reversals["data"], reversal], reversals["url"]),
    )
    return reversal


def return_to_sender(books: Books, passed: Passed, at: int, kind: str) -> None:
    """A transfer that never arrived comes back; `kind` is transfer_failure or transfer_cancel.

    Such a return has no reversal object: its transaction names the transfer itself.
    """
    transfer = passed.transfer
    books.post(
        PLATFORM,
        kind,
        "transfer_reversal",
        transfer["amount"],
        transfer["currency"],
        at,
        source=transfer["id"],
        description=f"{kind.replace('_', ' ').upper()} ({transfer['id']})",
    )
    text = "Cancelled" if kind == "transfer_cancel" else "Returned: the account cannot receive transfers"
    books.change(transfer, at, "transfer.updated", description=text)


def _arrival(books: Books, account: Obj, transfer: Obj, ready: int, fee: int) -> Payment:
    """The payment on the other side: the transfer's amount, settled in the account's own currency."""
    amount, currency, at = transfer["amount"], transfer["currency"], transfer["created"]
    home = account["default_currency"]
    settled, rate = books.convert(amount, currency, home, at)
    fees: tuple[Fee, ...] = ()
    payment = charge_form(books.new_id("py_1"), amount, currency, at)
    payment.update(
        description="Marketplace sales",
        source_transfer=transfer["id"],
        transfer_group=transfer["transfer_group"],
    )
    if fee:
        payment.update(application=books.application, application_fee_amount=fee)
        taken, _ = books.convert(fee, currency, home, at)
        fees = (("application_fee", taken, APPLICATION_FEE_TEXT, books.application),)
    transaction = books.post(
        account["id"],
        "payment",
        "charge",
        settled,
        home,
        at,
        source=payment["id"],
        fees=fees,
        available_on=ready,
        rate=rate,
    )
    payment["balance_transaction"] = transaction["id"]
    books.add(account["id"], payment, "charge.succeeded")
    return Payment(account["id"], payment, {}, transaction)  # no payment intent stands behind it
