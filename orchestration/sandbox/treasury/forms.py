"""Empty forms of payouts.

Shapes only: no amounts are computed here and nothing is added to the books.
"""

from __future__ import annotations

from orchestration.sandbox.world.history import Obj


def payout_form(payout_id: str, amount: int, currency: str, created: int, arrival: int) -> Obj:
    """An automatic standard payout that was paid; `arrival` is a midnight in epoch seconds."""
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
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "completed",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "paid",
        "trace_id": None,
        "type": "bank_account",
    }
