"""Stripe's own statement of every balance at the end of the story."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from orchestration.sandbox.treasury.till import Till
from orchestration.sandbox.world.books import PLATFORM, Books
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.money import DAY

_Amounts = dict[str, int]


def state_balances(books: Books, tills: Iterable[Till]) -> None:
    """Add one `balance` per tenant: available, pending and, on the platform, reserved for its accounts.

    Available plus pending is the sum of all nets; a payout that is on its way is no longer in either. The
    object has neither an id nor a history.
    """
    last = books.end // DAY
    available: dict[str, _Amounts] = defaultdict(dict)
    pending: dict[str, _Amounts] = defaultdict(dict)
    reserved: _Amounts = defaultdict(int)
    for till in tills:
        available[till.tenant][till.currency] = till.balance + till.pool.get(last, 0)
        pending[till.tenant][till.currency] = sum(net for day, net in till.pool.items() if day > last)
        reserved[till.currency] += till.reserved
    for _, account in books.standing["account"]:
        tenant = PLATFORM if account["id"] == books.platform_account else account["id"]
        if tenant not in available:
            available[tenant] = pending[tenant] = {account["default_currency"]: 0}
    for tenant in sorted(available):
        balance: Obj = {
            "object": "balance",
            "available": _stated(available[tenant]),
            "livemode": True,
            "pending": _stated(pending[tenant]),
        }
        held = {currency: amount for currency, amount in reserved.items() if amount}
        if tenant == PLATFORM and held:
            balance["connect_reserved"] = _stated(held)
        books.objects["balance"].append((tenant, balance))


def _stated(amounts: _Amounts) -> list[Obj]:
    return [
        {"amount": amount, "currency": currency, "source_types": {"card": amount}}
        for currency, amount in sorted(amounts.items())
    ]
