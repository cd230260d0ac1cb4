"""What a pull did, in lines for a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from orchestration.commands.rendering import counted, printable, table_lines
from orchestration.commands.summary import indented
from orchestration.workspace import Workspace

if TYPE_CHECKING:
    from orchestration.sources.stripe_api.outcome import Outcome


def summary_lines(workspace: Workspace, outcome: Outcome) -> Iterator[str]:
    """Totals, the proof of completeness, and a table per object."""
    requests = sum(outcome.requests.values())
    behind = len(outcome.accounts) - len(outcome.complete)
    yield f"Extracted into {workspace.landing}"
    yield f"  accounts    {len(outcome.complete):,} complete" + (f", {behind:,} not" if behind else "")
    yield (
        f"  objects     {sum(outcome.read.values()):,} read, {sum(outcome.landed.values()):,} new or changed, "
        f"landed in {counted(outcome.commits, 'commit')}"
    )
    yield (
        f"  requests    {requests:,} in {outcome.seconds:.1f} s, {outcome.requests_per_thousand:.1f} per 1,000 "
        f"objects, {outcome.allocation_percent} % of the month's allocation spent"
    )
    yield (
        f"  proof       {outcome.creations:,} objects told of by {outcome.events:,} events and by other objects: "
        f"{outcome.found_by_id:,} not listed and found by id, {outcome.open_questions:,} unexplained"
    )
    names = sorted({*outcome.read, *outcome.requests})
    rows = [
        (name, outcome.read.get(name, 0), outcome.landed.get(name, 0), outcome.requests.get(name, 0))
        for name in names
    ]
    yield ""
    yield from indented(table_lines(("object", "read", "landed", "requests"), rows))
    for remark in outcome.remarks:
        yield f"  remark      {printable(remark)}"
