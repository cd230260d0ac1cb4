"""The tree of RFC 6962, and batches that tell where rows changed, whatever the order they are stored in."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.warehouse.evidence.batches import BATCH_COLUMNS, measure, root_of
from orchestration.warehouse.evidence.merkle import merkle_root

# The test vectors of Certificate Transparency.
LEAVES = ["", "\x00", "\x10", " !", "01", "@ABC", "PQRSTUVW", "`abcdefghijklmno"]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("size", ROOTS)
def test_the_root_is_that_of_certificate_transparency(size: int) -> None:
    assert merkle_root(LEAVES[:size]) == ROOTS[size]


def _batches(*changes: str) -> tuple[dict[tuple[object, ...], object], str]:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'; attach ':memory:' as pub; create schema pub.marts")
        connection.execute(
            "create table pub.marts.facts as select 'acct_' || (i % 2) as account_id, 'f' || i as fact_id, i as amount_minor, "
            "nullif(i % 5, 0)::varchar as note, date '2026-01-20' + (i // 2)::int as posting_date, "
            "timestamptz '2026-04-01' as recorded_at from range(50) as t (i)")
        for change in changes:
            connection.execute(change)
        connection.execute(f"create table measured ({BATCH_COLUMNS})")
        measure(connection, "measured")
        rows = connection.execute("from measured").fetchall()
        return {row[:3]: row[3:] for row in rows}, root_of(connection, "measured")


def test_a_change_moves_its_own_batch_and_the_root_and_nothing_else() -> None:
    before, root = _batches()
    assert len(before) == 4
    for change in ("update pub.marts.facts set recorded_at = recorded_at + interval 1 microsecond where fact_id = 'f7'",
                   "update pub.marts.facts set note = '' where fact_id = 'f5'",
                   "insert into pub.marts.facts from pub.marts.facts where fact_id = 'f3'"):
        after, changed_root = _batches(change)
        assert [key[1] for key in before if before[key] != after[key]] == ["acct_1"]
        assert changed_root != root


def test_the_order_of_rows_is_no_part_of_a_batch() -> None:
    assert _batches() == _batches("create or replace table pub.marts.facts as from pub.marts.facts order by fact_id desc")


def test_two_batches_that_change_places_do_not_cancel_out() -> None:
    swap = "update pub.marts.facts set account_id = case account_id when 'acct_0' then 'acct_1' else 'acct_0' end"
    before, root = _batches()
    after, swapped_root = _batches(swap)
    assert all(before[key] != after[key] for key in before)
    assert root != swapped_root


def test_an_empty_table_and_its_columns_are_part_of_the_root() -> None:
    _, root = _batches()
    batches, with_empty = _batches("create table pub.marts.empty (a bigint)")
    assert batches["marts.empty", None, None][0] == 0
    _, renamed = _batches("create table pub.marts.empty (b bigint)")
    assert len({root, with_empty, renamed}) == 3
