"""`journal/decisions.jsonl`: what people decided about matches and exceptions; lines chained as in `chained_lines`.

A decision names the members that it speaks of, not the match that held them, so it outlives a rebuild and a
regrouping.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from orchestration.domain.errors import InputRefused
from orchestration.sources.chained_lines import ChainRead, append_lines, id_of, inspect_lines, line_of
from orchestration.workspace import Workspace

FILE_NAME = "decisions.jsonl"
ACTIONS = ("confirm", "reject", "regroup", "explain", "undo", "learn")


@dataclass(frozen=True)
class Decision:
    """One decision of a person.

    Attributes:
        action: confirm, reject, regroup, explain, undo or learn.
        by: Who decided.
        decided_at: ISO 8601 UTC.
        match_kind: Kind of the match that the members belong to; empty for an exception.
        match_id: Under which id the match was published when it was decided; for people only.
        left, right: Sorted object ids of the members.
        code: Residual code that explains the difference (`explain`).
        amount_minor: Signed money that is explained, in minor units of `currency`; None when there is none.
        exception_id: The exception that is explained.
        undoes: The decision that is taken back.
        through: Rules learnt from the decisions up to this one are accepted (`learn`).
        decision_id, previous: Filled in when it is appended.
    """

    action: str
    by: str
    reason: str = ""
    match_kind: str = ""
    match_id: str = ""
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    code: str = ""
    amount_minor: int | None = None
    currency: str = ""
    exception_id: str = ""
    undoes: str = ""
    through: str = ""
    decided_at: str = ""
    previous: str = ""
    decision_id: str = ""


def decisions_file(workspace: Workspace) -> Path:
    return workspace.journal / FILE_NAME


def read_decisions(workspace: Workspace) -> list[Decision]:
    """All decisions in the order in which they were made.

    Raises:
        InputRefused: A line was edited, deleted, inserted or moved; names the first.
    """
    read = inspect_decisions(workspace)
    if read.problems:
        number, what = read.problems[0]
        raise InputRefused(
            what, where=f"journal/{FILE_NAME} line {number}", remedy="Restore journal/ from its backup."
        )
    return read.records


def inspect_decisions(workspace: Workspace) -> ChainRead[Decision]:
    """Read the journal and check every line against itself and against those before it."""
    return inspect_lines(decisions_file(workspace), _parsed, "A decision")


def append_decisions(workspace: Workspace, decisions: Sequence[Decision], decided_at: str) -> list[Decision]:
    """Write decisions durably, all of them or none; as they stand in the journal.

    Args:
        decided_at: ISO 8601 UTC.
    """

    def named(decision: Decision, previous: str) -> tuple[Decision, bytes]:
        final = _named(replace(decision, decided_at=decided_at, previous=previous))
        return final, line_of(asdict(final))

    return append_lines(decisions_file(workspace), decisions, named)


def _named(decision: Decision) -> Decision:
    return replace(decision, decision_id=id_of(asdict(decision).items(), "dec_", "decision_id"))


def _parsed(text: bytes) -> Decision | None:
    """A line that is written as lines are and names itself rightly; None for anything else."""
    try:
        values = json.loads(text)
        decision = Decision(**{**values, "left": tuple(values["left"]), "right": tuple(values["right"])})
        own = id_of(values.items(), "dec_", "decision_id")
        intact = line_of(values) == text and decision.decision_id == own
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return decision if intact and decision.action in ACTIONS else None
