"""What waits for a person: open exceptions and matches to review, the most money of each currency first.

Amounts of different currencies are never compared: the largest of every currency come first, then the second
largest, and within one rank the oldest. What was decided since the publication counts as decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.domain.errors import UsageError
from orchestration.sources.decisions import Decision
from orchestration.warehouse.connection import literal
from orchestration.warehouse.ledger.reading import Ledger, hint, instant, one_of
from orchestration.warehouse.review.members import known_objects
from orchestration.warehouse.review.subjects import EXCEPTIONS, MATCHES, MEMBERS, has_matches

COLUMNS = (
    "id", "kind", "status", "currency", "amount_minor", "age_days", "account_id", "objects", "reason",
    "suggested_action", "is_published",
)  # fmt: skip
WAITING = ("open", "review", "ambiguous")
MOST_OBJECTS = 6


@dataclass(frozen=True)
class Listing:
    """Rows in `COLUMNS`, and how many of the waiting items were decided since the publication."""

    rows: list[tuple[Any, ...]]
    found: int
    decided_since: int


def listing(
    ledger: Ledger,
    in_force: Sequence[Decision],
    *,
    kind: str = "",
    statuses: Sequence[str] = (),
    limit: int | None = None,
) -> Listing:
    """Matches and exceptions with their money at stake.

    Args:
        in_force: Decisions that hold now.
        kind: Kind of match or exception; empty: all.
        statuses: Statuses of matches and exceptions, or `all`; empty: those that wait for a person.
    Raises:
        UsageError: There is no such kind.
    """
    _load_decided(ledger, in_force)
    ledger.run(f"create or replace temp table items as {_exceptions(ledger)}")
    if has_matches(ledger):
        ledger.run(f"insert into items by name {_matches(ledger, statuses or WAITING)}")
    if kind:
        _check_kind(ledger, kind)
    wanted = statuses or WAITING
    where = "true" if "all" in wanted else f"status in {one_of(wanted)}"
    if kind:
        where += f" and kind = {literal(kind)}"
    query = (
        "select *, row_number() over (partition by currency order by abs(amount_minor) desc nulls last, "
        f"age_days desc, id) as money_rank from items where {where}"
    )
    cut = "" if limit is None else f" limit {limit}"
    rows = ledger.rows(
        f"select {', '.join(COLUMNS)} from ({query}) "
        f"order by amount_minor is null, money_rank, age_days desc nulls last, id{cut}"
    )
    shown = list(rows)
    (counts,) = ledger.rows(
        f"select count(*) filter ({where}), count(*) filter (was in {one_of(WAITING)} and was <> status) from items"
    )
    return Listing(shown, counts[0], counts[1])


def _load_decided(ledger: Ledger, in_force: Sequence[Decision]) -> None:
    """The decisions that hold as temporary tables: of exceptions, and of groups by their members."""
    ledger.run(
        "create or replace temp table explained (exception_id varchar, amount_minor bigint, currency varchar)"
    )
    ledger.run(
        "create or replace temp table grouped "
        "(action varchar, match_kind varchar, left_ids varchar[], right_ids varchar[])"
    )
    explained = [
        f"({literal(item.exception_id)}, {'null' if item.amount_minor is None else item.amount_minor}, "
        f"{literal(item.currency) if item.currency else 'null'})"
        for item in in_force
        if item.exception_id
    ]
    grouped = [
        f"({literal(item.action)}, {literal(item.match_kind)}, {_list(item.left)}, {_list(item.right)})"
        for item in in_force
        if item.action in ("confirm", "reject", "regroup")
    ]
    for table, values in (("explained", explained), ("grouped", grouped)):
        if values:
            ledger.run(f"insert into {table} values {', '.join(values)}")


def _list(ids: Sequence[str]) -> str:
    return f"[{', '.join(map(literal, ids))}]::varchar[]"


def _exceptions(ledger: Ledger) -> str:
    now = (
        "case when x.exception_id is not null then 'explained' when e.status = 'explained' then 'open' "
        "else e.status end"
    )
    return (
        f"select e.exception_id as id, e.kind, {now} as status, e.currency, e.amount_minor, e.age_days::bigint "
        f"as age_days, e.account_id, e.object_id as objects, e.reason, e.suggested_action, {now} = e.status as "
        f"is_published, e.status as was from {EXCEPTIONS} as e left join explained as x "
        "on x.exception_id = e.exception_id and x.amount_minor is not distinct from e.amount_minor "
        "and x.currency is not distinct from e.currency"
        # a match that waits is listed itself
        f"{' where e.object_kind is distinct from ' + literal('match') if has_matches(ledger) else ''}"
    )


def _matches(ledger: Ledger, statuses: Sequence[str]) -> str:
    """Only matches of the statuses that are asked for: most of a file are matched long since."""
    as_of = instant(ledger.as_of) if ledger.as_of else "null::timestamptz"
    # a decision that the next run applies may move a match into any of the statuses
    wanted = (
        "true" if set(statuses) - {*WAITING, "unmatched", "explained"} else f"status in {one_of(statuses)}"
    )
    dated = known_objects(ledger, "select distinct object_id from its_members")
    action = (
        "case m.status when 'ambiguous' then concat('Choose between ', m.alternative_count, ' equal alternatives: "
        "tieout review show, then confirm or regroup.') "
        "when 'review' then 'Look at its members (tieout review show), then confirm or reject it.' "
        "when 'unmatched' then 'Find its counterpart and regroup.' else '' end"
    )
    return f"""
        with chosen as (select * from {MATCHES} where {wanted}),
        its_members as (select p.* from {MEMBERS} as p where p.match_id in (select match_id from chosen)),
        known as {dated},
        sides as (
            select p.match_id, min(k.day) as day,
                coalesce(list_sort(list(distinct p.object_id) filter (p.side = 'left')), []::varchar[]) as left_ids,
                coalesce(list_sort(list(distinct p.object_id) filter (p.side = 'right')), []::varchar[]) as right_ids
            from its_members as p left join known as k on k.object_id = p.object_id group by p.match_id),
        verdicts as (
            select s.match_id, max(case g.action when 'reject' then 'rejected' else 'confirmed' end) as verdict
            from sides as s join chosen as m using (match_id) join grouped as g
                on g.match_kind = m.match_kind and g.left_ids = s.left_ids and g.right_ids = s.right_ids
            group by s.match_id),
        regrouped as (
            select distinct p.match_id from its_members as p join chosen as m using (match_id)
            join (select match_kind, unnest(left_ids || right_ids) as object_id from grouped
                where action <> 'reject') as g on g.match_kind = m.match_kind and g.object_id = p.object_id),
        outcomes as (
            select m.match_id, coalesce(v.verdict, case when r.match_id is not null then 'regrouped' end) as verdict
            from chosen as m left join verdicts as v using (match_id) left join regrouped as r using (match_id))
        select m.match_id as id, m.match_kind as kind, coalesce(v.verdict, m.status) as status, m.currency,
            coalesce(m.left_minor, m.right_minor) as amount_minor,
            greatest(0, date_diff('day', s.day, ({as_of} at time zone 'UTC')::date)) as age_days, m.account_id,
            concat(array_to_string(s.left_ids[:{MOST_OBJECTS}], ' '), ' | ',
                array_to_string(s.right_ids[:{MOST_OBJECTS}], ' ')) as objects,
            concat('tier ', m.tier, ', confidence ', m.confidence, ', alternatives ', m.alternative_count) as reason,
            {action} as suggested_action, coalesce(v.verdict, m.status) = m.status as is_published, m.status as was
        from chosen as m left join sides as s using (match_id) left join outcomes as v using (match_id)"""


def _check_kind(ledger: Ledger, kind: str) -> None:
    sources = [f"select distinct kind from {EXCEPTIONS}"]
    if has_matches(ledger):
        sources.append(f"select distinct match_kind from {MATCHES}")
    known = [row[0] for row in ledger.rows(f"{' union '.join(sources)} order by 1")]
    if kind not in known:
        raise UsageError(f"Nothing of the kind {kind!r} is published.", remedy=hint(kind, known))
