"""How well a publication's money is accounted for, in a line per measure: its worst slice, beside what it should be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orchestration.commands.rendering import table_lines
from orchestration.workspace import Workspace

# Measure -> what a reader calls it; in the order in which they are shown.
SHOWN = {
    "explained_money": "money explained",
    "found_money": "money found on both sides",
    "settled": "matches settled",
    "straight_through": "of them without a person",
    "cleared_in_time": "clearing accounts in time",
    "debits_equal_credits": "debits equal credits",
    "transactions_posted": "transactions in the ledger",
    "ids_in_every_source": "ids in every source",
    "statements_present": "bank statements present",
}
WORST = """
select measure, arg_min(slice, (value, slice)), min(value), max(aim), count(*)
from marts.agg_reconciliation_quality where value is not null group by measure
"""
SLOWEST = "select max(recorded_after_p50_hours), max(recorded_after_p99_hours) from marts.agg_timeliness"


def measure_lines(workspace: Workspace) -> Iterator[str]:
    """One line per measure that this publication has; none for one that is older than the measures."""
    from orchestration.domain.errors import TieoutError
    from orchestration.warehouse.query import ask

    try:
        with ask(workspace.published_db, WORST) as answer:
            worst = {row[0]: row[1:] for row in answer.rows}
        with ask(workspace.published_db, SLOWEST) as answer:
            hours = next(iter(answer.rows), (None, None))
    except TieoutError:
        return
    rows = [_row(name, *worst[measure]) for measure, name in SHOWN.items() if measure in worst]
    if hours[0] is not None:
        rows.append(("recorded after, median", f"{hours[0]} h", f"99 %: {hours[1]} h", ""))
    yield from table_lines(("measure", "worst", "where", "aim"), rows)


def _row(name: str, slice_: str, value: Any, aim: Any, slices: int) -> tuple[str, str, str, str]:
    where = slice_ if value < 1 else f"all {slices}" if slices > 1 else slice_
    return name, _percent(value), where, "" if aim is None else _percent(aim)


def _percent(share: Any) -> str:
    """Cut, not rounded: what is not whole is never shown as 100 %."""
    text = f"{share * 100:f}"
    whole, _, rest = text.partition(".")
    return f"{whole}.{rest[:4]} %" if rest.strip("0") else f"{whole} %"
