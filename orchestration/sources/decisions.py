"""`journal/decisions.jsonl`: what people decided about matches and exceptions. Append-only JSON lines.

A decision names the members that it speaks of, not the match that held them, so it outlives a rebuild and a
regrouping. Each line pins all the text before it (`previous`) and names itself by its own hash (`decision_id`).
What a crash cut off stays where it is: the next line pins it too, which tells it from a line that was damaged later.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from orchestration.domain.errors import InputRefused
from orchestration.sources.receipts import sync_folder
from orchestration.workspace import Workspace

FILE_NAME = "decisions.jsonl"
ACTIONS = ("confirm", "reject", "regroup", "explain", "undo", "learn")
START = "0" * 64


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


@dataclass
class DecisionsRead:
    """The lines of the journal: decisions in their order, and what is wrong with which line.

    Attributes:
        torn: Lines that a crash cut off while they were written; nobody was told that they hold.
        problems: (line number, what is wrong).
    """

    decisions: list[Decision] = field(default_factory=list)
    torn: list[int] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)


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
    return read.decisions


def inspect_decisions(workspace: Workspace) -> DecisionsRead:
    """Read the journal and check every line against itself and against those before it."""
    path = decisions_file(workspace)
    body = path.read_bytes() if path.is_file() else b""
    read, link, unreadable = DecisionsRead(), START, list[int]()
    for number, text in enumerate(_lines(body), start=1):
        decision = _parsed(text)
        if decision is None:
            unreadable.append(number)
        else:
            if decision.previous == link:
                read.torn += unreadable
            else:
                what = "A decision does not follow the lines before it: one was edited, deleted, inserted or moved."
                read.problems.append((unreadable[0] if unreadable else number, what))
                link = decision.previous
            unreadable = []
            read.decisions.append(decision)
        link = _linked(link, text)
    if unreadable and body.endswith(b"\n"):
        read.problems.append((unreadable[0], "A decision was edited or cut."))
    else:
        read.torn += unreadable
    return read


def append_decisions(workspace: Workspace, decisions: Sequence[Decision], decided_at: str) -> list[Decision]:
    """Write decisions durably, all of them or none; as they stand in the journal.

    Args:
        decided_at: ISO 8601 UTC.
    """
    workspace.journal.mkdir(parents=True, exist_ok=True)
    written = []
    with decisions_file(workspace).open("ab+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # until the file is closed; two processes never write at once
        file.seek(0)
        body = file.read()
        link = START
        for text in _lines(body):
            link = _linked(link, text)
        parts = [b"" if not body or body.endswith(b"\n") else b"\n"]
        for decision in decisions:
            named = _named(replace(decision, decided_at=decided_at, previous=link))
            text = _line(asdict(named))
            link = _linked(link, text)
            parts += [text, b"\n"]
            written.append(named)
        try:
            file.write(b"".join(parts))
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            os.ftruncate(file.fileno(), len(body))  # a full disk must not leave half a decision
            raise
    sync_folder(workspace.journal)
    return written


def _lines(body: bytes) -> list[bytes]:
    lines = body.split(b"\n")
    return lines if lines[-1] else lines[:-1]


def _linked(link: str, text: bytes) -> str:
    return hashlib.sha256(link.encode() + b"\n" + text).hexdigest()


def _line(values: dict[str, Any]) -> bytes:
    return json.dumps(values, sort_keys=True, ensure_ascii=False).encode()


def _id_of(values: Iterable[tuple[str, Any]]) -> str:
    rest = {name: value for name, value in values if name != "decision_id"}
    return "dec_" + hashlib.sha256(_line(rest)).hexdigest()[:16]


def _named(decision: Decision) -> Decision:
    return replace(decision, decision_id=_id_of(asdict(decision).items()))


def _parsed(text: bytes) -> Decision | None:
    """A line that is written as lines are and names itself rightly; None for anything else."""
    try:
        values = json.loads(text)
        decision = Decision(**{**values, "left": tuple(values["left"]), "right": tuple(values["right"])})
        intact = _line(values) == text and decision.decision_id == _id_of(values.items())
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return decision if intact and decision.action in ACTIONS else None
