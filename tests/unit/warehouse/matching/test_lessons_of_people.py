"""A bank that pays under a name of its own: what people confirm teaches, once it is accepted, and only then."""

from __future__ import annotations

import random
from datetime import date, timedelta

import duckdb
import pyarrow as pa

from orchestration.warehouse.matching.calibration import Calibration, Case
from orchestration.warehouse.matching.decided import Decisions
from orchestration.warehouse.matching.lessons_of_people import Aliases, Lesson
from orchestration.warehouse.matching.live import match_payouts_in_shadow, match_payouts_live
from orchestration.warehouse.matching.payout_bank import match_payouts

FIRST = date(2026, 1, 5)
AGENT = "northpay clearing"
NO_CASES = pa.table({"match_kind": pa.array([], pa.string())})


def _payout(number: int) -> dict[str, object]:
    day = FIRST + timedelta(days=number // 2 * 2)
    return {"id": f"po_{number:04d}", "scope": "platform", "currency": "usd", "date": day, "reference": None,
            "amount_minor": random.Random(number).randint(100_000, 9_000_000), "text": "STRIPE PAYOUT", "entity": "stripe"}  # fmt: skip


def _company(batches: int) -> tuple[pa.Table, pa.Table]:
    """Two payouts every other day, which an agent pays together the day after; a supplier is paid now and then."""
    payouts = [_payout(number) for number in range(2 * batches)]
    lines = []
    for batch in range(batches):
        pair = payouts[2 * batch : 2 * batch + 2]
        lines.append(
            {"id": f"be_{batch:04d}", "scope": "platform", "currency": "usd",
             "date": FIRST + timedelta(days=2 * batch + 1),
             "amount_minor": sum(int(str(one["amount_minor"])) for one in pair),
             "text": f"EFT {batch * 37 % 10_007}", "words": "", "entity": AGENT}
        )  # fmt: skip
    lines.append({**lines[0], "id": "be_rent", "amount_minor": -250_000, "entity": "a landlord"})
    schema = pa.schema([("date", pa.date32()), ("reference", pa.string())])
    tables = []
    for rows in (payouts, lines):
        table = pa.Table.from_pylist(rows)
        for place, name in enumerate(table.column_names):
            if name in schema.names:
                table = table.set_column(place, name, table[name].cast(schema.field(name).type))
        tables.append(table)
    return tables[0], tables[1]


def _lessons(count: int, action: str = "confirm") -> list[Lesson]:
    return [
        (action, frozenset({f"po_{2 * batch:04d}", f"po_{2 * batch + 1:04d}"}), frozenset({f"be_{batch:04d}"}))
        for batch in range(count)
    ]


def _statuses(groups: pa.Table) -> dict[str, str]:
    """Bank line -> status of its group, of lines that stand in a group with payouts."""
    rows = groups.to_pylist()
    with_payouts = {row["group_number"] for row in rows if row["side"] == "left"}
    return {row["item_id"]: row["status"] for row in rows if row["side"] == "right" and row["group_number"] in with_payouts}


def _rows_of(lessons: list[Lesson], *, is_live: bool) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {"decision_id": f"dec_{number}", "action": action, "match_kind": "payout_bank", "side": side,
             "object_id": item, "is_live": is_live, "decided_by": "Ada", "reason": "the agent's notice"}
            for number, (action, left, right) in enumerate(lessons)
            for side, items in (("left", left), ("right", right))
            for item in sorted(items)
        ]
    )  # fmt: skip


def test_a_hundred_decisions_take_the_next_month_off_the_list() -> None:
    payouts, lines = _company(batches=115)
    before = _statuses(match_payouts(duckdb.connect(), payouts, lines, Decisions()))
    next_month = [f"be_{batch:04d}" for batch in range(100, 115)]
    assert [before[line] for line in next_month] == ["review"] * 15
    after = _statuses(match_payouts(duckdb.connect(), payouts, lines, Decisions(), lessons=_lessons(100)))
    assert [after[line] for line in next_month] == ["auto"] * 15
    assert "be_rent" not in after


def test_what_is_taught_is_seen_in_shadow_before_it_counts() -> None:
    payouts, lines = _company(batches=30)
    waiting, accepted = (_rows_of(_lessons(20), is_live=is_live) for is_live in (False, True))
    live = match_payouts_live(duckdb.connect(), payouts, lines, waiting, NO_CASES, waiting)
    shadow = match_payouts_in_shadow(duckdb.connect(), payouts, lines, waiting, NO_CASES, waiting, live)
    decided, others = [f"be_{batch:04d}" for batch in range(20)], [f"be_{batch:04d}" for batch in range(20, 30)]
    assert {_statuses(live)[line] for line in decided} == {"confirmed"}
    assert {_statuses(live)[line] for line in others} == {"review"}
    assert {_statuses(shadow)[line] for line in others} == {"auto"}
    then = match_payouts_live(duckdb.connect(), payouts, lines, accepted, NO_CASES, accepted)
    assert _statuses(then) == _statuses(shadow)
    nothing_waits = match_payouts_in_shadow(duckdb.connect(), payouts, lines, accepted, NO_CASES, accepted, then)
    assert nothing_waits.equals(then)


def test_a_rejected_match_does_not_come_back() -> None:
    payouts, lines = _company(batches=10)
    rejected = _rows_of(_lessons(1, "reject"), is_live=False)
    groups = match_payouts_live(duckdb.connect(), payouts, lines, rejected, NO_CASES, rejected)
    assert "be_0000" not in _statuses(groups)
    assert len(_statuses(groups)) == 9


def test_names_said_both_ways_teach_nothing() -> None:
    _, lines = _company(batches=10)
    both = [*_lessons(5), *_lessons(6, "reject")[5:]]
    assert Aliases.of(_lessons(5), lines, "stripe").ours == {AGENT}
    assert Aliases.of(both, lines, "stripe") == Aliases()


def test_calibration_is_monotone_careful_and_silent_where_it_knows_little() -> None:
    curve = Calibration.of(
        [Case("c", 0.6, 50, 25), Case("c", 0.8, 50, 45), Case("c", 0.9, 50, 44), Case("c", 0.99, 400, 400), Case("b", 0.9, 3, 0)]
    )
    assert set(curve.curves) == {"c"}
    believed, proved = curve.curves["c"]
    assert list(believed) == [0.6, 0.8, 0.9, 0.99]
    assert all(proved[1:] >= proved[:-1])
    # 45 and 44 of 50 are one block: 89 of 100
    assert proved[1] == proved[2] == 1 - (11 + 0.5) / (100 + 1)
    assert proved[3] == 1 - 0.5 / 401  # 400 right ones prove no certainty


def test_what_is_right_above_a_belief_does_not_make_it_automatic() -> None:
    curve = Calibration.of([Case("c", 0.75, 20, 20), Case("c", 0.99, 400, 400)])
    proved = curve.curves["c"][1]
    assert proved[0] == 1 - 0.5 / 21
    assert proved[1] == 1 - 0.5 / 421
