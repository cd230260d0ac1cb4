"""Empty forms of Connect's objects.

Shapes only: no amounts are computed here and nothing is added to the books.
"""

from __future__ import annotations

from orchestration.sandbox.world.books import list_of
from orchestration.sandbox.world.history import Obj


def transfer_form(transfer_id: str, account: str, amount: int, currency: str, created: int) -> Obj:
    """A transfer to a connected account, nothing reversed."""
    return {
        "id": transfer_id,
        "object": "transfer",
        "amount": amount,
        "amount_reversed": 0,
        "balance_transaction": None,
        "created": created,
        "currency": currency,
        "description": None,
        "destination": account,
        "destination_payment": None,
        "livemode": True,
        "metadata": {},
        "reversals": list_of([], f"/v1/transfers/{transfer_id}/reversals"),
        "reversed": False,
        "source_transaction": None,
        "source_type": "card",
        "transfer_group": None,
    }


def reversal_form(reversal_id: str, transfer: Obj, amount: int, created: int) -> Obj:
    """Money taken back from a transfer, in the transfer's currency."""
    return {
        "id": reversal_id,
        "object": "transfer_reversal",
        "amount": amount,
        "balance_transaction": None,
        "created": created,
        "currency": transfer["currency"],
        "destination_payment_refund": None,
        "metadata": {},
        "source_refund": None,
        "transfer": transfer["id"],
    }


def fee_form(
    fee_id: str, account: str, charge: Obj, amount: int, currency: str, created: int, application: str
) -> Obj:
    """An application fee taken from a charge of a connected account."""
    return {
        "id": fee_id,
        "object": "application_fee",
        "account": account,
        "amount": amount,
        "amount_refunded": 0,
        "application": application,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": created,
        "currency": currency,
        "fee_source": {"type": "charge", "charge": charge["id"]},
        "livemode": True,
        "originating_transaction": None,
        "refunded": False,
        "refunds": list_of([], f"/v1/application_fees/{fee_id}/refunds"),
    }


def fee_refund_form(refund_id: str, fee: Obj, amount: int, created: int) -> Obj:
    """A part of an application fee that the platform gives back, in the fee's currency."""
    return {
        "id": refund_id,
        "object": "fee_refund",
        "amount": amount,
        "balance_transaction": None,
        "created": created,
        "currency": fee["currency"],
        "fee": fee["id"],
        "metadata": {},
    }
