"""What must hold before a period is closed: a publication that is whole, a period that is over, none before it open."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from orchestration.domain.errors import GateRefused, UsageError
from orchestration.domain.journal_period import period_bounds
from orchestration.run_lock import hold_lock, release_lock
from orchestration.sources.closes import periods_of, read_closes
from orchestration.warehouse.evidence.checkpoints import (
    file_hash,
    journal_file,
    parse_line,
    read_lines,
    settle,
)
from orchestration.warehouse.frozen_postings import PublishedLedger, PublishedPeriod, published_ledger
from orchestration.warehouse.published_file import published_manifest
from orchestration.workspace import Workspace

RUN = "Run tieout run, look at it, then prepare again."


@dataclass(frozen=True)
class Closing:
    """A period that may be closed, in the publication from which it is."""

    manifest: dict[str, Any]
    period: PublishedPeriod
    ledger: PublishedLedger


@contextmanager
def closing_of(workspace: Workspace, period: str) -> Iterator[Closing]:
    """Hold the workspace and open a period that may be closed.

    Raises:
        UsageError: It is not over, closed already, or one before it is open; or nothing is published.
        GateRefused: The published file is not the one of its checkpoint.
        InputRefused: The journal was changed after it was written.
    """
    name = period_of(period)
    if not workspace.published_db.is_file():
        raise UsageError(
            "Nothing is published yet, so there is nothing to close.",
            where=str(workspace.published_db),
            remedy="Publish first: tieout run (or name another folder: --workspace DIR).",
        )
    with locked(workspace):
        manifest = _publication(workspace)
        closed = periods_of(read_closes(workspace)).closed
        if name in closed:
            raise UsageError(
                f"{name} is closed already, by {closed[name].prepared_by} and {closed[name].by}.",
                remedy=f"To change it: tieout reopen {name} --by NAME --reason TEXT",
            )
        if closed and name < list(closed)[-1]:
            raise UsageError(
                f"{name} lies before {list(closed)[-1]}, which is closed, so it is closed with it.",
                remedy="What is told of it now posts its difference in the first open period.",
            )
        for entry in manifest.get("closed_periods", []):
            if entry["sha256"] not in {close.sha256 for close in closed.values()}:
                raise UsageError(f"{entry['period_id']} was opened again after this publication.", remedy=RUN)
        with published_ledger(workspace) as ledger:
            periods = ledger.periods(manifest["settings"]["reporting_timezone"])
            yield Closing(manifest, _closable(name, periods, list(closed), manifest["as_of"]), ledger)


def _closable(
    name: str, periods: dict[str, PublishedPeriod], closed: list[str], as_of: str
) -> PublishedPeriod:
    if name not in periods:
        known = f"Published periods: {next(iter(periods))} to {list(periods)[-1]}." if periods else ""
        raise UsageError(f"There is no period {name} in what is published.", remedy=known or RUN)
    if periods[name].ends_at > as_of:
        raise UsageError(
            f"{name} is not over: it ends at {periods[name].ends_at}, and what is published is as of {as_of}.",
            remedy="Publish as of its end or later (tieout run), then prepare it.",
        )
    for earlier in periods.values():
        if earlier.period_id < name and earlier.period_id not in closed and earlier.posting_count:
            if closed and earlier.period_id < closed[-1]:
                continue  # nothing can be posted before a closed period, only corrected after it
            raise UsageError(
                f"{earlier.period_id} is open, and periods close in their order.",
                remedy=f"Close it first: tieout close {earlier.period_id} --prepare-by NAME",
            )
    return periods[name]


def _publication(workspace: Workspace) -> dict[str, Any]:
    """The manifest of what is published, which must be what its checkpoint says."""
    settle(workspace)  # a crash may have parted the publication from its checkpoint
    lines = [line for text in read_lines(journal_file(workspace)) if (line := parse_line(text))]
    if not lines or file_hash(workspace.published_db) != lines[-1]["file_sha256"]:
        raise GateRefused(
            "The published file is not the one of its checkpoint, so nothing is closed from it.",
            where=str(workspace.published_db),
            remedy="tieout verify says what was changed; tieout run publishes it anew.",
        )
    manifest = published_manifest(workspace) or {}
    if manifest.get("known_at"):
        raise UsageError(
            f"What is published shows what was known at {manifest['known_at']}, not what is known now.",
            remedy=RUN,
        )
    return manifest


@contextmanager
def locked(workspace: Workspace) -> Iterator[None]:
    """Hold the workspace against runs and other commands that write.

    Raises:
        UsageError: There is none, or a run works in it.
    """
    if not workspace.root.is_dir():
        raise UsageError(f"There is no workspace at {workspace.root}.", remedy="Name one: --workspace DIR.")
    hold_lock(workspace, "closing a period")
    try:
        yield
    finally:
        release_lock(workspace)


def period_of(text: str) -> str:
    """The one period that is named.

    Raises:
        UsageError: It is none, or several.
    """
    first, last = period_bounds(text)
    if first != last:
        raise UsageError(f"{text!r} is more than one period.", remedy="Close one at a time, such as 2026-03.")
    return first


def name_of(text: str) -> str:
    """A person's name with its blanks in order.

    Raises:
        UsageError: It is empty or no text.
    """
    name = " ".join(text.split())
    if not name:
        raise UsageError("Closing and opening again need a name.", remedy="It must not be empty.")
    return readable(name)


def readable(text: str) -> str:
    """The text itself.

    Raises:
        UsageError: It cannot be written down.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UsageError("The name or the reason is no readable text.", remedy="Write it in UTF-8.") from None
    return text


def is_same_person(one: str, other: str) -> bool:
    """Whether two names are the same but for letter case, blanks and ways to write one character."""

    def plain(name: str) -> str:
        return unicodedata.normalize("NFKC", " ".join(unicodedata.normalize("NFKC", name).casefold().split()))

    return plain(one) == plain(other)
