"""Labels of faults: which row carries which fault, for measuring who finds it."""

from __future__ import annotations

from orchestration.sandbox.world.history import Obj

MARK_COLUMNS = (
    "defect",
    "label",
    "table",
    "object_id",
    "account_id",
    "currency",
    "amount_minor",
    "what",
)
TABLES = {
    "balance_transaction": "balance_transactions",
    "charge": "charges",
    "payout": "payouts",
    "refund": "refunds",
}


def mark(defect: str, label: str, tenant: str, obj: Obj, amount: int, what: str) -> Obj:
    """One label, its keys in the order of `MARK_COLUMNS`.

    Args:
        label: The variety of the defect.
        tenant: The account that the object truly belongs to.
        amount: Money at stake, in minor units of the object's true currency.
        what: What is wrong, for a person.
    """
    return {
        "defect": defect,
        "label": label,
        "table": TABLES[obj["object"]],
        "object_id": obj["id"],
        "account_id": tenant,
        "currency": obj["currency"],
        "amount_minor": amount,
        "what": what,
    }
