"""Closing a period, in two steps by two people, and opening it again: checked against what is published, then journaled.

Nothing is published here. What a close freezes holds from the next run on, whatever is received or changed later.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from orchestration.domain.errors import GateRefused, UsageError
from orchestration.domain.journal_period import period_bounds
from orchestration.run_context import utc_text
from orchestration.run_lock import hold_lock, release_lock
from orchestration.sources.closes import Close, append_close, frozen_file, periods_of, read_closes
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


def prepare(workspace: Workspace, period: str, by: str) -> Close:
    """Write down that somebody looked at a period as it is published and takes it for complete.

    Raises:
        UsageError: It is not over, closed already, or one before it is open; or nothing is published.
        GateRefused: The published file is not the one of its checkpoint.
        InputRefused: The journal was changed after it was written.
    """
    by = _name(by)
    with _closing(workspace, period) as closing:
        content = closing.ledger.content(closing.period.period_id)
        return append_close(
            workspace,
            Close(
                action="prepare",
                period=closing.period.period_id,
                by=by,
                at=_now(),
                ends_at=closing.period.ends_at,
                first_open_day=closing.period.first_open_day,
                mode=closing.manifest["mode"] or "",
                run_id=closing.manifest["run_id"],
                content_hash=content.content_hash,
                posting_count=content.posting_count,
                debits=content.debits,
            ),
        )


def approve(workspace: Workspace, period: str, by: str) -> Close:
    """Freeze the postings of a prepared period; they are those that the preparer saw.

    Raises:
        UsageError: As for `prepare`; or it is not prepared, or prepared by the same person.
        GateRefused: The period is published differently now; or as for `prepare`.
        InputRefused: The journal was changed after it was written.
    """
    by = _name(by)
    with _closing(workspace, period) as closing:
        closes = read_closes(workspace)
        name = closing.period.period_id
        prepared = periods_of(closes).prepared.get(name)
        if prepared is None:
            raise UsageError(f"{name} is not prepared.", remedy=f"tieout close {name} --prepare-by NAME")
        if _same(prepared.by, by):
            raise UsageError(
                f"{prepared.by} prepared {name}, so somebody else has to approve it.",
                remedy=f"tieout close {name} --approve-by OTHER",
            )
        content = closing.ledger.content(name)
        if (content.content_hash, closing.period.ends_at) != (prepared.content_hash, prepared.ends_at):
            raise GateRefused(
                f"{name} is not published as {prepared.by} prepared it: {prepared.posting_count} postings then, "
                f"{content.posting_count} now, and they differ.",
                where=f"run {prepared.run_id} then, run {closing.manifest['run_id']} now",
                remedy=f"Look at it, then prepare again: tieout close {name} --prepare-by NAME",
            )
        number = 1 + sum(close.action == "approve" and close.period == name for close in closes)
        file = f"{name}-{number}.parquet"
        sha256 = closing.ledger.write(frozen_file(workspace, file))
        return append_close(
            workspace,
            Close(
                action="approve",
                period=name,
                by=by,
                at=_now(),
                ends_at=prepared.ends_at,
                first_open_day=prepared.first_open_day,
                mode=prepared.mode,
                run_id=closing.manifest["run_id"],
                content_hash=content.content_hash,
                posting_count=content.posting_count,
                debits=content.debits,
                prepared_by=prepared.by,
                prepared_at=prepared.at,
                file=file,
                sha256=sha256,
            ),
        )


def reopen(workspace: Workspace, period: str, by: str, reason: str) -> Close:
    """Open the latest closed period again; its frozen postings stay in the journal and no longer hold.

    Raises:
        UsageError: It is not the latest closed one, the reason is empty, or the name is of one who closed it.
        InputRefused: The journal was changed after it was written.
    """
    by, reason, name = _name(by), reason.strip(), _period(period)
    if not reason:
        raise UsageError("Opening a period again needs a reason.", remedy="--reason TEXT, not empty.")
    _readable(reason)
    with _locked(workspace):
        closed = periods_of(read_closes(workspace)).closed
        if name not in closed:
            told = f"Closed: {', '.join(closed)}." if closed else "No period is closed."
            raise UsageError(f"{name} is not closed.", remedy=told)
        latest = list(closed)[-1]
        if name != latest:
            raise UsageError(
                f"{latest} is closed after {name}, and only the latest closed period can be opened again.",
                remedy=f"tieout reopen {latest} --by NAME --reason TEXT",
            )
        for closer in (closed[name].by, closed[name].prepared_by):
            if _same(closer, by):
                raise UsageError(
                    f"{closer} had a part in closing {name}, so somebody else has to open it again.",
                    remedy=f"tieout reopen {name} --by OTHER --reason TEXT",
                )
        return append_close(
            workspace,
            Close("reopen", name, by, at=_now(), reason=reason, mode=closed[name].mode),
        )


@contextmanager
def _closing(workspace: Workspace, period: str) -> Iterator[Closing]:
    name = _period(period)
    if not workspace.published_db.is_file():
        raise UsageError(
            "Nothing is published yet, so there is nothing to close.",
            where=str(workspace.published_db),
            remedy="Publish first: tieout run (or name another folder: --workspace DIR).",
        )
    with _locked(workspace):
        manifest = _publication(workspace)
        closed = periods_of(read_closes(workspace)).closed
        if name in closed:
            raise UsageError(
                f"{name} is closed already, by {closed[name].prepared_by} and {closed[name].by}.",
                remedy=f"To change it: tieout reopen {name} --by NAME --reason TEXT",
            )
        if closed and name < list(closed)[-1]:
            raise UsageError(f"{name} lies before {list(closed)[-1]}, which is closed.")
        for entry in manifest.get("closed_periods", []):
            if entry["sha256"] not in {close.sha256 for close in closed.values()}:
                raise UsageError(
                    f"{entry['period_id']} was opened again after this publication.", remedy=RUN
                )
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
def _locked(workspace: Workspace) -> Iterator[None]:
    if not workspace.root.is_dir():
        raise UsageError(f"There is no workspace at {workspace.root}.", remedy="Name one: --workspace DIR.")
    hold_lock(workspace, "closing a period")
    try:
        yield
    finally:
        release_lock(workspace)


def _period(text: str) -> str:
    first, last = period_bounds(text)
    if first != last:
        raise UsageError(f"{text!r} is more than one period.", remedy="Close one at a time, such as 2026-03.")
    return first


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise UsageError("Closing and opening again need a name.", remedy="It must not be empty.")
    return _readable(name)


def _readable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UsageError("The name or the reason is no readable text.", remedy="Write it in UTF-8.") from None
    return text


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _now() -> str:
    return utc_text(datetime.now(UTC))
