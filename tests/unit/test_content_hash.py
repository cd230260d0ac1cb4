"""Same facts, same hash; one other fact, another hash."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from orchestration.warehouse.connection import connect
from orchestration.warehouse.content_hash import TableContent, table_content

ROWS = [
    ("a", 1, "2026-01-01 00:00:00+00"),
    ("b", None, "2026-01-02 00:00:00+00"),
    ("b", None, "2026-01-02 00:00:00+00"),
]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(":memory:") as opened:
        yield opened


def content(
    connection: duckdb.DuckDBPyConnection,
    rows: list[tuple[object, ...]],
    extra: str = "",
    only: list[str] | None = None,
) -> TableContent:
    connection.execute(
        "create or replace table t (name varchar, amount_minor bigint, created_at timestamptz)"
    )
    connection.executemany("insert into t values (?, ?, ?)", rows)
    if extra:
        connection.execute(f"alter table t add column {extra}")
    return table_content(connection, "main", "t", only=only)


def test_the_order_of_rows_does_not_matter_but_their_number_does(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    whole = content(connection, list(ROWS))
    assert content(connection, list(reversed(ROWS))) == whole
    assert content(connection, ROWS[:2]).content_hash != whole.content_hash


def test_a_value_that_moves_to_another_row_is_seen(connection: duckdb.DuckDBPyConnection) -> None:
    one = content(connection, [("a", 1, ROWS[0][2]), ("b", 2, ROWS[0][2])])
    other = content(connection, [("a", 2, ROWS[0][2]), ("b", 1, ROWS[0][2])])
    assert one.columns == other.columns
    assert one.content_hash != other.content_hash


def test_null_is_neither_empty_nor_zero(connection: duckdb.DuckDBPyConnection) -> None:
    at = ROWS[0][2]
    hashes = {content(connection, [row]).content_hash for row in [("", 0, at), (None, 0, at), ("", None, at)]}
    assert len(hashes) == 3


def test_instants_count_to_the_second(connection: duckdb.DuckDBPyConnection) -> None:
    one = content(connection, [("a", 1, "2026-01-01 00:00:00.2+00")])
    assert content(connection, [("a", 1, "2026-01-01 01:00:00+01")]) == one
    assert content(connection, [("a", 1, "2026-01-01 00:00:01+00")]) != one


def test_how_a_fact_came_is_left_out(connection: duckdb.DuckDBPyConnection) -> None:
    assert content(connection, list(ROWS), extra="load_seq bigint default 7") == content(
        connection, list(ROWS)
    )


def test_only_the_columns_asked_for_are_compared(connection: duckdb.DuckDBPyConnection) -> None:
    narrow = content(connection, list(ROWS), only=["name"])
    assert set(narrow.columns) == {"name"}
    assert content(connection, [(name, 9, at) for name, _, at in ROWS], only=["name"]) == narrow


def test_an_empty_table_hashes_to_zero(connection: duckdb.DuckDBPyConnection) -> None:
    assert content(connection, ROWS[:1]).row_count == 1
    connection.execute("delete from t")
    empty = table_content(connection, "main", "t")
    assert (empty.row_count, empty.content_hash) == (0, "0" * 32)


def test_the_shortcut_for_few_values_gives_the_same_hash(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create or replace table t as select (i % 3)::varchar as name from range(20000) as r(i)"
    )
    found = table_content(connection, "main", "t").columns["name"]
    sums = [0, 0]
    for value, count in (("0", 6667), ("1", 6667), ("2", 6666)):
        digest = connection.execute("select md5_number(?)::varchar", [value]).fetchone()
        assert digest is not None
        number = int(digest[0])
        sums[0] += (number & ((1 << 64) - 1)) * count
        sums[1] += (number >> 64) * count
    assert found == f"{(sums[0] + (sums[1] << 64)) % (1 << 128):032x}"
