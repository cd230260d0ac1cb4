"""A company under construction: mints ids, converts currencies, books transactions, remembers changes.

Rules for everyone who writes here: an object enters by `add` as it is born; whatever happens to it later goes
through `change` (top-level keys; nested values are replaced whole, never edited in place), in the order of
time. So its state at any instant is known, and events need no second telling.
"""

from __future__ import annotations

import random
from collections import defaultdict
from typing import Any

from orchestration.sandbox.world.history import Change, Obj, history_key
from orchestration.sandbox.world.money import DAY, RATE_SCALE, converted, daily_rates
from orchestration.sandbox.world.plan import Plan

PLATFORM = "platform"
_GOLDEN = 0x9E3779B97F4A7C15  # odd, so that multiplying by it permutes the 64-bit numbers
_MASK = (1 << 64) - 1
_TOP = 1 << 64  # keeps the leading zeros of the digits below it

Fee = tuple[str, int, str, str | None]  # type, minor units (negative: given back), description, application
Pool = dict[int, int]  # sweep day (days since 1970) -> net that becomes available on it


class Books:
    """The books of one company.

    Attributes:
        objects: Per Stripe object name the pairs (tenant, object in its last state) of the present segment.
        history: Per object its changes, oldest first, birth included; see `history_key`.
        notes: Facts that Stripe does not know (orders, usage, true causes), by kind, of the present segment.
        pools: Per (tenant, currency) what becomes available when; what the payouts are made of.
        standing: Objects that outlive segments (accounts, prices, coupons); written last.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.start, self.end = plan.start, plan.end
        self.rates = daily_rates(random.Random(f"{plan.seed}:rates"), plan.start, plan.end)
        self.objects: dict[str, list[tuple[str, Obj]]] = defaultdict(list)
        self.standing: dict[str, list[tuple[str, Obj]]] = defaultdict(list)
        self.history: dict[str, list[Change]] = {}
        self.notes: dict[str, list[Obj]] = defaultdict(list)
        self.pools: dict[tuple[str, str], Pool] = defaultdict(lambda: defaultdict(int))
        self._salt = random.Random(f"{plan.seed}:ids").getrandbits(64)
        self._counts: dict[str, int] = defaultdict(int)
        self.application = self.new_id("ca_")
        self.platform_account = self.new_id("acct_1")

    def new_id(self, prefix: str) -> str:
        """The next id with this prefix; 16 hexadecimal digits that no two calls share."""
        number = self._counts[prefix] = self._counts[prefix] + 1
        return prefix + hex((number * _GOLDEN + self._salt) & _MASK | _TOP)[3:]

    def rng(self, *key: object) -> random.Random:
        """Randomness of its own for one life, so that no life depends on the others."""
        return random.Random(":".join(map(str, (self.plan.seed, *key))))

    def add(self, tenant: str, obj: Obj, event: str | None = None, *, standing: bool = False) -> Obj:
        """Keep an object as it is born; `event` is the type of the event that tells of it, if Stripe has one."""
        name = obj["object"]
        (self.standing if standing else self.objects)[name].append((tenant, obj))
        born = obj["created"] if "created" in obj else obj["date"]
        self.history[history_key(obj) if name == "plan" else obj["id"]] = [Change(born, event, None)]
        return obj

    def change(self, obj: Obj, at: int, event: str | None, /, **new: Any) -> Obj:
        """Change top-level keys of an object that was added; `event` as in `add`."""
        before = {key: obj[key] for key in new}
        self.history[history_key(obj) if obj["object"] == "plan" else obj["id"]].append(
            Change(at, event, before)
        )
        obj.update(new)
        return obj

    def delete(self, obj: Obj, at: int, event: str | None) -> None:
        """End an object's life: lists forget it, its event remembers it."""
        self.history[history_key(obj)].append(Change(at, event, {}, deleted=True))

    def convert(self, amount: int, source: str, target: str, at: int) -> tuple[int, int | None]:
        """As `money.converted`, at the company's rates."""
        return converted(self.rates, amount, source, target, at)

    def post(
        self,
        tenant: str,
        kind: str,
        category: str,
        amount: int,
        currency: str,
        created: int,
        *,
        source: str | None = None,
        fees: tuple[Fee, ...] = (),
        available_on: int | None = None,
        description: str | None = None,
        rate: int | None = None,
        pooled: bool = True,
    ) -> Obj:
        """Write one balance transaction in minor units; net = amount - fee, fee = sum of its details.

        Args:
            available_on: Defaults to `created`, as for refunds and adjustments.
            pooled: Its net is for the next payout; False for payouts themselves.
        """
        fee = 0
        for part in fees:
            fee += part[1]
        available = created if available_on is None else available_on
        if pooled:
            self.pools[tenant, currency][-(-available // DAY)] += amount - fee
        transaction: Obj = {
            "id": self.new_id("txn_3"),
            "object": "balance_transaction",
            "amount": amount,
            "available_on": available,
            "balance_type": "payments",
            "created": created,
            "currency": currency,
            "description": description,
            "exchange_rate": None if rate is None else rate / RATE_SCALE,
            "fee": fee,
            "fee_details": [
                {
                    "amount": part[1],
                    "application": part[3],
                    "currency": currency,
                    "description": part[2],
                    "type": part[0],
                }
                for part in fees
            ],
            "net": amount - fee,
            "reporting_category": category,
            "source": source,
            "status": "available" if available <= self.end else "pending",
            "type": kind,
        }
        return self.add(tenant, transaction)


def list_of(data: list[Obj], url: str) -> Obj:
    """Stripe's envelope of an embedded list that is complete."""
    return {"object": "list", "data": data, "has_more": False, "total_count": len(data), "url": url}
