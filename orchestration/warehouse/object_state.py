"""What Stripe's events say of an object at any instant: the object inside the last event up to then.

The order of events is that of `marts.fct_object_observations`, so it depends neither on when a file arrived nor on
what else it held. Two questions can be asked: how was it at `at`, and how did we then think it was (`known_at`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import duckdb

from orchestration.domain.errors import UsageError
from orchestration.warehouse.connection import literal

Standing = Literal["present", "deleted", "not_created", "before_events", "no_events"]


@dataclass(frozen=True)
class ObjectState:
    """An object at an instant.

    Attributes:
        standing: present; deleted; not_created (its creation is told, and later); before_events (older than the
            events that there are, so events cannot say); no_events (no event tells of it at all).
        event_id: Event that says so; None when none does.
        effective_at: When that event happened, UTC.
        payload: The object as Stripe showed it, in the event's own API version; the last one of a deleted object,
            None when nothing is known.
    """

    account_id: str
    object_type: str
    object_id: str
    standing: Standing
    event_id: str | None = None
    effective_at: datetime | None = None
    payload: dict[str, Any] | None = None


def state_at(
    connection: duckdb.DuckDBPyConnection,
    object_id: str,
    at: datetime,
    known_at: datetime | None = None,
    *,
    object_type: str | None = None,
    account_id: str | None = None,
) -> ObjectState:
    """The state of one object at an instant (that second's events included).

    Args:
        connection: On a published file.
        at: Instant with a time zone.
        known_at: Leave out what was received later.
        object_type, account_id: Needed where several objects bear the id, such as a legacy plan and its price.

    Raises:
        UsageError: No object bears the id, or several do.
    """
    owners = [
        (account, kind)
        for account, kind in connection.execute(
            "select distinct account_id, object_type from marts.fct_object_observations "
            f"where object_id = {literal(object_id)} order by all"
        ).fetchall()
        if object_type in (None, kind) and account_id in (None, account)
    ]
    if not owners:
        raise UsageError(
            f"There is no observation of an object {object_id!r}.",
            remedy="Objects known from Sigma only have none; see `tieout trace` for what touches an id.",
        )
    if len(owners) > 1:
        names = ", ".join(f"{kind} of {account}" for account, kind in owners)
        raise UsageError(f"Several objects bear the id {object_id!r}: {names}.", remedy="Say which one.")
    account, kind = owners[0]
    only = f"object_id = {literal(object_id)} and account_id = {literal(account)} and object_type = {literal(kind)}"
    for state in states_at(connection, at, known_at, only=only):
        return state
    return ObjectState(account, kind, object_id, "no_events")


def states_at(
    connection: duckdb.DuckDBPyConnection,
    at: datetime,
    known_at: datetime | None = None,
    *,
    only: str = "true",
) -> Iterator[ObjectState]:
    """The states of all objects of which an event tells, in no order.

    Args:
        only: Condition on account_id, object_type and object_id, as SQL of our own making.

    Raises:
        ValueError: An instant without a time zone.
    """
    known = f"and recorded_at <= {_instant(known_at)}" if known_at is not None else ""
    cursor = connection.cursor()
    cursor.execute(
        "with log as (select account_id, object_type, object_id, event_id, event_type, effective_at, is_deleted, "
        f"version, effective_at <= {_instant(at)} as is_past from marts.fct_object_observations "
        f"where event_id is not null and ({only}) {known}), "
        # the last event up to the instant; where there is none, the first one after it
        "told as (select * from log qualify row_number() over (partition by account_id, object_type, object_id "
        "order by is_past desc, case when is_past then -version else version end) = 1) "
        "select told.account_id, told.object_type, told.object_id, told.event_id, told.event_type, "
        "told.effective_at, told.is_deleted, told.is_past, "
        "case when told.is_past then (events.payload -> '$.data.object')::varchar end "
        "from told join staging.stg_stripe__events as events "
        "on told.account_id = events.account_id and told.event_id = events.event_id"
    )
    while rows := cursor.fetchmany(1000):
        yield from (_state(*row) for row in rows)


def _state(
    account: str,
    kind: str,
    object_id: str,
    event_id: str,
    event_type: str,
    effective_at: datetime,
    is_deleted: bool,
    is_past: bool,
    payload: str | None,
) -> ObjectState:
    if not is_past:
        standing: Standing = "not_created" if event_type.endswith(".created") else "before_events"
        return ObjectState(account, kind, object_id, standing)
    standing = "deleted" if is_deleted else "present"
    shown = None if payload is None else json.loads(payload)
    return ObjectState(account, kind, object_id, standing, event_id, effective_at, shown)


def _instant(at: datetime) -> str:
    """An instant as SQL; text instead of a parameter, which would import pandas."""
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return f"timestamptz {literal(at.isoformat())}"
