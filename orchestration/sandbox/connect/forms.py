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


def fee_form(fee_id: str, account: str, charge: Obj, amount: int, application: str) -> Obj:
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
        "created": charge["created"],
        "currency": charge["currency"],
        "fee_source": {"type": "charge", "charge": charge["id"]},
        "livemode": True,
        "originating_transaction": None,
        "refunded": False,
        "refunds": list_of([], f"/v1/application_fees/{fee_id}/refunds"),
    }
