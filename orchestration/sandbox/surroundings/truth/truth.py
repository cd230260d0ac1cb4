"""`truth/*.csv`: what the simulation knows, for measuring what others conclude from its files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Protocol

from orchestration.sandbox.defects.marks import MARK_COLUMNS
from orchestration.sandbox.simulation import Segment, Simulation
from orchestration.sandbox.surroundings.business.table import Table, month_of
from orchestration.sandbox.surroundings.truth.bank_lines import BankLines
from orchestration.sandbox.surroundings.truth.billing import BILLING_COLUMNS, Billing
from orchestration.sandbox.surroundings.truth.cash import CASH_COLUMNS, COUNT_COLUMNS, Cash
from orchestration.sandbox.surroundings.truth.gaps import RESIDUAL_COLUMNS, PayoutGaps
from orchestration.sandbox.surroundings.truth.ledger import LEDGER_COLUMNS, Ledger
from orchestration.sandbox.surroundings.truth.mirrors import mirror_gaps
from orchestration.sandbox.surroundings.truth.open_items import CLEARING_COLUMNS, open_items
from orchestration.sandbox.surroundings.truth.orders import MATCH_COLUMNS, order_gaps, order_matches
from orchestration.sandbox.surroundings.truth.subscribers import MRR_COLUMNS, Subscribers
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.plan import Plan

FOLDER = "truth"


class Bank(Protocol):
    """The bank statements, as far as the truth needs them."""

    def bank_matches(self) -> Sequence[Obj]:
        """What every line of every statement truly is; every row has the same keys."""
        ...


class Faults(Protocol):
    """What was done to the files after the truth had seen their segment."""

    labels: list[Obj]


class Truth:
    """Writes `folder/truth/`, a segment at a time; what needs the whole company waits for `close`.

    Takes segments as the simulation made them, before any fault is injected. Accounts are tenants, money is
    in minor units with its currency beside it, months are UTC and named by their first day. Files, and the
    modules that define them: `order_matches` (orders), `residuals` (orders, mirrors, gaps), `defects`
    (marks), `monthly_cash` and `transaction_counts` (cash), `monthly_billing` (billing), `mrr_movements`
    (subscribers), `trial_balance` (ledger, bank_side, bank_lines), `clearing` (open_items, bank_lines); with a
    bank also `bank_matches`.
    """

    def __init__(
        self, plan: Plan, folder: Path, *, bank: Bank | None = None, faults: Faults | None = None
    ) -> None:
        self.plan = plan
        self._folder = folder / FOLDER
        self._bank, self._faults = bank, faults
        self._orders = self._table("order_matches", MATCH_COLUMNS)
        self._residuals = self._table("residuals", RESIDUAL_COLUMNS)
        self._defects = self._table("defects", MARK_COLUMNS)
        self._clearing = self._table("clearing", CLEARING_COLUMNS)
        self._cash, self._billing, self._gaps = Cash(), Billing(), PayoutGaps()
        self._subscribers = Subscribers(plan.end)
        self._ledger, self._bank_lines = Ledger(has_statements=bank is not None), BankLines()

    def take(self, segment: Segment) -> None:
        """Note what a segment holds."""
        self._orders.append(order_matches(segment))
        self._residuals.append(chain(order_gaps(segment), mirror_gaps(segment)))
        self._defects.append(_values(segment.notes.get("defect", ())))
        self._cash.take(segment.objects.get("balance_transaction", ()))
        self._billing.take(segment)
        self._subscribers.take(segment)
        self._gaps.take(segment)
        self._ledger.take(segment)
        self._bank_lines.take(segment)
        self._clearing.append(open_items(segment, has_statements=self._bank is not None))

    def close(self, simulation: Simulation) -> None:
        """Write what is known only at the end: after the last segment, and after the bank's own `close`."""
        lines = [] if self._bank is None else self._bank.bank_matches()
        if lines:
            self._table("bank_matches", lines[0]).append(_values(lines))
        if self._bank is not None:
            self._ledger.take_bank(self._bank_lines.booked(lines))
            self._clearing.append(self._bank_lines.open_items(lines))
        self._residuals.append(self._gaps.rows(simulation.sweeps, lines))
        last_month = month_of(self.plan.end - 1)
        self._table("monthly_cash", CASH_COLUMNS).append(self._cash.monthly(last_month))
        self._table("transaction_counts", COUNT_COLUMNS).append(self._cash.counts())
        self._table("monthly_billing", BILLING_COLUMNS).append(self._billing.rows())
        self._table("mrr_movements", MRR_COLUMNS).append(self._subscribers.rows())
        self._table("trial_balance", LEDGER_COLUMNS).append(self._ledger.rows())
        if self._faults is not None:
            self._defects.append(_values(self._faults.labels))

    def _table(self, name: str, columns: Iterable[str]) -> Table:
        return Table(self._folder / f"{name}.csv", tuple(columns))


def _values(rows: Iterable[Obj]) -> Iterable[tuple[object, ...]]:
    """Rows whose keys are already in the order of the columns."""
    return (tuple(row.values()) for row in rows)
