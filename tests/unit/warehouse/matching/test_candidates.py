"""Who is compared: every pair that agrees as `candidates` says is there, and nothing across scopes."""

from __future__ import annotations

import random

import duckdb
import pyarrow as pa
import pytest

from orchestration.warehouse.matching.candidates import BARE_WINDOWS, WINDOWS, among, candidate_pairs, without
from orchestration.warehouse.matching.items import lists_of
from tests.unit.warehouse.matching.lists import START, table

DAYS, MILLE = WINDOWS[0]


def pairs_of(left, right, keys=()):
    lists = lists_of(left, right, keys)
    pairs = candidate_pairs(duckdb.connect(), lists)
    left_ids, right_ids = lists.left.ids.to_pylist(), lists.right.ids.to_pylist()
    return {(left_ids[a], right_ids[b]): int(items) for a, b, items in
            zip(pairs.left, pairs.right, pairs.shared_word_items, strict=True)}


def rows(count: int, side: str, seed: int) -> list[tuple]:
    rng = random.Random(seed)
    names = ["ACME LTD", "ACME LTD 7781", "BETA GMBH", "GAMMA", "", None]
    return [(f"{side}{number:02}", rng.randrange(90), rng.choice([1000, 1010, 1500, 5000, -1000]), rng.choice(names),
             rng.choice(["usd", "eur"])) for number in range(count)]


@pytest.mark.parametrize("seed", range(5))
def test_every_pair_that_agrees_on_money_or_text_near_in_time_is_compared(seed):
    left, right = rows(30, "L", seed), rows(30, "R", seed + 100)
    found = pairs_of(table(left), table(right))
    for a in left:
        for b in right:
            near = abs(a[1] - b[1]) <= DAYS
            same_kind = a[4] == b[4] and (a[2] < 0) == (b[2] < 0)
            same_start = bool(a[3]) and bool(b[3]) and a[3][:4] == b[3][:4]
            low, high = sorted((abs(a[2]), abs(b[2])))
            agrees = a[2] == b[2] or (same_start and low >= high * (1 - MILLE / 1000))
            if near and same_kind and agrees:
                assert (a[0], b[0]) in found, (a, b)
            if not near or not same_kind:
                assert (a[0], b[0]) not in found, (a, b)


def test_texts_that_say_nothing_leave_money_and_time():
    days, mille = BARE_WINDOWS[0]
    left = [("L1", 0, 10_000, None)]
    right = [("R1", days, 10_000 - 10 * mille + 100, "X"), ("R2", days + 1, 9_999, "Y"), ("R3", 0, 8_000, "Z")]
    assert set(pairs_of(table(left), table(right))) == {("L1", "R1")}


def test_a_rare_word_is_found_wherever_it_stands():
    left = [("L1", 0, 10_000, "INVOICE 77AB12 ACME"), ("L2", 0, 20_000, "OTHER")]
    right = [("R1", 5, 4_000, "FROM BANK REF 77AB12"), ("R2", 5, 3_000, "FROM BANK REF 99")]
    assert pairs_of(table(left), table(right)) == {("L1", "R1"): 2}


def test_scopes_keep_items_apart_and_keys_bring_them_together():
    left = table([("L1", 0, 10_000, "A")]).append_column("scope", pa.array(["one"])).append_column("who", pa.array(["x"]))
    right = table([("R1", 9, 9_000, "B"), ("R2", 9, 500, "B"), ("R3", 9, 9_000, "B")])
    right = right.append_column("scope", pa.array(["one", "one", "two"])).append_column("who", pa.array(["x", "y", "x"]))
    assert set(pairs_of(left, right, ["who"])) == {("L1", "R1")}


def test_the_same_ids_are_found_and_forbidden():
    left, right = table([("L1", 0, 5, "A"), ("L2", 0, 5, "A")]), table([("R1", 0, 5, "A"), ("R2", 0, 5, "A")])
    lists = lists_of(left, right)
    pairs = candidate_pairs(duckdb.connect(), lists)
    ids = pa.table({"left_id": ["L2", "L9"], "right_id": ["R1", "R1"]})
    assert among(pairs, lists, ids).tolist() == [False, False, True, False]
    assert len(without(pairs, lists, {("L2", "R1"), ("L1", "nobody")})) == 3


def test_hashes_beyond_63_bits_join_where_a_scan_is_filtered():
    """A scan that DuckDB filters by the range of the other side fails inside pyarrow for unsigned values beyond 2^63."""
    many = [(f"L{number:05}", number % 60, 1_000 + number, f"NAME{number * 7919} PAYS") for number in range(6_000)]
    others = [(item[0].replace("L", "R"), *item[1:]) for item in many]
    assert len(pairs_of(table(many), table(others))) >= 6_000
    assert START is not None
