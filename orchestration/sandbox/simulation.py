"""Run a plan: every life from its first day to the last, then the balances of all tenants to the bank.

Lives do not depend on each other, so they are lived one after the other and given away in segments: memory
is bounded by a segment, not by the company. Within a life everything happens in the order of time.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from orchestration.sandbox.billing.cast import cast as billing_cast
from orchestration.sandbox.billing.catalog import close as close_catalog
from orchestration.sandbox.connect.cast import cast as connect_cast
from orchestration.sandbox.defects.cast import cast as defects_cast
from orchestration.sandbox.payments.cast import cast as payments_cast
from orchestration.sandbox.treasury.settlement import settle
from orchestration.sandbox.world.books import Books
from orchestration.sandbox.world.history import Change, Obj, history_key
from orchestration.sandbox.world.money import Rates
from orchestration.sandbox.world.plan import Plan

Life = Callable[[], None]
Tenanted = dict[str, list[tuple[str, Obj]]]
SEGMENT_TRANSACTIONS = 10_000  # 410 MB; five times as many took 1.0 GB and were not faster (2026-11-20)


@dataclass
class Segment:
    """Whole lives: no object in it refers to an object of another segment, standing ones excepted.

    Attributes:
        objects: Per Stripe object name the pairs (tenant, object in its last state).
        history: Per object its changes, oldest first; see `history_key`.
        notes: Facts outside Stripe, by kind.
        is_last: Holds the standing objects and what the treasury did.
    """

    objects: Tenanted
    history: dict[str, list[Change]]
    notes: dict[str, list[Obj]]
    is_last: bool = False


@dataclass
class Company:
    """A whole company in memory.

    Attributes:
        sweeps: Per (tenant, currency) and sweep day (days since 1970) the automatic payout that took what
            became available then. A transaction's sweep day is its `available_on` in days, rounded up.
        rates: Per midnight the units of each currency per US dollar, scaled by `money.RATE_SCALE`.
        platform_account: Stripe's own id of the platform.
    """

    plan: Plan
    platform_account: str
    rates: Rates
    sweeps: dict[tuple[str, str], dict[int, str]]
    objects: Tenanted = field(default_factory=lambda: defaultdict(list))
    history: dict[str, list[Change]] = field(default_factory=dict)
    notes: dict[str, list[Obj]] = field(default_factory=lambda: defaultdict(list))


class Simulation:
    """One run of a plan; iterate it once to get its segments. `sweeps` is complete after the last."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.books = Books(plan)
        self.sweeps: dict[tuple[str, str], dict[int, str]] = {}

    def __iter__(self) -> Iterator[Segment]:
        """Live all lives, with cyclic garbage collection off: millions of dicts and hardly a cycle."""
        books = self.books
        collecting = gc.isenabled()
        gc.disable()
        try:
            for life in chain(
                billing_cast(books), payments_cast(books), connect_cast(books), defects_cast(books)
            ):
                life()
                if len(books.objects["balance_transaction"]) >= SEGMENT_TRANSACTIONS:
                    yield self._segment()
                    gc.collect(0)  # lives leave some cycles; looking at the young objects alone is cheap
            close_catalog(books)
            self.sweeps = settle(books)
            for name, pairs in books.standing.items():
                books.objects[name].extend(pairs)
            yield self._segment(is_last=True)
        finally:
            if collecting:
                gc.enable()

    def _segment(self, is_last: bool = False) -> Segment:
        """Take what the books collected; the history of standing objects stays until the last."""
        books = self.books
        kept = (
            {}
            if is_last
            else {
                (key := history_key(obj)): books.history.pop(key)
                for pairs in books.standing.values()
                for _, obj in pairs
            }
        )
        segment = Segment(dict(books.objects), books.history, dict(books.notes), is_last)
        books.objects, books.history, books.notes = defaultdict(list), kept, defaultdict(list)
        return segment


def whole_company(plan: Plan) -> Company:
    """The company of a plan, all of it in memory: about 9 kB a balance transaction."""
    simulation = Simulation(plan)
    segments = list(simulation)
    books = simulation.books
    company = Company(plan, books.platform_account, books.rates, simulation.sweeps)
    for segment in segments:
        for name, pairs in segment.objects.items():
            company.objects[name].extend(pairs)
        for kind, notes in segment.notes.items():
            company.notes[kind].extend(notes)
        company.history.update(segment.history)
    return company
