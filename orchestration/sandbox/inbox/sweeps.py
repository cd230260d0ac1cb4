"""Which automatic payout takes a balance transaction: known only when all lives are over.

Until then a transaction is given the number of its sweep. There are as many numbers as there are days with
money, tenants and currencies: few, whatever the number of transactions.
"""

from __future__ import annotations

from collections.abc import Sequence

from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.money import DAY

Sweeps = dict[tuple[str, str], dict[int, str]]  # tenant and currency -> sweep day -> payout


class SweepCodes:
    """Numbers for (tenant, currency, sweep day), in the order in which they were met."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str, int], int] = {}

    def codes(self, tenants: Sequence[str], transactions: Sequence[Obj]) -> list[int | None]:
        """The numbers of the sweeps of transactions; None for a payout's own row, which no payout takes."""
        known = self._codes
        return [
            known.setdefault((tenant, row["currency"], -(-row["available_on"] // DAY)), len(known))
            if row["type"] != "payout"
            else None
            for tenant, row in zip(tenants, transactions, strict=True)
        ]

    def payouts(self, sweeps: Sweeps) -> list[tuple[str, str | None]]:
        """Per number its tenant and the payout; None when nothing was paid out automatically."""
        return [
            (tenant, sweeps.get((tenant, currency), {}).get(day)) for tenant, currency, day in self._codes
        ]
