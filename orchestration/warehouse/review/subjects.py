"""From the ids that a person names to the matches and exceptions that they mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.domain.errors import UsageError
from orchestration.sources.decisions import Decision
from orchestration.warehouse.connection import literal
from orchestration.warehouse.ledger.reading import Ledger, one_of

EXCEPTIONS = "marts.fct_exceptions"
MATCHES = "marts.fct_matches"
MEMBERS = "marts.fct_match_members"
RESIDUALS = "marts.fct_residuals"
NEEDED = (EXCEPTIONS, "marts.dim_currencies")
LIKE_ENOUGH = 0.85  # Jaro-Winkler; ids of one kind share their prefix


@dataclass(frozen=True)
class Subject:
    """A match or an exception.

    Attributes:
        is_match: Whether it is a match; an exception otherwise.
        kind: Kind of the match or of the exception.
        left, right: Sorted object ids; an exception has its object on the left.
        amount_minor: What has to be explained of it: the unexplained residual of a match, the money of an
            exception; signed, minor units of `currency`; None when there is none.
    """

    subject_id: str
    is_match: bool
    account_id: str
    kind: str
    status: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    amount_minor: int | None
    currency: str


def has_matches(ledger: Ledger) -> bool:
    """Whether the file has matches; one of an older tieout has none."""
    return {MATCHES, MEMBERS} <= set(ledger.columns)


def find_subjects(
    ledger: Ledger, ids: Sequence[str], decisions: Iterable[Decision] = (), *, prefer_matches: bool = False
) -> list[Subject]:
    """The subjects that the ids name, each once, in the order of the ids.

    Args:
        ids: Ids of matches, of exceptions, or of objects that stand in exactly one of them; also ids that a match had
            in an older publication, when a decision of the journal names it and its members are still there.
        decisions: The journal.
        prefer_matches: An object that stands in a match and in an exception means the match.
    Raises:
        UsageError: An id names nothing or several things; names what is nearest.
    """
    found = {subject.subject_id: [subject] for subject in _by_id(ledger, ids)}
    rest = [name for name in ids if name not in found]
    if rest:
        _by_member(ledger, rest, found)
        older = {item.match_id: (*item.left, *item.right) for item in decisions if item.match_id}
        for name in [name for name in rest if name not in found and name in older]:
            heirs: dict[str, list[Subject]] = {}
            _by_member(ledger, older[name], heirs)
            # members of one match may stand in exceptions of their own, too; the id was that of a match
            of_matches = {
                item.subject_id: item for items in heirs.values() for item in items if item.is_match
            }
            found[name] = list(of_matches.values())
    subjects: dict[str, Subject] = {}
    for name in ids:
        named = found.get(name, [])
        if prefer_matches:
            named = [item for item in named if item.is_match] or named
        subject = _the_one(ledger, name, named)
        subjects[subject.subject_id] = subject
    return list(subjects.values())


def _the_one(ledger: Ledger, name: str, found: list[Subject]) -> Subject:
    if len(found) == 1:
        return found[0]
    if found:
        told = ", ".join(f"{item.subject_id} ({item.kind}, {item.status})" for item in found[:5])
        raise UsageError(
            f"{name} stands in {len(found)} matches and exceptions.", where=told, remedy="Name one of them."
        )
    near = nearest_ids(ledger, name)
    raise UsageError(
        f"{name} is no match, no exception, and in none of them.",
        remedy=f"Did you mean {' or '.join(near)}?" if near else "tieout review list shows what there is.",
    )


def nearest_ids(ledger: Ledger, wrong: str) -> list[str]:
    """Up to three ids of the file that read like this one."""
    sources = [f"select exception_id as id from {EXCEPTIONS}", f"select object_id from {EXCEPTIONS}"]
    if has_matches(ledger):
        sources += [f"select match_id from {MATCHES}", f"select object_id from {MEMBERS}"]
    query = (
        f"select id from ({' union '.join(sources)}) where jaro_winkler_similarity(id, {literal(wrong)}) "
        f">= {LIKE_ENOUGH} order by jaro_winkler_similarity(id, {literal(wrong)}) desc, id limit 3"
    )
    return [row[0] for row in ledger.rows(query)]


def _by_id(ledger: Ledger, ids: Sequence[str]) -> list[Subject]:
    wanted = one_of(ids)
    subjects = _exceptions(ledger, f"exception_id in {wanted}")
    if has_matches(ledger):
        subjects += _matches(ledger, f"select unnest([{wanted[1:-1]}]) as match_id")
    return subjects


def _by_member(ledger: Ledger, ids: Sequence[str], found: dict[str, list[Subject]]) -> None:
    """Add what the ids are members of, under the id of the member."""
    wanted = one_of(ids)
    subjects = _exceptions(ledger, f"object_id in {wanted}")
    if has_matches(ledger):
        subjects += _matches(ledger, f"select match_id from {MEMBERS} where object_id in {wanted}")
    for name in ids:
        holding = [item for item in subjects if name in item.left or name in item.right]
        if holding:
            found[name] = holding


def _exceptions(ledger: Ledger, where: str) -> list[Subject]:
    rows = ledger.rows(
        "select exception_id, account_id, kind, status, object_id, amount_minor, currency "
        f"from {EXCEPTIONS} where {where} order by all"
    )
    return [
        Subject(row[0], False, row[1], row[2], row[3], (row[4],), (), row[5], row[6] or "") for row in rows
    ]


def _matches(ledger: Ledger, ids: str) -> list[Subject]:
    unexplained = "residual_minor"
    if RESIDUALS in ledger.columns:
        unexplained = (
            f"coalesce((select sum(amount_minor)::bigint from {RESIDUALS} as r where r.match_id = m.match_id "
            "and r.code = 'unexplained'), residual_minor)"
        )
    records: list[dict[str, Any]] = ledger.records(
        f"with asked as (select distinct match_id from ({ids})) "
        f"select m.match_id, m.account_id, m.match_kind, m.status, m.currency, {unexplained} as amount_minor, "
        "list(distinct p.object_id) filter (p.side = 'left') as left_ids, "
        "list(distinct p.object_id) filter (p.side = 'right') as right_ids "
        f"from {MATCHES} as m join {MEMBERS} as p using (match_id) join asked using (match_id) "
        "group by all order by m.match_id"
    )
    return [
        Subject(
            row["match_id"],
            True,
            row["account_id"],
            row["match_kind"],
            row["status"],
            tuple(sorted(row["left_ids"] or ())),
            tuple(sorted(row["right_ids"] or ())),
            row["amount_minor"],
            row["currency"] or "",
        )
        for row in records
    ]


def group_kind(ledger: Ledger, left: Sequence[str], right: Sequence[str], kind: str = "") -> str:
    """The kind of match in which all these objects stand on these sides.

    Raises:
        UsageError: An object is not known on its side (names what is nearest), or no kind or several would do.
    """
    ledger.need(MATCHES, MEMBERS)
    kinds: set[str] | None = {kind} if kind else None
    for side, ids in (("left", left), ("right", right)):
        of: dict[str, set[str]] = {name: set() for name in ids}
        for name, its_kind in ledger.rows(
            f"select distinct p.object_id, m.match_kind from {MEMBERS} as p join {MATCHES} as m using (match_id) "
            f"where p.side = {literal(side)} and p.object_id in {one_of(ids)}"
        ):
            of[name].add(its_kind)
        for name, its_kinds in of.items():
            if not its_kinds:
                near = [other for other in nearest_ids(ledger, name) if other != name]
                raise UsageError(
                    f"{name} is on the {side} of no kind of match.",
                    remedy=f"Did you mean {' or '.join(near)}?" if near else f"tieout trace {name} shows it.",
                )
            kinds = its_kinds if kinds is None else kinds & its_kinds
    if kinds is None or len(kinds) != 1:
        raise UsageError(
            f"These objects belong to {'several kinds' if kinds else 'no one kind'} of match.",
            where=", ".join(sorted(kinds or ())),
            remedy="Name the kind: --kind KIND." if kinds else "Name objects of one kind of match.",
        )
    return next(iter(kinds))
