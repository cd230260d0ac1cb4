"""Money between a platform and its connected accounts, with the rows that mirror it on either side."""

from __future__ import annotations

from dataclasses import dataclass

from tests.golden.revenue.money import Charge
from tests.golden.revenue.story import Story
from tests.golden.revenue.tables import Row, instant, minor


@dataclass
class Deal:
    """A charge on the platform that is passed on, or on the seller (direct).

    Attributes:
        charge: The customer's charge.
        payment: On the seller: what the transfer became; the charge itself when it is direct.
        transfer: None for a direct charge, as is the fee where none is taken.
    """

    platform: Story
    seller: Story
    charge: Charge
    payment: Charge
    transfer: Row | None = None
    fee: Row | None = None


def destination_charge(
    platform: Story, seller: Story, at: str, amount: str, *, fee: str = "", transfer: str = ""
) -> Deal:
    """A charge that is passed on whole, an application fee coming back, or of which only `transfer` is passed on."""
    charge = platform.charge(amount, at, destination_id=seller.account, transfer_group=platform.id("group"))
    deal = _pass_on(platform, seller, charge, at, transfer or amount, fee)
    assert deal.transfer is not None
    charge.row["transfer_id"] = deal.transfer["id"]
    if fee:
        deal.fee = _earn(deal, at, fee, originating_transaction_id=charge.id)
    return deal


def separate_transfer(platform: Story, seller: Story, charge: Charge, at: str, amount: str) -> Deal:
    """A part of a charge that the platform took for itself is passed on later."""
    return _pass_on(platform, seller, charge, at, amount, "")


def direct_charge(platform: Story, seller: Story, at: str, amount: str, fee: str) -> Deal:
    """A charge on the seller, with a fee for the platform."""
    charge = seller.charge(amount, at, fee=fee, fee_type="application_fee", application_id="ca_1")
    deal = Deal(platform, seller, charge, charge)
    deal.fee = _earn(deal, at, fee)
    return deal


def reverse(deal: Deal, at: str, amount: str, *, refund: Row | None = None, fee_back: str = "0") -> None:
    """Take back a part of a transfer; `refund` is the customer's that asked for it."""
    assert deal.transfer is not None
    reversal_id = deal.platform.id("trr")
    transaction = deal.platform.transaction(
        "transfer_refund", "transfer_reversal", minor(amount), at, reversal_id
    )
    back = deal.seller.refund(
        deal.payment, at, amount, fee=-minor(fee_back), source_transfer_reversal_id=reversal_id
    )
    deal.platform.add(
        "transfer_reversals", id=reversal_id, created=instant(at), amount=minor(amount), currency=deal.platform.currency,
        transfer_id=deal.transfer["id"], balance_transaction_id=transaction["id"],
        source_refund_id=refund["id"] if refund else "", destination_payment_refund_id=back["id"],
    )  # fmt: skip
    if refund is not None:
        refund["refund_transfer_reversal_id"] = reversal_id
    total = deal.transfer["amount_reversed"] + minor(amount)
    deal.transfer.update(amount_reversed=total, reversed=total == deal.transfer["amount"])


def refund_fee(deal: Deal, at: str, amount: str) -> None:
    """The platform gives back a part of its fee; the account's side stands with the refund or the reversal."""
    assert deal.fee is not None
    refund_id, units = deal.platform.id("fr"), minor(amount)
    transaction = deal.platform.transaction(
        "application_fee_refund", "platform_earning_refund", -units, at, refund_id
    )
    deal.platform.add("application_fee_refunds", id=refund_id, created=instant(at), amount=units, fee_id=deal.fee["id"],
                      currency=deal.platform.currency, balance_transaction_id=transaction["id"])  # fmt: skip
    total = deal.fee["amount_refunded"] + units
    deal.fee.update(amount_refunded=total, refunded=total == deal.fee["amount"])


def _pass_on(platform: Story, seller: Story, charge: Charge, at: str, amount: str, fee: str) -> Deal:
    transfer_id, units = platform.id("tr"), minor(amount)
    transaction = platform.transaction("transfer", "transfer", -units, at, transfer_id, pending_days=2)
    group = charge.row.setdefault("transfer_group", platform.id("group"))
    payment = seller.charge(
        amount, at, fee=fee or "0", fee_type="application_fee", prefix="py", source_transfer_id=transfer_id,
        customer_id="", transfer_group=group, payment_method_type="stripe_account",
    )  # fmt: skip
    transfer = platform.add(
        "transfers", id=transfer_id, created=instant(at), date=instant(at), amount=units, amount_reversed=0,
        currency=platform.currency, status="paid", type="stripe_account", automatic=False, reversed=False,
        balance_transaction_id=transaction["id"], destination_id=seller.account, destination_payment_id=payment.id,
        source_transaction_id=charge.id, source_type="card", transfer_group=group,
    )  # fmt: skip
    return Deal(platform, seller, charge, payment, transfer)


def _earn(deal: Deal, at: str, fee: str, **more: object) -> Row:
    """The application fee of a seller's payment, on the platform."""
    fee_id = deal.platform.id("fee")
    transaction = deal.platform.transaction(
        "application_fee", "platform_earning", minor(fee), at, fee_id, pending_days=2
    )
    deal.charge.row["application_fee_id"] = deal.payment.row["application_fee_id"] = fee_id
    return deal.platform.add(
        "application_fees", id=fee_id, created=instant(at), amount=minor(fee), amount_refunded=0, refunded=False,
        currency=deal.platform.currency, account_id=deal.seller.account, charge_id=deal.payment.id,
        application_id="ca_1", balance_transaction_id=transaction["id"], fee_source_type="charge",
        fee_source_id=deal.payment.id, **more,
    )  # fmt: skip
