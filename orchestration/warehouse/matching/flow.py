"""Two lists of one flow of money, matched tier by tier: decisions, shared ids, one to one, sets, sums, the rest.

Each tier takes what it is sure of and leaves the rest to the next. What stays is unmatched, and is a row too.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.warehouse.matching.composite import unique_amounts
from orchestration.warehouse.matching.decided import Decisions
from orchestration.warehouse.matching.explanation import explained
from orchestration.warehouse.matching.groups import LEFT, RIGHT, GroupBook, members, unmatched
from orchestration.warehouse.matching.lags import usual_days
from orchestration.warehouse.matching.likeness import Likeness
from orchestration.warehouse.matching.matcher import AUTOMATIC, Matching, match_lists
from orchestration.warehouse.matching.named_ids import unnamed, with_named_ids
from orchestration.warehouse.matching.shared_ids import groups_by_id, same_ids
from orchestration.warehouse.matching.sums_of_items import SumSearch
from orchestration.warehouse.matching.withheld import withheld

# Sure pairs that the learning begins with; more of them teach nothing more and would be compared for nothing.
MOST_LESSONS = 20_000


@dataclass(frozen=True)
class Flow:
    """How two lists belong together.

    Attributes:
        left_name, right_name: What an item of either side is called in evidence.
        keys: Columns whose equal values speak for a pair.
        together: Columns that all items of a sum have in common.
        has_ids: Left items have a `reference` that the `words` of right ones may contain.
        arrives_within: How many days early or late a unique amount proves itself; None: it does not.
    """

    left_name: str
    right_name: str
    keys: tuple[str, ...]
    together: tuple[str, ...] = ("scope", "currency")
    has_ids: bool = False
    arrives_within: tuple[int, int] | None = None
    days: tuple[int, int] = (-2, 7)
    learnt_from: int = field(default=20)


def match_flow(
    connection: duckdb.DuckDBPyConnection,
    flow: Flow,
    left: pa.Table,
    right: pa.Table,
    decisions: Decisions | None = None,
) -> pa.Table:
    """All groups of a flow, unmatched items included; one row per member (`groups.SCHEMA`)."""
    decisions = decisions or Decisions()
    book = GroupBook()
    decisions.apply(book, left, right)
    if flow.has_ids:
        free = book.free(LEFT, left), book.free(RIGHT, right)
        found = same_ids(connection, *free)
        book.extend(groups_by_id(found, decisions))
        left, right = with_named_ids(connection, left, right, found)
    else:
        left, right = unnamed(left), unnamed(right)
    if flow.arrives_within is not None:
        free = book.free(LEFT, left), book.free(RIGHT, right)
        book.extend(unique_amounts(connection, *free, flow.arrives_within, decisions))
    known = book.pairs().slice(0, MOST_LESSONS)
    matching = match_lists(
        connection,
        book.free(LEFT, left, but=known["left_id"]),
        book.free(RIGHT, right, but=known["right_id"]),
        flow.keys,
        decisions.forbidden,
        known,
    )
    _whole_sets(flow, book, matching)
    _one_to_one(connection, flow, book, matching, equal=True)
    likeness = Likeness.of(left, right, book.table())
    days = usual_days(left, right, book.table(), flow.days, flow.learnt_from)
    search = SumSearch(flow.together, days, likeness, decisions.forbidden)
    search.run(book, book.free(LEFT, left), book.free(RIGHT, right), (flow.left_name, flow.right_name))
    _one_to_one(connection, flow, book, matching, equal=False)
    if flow.arrives_within is not None:
        free = book.free(LEFT, left), book.free(RIGHT, right)
        book.extend(withheld(connection, *free, flow.arrives_within, likeness, decisions))
    for side, items in ((LEFT, left), (RIGHT, right)):
        book.extend(unmatched(side, book.free(side, items)))
    return book.table()


def _whole_sets(flow: Flow, book: GroupBook, matching: Matching) -> None:
    lists = matching.lists
    for rivals in matching.sets():
        sure = rivals.is_even and rivals.probability >= AUTOMATIC
        book.add(
            sorted(lists.left.ids.take(pa.array(rivals.left)).to_pylist()),
            sorted(lists.right.ids.take(pa.array(rivals.right)).to_pylist()),
            tier="d" if rivals.is_even else "c",
            confidence=rivals.probability if rivals.is_even else 1 / max(len(rivals.left), len(rivals.right)),
            alternatives=len(rivals.left) * len(rivals.right) - 1,
            status="auto" if sure else "ambiguous",
            evidence=[
                f"{len(rivals.left)} {flow.left_name} and {len(rivals.right)} {flow.right_name} "
                "are alike; which belongs to which cannot be told",
                *(["as a set their money is equal"] if rivals.is_even else []),
            ],
        )


def _one_to_one(
    connection: duckdb.DuckDBPyConnection, flow: Flow, book: GroupBook, matching: Matching, *, equal: bool
) -> None:
    """The chosen pairs whose items are still free: first those of equal money, after the sums the others."""
    pairs, lists = matching.pairs, matching.lists
    rows = matching.chosen
    same = lists.left.amount[pairs.left[rows]] == lists.right.amount[pairs.right[rows]]
    left_ids, right_ids = (
        items.ids.take(pa.array(side[rows]))
        for items, side in ((lists.left, pairs.left), (lists.right, pairs.right))
    )
    taken = pc.or_(
        pc.is_in(left_ids, value_set=book.ids(LEFT)), pc.is_in(right_ids, value_set=book.ids(RIGHT))
    )
    free = ~taken.to_numpy(zero_copy_only=False)
    wanted = np.flatnonzero(free & (same == equal))
    found = members(
        {side: (np.arange(len(wanted)), ids.take(pa.array(wanted)))
         for side, ids in ((LEFT, left_ids), (RIGHT, right_ids))},
        tier=matching.tier[wanted],
        confidence=matching.learnt.probability[rows[wanted]],
        alternatives=matching.alternatives[wanted],
        status=matching.status[wanted],
        evidence=explained(connection, matching, wanted),
    )  # fmt: skip
    book.extend(found)
