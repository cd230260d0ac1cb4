"""Puts file faults into segments on their way to the files."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from orchestration.sandbox.defects.faults import FAULTS, Owned, Scope
from orchestration.sandbox.defects.marks import mark
from orchestration.sandbox.defects.names import checked
from orchestration.sandbox.world.books import PLATFORM
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.plan import Plan

if TYPE_CHECKING:  # the simulation itself imports this package
    from orchestration.sandbox.simulation import Segment

ONE_IN = 2_000
AT_LEAST = 3

Edits = dict[str, dict[int, list[Owned]]]  # Stripe object name -> position -> rows in its place


class Injector:
    """Spoils the files of a plan that names file faults; without any, segments pass as they are.

    Of every table that a fault strikes, one row in 2,000 of a segment is spoiled, and three at least, or as
    many as there are. No row is spoiled twice. Which rows depends on the seed, the fault and the number of
    the segment only.

    Attributes:
        labels: One per spoiled row so far, as `marks.mark` makes them.
    """

    def __init__(self, plan: Plan) -> None:
        """Raises ValueError when the plan names a defect that is not known."""
        self.plan = plan
        self.labels: list[Obj] = []
        self._names = [name for name in checked(plan.defects) if name in FAULTS]
        self._segments = 0

    def spoil(self, segment: Segment) -> Segment:
        """The segment with faults in it. The given one, its lists and its objects stay as they are."""
        self._segments += 1
        if not self._names:
            return segment
        edits: Edits = defaultdict(dict)
        tenants = {tenant for tenant, _ in segment.objects.get("balance_transaction", ())}
        for name in self._names:
            rng = random.Random(f"{self.plan.seed}:defect:{name}:{self._segments}")
            scope = Scope(rng, tuple(sorted(tenants | {PLATFORM})), self.plan.end)
            for kind in FAULTS[name].objects:
                self._strike(name, scope, segment.objects.get(kind, []), edits[kind])
        spoiled = {kind: _edited(segment.objects.get(kind, []), edits[kind]) for kind in edits if edits[kind]}
        return replace(segment, objects={**segment.objects, **spoiled})

    def _strike(self, name: str, scope: Scope, rows: list[Owned], edits: dict[int, list[Owned]]) -> None:
        """Choose rows that no fault has struck yet, and note what is to stand in their place."""
        fault = FAULTS[name]
        open_to_it = [
            position
            for position, (tenant, row) in enumerate(rows)
            if position not in edits and fault.strikes(tenant, row)
        ]
        wanted = min(len(open_to_it), max(AT_LEAST, len(rows) // ONE_IN))
        for number, position in enumerate(sorted(scope.rng.sample(open_to_it, wanted))):
            tenant, row = rows[position]
            spoiled = fault.spoil(scope, number, tenant, row)
            edits[position] = spoiled.rows
            self.labels.append(mark(name, spoiled.label, tenant, row, spoiled.amount, spoiled.what))


def _edited(rows: list[Owned], edits: dict[int, list[Owned]]) -> list[Owned]:
    """A copy of the rows with the edits made."""
    result: list[Owned] = []
    start = 0
    for position in sorted(edits):
        result += rows[start:position]
        result += edits[position]
        start = position + 1
    return result + rows[start:]
