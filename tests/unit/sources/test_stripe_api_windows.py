"""Stretches of time: cut, merged and read so that every second is read once, whatever the list does meanwhile."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from orchestration.sources.receipts import read_receipts
from orchestration.sources.stripe_api.cursor import AccountCursor, StreamCursor
from orchestration.sources.stripe_api.run import extract
from orchestration.sources.stripe_api.seen import MOST, Seen
from orchestration.sources.stripe_api.transport import Reply
from orchestration.sources.stripe_api.windows import Window, merged, split
from tests.unit.sources.stripe_pull import DAY as ONE_DAY
from tests.unit.sources.stripe_pull import FAST, Obj, Script, fresh, landed_rows, page_of

NOW = 1_775_000_000


@pytest.mark.parametrize("seed", range(20))
def test_pieces_cover_a_window_exactly(seed: int) -> None:
    rng = random.Random(seed)
    end = rng.randint(1, 5000)
    window = Window(rng.choice([None, rng.randint(0, end - 1)]), end)
    pieces = split(window, rng.randint(1, 300), rng.randint(1, 8))
    assert pieces[0].end == window.end
    assert pieces[-1].start == window.start
    assert all(newer.start == older.end for newer, older in zip(pieces, pieces[1:], strict=False))
    assert all(piece.start is None or piece.start < piece.end for piece in pieces)


@pytest.mark.parametrize("seed", range(20))
def test_merged_windows_cover_the_same_seconds_once(seed: int) -> None:
    rng = random.Random(seed)
    windows = []
    for _ in range(rng.randint(1, 8)):
        start = rng.randint(0, 50)
        windows.append(Window(None if rng.random() < 0.1 else start, start + rng.randint(0, 12)))
    result = merged(windows)
    for second in range(-5, 70):
        covering = sum(window.covers(second) for window in result)
        assert covering == (1 if any(window.covers(second) for window in windows) else 0)


def test_a_cursor_survives_being_landed() -> None:
    cursor = AccountCursor("acct_1", members_read={"po_1": 5}, activity={20_000: 3}, questions={"ch_1": ("charge", 9)})
    seen = Seen()
    seen.add("txn_1", b"line", NOW)
    cursor.streams["charge"] = StreamCursor(None, 99, [Window(None, 5, frozenset({"ch_2"}))], {20_500}, seen, 7)
    again = AccountCursor.from_bytes(cursor.as_bytes())
    assert again.as_bytes() == cursor.as_bytes()
    assert again.streams["charge"].todo == cursor.streams["charge"].todo
    assert not again.streams["charge"].seen.is_news("txn_1", b"line")
    assert again.streams["charge"].seen.is_news("txn_1", b"another line")
    with pytest.raises(ValueError, match="version"):
        AccountCursor.from_bytes(cursor.as_bytes().replace(b'"version":1', b'"version":2'))
    with pytest.raises(ValueError, match="not a cursor"):
        AccountCursor.from_bytes(b'{"version": 1}')


def test_what_is_remembered_is_bounded_and_forgotten_in_time() -> None:
    seen = Seen()
    for number in range(MOST + 10):
        seen.add(f"txn_{number}", b"line", NOW - (number % 2) * 20 * ONE_DAY)
    assert len(seen) == MOST
    seen.forget_before(NOW - 10 * ONE_DAY)
    assert len(seen) == MOST // 2


class Shelf:
    """A list that is served like Stripe's, and from which rows may vanish between two pages."""

    def __init__(self, rows: list[Obj], vanish: Mapping[int, list[str]] | None = None) -> None:
        self.rows = sorted(rows, key=lambda row: -row["created"])
        self.vanish = dict(vanish or {})
        self.requests = 0

    def answer(self, path: str, params: Mapping[str, Any], account: str) -> Any:
        if path != "/v1/customers":
            return {"object": "balance"} if path == "/v1/balance" else page_of([])
        self.requests += 1
        for name in self.vanish.get(self.requests, []):
            self.rows = [row for row in self.rows if row["id"] != name]
        created = params["created"]
        rows = [row for row in self.rows if created.get("gte", 0) <= row["created"] < created["lt"]]
        after = params.get("starting_after")
        if after is not None:
            ids = [row["id"] for row in rows]
            if after not in ids:
                return Reply(400, '{"error": {"message": "No such customer", "code": "resource_missing", "param": "starting_after"}}', {})
            rows = rows[ids.index(after) + 1 :]
        return page_of(rows[: params["limit"]], has_more=len(rows) > params["limit"])


def pull_customers(folder: Path, shelf: Shelf) -> list[str]:
    workspace = fresh(folder)
    names = frozenset({"customer"})
    options = replace(FAST, objects=names, accounts=("platform",), page_size=10)
    outcome = extract(workspace, options, lambda: Script(shelf.answer), clock=lambda: NOW)
    assert outcome.failures == []
    return [row["id"] for _, row in landed_rows(workspace, "customer")]


def customers(created: list[int]) -> list[Obj]:
    return [{"id": f"cus_{number}", "object": "customer", "created": at, "balance": 0} for number, at in enumerate(created)]


@pytest.mark.parametrize("seed", range(8))
def test_every_row_is_landed_once_wherever_it_lies(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    crowd = NOW - rng.randint(1000, 10**8)
    times = [NOW - rng.randint(301, 10 ** rng.randint(3, 8)) for _ in range(200)] + [crowd] * rng.randint(0, 60)
    rows = customers(times)
    assert sorted(pull_customers(tmp_path, Shelf(rows))) == sorted(row["id"] for row in rows)


def test_a_row_that_is_deleted_while_it_ends_a_page_does_not_end_the_list(tmp_path: Path) -> None:
    rows = customers([NOW - 1000 - number // 3 for number in range(45)])
    shelf = Shelf(rows, {2: ["cus_9"], 4: ["cus_19", "cus_20"]})
    landed = pull_customers(tmp_path, shelf)
    assert set(landed) >= {row["id"] for row in rows} - {"cus_9", "cus_19", "cus_20"}
    assert len(landed) == len(set(landed))


def test_rows_are_dated_by_stripes_clock_not_by_this_machines(tmp_path: Path) -> None:
    shelf = Shelf(customers([NOW - 1000]))

    def answer(path: str, params: Mapping[str, Any], account: str) -> Reply:
        found = shelf.answer(path, params, account)
        assert not isinstance(found, Reply)
        return Reply(200, json.dumps(found), {"date": formatdate(NOW, usegmt=True)})

    workspace = fresh(tmp_path)
    names = frozenset({"customer"})
    outcome = extract(workspace, replace(FAST, objects=names, accounts=("platform",)), lambda: Script(answer))
    [receipt] = [receipt for receipt in read_receipts(workspace) if receipt.table == "customer"]
    assert NOW - 1 <= datetime.fromisoformat(receipt.export_time).timestamp() < NOW + 60
    assert any("clock" in remark for remark in outcome.remarks)
