"""What can become of a sale: refunds, money taken back from sellers, disputes, fees given back.

Each action happens at its own moment and knows the deal as it is by then.
"""

from __future__ import annotations

from orchestration.sandbox.connect.fees import due_back, grant_fee, refund_fee
from orchestration.sandbox.connect.flows import Deal
from orchestration.sandbox.connect.transfers import pass_on, return_to_sender, reverse
from orchestration.sandbox.payments.charges import APPLICATION_FEE_TEXT
from orchestration.sandbox.payments.disputes import answer_dispute, close_dispute, open_dispute
from orchestration.sandbox.payments.refunds import refund
from orchestration.sandbox.world.books import PLATFORM, Books, Fee
from orchestration.sandbox.world.money import half_up


def refund_buyer(
    books: Books,
    deal: Deal,
    at: int,
    percent: int = 100,
    *,
    fee_back: bool = False,
    reverse_transfer: bool = False,
) -> None:
    """Refund a share of a charge, or what is left of it.

    Args:
        percent: Of the charge; 100 for what is left.
        fee_back: Stripe's `refund_application_fee`: the same share of the fee goes back.
        reverse_transfer: The same share of a destination charge's transfer is taken back from the account.
    """
    payment, fee = deal.payment, deal.fee
    charge = payment.charge
    amount = payment.left if percent == 100 else charge["amount"] * percent // 100
    refunded = charge["amount_refunded"] + amount
    back = due_back(fee, charge, refunded) if fee_back and fee is not None else 0
    fees: tuple[Fee, ...] = ()
    if back and payment.tenant != PLATFORM:
        fees = (("application_fee", -back, APPLICATION_FEE_TEXT, books.application),)
    returned = refund(books, payment, amount, at, fees=fees)
    if reverse_transfer:
        passed = deal.passed[0]
        total = half_up(passed.transfer["amount"] * refunded, charge["amount"])
        due = total - passed.transfer["amount_reversed"]
        reverse(books, passed, due, at, source_refund=returned, fee_back=back)
    if back and fee is not None:
        refund_fee(books, fee, back, at)
    if deal.order is not None and charge["refunded"]:
        deal.order["status"] = "refunded"


def take_back(books: Books, deal: Deal, at: int, percent: int = 100) -> None:
    """Reverse the transfers of a deal by hand, each by a share of what is left of it."""
    for passed in deal.passed:
        if passed.payment is not None:
            reverse(books, passed, passed.left * percent // 100, at)


def give_fee_back(books: Books, deal: Deal, at: int, percent: int = 50) -> None:
    """Give back a share of the application fee as a favour; the sale stands."""
    if deal.fee is not None:
        grant_fee(books, deal.fee, deal.fee["amount"] * percent // 100, at)


def dispute(books: Books, deal: Deal, at: int, reason: str = "fraudulent") -> None:
    """The buyer's bank withdraws the money from whoever took the charge: seller (direct) or platform."""
    deal.dispute = open_dispute(books, deal.payment, at, reason=reason)


def answer(books: Books, deal: Deal, at: int) -> None:
    """Send evidence to the bank."""
    assert deal.dispute is not None
    answer_dispute(books, deal.dispute, at)


def lose(books: Books, deal: Deal, at: int) -> None:
    """The bank decides for the buyer."""
    assert deal.dispute is not None
    close_dispute(books, deal.payment, deal.dispute, at, won=False)


def win(books: Books, deal: Deal, at: int) -> None:
    """The bank decides for the seller: the money comes back to whom it was taken from."""
    assert deal.dispute is not None
    close_dispute(books, deal.payment, deal.dispute, at, won=True)


def pass_on_again(books: Books, deal: Deal, at: int) -> None:
    """Send the first transfer once more, from the available balance: after a win, or after it came back."""
    first = deal.passed[0]
    transfer = first.transfer
    again = pass_on(
        books,
        first.account,
        transfer["amount"],
        transfer["currency"],
        at,
        group=transfer["transfer_group"],
    )
    deal.passed.append(again)


def fail_transfer(books: Books, deal: Deal, at: int) -> None:
    """Stripe gives up on a transfer that could not arrive."""
    return_to_sender(books, deal.passed[0], at, "transfer_failure")


def cancel_transfer(books: Books, deal: Deal, at: int) -> None:
    """The platform cancels a transfer that has not arrived."""
    return_to_sender(books, deal.passed[0], at, "transfer_cancel")
