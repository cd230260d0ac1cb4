"""Several events of one object within one second: the last state wins, however they arrive."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.sources.catalog import stripe_catalog
from orchestration.warehouse.api_observations import ApiLoad
from orchestration.warehouse.company_seeds import seed_columns
from orchestration.warehouse.load_api import load_file
from orchestration.warehouse.raw_schema import create_schema


def _event(number: int, event_type: str, status: str, previous: dict[str, Any] | None) -> dict[str, Any]:
    data: dict[str, Any] = {"object": {
        "id": "sub_1", "object": "subscription", "status": status, "customer": "cus_1", "created": 1767225600}}
    if previous is not None:
        data["previous_attributes"] = previous
    return {"id": f"evt_{number}", "object": "event", "type": event_type, "created": 1767225600, "data": data}


STORY = [
    _event(1, "customer.subscription.created", "incomplete", None),
    _event(2, "customer.subscription.updated", "active", {"status": "incomplete"}),
    _event(3, "customer.subscription.updated", "past_due", {"status": "active"}),
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_last_version_of_a_second_is_the_one_no_other_replaced(order: tuple[int, ...], tmp_path: Path) -> None:
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    create_schema(connection, stripe_catalog())
    connection.execute("create schema company")
    for seed, columns in seed_columns().items():
        connection.execute(f"create table company.{seed} ({', '.join(f'{name} varchar' for name in columns)})")
    for load_seq, index in enumerate(order, start=1):
        path = tmp_path / f"{load_seq}.jsonl"
        path.write_text(json.dumps(STORY[index]) + "\n", encoding="utf-8")
        load_file(connection, stripe_catalog(), ApiLoad(
            path, path.name, "events", "platform", "2026-01-02T00:00:00Z", "2026-01-02T00:00:00Z", load_seq))
    statuses = connection.execute(
        "select payload ->> '$.status' from api.subscription order by observed_at desc, sequence desc").fetchall()
    assert [row[0] for row in statuses] == ["past_due", "active", "incomplete"]
