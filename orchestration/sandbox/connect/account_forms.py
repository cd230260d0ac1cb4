"""Empty forms of Stripe's account object: the platform's own, and that of a connected account.

Shapes only; who pays what and when a seller is paid out is decided by the caller.
"""

from __future__ import annotations

from orchestration.sandbox.world.books import list_of
from orchestration.sandbox.world.history import Obj

# who pays Stripe's fees -> dashboard, who collects requirements, legacy type
_BY_FEE_PAYER = {
    "account": ("full", "stripe", "standard"),
    "application": ("express", "stripe", "none"),
    "application_express": ("express", "stripe", "express"),
    "application_custom": ("none", "application", "custom"),
}
_SCHEDULES: dict[str, Obj] = {
    "daily": {"delay_days": 2, "interval": "daily"},
    "weekly": {
        "delay_days": 2,
        "interval": "weekly",
        "weekly_anchor": "monday",
        "weekly_payout_days": ["monday"],
    },
    "monthly": {"delay_days": 2, "interval": "monthly", "monthly_anchor": 1, "monthly_payout_days": [1]},
    "manual": {"delay_days": 2, "interval": "manual"},
}


def account_form(account_id: str, country: str, currency: str, name: str, created: int, interval: str) -> Obj:
    """A standard account that takes charges and is paid out by `interval`: daily, weekly, monthly, manual."""
    return {
        "id": account_id,
        "object": "account",
        "business_profile": {"mcc": "5734", "name": name, "url": None},
        "business_type": "company",
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "controller": {"type": "account"},
        "country": country,
        "created": created,
        "default_currency": currency,
        "details_submitted": True,
        "email": None,
        "external_accounts": list_of([], f"/v1/accounts/{account_id}/external_accounts"),
        "metadata": {},
        "payouts_enabled": True,
        "requirements": {"currently_due": [], "disabled_reason": None, "past_due": []},
        "settings": {
            "dashboard": {"display_name": name, "timezone": "Etc/UTC"},
            "payouts": {
                "debit_negative_balances": True,
                "schedule": _SCHEDULES[interval],
                "statement_descriptor": None,
            },
        },
        "type": "standard",
    }


def make_connected(account: Obj, fee_payer: str, losses: str) -> Obj:
    """Put an account under the platform's control: who pays Stripe's fees, who stands for losses."""
    dashboard, requirements, kind = _BY_FEE_PAYER[fee_payer]
    account["controller"] = {
        "type": "application",
        "is_controller": True,
        "fees": {"payer": fee_payer},
        "losses": {"payments": losses},
        "requirement_collection": requirements,
        "stripe_dashboard": {"type": dashboard},
    }
    account["type"] = kind
    return account
