"""What a person decides about matches and exceptions, checked against what is published, and appended to the journal.

The command line and Dagster call the same `decide`. Nothing is published here: the next run applies what was decided.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from orchestration.domain.errors import UsageError
from orchestration.domain.residual_codes import EXPLAINING_CODES
from orchestration.run_context import utc_text
from orchestration.sources.decisions import ACTIONS, Decision, append_decisions, read_decisions
from orchestration.sources.decisions_in_force import decisions_in_force, slot_of, undone_ids
from orchestration.workspace import Workspace

if TYPE_CHECKING:
    from orchestration.warehouse.review.subjects import Subject


@dataclass(frozen=True)
class Request:
    """What a person asks for.

    Attributes:
        action: confirm, reject, regroup, explain, undo or learn.
        by, reason: Who and why; only confirming needs no reason.
        ids: Matches, exceptions or objects in them; for `undo` the decisions to take back.
        left, right: Objects of the group (`regroup`).
        kind: Kind of match of the group, where the objects do not tell (`regroup`).
        code: Residual code (`explain`).
    """

    action: str
    by: str
    reason: str = ""
    ids: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    kind: str = ""
    code: str = ""


@dataclass(frozen=True)
class Answer:
    """What was written, and which of the ids needed nothing because it was decided so already."""

    written: list[Decision] = field(default_factory=list)
    unchanged: list[Decision] = field(default_factory=list)


def decide(workspace: Workspace, request: Request) -> Answer:
    """Check a request whole and append its decisions, all of them or none.

    Raises:
        UsageError: Something is missing or names nothing; nothing was written.
        InputRefused: The journal was changed after it was written.
    """
    request = _checked(request)
    journal = read_decisions(workspace)
    if request.action == "undo":
        wanted = _undone(request, journal)
    elif request.action == "learn":
        wanted = _learnt(workspace, request, journal)
    else:
        wanted = _about_subjects(workspace, request, journal)
    in_force = {slot_of(decision): decision for decision in decisions_in_force(journal)}
    fresh, unchanged = [], []
    for decision in wanted:
        standing = None if decision.action == "undo" else in_force.get(slot_of(decision))
        if standing is not None and _says_the_same(decision, standing):
            unchanged.append(standing)
        else:
            fresh.append(decision)
    written = append_decisions(workspace, fresh, utc_text(datetime.now(UTC))) if fresh else []
    return Answer(written, unchanged)


def _checked(request: Request) -> Request:
    if request.action not in ACTIONS:
        raise UsageError(f"{request.action!r} is no action.", remedy=f"One of: {', '.join(ACTIONS)}.")
    request = replace(request, by=request.by.strip(), reason=request.reason.strip())
    if not request.by or (not request.reason and request.action != "confirm"):
        raise UsageError(
            "A decision needs a name and a reason.", remedy="--by NAME --reason TEXT, neither empty."
        )
    try:
        f"{request.by}{request.reason}".encode()
    except UnicodeEncodeError:
        raise UsageError("The name or the reason is no readable text.", remedy="Write it in UTF-8.") from None
    if request.action == "explain" and request.code not in EXPLAINING_CODES:
        close = difflib.get_close_matches(request.code, EXPLAINING_CODES, n=1)
        raise UsageError(
            f"{request.code!r} is no code that explains.",
            remedy=f"{f'Did you mean {close[0]}? ' if close else ''}Codes: {', '.join(EXPLAINING_CODES)}.",
        )
    if request.action == "regroup":
        if not request.left or not request.right or set(request.left) & set(request.right):
            raise UsageError(
                "A group needs objects on both sides, each on one.", remedy="--left ID,... --right ID,..."
            )
    elif request.action != "learn" and not request.ids:
        raise UsageError("There is no id.", remedy="Name one or more, or - to read them from standard input.")
    return request


def _about_subjects(workspace: Workspace, request: Request, journal: Sequence[Decision]) -> list[Decision]:
    from orchestration.warehouse.ledger.reading import reading
    from orchestration.warehouse.review.subjects import NEEDED, find_subjects, group_kind

    base = Decision(request.action, request.by, request.reason)
    with reading(workspace, NEEDED) as ledger:
        if request.action == "regroup":
            left, right = (tuple(sorted(set(ids))) for ids in (request.left, request.right))
            kind = group_kind(ledger, left, right, request.kind)
            return [replace(base, match_kind=kind, left=left, right=right)]
        prefer_matches = request.action != "explain"
        subjects = find_subjects(ledger, request.ids, journal, prefer_matches=prefer_matches)
    if request.action == "explain":
        return [_explanation(base, subject, request.code) for subject in subjects]
    return [_verdict(base, subject) for subject in subjects]


def _verdict(base: Decision, subject: Subject) -> Decision:
    if not subject.is_match:
        raise UsageError(
            f"{subject.subject_id} is an exception ({subject.kind}); only matches are confirmed or rejected.",
            remedy=f"tieout review explain {subject.subject_id} --code CODE --by NAME --reason TEXT",
        )
    if not subject.left or not subject.right:
        raise UsageError(
            f"{subject.subject_id} has objects on one side only, so there is nothing to {base.action}.",
            where=", ".join((*subject.left, *subject.right)[:5]),
            remedy="Group it with its counterpart: tieout review regroup --left ID,... --right ID,...",
        )
    return replace(
        base,
        match_kind=subject.kind,
        match_id=subject.subject_id,
        left=subject.left,
        right=subject.right,
    )


def _explanation(base: Decision, subject: Subject, code: str) -> Decision:
    if subject.is_match and not subject.amount_minor:
        raise UsageError(
            f"{subject.subject_id} has no unexplained residual.", remedy="There is nothing to explain in it."
        )
    return replace(
        base,
        match_kind=subject.kind if subject.is_match else "",
        match_id=subject.subject_id if subject.is_match else "",
        exception_id="" if subject.is_match else subject.subject_id,
        left=subject.left,
        right=subject.right,
        code=code,
        amount_minor=subject.amount_minor,
        currency=subject.currency,
    )


def _undone(request: Request, journal: Sequence[Decision]) -> list[Decision]:
    known, undone = {decision.decision_id: decision for decision in journal}, undone_ids(journal)
    for name in request.ids:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            raise UsageError(
                f"There is no decision {name}.",
                remedy=f"Did you mean {close[0]}?" if close else "tieout review history lists them.",
            )
        if name in undone:
            raise UsageError(
                f"{name} was taken back already.",
                remedy="To bring it back, undo the undo: tieout review history.",
            )
    return [Decision("undo", request.by, request.reason, undoes=name) for name in dict.fromkeys(request.ids)]


def _learnt(workspace: Workspace, request: Request, journal: Sequence[Decision]) -> list[Decision]:
    """Accept what the published shadow shows: rules learnt from the decisions that its run knew, none later."""
    from orchestration.warehouse.ledger.reading import reading
    from orchestration.warehouse.published_file import published_manifest
    from orchestration.warehouse.review.shadow import SHADOW

    with reading(workspace, (SHADOW,)):
        pass  # nobody can accept what was not shown
    through = ((published_manifest(workspace) or {}).get("decisions") or {}).get("through", "")
    if through not in {decision.decision_id for decision in journal}:
        raise UsageError(
            "The publication rests on no decision, so there is nothing learnt to accept.",
            remedy="Decide (tieout review confirm, reject ...), run tieout run, look at tieout review learn.",
        )
    return [Decision("learn", request.by, request.reason, through=through)]


def _says_the_same(decision: Decision, standing: Decision) -> bool:
    def said(one: Decision) -> tuple[object, ...]:
        grouped = "group" if one.action in ("confirm", "regroup") else one.action
        return (grouped, one.code, one.amount_minor, one.currency, one.through)

    return said(decision) == said(standing)
