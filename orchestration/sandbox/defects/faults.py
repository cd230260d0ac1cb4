"""Faults of single rows: what stands in the files instead of what happened.

A fault is a function of a row that returns the rows to be written in its place: none, the row and another,
or a changed copy. The row itself is shared with the truth and is never touched.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from orchestration.sandbox.world.books import PLATFORM
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.money import DAY, EXPONENTS

Owned = tuple[str, Obj]  # tenant and object


@dataclass(frozen=True)
class Scope:
    """What a fault may know: its randomness, the tenants of the segment, the end of the story."""

    rng: random.Random
    tenants: tuple[str, ...]
    end: int


@dataclass(frozen=True)
class Spoiled:
    """The rows in place of one row, and what its label says; money as in `marks.mark`."""

    rows: list[Owned]
    label: str
    amount: int
    what: str


@dataclass(frozen=True)
class Fault:
    """One kind of file fault.

    Attributes:
        objects: Stripe object names whose rows it may strike; it strikes each of them.
        strikes: Which rows it can strike.
        spoil: Called with the scope, a running number (for taking turns), tenant and object.
    """

    objects: tuple[str, ...]
    strikes: Callable[[str, Obj], bool]
    spoil: Callable[[Scope, int, str, Obj], Spoiled]


def _lost(scope: Scope, number: int, tenant: str, row: Obj) -> Spoiled:
    amount = row["net"] if row["object"] == "balance_transaction" else row["amount"]
    return Spoiled([], "missing", amount, "the row is in no file")


def _duplicated(scope: Scope, number: int, tenant: str, row: Obj) -> Spoiled:
    if number % 2 == 0:
        return Spoiled([(tenant, row)] * 2, "identical", row["net"], "the row is written twice")
    more = scope.rng.randint(1, 999)
    other = {**row, "amount": row["amount"] + more, "net": row["net"] + more}
    what = f"a second row with this id has {more} more in amount and net"
    return Spoiled([(tenant, row), (tenant, other)], "conflicting", more, what)


def _moved(scope: Scope, number: int, tenant: str, row: Obj) -> Spoiled:
    other = scope.rng.choice([each for each in scope.tenants if each != tenant])
    return Spoiled([(other, row)], "moved", row["net"], f"the row stands under {other}")


def _misfed(scope: Scope, number: int, tenant: str, row: Obj) -> Spoiled:
    error = scope.rng.randint(1, 99)
    if number % 2 == 0:
        first, *rest = row["fee_details"]
        details = [{**first, "amount": first["amount"] + error}, *rest]
        what = f"the fee details add up to {error} more than the fee"
        return Spoiled([(tenant, {**row, "fee_details": details})], "fee_details", error, what)
    what = f"net is {error} more than amount less fee"
    return Spoiled([(tenant, {**row, "net": row["net"] + error})], "net", error, what)


def _in_other_currency(scope: Scope, number: int, tenant: str, row: Obj) -> Spoiled:
    others = [code for code in EXPONENTS if code != row["currency"]]
    label, code = ("unknown", "zzz") if number % 3 == 2 else ("other", scope.rng.choice(others))
    return Spoiled([(tenant, {**row, "currency": code})], label, row["net"], f"the row says {code}")


def _late(scope: Scope, number: int, tenant: str, row: Obj) -> Spoiled:
    created = scope.end + scope.rng.randint(2 * DAY, 30 * DAY)
    delay = row["available_on"] - row["created"]
    late = {**row, "created": created, "available_on": created + delay, "status": "pending"}
    return Spoiled([(tenant, late)], "future", row["net"], f"created is {created}, after the export")


def _orphaned(scope: Scope, number: int, tenant: str, row: Obj) -> Spoiled:
    nothing = f"ch_3{scope.rng.getrandbits(64):016x}"
    orphan = {**row, "charge": nothing, "payment_intent": None}
    return Spoiled([(tenant, orphan)], "no_charge", row["amount"], f"the row names {nothing}")


def _money(tenant: str, row: Obj) -> bool:
    """Not the payouts' own rows: their faults would look like faults of the bank's side."""
    return not row["type"].startswith("payout")


def _paid(tenant: str, row: Obj) -> bool:
    return row["paid"] if row["object"] == "charge" else _money(tenant, row)


FAULTS = {
    "duplicate_rows": Fault(("balance_transaction",), _money, _duplicated),
    "fee_error": Fault(
        ("balance_transaction",), lambda tenant, row: _money(tenant, row) and row["fee_details"], _misfed
    ),
    "late_rows": Fault(("balance_transaction",), _money, _late),
    "lost_rows": Fault(("balance_transaction", "charge"), _paid, _lost),
    "orphan_refund": Fault(("refund",), lambda tenant, row: True, _orphaned),
    "wrong_currency": Fault(("balance_transaction",), _money, _in_other_currency),
    "wrong_tenant": Fault(
        ("balance_transaction",), lambda tenant, row: tenant != PLATFORM and _money(tenant, row), _moved
    ),
}
