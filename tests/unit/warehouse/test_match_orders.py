"""Orders and charges: an id is a strong word, not the last one; money, buyer and time have theirs."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from orchestration.warehouse.matching.decided import Decision, Decisions
from orchestration.warehouse.matching.orders import match_orders

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
INSTANT = pa.timestamp("us", tz="UTC")
COMMON = [("id", pa.string()), ("object_id", pa.string()), ("scope", pa.string()), ("currency", pa.string()),
          ("date", pa.date32()), ("happened_at", INSTANT), ("amount_minor", pa.int64()), ("reference", pa.string()),
          ("customer", pa.string())]  # fmt: skip
ORDERS = pa.schema([*COMMON, ("expects_payment", pa.bool_())])
CHARGES = pa.schema([*COMMON, ("order_reference", pa.string()), ("invoice_id", pa.string())])
Row = dict[str, Any]


def item(id: str, minutes: float, amount: int, customer: str | None = "cus_1", **more: Any) -> Row:
    at = NOON + timedelta(minutes=minutes)
    return {"id": id, "object_id": id, "scope": "platform", "currency": "usd", "date": at.date(), "happened_at": at,
            "amount_minor": amount, "customer": customer, **more}  # fmt: skip


def order(id: str, minutes: float, amount: int, charge: str | None = None, **more: Any) -> Row:
    return item(id, minutes, amount, **{"reference": charge, "expects_payment": True, **more})


def charge(id: str, minutes: float, amount: int, order: str | None = None, **more: Any) -> Row:
    return item(
        id, minutes, amount, **{"reference": id, "order_reference": order, "invoice_id": None, **more}
    )


def matched(orders: list[Row], charges: list[Row], *decisions: Decision) -> dict[tuple[str, ...], str]:
    """Sorted ids of each group -> tier and status."""
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        found = match_orders(
            connection,
            pa.Table.from_pylist(orders, ORDERS),
            pa.Table.from_pylist(charges, CHARGES),
            Decisions(decisions),
        ).to_pylist()
    members: dict[int, list[Row]] = {}
    for row in found:
        members.setdefault(row["group_number"], []).append(row)
    return {
        tuple(sorted(row["item_id"] for row in group)): f"{group[0]['tier']} {group[0]['status']}"
        for group in members.values()
    }


def test_ids_that_agree_are_sure() -> None:
    assert matched([order("o1", 0, 500, "ch_1")], [charge("ch_1", 1, 500, "o1")]) == {
        ("ch_1", "o1"): "a auto"
    }
    assert matched([order("o1", 0, 500, "ch_1")], [charge("ch_1", 1, 500)]) == {("ch_1", "o1"): "a auto"}
    assert matched([order("o1", 0, 500)], [charge("ch_1", 1, 500, "o1")]) == {("ch_1", "o1"): "a auto"}


def test_a_reference_goes_to_the_order_with_the_better_claim() -> None:
    """The shop noted the payment of the first order for the second one too; equal money in both."""
    orders = [order("o1", 0, 500, "ch_1"), order("o2", 60, 500, "ch_1")]
    for named in ("o1", None):  # with and without a word of the charge itself
        charges = [charge("ch_1", 1, 500, named), charge("ch_2", 61, 500)]
        assert matched(orders, charges) == {("ch_1", "o1"): "a auto", ("ch_2", "o2"): "b auto"}


def test_a_reference_to_the_charge_of_somebody_else_is_not_followed() -> None:
    orders = [order("o1", 0, 500, "ch_9", customer="cus_1")]
    charges = [charge("ch_9", -700, 700, customer="cus_9"), charge("ch_1", 1, 500, customer="cus_1")]
    assert matched(orders, charges) == {("ch_1", "o1"): "b auto", ("ch_9",): "f unmatched"}


def test_a_doubtful_reference_is_for_a_person() -> None:
    """Nothing but the reference speaks for it: other buyer, other money."""
    found = matched([order("o1", 0, 500, "ch_1", customer="cus_1")], [charge("ch_1", 1, 450, customer=None)])
    assert found == {("ch_1", "o1"): "a review"}


def test_two_payments_of_one_order_stand_together() -> None:
    charges = [charge("ch_1", 1, 500, "o1"), charge("ch_2", 2, 500, "o1")]
    assert matched([order("o1", 0, 500, "ch_1")], charges) == {("ch_1", "ch_2", "o1"): "a auto"}


def test_a_charge_that_repeats_another_is_for_a_person() -> None:
    """The second charge names nothing: the same thing bought again, or charged twice?"""
    charges = [charge("ch_1", 1, 500, "o1"), charge("ch_2", 9, 500)]
    assert matched([order("o1", 0, 500, "ch_1")], charges) == {("ch_1", "ch_2", "o1"): "a review"}
    late = [charge("ch_1", 1, 500, "o1"), charge("ch_2", 90, 500)]
    assert matched([order("o1", 0, 500, "ch_1")], late) == {("ch_1", "o1"): "a auto", ("ch_2",): "f unmatched"}


def test_parts_add_up_with_or_without_ids() -> None:
    whole = {("ch_1", "ch_2", "o1"): "a auto"}
    both = [charge("ch_1", 1, 200, "o1"), charge("ch_2", 900, 300, "o1")]
    neither = [charge("ch_1", 1, 200), charge("ch_2", 900, 300)]
    assert matched([order("o1", 0, 500, "ch_1")], both) == whole
    assert matched([order("o1", 0, 500, "ch_1")], neither) == whole  # the remainder is found
    assert matched([order("o1", 0, 500)], neither) == whole


def test_parts_that_could_be_others_are_left_alone() -> None:
    charges = [charge("ch_1", 1, 200), charge("ch_2", 9, 300), charge("ch_3", 12, 300)]
    found = matched([order("o1", 0, 500)], charges)
    assert set(found.values()) == {"f unmatched"} and len(found) == 4


def test_wrong_money_under_the_right_id_is_for_a_person() -> None:
    assert matched([order("o1", 0, 500, "ch_1")], [charge("ch_1", 1, 5_000, "o1")]) == {
        ("ch_1", "o1"): "a review"
    }


def test_equal_buyers_and_money_at_one_time_are_ambiguous() -> None:
    found = matched([order("o1", 0, 500), order("o2", 1, 500)], [charge("ch_1", 2, 500)])
    assert found == {("ch_1", "o2"): "b ambiguous", ("o1",): "f unmatched"}


def test_money_and_time_alone_are_enough_only_where_chance_is_not() -> None:
    rare = [
        charge("ch_1", 1, 512, customer=None),
        *(charge(f"ch_x{n}", n * 1_440, 777) for n in range(2, 400)),
    ]
    assert matched([order("o1", 0, 512, customer=None)], rare)["ch_1", "o1"] == "b auto"
    common = [charge("ch_1", 1, 777, customer=None), *rare[1:]]
    assert matched([order("o1", 0, 777, customer=None)], common)["ch_1", "o1"] == "b review"


def test_who_expects_no_payment_is_matched_by_ids_only_and_never_surely() -> None:
    canceled = order("o1", 0, 500, expects_payment=False)
    assert matched([canceled], [charge("ch_1", 1, 500)]) == {("ch_1",): "f unmatched"}
    assert matched([canceled], [charge("ch_1", 1, 500, "o1")]) == {("ch_1", "o1"): "a review"}


def test_charges_that_an_invoice_bills_are_not_missed() -> None:
    billed = charge("ch_1", 1, 500, invoice_id="in_1")
    assert matched([order("o1", 0, 900)], [billed]) == {("o1",): "f unmatched"}
    assert matched([order("o1", 0, 500, "ch_1")], [billed]) == {("ch_1", "o1"): "a auto"}


def test_tenants_and_currencies_are_never_mixed() -> None:
    for other in ({"scope": "acct_1"}, {"currency": "eur"}):
        found = matched([order("o1", 0, 500, "ch_1")], [charge("ch_1", 1, 500, "o1", **other)])
        assert found[("o1",)] == "f unmatched" and ("ch_1", "o1") not in found


def test_numbers_of_another_kind_say_nothing() -> None:
    orders = [order(f"o{n}", n * 100, 500 + n, customer=f"cus_{n}") for n in range(9)]
    charges = [
        charge(f"ch_{n}", n * 100 + 1, 500 + n, f"internal-{n}", customer=f"cus_{n}") for n in range(9)
    ]
    assert matched(orders, charges) == {(f"ch_{n}", f"o{n}"): "b auto" for n in range(9)}
    # but where the numbers are those of the book, a charge of an unknown order pays no other one
    charges = [
        charge(f"ch_{n}", n * 100 + 1, 500 + n, f"o{n}" if n else "o99", customer=f"cus_{n}")
        for n in range(9)
    ]
    assert matched(orders, charges)[("o0",)] == "f unmatched"


def test_an_order_book_of_days_is_matched_by_days() -> None:
    orders = [order(f"o{n}", n * 1_440 - 720, 500 + n, customer=f"cus_{n}") for n in range(30)]
    charges = [charge(f"ch_{n}", n * 1_440 + 100, 500 + n, customer=f"cus_{n}") for n in range(30)]
    assert matched(orders, charges) == {(f"ch_{n}", f"o{n}"): "b auto" for n in range(30)}


def test_what_people_decided_stands() -> None:
    orders, charges = [order("o1", 0, 500, "ch_1")], [charge("ch_1", 1, 500, "o1"), charge("ch_2", 2, 700)]
    no = Decision("d1", "reject", ("o1",), ("ch_1",))
    assert matched(orders, charges, no) == {
        ("o1",): "f unmatched",
        ("ch_1",): "f unmatched",
        ("ch_2",): "f unmatched",
    }
    yes = Decision("d2", "confirm", ("o1",), ("ch_2",))
    assert matched(orders, charges, yes) == {("ch_2", "o1"): "f confirmed", ("ch_1",): "f unmatched"}


def test_the_order_of_rows_decides_nothing() -> None:
    rng = random.Random(5)
    orders = [order(f"o{n}", rng.randrange(5_000), rng.choice((300, 500)), rng.choice((None, f"ch_{rng.randrange(80)}")),
                    customer=f"cus_{rng.randrange(9)}") for n in range(80)]  # fmt: skip
    charges = [charge(f"ch_{n}", rng.randrange(5_000), rng.choice((200, 300, 500)),
                      rng.choice((None, f"o{rng.randrange(80)}")), customer=f"cus_{rng.randrange(9)}")
               for n in range(80)]  # fmt: skip
    first = matched(orders, charges)
    for _ in range(3):
        rng.shuffle(orders)
        rng.shuffle(charges)
        assert matched(orders, charges) == first
    assert len(set(first.values())) > 3
