"""Empty forms of payouts and top-ups.

Shapes only: no amounts are computed here and nothing is added to the books.
"""

from __future__ import annotations

from orchestration.sandbox.world.history import Obj

_NOTHING: Obj = {}
_UNTRACED: Obj = {"status": "pending", "value": None}


def payout_form(payout_id: str, amount: int, currency: str, created: int, arrival: int) -> Obj:
    """An automatic standard payout on its way; `arrival` is a midnight in epoch seconds."""
    return {
        "id": payout_id,
        "object": "payout",
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": arrival,
        "automatic": True,
        "balance_transaction": None,
        "created": created,
        "currency": currency,
        "description": "STRIPE PAYOUT",
        "destination": None,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": True,
        "metadata": _NOTHING,
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "in_progress",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "in_transit",
        "trace_id": _UNTRACED,
        "type": "bank_account",
    }


def topup_form(topup_id: str, amount: int, currency: str, created: int, expected: int) -> Obj:
    """Money on its way from the company's bank; `expected` is when it should be there, epoch seconds."""
    return {
        "id": topup_id,
        "object": "topup",
        "amount": amount,
        "balance_transaction": None,
        "created": created,
        "currency": currency,
        "description": "Buffer for refunds",
        "expected_availability_date": expected,
        "failure_code": None,
        "failure_message": None,
        "initiated_by": "user",
        "livemode": True,
        "metadata": _NOTHING,
        "source": None,
        "statement_descriptor": None,
        "status": "pending",
        "transfer_group": None,
    }
