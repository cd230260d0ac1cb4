"""A simulated marketplace by itself: its books, and its objects by id."""

from __future__ import annotations

from functools import cache
from typing import Any

from orchestration.sandbox.connect.cast import cast
from orchestration.sandbox.world.books import Books
from orchestration.sandbox.world.plan import Plan

Obj = dict[str, Any]


class Market:
    """The books of a marketplace after all its sellers have lived."""

    def __init__(self, plan: Plan) -> None:
        self.books = Books(plan)
        for life in cast(self.books):
            life()
        self.by_id = {
            obj["id"]: (tenant, obj)
            for kept in (self.books.objects, self.books.standing)
            for pairs in kept.values()
            for tenant, obj in pairs
        }

    def pairs(self, name: str) -> list[tuple[str, Obj]]:
        """Tenants and objects of a kind."""
        return [*self.books.objects.get(name, ()), *self.books.standing.get(name, ())]

    def all(self, name: str) -> list[Obj]:
        """Objects of a kind, whoever's they are."""
        return [obj for _, obj in self.pairs(name)]

    def of(self, object_id: str) -> Obj:
        """An object by its id."""
        return self.by_id[object_id][1]

    def tenant(self, object_id: str) -> str:
        """In whose books an object is."""
        return self.by_id[object_id][0]

    def transaction(self, obj: Obj) -> Obj:
        """The balance transaction of an object."""
        return self.of(obj["balance_transaction"])


@cache
def small_market(seed: int) -> Market:
    """A year of six sellers."""
    return Market(Plan(months=12, accounts=6, seed=seed))


def application_fee_of(transaction: Obj) -> int:
    """The application fee among a transaction's fee details; negative when it comes back."""
    return sum(part["amount"] for part in transaction["fee_details"] if part["type"] == "application_fee")
