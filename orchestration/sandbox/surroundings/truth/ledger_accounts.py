"""Which ledger account a transaction is about, told by the simulated object behind it."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.sandbox.simulation import Segment
from orchestration.sandbox.world.books import PLATFORM
from orchestration.sandbox.world.history import Obj


@dataclass(frozen=True, slots=True, eq=False)  # there is one of each, so that it is found by identity
class Account:
    """A ledger account; `is_mirror` when the other side stands in another tenant's books."""

    name: str
    is_mirror: bool = False


BALANCE = Account("stripe_balance")
MIRRORED_BALANCE = Account("stripe_balance", is_mirror=True)
CHARGE = Account("charge_clearing")
REFUND = Account("refund_clearing")
DISPUTE = Account("dispute_clearing")
STRIPE_FEES = Account("stripe_fees")
TAX_ON_FEES = Account("tax_on_fees")
DISPUTE_FEES = Account("dispute_fees")
PAYOUTS = Account("payouts_in_transit")
TOPUPS = Account("topups_in_transit")
ADVANCES = Account("instant_payout_advances")
TRANSFER = Account("transfer_clearing", is_mirror=True)
APPLICATION_FEE = Account("application_fee_clearing", is_mirror=True)
UNVERIFIED = Account("bank_unverified")
BANK = Account("bank_cash")
BANK_FEES = Account("bank_fees")
_ADJUSTMENT = Account("adjustment_clearing")
_SUSPENSE = Account("suspense")
_MINIMUM = Account("minimum_balance_holds")

OF_FEE: dict[str, Account] = {  # type of a fee detail
    "stripe_fee": STRIPE_FEES,
    "tax": TAX_ON_FEES,
    "application_fee": APPLICATION_FEE,
}
_OF_OBJECT: dict[str, Account] = {
    "dispute": DISPUTE,
    "payout": PAYOUTS,
    "topup": TOPUPS,
    "transfer": TRANSFER,
    "transfer_reversal": TRANSFER,
    "application_fee": APPLICATION_FEE,
    "fee_refund": APPLICATION_FEE,
}
# What is between a tenant and Stripe has no object of its own; an advance names the payout that it served.
_OF_TYPE: dict[str, Account] = {
    "advance": ADVANCES,
    "advance_funding": ADVANCES,
    "connect_collection_transfer": Account("collection_clearing", is_mirror=True),
    "contribution": Account("climate_contributions"),
    "payout_minimum_balance_hold": _MINIMUM,
    "payout_minimum_balance_release": _MINIMUM,
    "reserve_transaction": Account("connect_reserves"),
    "reserved_funds": Account("risk_reserves"),
    "stripe_fee": STRIPE_FEES,
    "tax_fee": TAX_ON_FEES,
}


def accounts_of_objects(segment: Segment) -> dict[str, Account]:
    """Per id of an object that moves money its account; charges that are no transfer's are left out.

    The payment that a transfer became, and what is given back of it, belong to that transfer. A refund of
    what was authorized but never captured belongs to its charge.
    """
    objects = segment.objects
    accounts = {
        charge["id"]: TRANSFER
        for tenant, charge in objects.get("charge", ())
        if tenant != PLATFORM and charge["source_transfer"] is not None
    }
    for _, refund in objects.get("refund", ()):
        is_uncaptured = refund["reason"] == "partial_capture"
        accounts[refund["id"]] = accounts.get(refund["charge"]) or (CHARGE if is_uncaptured else REFUND)
    for name, account in _OF_OBJECT.items():
        for _, obj in objects.get(name, ()):
            accounts[obj["id"]] = account
    return accounts


def account_of(row: Obj, known: dict[str, Account]) -> Account:
    """The account of a balance transaction's amount; `known` as from `accounts_of_objects`."""
    kind, source = row["type"], row["source"]
    if kind in _OF_TYPE:
        return _OF_TYPE[kind]
    if source is not None:
        return known.get(source, CHARGE)
    return _ADJUSTMENT if kind == "adjustment" else _SUSPENSE
