"""Everything a simulated company has, found by account, kind and id; and what belongs to which payout."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING

from orchestration.sandbox.server.shelf import Entry, Shelf
from orchestration.sandbox.world.books import PLATFORM
from orchestration.sandbox.world.history import Obj, history_key
from orchestration.sandbox.world.money import DAY

if TYPE_CHECKING:
    from orchestration.sandbox.simulation import Company


class Catalog:
    """The objects of a company on their shelves.

    Args:
        visible_after: Seconds; an object is listed up to that long after its creation, each with a delay
            of its own that follows from its id.
    """

    def __init__(self, company: Company, visible_after: int = 0) -> None:
        self.platform_account = company.platform_account
        self.visible_after = visible_after
        self._sweeps = company.sweeps
        self._found: dict[tuple[str, str, str], Entry] = {}
        self._named: dict[tuple[str, str], Entry] = {}
        grouped: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        numbers = count()
        for name, pairs in company.objects.items():
            for tenant, obj in pairs:
                changes = company.history.get(history_key(obj))
                if changes is None:
                    continue  # a stated balance: the API computes it
                entry = Entry(obj, changes, next(numbers), self.delay(obj["id"]))
                grouped[tenant, name].append(entry)
                self._found[tenant, name, entry.id] = entry
                self._named.setdefault((tenant, entry.id), entry)
        self._shelves = {key: Shelf(entries) for key, entries in grouped.items()}
        self._members: dict[str, dict[str, list[Entry]]] = {}

    def delay(self, object_id: str) -> int:
        """Seconds between the creation of an object and its first appearance in a list."""
        return zlib.crc32(object_id.encode()) % (self.visible_after + 1)

    def shelf(self, tenant: str, name: str) -> Shelf:
        """All objects of one kind; an empty shelf when the account has none."""
        return self._shelves.get((tenant, name)) or Shelf()

    def entries(self, tenant: str) -> Iterator[Entry]:
        """Every object of an account."""
        for (owner, _), shelf in self._shelves.items():
            if owner == tenant:
                yield from shelf.entries

    def find(self, tenant: str, name: str, object_id: str) -> Entry | None:
        return self._found.get((tenant, name, object_id))

    def named(self, tenant: str, object_id: str) -> Entry | None:
        """The object of an id, whatever it is."""
        return self._named.get((tenant, object_id))

    def tenant_of(self, account: str, at: int) -> str | None:
        """Whose books an account id stands for; None when there is no such account at that time."""
        if account == self.platform_account:
            return PLATFORM
        entry = self.find(PLATFORM, "account", account)
        return account if entry is not None and entry.state(at) is not None else None

    def members(self, tenant: str, payout: Obj) -> Shelf:
        """The balance transactions of an automatic payout, its own row included."""
        if tenant not in self._members:
            self._members[tenant] = self._swept(tenant)
        return Shelf(self._members[tenant].get(payout["id"], []))

    def _swept(self, tenant: str) -> dict[str, list[Entry]]:
        """Per payout the transactions that it took: those that became available on its sweep day."""
        members: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.shelf(tenant, "balance_transaction").entries:
            row = entry.obj
            if row["type"] == "payout":
                members[row["source"]].append(entry)
                continue
            payouts = self._sweeps.get((tenant, row["currency"]), {})
            payout = payouts.get(-(-row["available_on"] // DAY))
            if payout is not None:
                members[payout].append(entry)
        return members
