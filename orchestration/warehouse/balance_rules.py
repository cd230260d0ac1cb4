"""What a `balance` object of the API must hold. It has neither an id nor a time: it is true when it was fetched."""

from __future__ import annotations

import duckdb

from orchestration.domain.errors import InputRefused
from orchestration.warehouse.api_observations import ApiLoad

BALANCE = "balance"
_MINE = f"observed where object_type = '{BALANCE}' and kind = 'list'"


def prove_balances(connection: duckdb.DuckDBPyConnection, load: ApiLoad) -> None:
    """Prove the balances of one file; amounts and currencies are proven like those of any other object.

    Raises:
        InputRefused: A list is missing, or two different balances of one account claim the same instant.
    """
    row = connection.execute(
        f"select min(line), count(*) from {_MINE} and (coalesce(json_type(payload, '$.available'), '') <> 'ARRAY' "
        "or coalesce(json_type(payload, '$.pending'), '') <> 'ARRAY')"
    ).fetchone()
    if row and row[1]:
        raise InputRefused(
            f"A balance holds no list `available` or no list `pending` (line {row[0]}).",
            where=load.name,
            remedy="Fetch it again: GET /v1/balance.",
        )
    row = connection.execute(
        f"select account_id, min(line), max(line) from {_MINE} group by account_id "
        "having count(distinct payload) > 1 order by account_id limit 1"
    ).fetchone()
    if row:
        raise InputRefused(
            f"Two different balances of {row[0]} in one file (lines {row[1]} and {row[2]}): which one was true when?",
            where=load.name,
            remedy="Keep one fetch per file; the time of the file is the time of the balance.",
        )
