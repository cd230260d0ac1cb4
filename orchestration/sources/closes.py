"""`journal/closes.jsonl`: which accounting periods people prepared, closed and opened again; chained lines.

A close pins the file of its postings in `journal/closes/` by sha256, and what the preparer saw by content hash. What
those postings are, and how they come back into the ledger, is no matter of this module.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from orchestration.domain.errors import InputRefused, UsageError
from orchestration.domain.fiscal_calendar import FiscalCalendar
from orchestration.sources.chained_lines import ChainRead, append_lines, id_of, inspect_lines, line_of
from orchestration.workspace import Workspace

FILE_NAME = "closes.jsonl"
ACTIONS = ("prepare", "approve", "reopen")
RESTORE = "Restore journal/ from its backup."


@dataclass(frozen=True)
class Close:
    """One step of a person towards closing a period, or its opening again.

    Attributes:
        action: prepare, approve or reopen.
        period: Name of the period, such as 2026-03.
        at, ends_at, prepared_at: ISO 8601 UTC with microseconds; `ends_at` is the first instant after the period.
        first_open_day: The first day after the period in the reporting zone.
        mode: live or test; closes of one hold for no publication of the other.
        run_id: Run whose publication was looked at.
        content_hash: Hash of the postings of the period in that publication, without provenance.
        debits: Currency -> sum of the debits, minor units.
        file: Name of the frozen postings in `journal/closes/`, and `sha256` of their bytes (approve).
        close_id, previous: Filled in when it is appended.
    """

    action: str
    period: str
    by: str
    at: str = ""
    reason: str = ""
    ends_at: str = ""
    first_open_day: str = ""
    mode: str = ""
    run_id: str = ""
    content_hash: str = ""
    posting_count: int = 0
    debits: Mapping[str, int] = field(default_factory=dict)
    prepared_by: str = ""
    prepared_at: str = ""
    file: str = ""
    sha256: str = ""
    previous: str = ""
    close_id: str = ""


@dataclass(frozen=True)
class Periods:
    """What the journal says of the periods: approvals in force by period, and preparations that wait."""

    closed: dict[str, Close]
    prepared: dict[str, Close]


def closes_file(workspace: Workspace) -> Path:
    return workspace.journal / FILE_NAME


def frozen_file(workspace: Workspace, name: str) -> Path:
    """Where the frozen postings of a close lie."""
    return workspace.journal / "closes" / name


def read_closes(workspace: Workspace) -> list[Close]:
    """All steps in the order in which they were made.

    Raises:
        InputRefused: A line was edited, deleted, inserted or moved; names the first.
    """
    read = inspect_closes(workspace)
    if read.problems:
        number, what = read.problems[0]
        raise InputRefused(what, where=f"journal/{FILE_NAME} line {number}", remedy=RESTORE)
    return read.records


def inspect_closes(workspace: Workspace) -> ChainRead[Close]:
    """Read the journal and check every line against itself and against those before it."""
    return inspect_lines(closes_file(workspace), _parsed, "A close")


def append_close(workspace: Workspace, close: Close) -> Close:
    """Write one step durably; as it stands in the journal."""
    return append_lines(closes_file(workspace), [close], _named)[0]


def periods_of(closes: Iterable[Close], known_at: str = "") -> Periods:
    """What held at an instant (ISO 8601 UTC with microseconds); now, when it is empty."""
    closed: dict[str, Close] = {}
    prepared: dict[str, Close] = {}
    for close in closes:
        if known_at and close.at > known_at:
            continue
        prepared.pop(close.period, None)
        if close.action == "prepare":
            prepared[close.period] = close
        elif close.action == "approve":
            closed[close.period] = close
        else:
            closed.pop(close.period, None)
    return Periods(dict(sorted(closed.items())), dict(sorted(prepared.items())))


def in_force(periods: Periods, as_of: str, mode: str) -> Periods:
    """What counts in a publication as of an instant: a period that is not over by then was not closed then either.

    Args:
        mode: live or test; empty when no file tells, and then every close counts.
    """

    def counts(close: Close) -> bool:
        return close.ends_at <= as_of and not (close.mode and mode and close.mode != mode)

    return Periods(
        {name: close for name, close in periods.closed.items() if counts(close)},
        {name: close for name, close in periods.prepared.items() if counts(close)},
    )


def check_calendar(closed: Iterable[Close], calendar: FiscalCalendar) -> None:
    """Closed periods must still be periods: postings that are frozen in others could not be compared with any.

    Raises:
        UsageError: The fiscal calendar is not the one by which they were closed.
    """
    for close in closed:
        after = date.fromisoformat(close.first_open_day)
        if not calendar.begins_period(after) or calendar.period_id(after - timedelta(days=1)) != close.period:
            raise UsageError(
                f"{close.period} is closed up to {close.first_open_day}, and is no period of the fiscal calendar.",
                where=f"fiscal_calendar = {calendar.fiscal_calendar}",
                remedy="Set the calendar back to what it was, or open the closed periods again, the latest first: "
                "tieout reopen PERIOD --by NAME --reason TEXT",
            )


def frozen_problem(workspace: Workspace, close: Close) -> str:
    """What is wrong with the frozen postings of an approval, in words; empty when nothing is."""
    path = frozen_file(workspace, close.file)
    if not path.is_file():
        return f"The frozen postings of {close.period} are missing."
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    if sha256 != close.sha256:
        return f"The frozen postings of {close.period} do not have the bytes that were approved."
    return ""


def check_frozen(workspace: Workspace, close: Close) -> Path:
    """The file of the frozen postings of an approval.

    Raises:
        InputRefused: It is missing or damaged.
    """
    if problem := frozen_problem(workspace, close):
        raise InputRefused(problem, where=f"journal/closes/{close.file}", remedy=RESTORE)
    return frozen_file(workspace, close.file)


def _named(close: Close, previous: str) -> tuple[Close, bytes]:
    linked = replace(close, previous=previous)
    final = replace(linked, close_id=id_of(asdict(linked).items(), "cls_", "close_id"))
    return final, line_of(asdict(final))


def _parsed(text: bytes) -> Close | None:
    """A line that is written as lines are and names itself rightly; None for anything else."""
    try:
        values = json.loads(text)
        close = Close(**values)
        intact = line_of(values) == text and close.close_id == id_of(values.items(), "cls_", "close_id")
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return close if intact and close.action in ACTIONS else None
