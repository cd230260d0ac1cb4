"""Two lists of one flow of money, matched tier by tier: decisions, shared ids, one to one, sets, sums, the rest.

Each tier takes what it is sure of and leaves the rest to the next. What stays is unmatched, and is a row too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.warehouse.matching.decided import Decisions
from orchestration.warehouse.matching.explanation import explained
from orchestration.warehouse.matching.groups import LEFT, RIGHT, SCHEMA, GroupBook
from orchestration.warehouse.matching.likeness import Likeness
from orchestration.warehouse.matching.matcher import AUTOMATIC, Matching, match_lists
from orchestration.warehouse.matching.shared_ids import same_ids
from orchestration.warehouse.matching.sums_of_items import SumSearch

# What a shared id alone is worth: ids of ten and more characters do not meet by chance.
ID_CONFIDENCE = 0.9999
# A difference that a shared id may leave: what a bank keeps for a wire. More is a question for a person.
MOST_WITHHELD_SHARE = 20  # one twentieth
WEEKEND = 3


@dataclass(frozen=True)
class Flow:
    """How two lists belong together.

    Attributes:
        left_name, right_name: What an item of either side is called in evidence.
        keys: Columns whose equal values speak for a pair.
        together: Columns that all items of a sum have in common.
        has_ids: Left items have a `reference` that the `words` of right ones may contain.
    """

    left_name: str
    right_name: str
    keys: tuple[str, ...]
    together: tuple[str, ...] = ("scope", "currency")
    has_ids: bool = False
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
        _by_shared_id(connection, flow, book, left, right, decisions)
    known = book.pairs()
    matching = match_lists(
        connection,
        book.free(LEFT, left, but={pair[0] for pair in known}),
        book.free(RIGHT, right, but={pair[1] for pair in known}),
        flow.keys,
        decisions.forbidden,
        known,
    )
    _whole_sets(flow, book, matching)
    _one_to_one(connection, flow, book, matching, equal=True)
    likeness = Likeness.of(left, right, book.table())
    search = SumSearch(flow.together, _days(flow, left, right, book), likeness, decisions.forbidden)
    search.run(book, book.free(LEFT, left), book.free(RIGHT, right), (flow.left_name, flow.right_name))
    _one_to_one(connection, flow, book, matching, equal=False)
    for side, items in ((LEFT, left), (RIGHT, right)):
        _unmatched(book, side, book.free(side, items))
    return book.table()


def _by_shared_id(
    connection: duckdb.DuckDBPyConnection,
    flow: Flow,
    book: GroupBook,
    left: pa.Table,
    right: pa.Table,
    decisions: Decisions,
) -> None:
    found = same_ids(connection, book.free(LEFT, left), book.free(RIGHT, right))
    seen: set[str] = set()
    for row in found.to_pylist():
        difference = abs(row["left_minor"] - row["right_minor"])
        ids = {*row["left_ids"], *row["right_ids"]}
        if ids & seen or decisions.forbids(row["left_ids"], row["right_ids"]):
            continue
        if difference * MOST_WITHHELD_SHARE > abs(row["left_minor"]):
            continue
        seen |= ids
        book.add(
            row["left_ids"],
            row["right_ids"],
            tier="a",
            confidence=ID_CONFIDENCE,
            alternatives=0,
            status="auto",
            evidence=[f"both name {row['reference'].upper()}", _money_sentence(difference)],
        )


def _money_sentence(difference: int) -> str:
    return "the money is equal" if not difference else f"the money differs by {difference} minor units"


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
    free = ~(
        pc.is_in(left_ids, pa.array(sorted(book.taken[LEFT]), pa.string())).to_numpy(zero_copy_only=False)
        | pc.is_in(right_ids, pa.array(sorted(book.taken[RIGHT]), pa.string())).to_numpy(zero_copy_only=False)
    )
    wanted = np.flatnonzero(free & (same == equal))
    status = np.where(matching.status[wanted] == "ambiguous", "ambiguous", matching.status[wanted])
    table = pa.table(
        {
            "group_number": np.arange(len(wanted)),
            "tier": matching.tier[wanted],
            "confidence": matching.learnt.probability[rows[wanted]],
            "alternative_count": matching.alternatives[wanted],
            "status": status,
            "evidence": explained(connection, matching, wanted),
            "left": left_ids.take(pa.array(wanted)),
            "right": right_ids.take(pa.array(wanted)),
        }
    )
    for side in (LEFT, RIGHT):
        one = table.append_column("side", pa.array([side] * len(wanted), pa.string()))
        book_rows = one.append_column("item_id", one[side])
        if side == LEFT:
            first = book_rows.select(SCHEMA.names)
    book.extend(pa.concat_tables([first, book_rows.select(SCHEMA.names)]))


def _days(flow: Flow, left: pa.Table, right: pa.Table, book: GroupBook) -> tuple[int, int]:
    """How many days the right side comes after the left, as the surest pairs show it; a default for few of them."""
    groups = book.table()
    sure = groups.filter(
        pc.and_(pc.equal(groups["status"], "auto"), pc.greater(groups["confidence"], AUTOMATIC))
    )
    day = {
        side: dict(zip(items["id"].to_pylist(), items["date"].cast(pa.int32()).to_pylist(), strict=True))
        for side, items in ((LEFT, left), (RIGHT, right))
    }
    of_group: dict[int, dict[str, int]] = {}
    for number, side, item in zip(
        *(sure[name].to_pylist() for name in ("group_number", "side", "item_id")), strict=True
    ):
        of_group.setdefault(number, {})[side] = day[side][item]
    lags = [sides[RIGHT] - sides[LEFT] for sides in of_group.values() if len(sides) == 2]
    if len(lags) < flow.learnt_from:
        return flow.days
    low, high = np.quantile(lags, [0.002, 0.998])
    # what is paid together may have waited for a weekend
    return min(int(np.floor(low)), 0), max(int(np.ceil(high)), 0) + WEEKEND


def _unmatched(book: GroupBook, side: str, items: pa.Table) -> None:
    count = items.num_rows
    book.extend(
        pa.table(
            {
                "group_number": np.arange(count),
                "tier": pa.array(["f"] * count, pa.string()),
                "confidence": np.zeros(count),
                "alternative_count": np.zeros(count, dtype=np.int64),
                "status": pa.array(["unmatched"] * count, pa.string()),
                "evidence": pa.array(["[]"] * count, pa.string()),
                "side": pa.array([side] * count, pa.string()),
                "item_id": items["id"].combine_chunks(),
            }
        )
    )


def ids_of(items: Sequence[str]) -> str:
    """The key of a set of items, whatever their order."""
    return "|".join(sorted(items))
