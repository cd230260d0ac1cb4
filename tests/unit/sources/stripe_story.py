"""Small companies made by hand, for tests that need one certain thing to happen at one certain time."""

from __future__ import annotations

from collections import defaultdict
from itertools import count
from typing import Any

from orchestration.sandbox.simulation import Company
from orchestration.sandbox.world.books import PLATFORM, list_of
from orchestration.sandbox.world.history import Change
from orchestration.sandbox.world.plan import END, Plan

Obj = dict[str, Any]
DAY = 86_400
START = END - 60 * DAY  # when stories begin


class Story:
    """Objects and what happened to them; `company` is what a sandbox serves."""

    def __init__(self) -> None:
        self._objects: dict[str, list[tuple[str, Obj]]] = defaultdict(list)
        self._history: dict[str, list[Change]] = {}
        self._numbers = count(1)

    def company(self) -> Company:
        return Company(Plan(months=3), "acct_1own", {}, {}, self._objects, self._history)

    def add(self, obj: Obj, event: str | None = None, tenant: str = PLATFORM) -> Obj:
        self._objects[obj["object"]].append((tenant, obj))
        self._history[obj["id"]] = [Change(obj.get("created", obj.get("date")), event, None)]
        return obj

    def change(self, obj: Obj, at: int, event: str | None = None, /, **new: Any) -> Obj:
        self._history[obj["id"]].append(Change(at, event, {key: obj[key] for key in new}))
        obj.update(new)
        return obj

    def delete(self, obj: Obj, at: int, event: str | None = None) -> None:
        self._history[obj["id"]].append(Change(at, event, {}, deleted=True))

    def thing(self, name: str, prefix: str, created: int = START, /, **values: Any) -> Obj:
        """An object that is not in the story yet."""
        return {"id": f"{prefix}_{next(self._numbers):04d}", "object": name, "created": created, "livemode": True, **values}

    def account(self, created: int = START) -> Obj:
        return self.add(self.thing("account", "acct", created, country="US", default_currency="usd"), "account.updated")

    def customer(self, created: int = START, **values: Any) -> Obj:
        return self.add(self.thing("customer", "cus", created, **{"balance": 0, "email": "a@example.com", **values}), "customer.created")

    def subscription(self, items: int = 1, created: int = START, **values: Any) -> Obj:
        rows = [self.thing("subscription_item", "si", created) for _ in range(items)]
        obj = self.thing("subscription", "sub", created, status="active", metadata={}, discounts=[], items=list_of(rows, "/v1/subscription_items"))
        return self.add({**obj, **values}, "customer.subscription.created")

    def invoice(self, lines: int = 1, created: int = START, **values: Any) -> Obj:
        rows = [self.thing("line_item", "il", created, invoice_item=None) for _ in range(lines)]
        obj = self.thing(
            "invoice", "in", created, status="draft", discounts=[], status_transitions={}, amount_due=0, lines=list_of(rows, "/v1/lines"))
        return self.add({**obj, **values}, "invoice.created")

    def invoiceitem(self, created: int = START, **values: Any) -> Obj:
        obj = {"id": f"ii_{next(self._numbers):04d}", "object": "invoiceitem", "date": created, "amount": 100, "invoice": None, "period": {}}
        return self.add({**obj, **values}, "invoiceitem.created")

    def transaction(self, created: int = START, available_on: int | None = None, tenant: str = PLATFORM, **values: Any) -> Obj:
        obj = self.thing("balance_transaction", "txn", created, **{
            "amount": 100, "available_on": available_on or created, "balance_type": "payments", "currency": "usd", "fee": 0,
            "fee_details": [], "net": 100, "reporting_category": "charge", "source": None, "status": "available", "type": "charge", **values})
        return self.add(obj, None, tenant)

    def coupon(self, created: int = START, **values: Any) -> Obj:
        return self.add(self.thing("coupon", "coup", created, times_redeemed=0, **values), "coupon.created")
