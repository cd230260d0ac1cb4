"""Connected accounts that owe money: who holds a reserve for them, and who pays in the end."""

from __future__ import annotations

from typing import Any

from orchestration.sandbox.treasury.settlement import settle
from orchestration.sandbox.world.books import PLATFORM, Books
from orchestration.sandbox.world.plan import Plan

DAY = 86_400
Obj = dict[str, Any]


def open_account(books: Books, losses: str = "application", interval: str = "daily") -> str:
    account_id = books.new_id("acct_1")
    account = {
        "id": account_id,
        "object": "account",
        "controller": {"losses": {"payments": losses}},
        "created": books.start,
        "default_currency": "eur",
        "external_accounts": {"data": []},
        "settings": {"payouts": {"schedule": {"interval": interval, "weekly_anchor": "monday"}}},
    }
    books.standing["account"].append((PLATFORM, account))
    return account_id


def move(books: Books, tenant: str, net: int, day: int) -> None:
    """Money that is available from a midnight of the story on; booked two days before."""
    at = books.start + (day - 2) * DAY
    books.post(tenant, "charge", "charge", net, "eur", at, available_on=books.start + day * DAY)


def moved(books: Books, tenant: str, kind: str) -> list[tuple[int, int]]:
    """Day of the story and net of every transaction of a type."""
    return [
        ((row["created"] - books.start) // DAY, row["net"])
        for owner, row in books.objects["balance_transaction"]
        if owner == tenant and row["type"] == kind
    ]


def stated(books: Books, tenant: str, part: str) -> dict[str, int]:
    balance: Obj = dict(books.objects["balance"])[tenant]
    return {entry["currency"]: entry["amount"] for entry in balance.get(part, [])}


def test_the_platform_holds_what_an_account_owes_until_it_recovers() -> None:
    """
    day 10   -300.00   held from day 11
    day 20   +100.00   released in part
    day 30   +400.00   released; 200.00 can be paid out again
    """
    books = Books(Plan())
    tenant = open_account(books)
    move(books, PLATFORM, 90_000, 5)
    move(books, tenant, -30_000, 10)
    move(books, tenant, 10_000, 20)
    move(books, tenant, 40_000, 30)
    settle(books)
    assert moved(books, PLATFORM, "reserve_transaction") == [(11, -30_000), (20, 10_000), (30, 20_000)]
    assert [net for _, net in moved(books, tenant, "payout")] == [-20_000]
    assert "connect_reserved" not in dict(books.objects["balance"])[PLATFORM]


def test_who_owes_for_one_day_only_costs_no_reserve() -> None:
    books = Books(Plan())
    tenant = open_account(books)
    for day in (10, 60):
        move(books, tenant, -30_000, day)
        move(books, tenant, 30_000, day + 1)
    settle(books)
    assert moved(books, PLATFORM, "reserve_transaction") == []


def test_after_half_a_year_the_platform_pays_and_gets_its_reserve_back() -> None:
    books = Books(Plan())
    tenant = open_account(books)
    move(books, tenant, -30_000, 10)
    settle(books)
    kind = "connect_collection_transfer"
    assert moved(books, PLATFORM, kind) == [(190, -30_000)]
    assert moved(books, tenant, kind) == [(190, 30_000)]
    assert moved(books, PLATFORM, "reserve_transaction") == [(11, -30_000), (191, 30_000)]
    assert stated(books, tenant, "available") == {"eur": 0}
    assert stated(books, PLATFORM, "available")["eur"] == -30_000


def test_what_is_held_at_the_end_is_stated_as_reserved() -> None:
    books = Books(Plan(months=3))
    tenant = open_account(books)
    move(books, tenant, -30_000, 10)
    settle(books)
    assert stated(books, PLATFORM, "connect_reserved") == {"eur": 30_000}
    assert stated(books, tenant, "available") == {"eur": -30_000}


def test_for_losses_that_are_stripes_nothing_is_held() -> None:
    books = Books(Plan())
    tenant = open_account(books, losses="stripe")
    move(books, tenant, -30_000, 10)
    settle(books)
    assert moved(books, PLATFORM, "reserve_transaction") == []
    assert moved(books, tenant, "payout") == []


def test_a_negative_balance_is_carried_over_and_made_good_first() -> None:
    """An account that is paid every day owes 50.00 and then sells for 80.00: it gets 30.00."""
    books = Books(Plan())
    tenant = open_account(books, losses="stripe")
    move(books, tenant, -5_000, 14)
    move(books, tenant, 8_000, 15)
    sweeps = settle(books)
    assert [net for _, net in moved(books, tenant, "payout")] == [-3_000]
    days = {day - books.start // DAY for day in sweeps[tenant, "eur"]}
    assert days == {14, 15}


def test_an_account_without_a_transaction_states_an_empty_balance() -> None:
    books = Books(Plan())
    tenant = open_account(books)
    settle(books)
    assert stated(books, tenant, "available") == stated(books, tenant, "pending") == {"eur": 0}
