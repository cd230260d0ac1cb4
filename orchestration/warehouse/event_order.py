"""The order of several versions of one object within one second, which Stripe's timestamps cannot tell.

An update names the values that it replaced (`previous_attributes`): the version that still holds them came
before it. A creation comes first and a deletion last. What remains open is settled by content, so that the
order never depends on arrival. Computed over all versions that are there, whichever file brought them.
"""

from __future__ import annotations

import duckdb

from orchestration.warehouse.connection import quoted, scalar

# Room between creation, updates and deletion for the place of each update.
CREATED, UPDATED, DELETED = 0, 1000, 2000
MOST_IN_ONE_SECOND = 900


def _holds(payload: str, values: str) -> str:
    """SQL: the payload still holds these values; of a list it must hold as many elements, not some of them."""
    return (
        f"json_contains({payload}, {values}) and not list_contains(list_transform(json_keys({values}), lambda name: "
        f"json_array_length({values}, '/' || name) <> json_array_length({payload}, '/' || name)), true)"
    )


def order_within_seconds(connection: duckdb.DuckDBPyConnection, relation: str, load_seq: int) -> None:
    """Give the versions that share a second with one of this load their place."""
    table = f"api.{quoted(relation)}"
    connection.execute(
        "create or replace temp table tied as select rowid as version, account_id, object_id, observed_at, "
        f"sequence, payload, previous_attributes from {table} where kind = 'event' "
        "and (account_id, object_id, observed_at) in (select (account_id, object_id, observed_at) "
        f"from {table} where kind = 'event' group by account_id, object_id, observed_at "
        f"having count(distinct payload) > 1 and max(load_seq) = {load_seq})"
    )
    connection.execute(
        "create or replace temp table follows as select later.version as later, earlier.version as earlier "
        "from tied as later join tied as earlier on earlier.account_id = later.account_id "
        "and earlier.object_id = later.object_id and earlier.observed_at = later.observed_at "
        f"and earlier.version <> later.version and {_holds('earlier.payload', 'later.previous_attributes')} "
        f"and not coalesce({_holds('later.payload', 'earlier.previous_attributes')}, false)"
    )
    if not scalar(connection, "select count(*) from tied"):
        return
    connection.execute(
        f"create or replace temp table places as select version, (sequence // {UPDATED}) * {UPDATED} as place from tied"
    )
    for _ in range(MOST_IN_ONE_SECOND):  # longest chain of replacements, one link a round
        moved = connection.execute(
            "update places as p set place = n.place from (select follows.later, max(places.place) + 1 as place "
            "from follows join places on places.version = follows.earlier group by follows.later) as n "
            "where p.version = n.later and p.place < n.place"
        ).fetchone()
        if not moved or not moved[0]:
            break
    connection.execute(
        f"update {table} as target set sequence = places.place, load_seq = {load_seq} from places "
        "where target.rowid = places.version and target.sequence <> places.place"
    )
