"""Closing a period, in two steps by two people, and opening it again: checked against what is published.

Nothing is published here. What a close freezes holds from the next run on, whatever is received or changed later.
"""

from __future__ import annotations

from datetime import UTC, datetime

from orchestration.close_conditions import closing_of, is_same_person, locked, name_of, period_of, readable
from orchestration.domain.errors import GateRefused, UsageError
from orchestration.run_context import utc_text
from orchestration.sources.closes import Close, append_close, frozen_file, periods_of, read_closes
from orchestration.workspace import Workspace


def prepare(workspace: Workspace, period: str, by: str) -> Close:
    """Write down that somebody looked at a period as it is published and takes it for complete.

    Raises:
        UsageError: It is not over, closed already, or one before it is open; or nothing is published.
        GateRefused: The published file is not the one of its checkpoint.
        InputRefused: The journal was changed after it was written.
    """
    by = name_of(by)
    with closing_of(workspace, period) as closing:
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
    by = name_of(by)
    with closing_of(workspace, period) as closing:
        closes = read_closes(workspace)
        name = closing.period.period_id
        prepared = periods_of(closes).prepared.get(name)
        if prepared is None:
            raise UsageError(f"{name} is not prepared.", remedy=f"tieout close {name} --prepare-by NAME")
        if is_same_person(prepared.by, by):
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
    by, reason, name = name_of(by), reason.strip(), period_of(period)
    if not reason:
        raise UsageError("Opening a period again needs a reason.", remedy="--reason TEXT, not empty.")
    readable(reason)
    with locked(workspace):
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
            if is_same_person(closer, by):
                raise UsageError(
                    f"{closer} had a part in closing {name}, so somebody else has to open it again.",
                    remedy=f"tieout reopen {name} --by OTHER --reason TEXT",
                )
        return append_close(
            workspace,
            Close("reopen", name, by, at=_now(), reason=reason, mode=closed[name].mode),
        )


def _now() -> str:
    return utc_text(datetime.now(UTC))
