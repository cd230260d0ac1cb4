"""A content hash added up from parts is the hash of the whole table, also after changes."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.warehouse.content_hash import table_content
from orchestration.warehouse.content_parts import PARTS_TABLE, hash_by_parts

FACTS = """
create schema pub.marts; create schema pub.meta;
create table pub.marts.facts as select 'txn_' || i as id, i % 7 as amount_minor, 'usd' as currency,
    timestamptz '2026-01-01' + to_minutes(i) as created_at, date '2026-01-01' + (i // 1440)::int as reporting_date,
    now() as recorded_at from range({rows}) t(i);
"""


def _hashed(path: Path, previous: Path | None, *changes: str, rows: int = 20_000) -> tuple[object, object, int]:
    """(added up from parts, hashed directly, parts hashed anew)"""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(f"attach '{path}' as pub")
    connection.execute(FACTS.format(rows=rows) + PARTS_TABLE)
    for change in changes:
        connection.execute(change)
    if previous:
        connection.execute(f"attach '{previous}' as previous (read_only)")
    parts = hash_by_parts(connection, "marts", "facts", previous="previous" if previous else None)
    changed = connection.execute(
        "select count(*) from duckdb_tables() where table_name = 'changed'").fetchone()
    anew = connection.execute("select count(*) from changed").fetchone() if changed and changed[0] else (0,)
    direct = table_content(connection, "marts", "facts", database="pub")
    connection.close()
    return parts, direct, int(anew[0]) if anew else 0


@pytest.mark.parametrize("change", [
    "update pub.marts.facts set amount_minor = 99 where id = 'txn_3'",
    "delete from pub.marts.facts where id = 'txn_19999'",
    "insert into pub.marts.facts select 'new', 1, 'eur', timestamptz '2030-01-01', date '2030-01-01', now()",
    "update pub.marts.facts set reporting_date = null where id = 'txn_5'",
    "insert into pub.marts.facts from pub.marts.facts where id = 'txn_7'",
])
def test_a_change_moves_the_hash_and_only_its_own_days_are_hashed_anew(change: str, tmp_path: Path) -> None:
    before, direct, _ = _hashed(tmp_path / "before.duckdb", None)
    assert before == direct
    after, direct_after, anew = _hashed(tmp_path / "after.duckdb", tmp_path / "before.duckdb", change)
    assert after == direct_after
    assert after != before
    assert anew <= 2


def test_the_same_facts_in_another_order_have_the_same_hash_and_nothing_is_hashed_anew(tmp_path: Path) -> None:
    before, _, _ = _hashed(tmp_path / "before.duckdb", None)
    after, _, anew = _hashed(
        tmp_path / "after.duckdb", tmp_path / "before.duckdb",
        "create or replace table pub.marts.facts as from pub.marts.facts order by id desc",
        "update pub.marts.facts set recorded_at = recorded_at + interval 1 day")
    assert after == before
    assert anew == 0


def test_an_empty_table_has_a_hash(tmp_path: Path) -> None:
    parts, direct, _ = _hashed(tmp_path / "empty.duckdb", None, rows=0)
    assert parts == direct
