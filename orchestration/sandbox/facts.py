"""What a simulated company is made of: Stripe objects with their tenant, and the books that collect them.

Only containers, ids and arithmetic live here. What happens to the company is told in `company_*`; how the
facts look in an inbox is the business of `tables` and `writers`.
"""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

Obj = dict[str, Any]

PLATFORM = "platform"
DAY = 86_400
START = 1_767_225_600  # 2026-01-01T00:00:00Z
AS_OF = 1_775_001_600  # 2026-04-01T00:00:00Z: nothing is created at or after it
RATE_SCALE = 100_000  # exchange rates have five decimals and are integers until they are printed
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Facts:
    """A whole company.

    Attributes:
        objects: Per Stripe object name the pairs (tenant, object), oldest first; tenant is "platform" or
            the id of a connected account; objects have the shape of API version 2026-10-28.
        payout_members: (tenant, payout id, transaction id) of automatic payouts, without their own rows.
        exchange_rates: (midnight as epoch seconds, {currency: units per US dollar as decimal text}) per day.
        platform_account: Stripe's own id of the platform.
    """

    objects: dict[str, list[tuple[str, Obj]]]
    payout_members: list[tuple[str, str, str]]
    exchange_rates: list[tuple[int, dict[str, str]]]
    platform_account: str


@dataclass
class Fee:
    """One line of a transaction's `fee_details`; negative when the fee is given back."""

    kind: str
    amount: int
    description: str
    application: str | None = None


@dataclass
class Books:
    """A company under construction: mints ids, converts currencies, collects objects."""

    seed: int
    objects: dict[str, list[tuple[str, Obj]]] = field(default_factory=lambda: defaultdict(list))
    payout_members: list[tuple[str, str, str]] = field(default_factory=list)
    rates: dict[int, dict[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self._counts: dict[str, int] = defaultdict(int)
        self._transactions: dict[str, Obj] = {}
        self.application = self.new_id("ca_")
        self.platform_account = self.new_id("acct_1", 16)

    def new_id(self, prefix: str, length: int = 23) -> str:
        """The next id with this prefix: a hash of seed, prefix and count, so no two calls agree."""
        self._counts[prefix] += 1
        text = f"{self.seed}:{prefix}:{self._counts[prefix]}"
        number = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
        letters = []
        for _ in range(length):
            number, digit = divmod(number, 62)
            letters.append(_BASE62[digit])
        return prefix + "".join(letters)

    def moment(self, day: int) -> int:
        """A second between 08:00 and 20:00 UTC of the given day (0 is 2026-01-01)."""
        return START + day * DAY + self.rng.randrange(8 * 3600, 20 * 3600)

    def add(self, tenant: str, obj: Obj) -> Obj:
        """Keep an object under the name in its `object` field; the same dict can be changed later."""
        self.objects[obj["object"]].append((tenant, obj))
        return obj

    def find(self, name: str, object_id: str) -> Obj:
        """The object of that name and id. Raises KeyError when the company has none."""
        for _, obj in self.objects[name]:
            if obj["id"] == object_id:
                return obj
        raise KeyError(object_id)

    def transaction(self, transaction_id: str) -> Obj:
        """The balance transaction of that id. Raises KeyError when there is none."""
        return self._transactions[transaction_id]

    def convert(self, amount: int, source: str, target: str, at: int) -> tuple[int, int | None]:
        """Amount in the target's minor units at the day's rate, half up, and that rate x 100,000.

        The rate is None when nothing is converted. Both currencies must have the same exponent.
        """
        if source == target:
            return amount, None
        today = self.rates[at // DAY * DAY]
        rate = today[target] * RATE_SCALE // today[source]
        return half_up(amount * rate, RATE_SCALE), rate

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
    ) -> Obj:
        """Write one balance transaction in minor units; net = amount - fee, fee = sum of its details."""
        fee = sum(part.amount for part in fees)
        available = created if available_on is None else available_on
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
            "fee_details": [_fee_detail(part, currency) for part in fees],
            "net": amount - fee,
            "reporting_category": category,
            "source": source,
            "status": "available" if available <= AS_OF else "pending",
            "type": kind,
        }
        self._transactions[transaction["id"]] = transaction
        return self.add(tenant, transaction)


def half_up(numerator: int, denominator: int) -> int:
    """The nearest integer to a quotient, halves away from zero; the denominator is positive."""
    sign = -1 if numerator < 0 else 1
    return sign * ((abs(numerator) * 2 + denominator) // (denominator * 2))


def list_of(data: list[Obj], url: str) -> Obj:
    """Stripe's envelope of an embedded list that is complete."""
    return {
        "object": "list",
        "data": data,
        "has_more": False,
        "total_count": len(data),
        "url": url,
    }


def _fee_detail(part: Fee, currency: str) -> Obj:
    return {
        "amount": part.amount,
        "application": part.application,
        "currency": currency,
        "description": part.description,
        "type": part.kind,
    }
