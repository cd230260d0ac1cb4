"""Balances of a simulated company on their way to the bank, proven against the transactions alone.

The platform's money comes from the simulated buyers; the connected accounts here are fed by hand, so that
each has its own schedule and what befalls it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any

import pytest

from orchestration.sandbox.payments.cast import cast
from orchestration.sandbox.treasury.settlement import settle
from orchestration.sandbox.world.books import PLATFORM, Books
from orchestration.sandbox.world.history import state_at
from orchestration.sandbox.world.plan import Plan

pytestmark = pytest.mark.slow

SEEDS = range(1, 21)
DAY, HOUR = 86_400, 3_600
Obj = dict[str, Any]
Key = tuple[str, str]
# interval, currency, who stands for losses
ACCOUNTS = (
    ("daily", "usd", "stripe"),
    ("weekly", "eur", "application"),
    ("daily", "usd", "application"),
    ("monthly", "jpy", "application"),
    ("manual", "kwd", "application"),
    ("weekly", "eur", "stripe"),
)


@dataclass
class Company:
    """A settled company: its books, and which automatic payout took which sweep day."""

    books: Books
    sweeps: dict[Key, dict[int, str]]

    @property
    def rows(self) -> list[tuple[str, Obj]]:
        return self.books.objects["balance_transaction"]

    @property
    def payouts(self) -> list[tuple[str, Obj]]:
        return self.books.objects["payout"]

    @property
    def own_rows(self) -> dict[str, Obj]:
        """Per payout the transaction that took it from the balance."""
        return {row["source"]: row for _, row in self.rows if row["type"] == "payout"}

    def payout_of(self, tenant: str, row: Obj) -> str | None:
        """The automatic payout that a transaction was paid out with."""
        if row["type"] == "payout":
            return None
        return self.sweeps.get((tenant, row["currency"]), {}).get(-(-row["available_on"] // DAY))

    def caused(self, cause: str) -> set[str]:
        return {note["payout"] for note in self.books.notes["payout_cause"] if note["cause"] == cause}


def account(books: Books, interval: str, currency: str, losses: str) -> str:
    """Open a connected account as the marketplace does; returns its id."""
    account_id = books.new_id("acct_1")
    schedule = {"interval": interval, "weekly_anchor": "monday", "monthly_anchor": 31}
    bank = {"id": f"ba_{account_id}", "currency": currency}
    books.standing["account"].append(
        (
            PLATFORM,
            {
                "id": account_id,
                "object": "account",
                "controller": {"losses": {"payments": losses}},
                "created": books.start,
                "default_currency": currency,
                "external_accounts": {"data": [bank]},
                "settings": {"payouts": {"schedule": schedule}},
            },
        )
    )
    return account_id


def sell(books: Books, tenant: str, currency: str, amount: int, at: int) -> None:
    books.post(tenant, "charge", "charge", amount, currency, at, available_on=(at // DAY + 2) * DAY)


def company(seed: int, customers: int = 60) -> Company:
    books = Books(Plan(customers=customers, seed=seed))
    for life in cast(books):
        life()
    for number, terms in enumerate(ACCOUNTS):
        tenant, rng = account(books, *terms), books.rng("feed", number)
        for at in range(books.start, books.end, DAY):
            if rng.random() < 0.7:
                sell(books, tenant, terms[1], rng.randrange(2_000, 90_000), at + rng.randrange(DAY))
            if rng.random() < 0.06:
                lost = -rng.randrange(1_000, 200_000)
                books.post(tenant, "refund", "refund", lost, terms[1], at + rng.randrange(DAY))
    return Company(books, settle(books))


@pytest.fixture(scope="module")
def companies() -> list[Company]:
    return [company(seed) for seed in SEEDS]


def test_an_automatic_payout_is_the_sum_of_its_transactions(companies: list[Company]) -> None:
    proven = 0
    for settled in companies:
        members: Counter[str] = Counter()
        for tenant, row in settled.rows:
            members[settled.payout_of(tenant, row) or ""] += row["net"]
        own = settled.own_rows
        for _, payout in settled.payouts:
            if payout["automatic"]:
                assert members[payout["id"]] == -own[payout["id"]]["net"] == payout["amount"] > 0
                proven += 1
            else:
                assert payout["id"] not in members
    assert proven > 10_000


def test_the_stated_balance_is_the_sum_of_all_transactions(companies: list[Company]) -> None:
    for settled in companies:
        sums: Counter[tuple[str, str, str]] = Counter()
        for tenant, row in settled.rows:
            is_there = row["available_on"] <= settled.books.end or row["type"] == "payout"
            sums[tenant, row["currency"], "available" if is_there else "pending"] += row["net"]
        stated = {
            (tenant, part["currency"], state): part["amount"]
            for tenant, balance in settled.books.objects["balance"]
            for state in ("available", "pending")
            for part in balance[state]
        }
        assert {key: net for key, net in sums.items() if net} == {
            key: amount for key, amount in stated.items() if amount
        }
        assert len(settled.books.objects["balance"]) == 1 + len(ACCOUNTS)


def test_every_evening_the_balance_is_what_no_payout_has_taken_yet(companies: list[Company]) -> None:
    """Opening + activity - payouts = closing, and the closing balance is made of what is not paid out."""
    for settled in companies[:5]:
        sent = {payout["id"]: payout["created"] for _, payout in settled.payouts}
        automatic = {payout["id"] for _, payout in settled.payouts if payout["automatic"]}
        closing: dict[Key, Counter[int]] = defaultdict(Counter)
        unpaid: dict[Key, Counter[int]] = defaultdict(Counter)
        for tenant, row in settled.rows:
            key, day = (tenant, row["currency"]), row["created"] // DAY
            closing[key][day] += row["net"]
            payout = settled.payout_of(tenant, row)
            if row["source"] in automatic and row["type"] == "payout":
                continue
            unpaid[key][day] += row["net"]
            if payout:
                unpaid[key][max(day, sent[payout] // DAY)] -= row["net"]
        days = range(settled.books.start // DAY, settled.books.end // DAY)
        for key in closing:
            assert list(accumulate(closing[key][day] for day in days)) == list(
                accumulate(unpaid[key][day] for day in days)
            ), key


def test_no_payout_takes_more_than_is_available(companies: list[Company]) -> None:
    """Available at midnight of its day, less what was paid out before, plus what is advanced with it."""
    for settled in companies:
        moves: dict[Key, list[tuple[int, int, Obj]]] = defaultdict(list)
        for tenant, row in settled.rows:
            if row["type"] == "payout":
                moves[tenant, row["currency"]].append((row["created"], 1, row))
            else:
                moves[tenant, row["currency"]].append((-(-row["available_on"] // DAY) * DAY, 0, row))
        for key, own in moves.items():
            available = 0
            for _, is_payout, row in sorted(own, key=lambda move: move[:2]):
                assert not is_payout or available + row["net"] >= 0, (key, row)
                available += row["net"]


def test_nothing_happens_at_or_after_the_end(companies: list[Company]) -> None:
    for settled in companies:
        moments = [change.at for history in settled.books.history.values() for change in history]
        assert max(moments) < settled.books.end and min(moments) >= settled.books.start
        for history in settled.books.history.values():
            assert [change.at for change in history] == sorted(change.at for change in history)


def test_what_became_of_a_payout_is_told_by_its_transactions(companies: list[Company]) -> None:
    """
    paid, in transit   one transaction
    failed, canceled   a second one brings the same amount back
    """
    for settled in companies:
        by_source = defaultdict(list)
        for _, row in settled.rows:
            if row["reporting_category"] in ("payout", "payout_reversal"):
                by_source[row["source"]].append(row)
        for _, payout in settled.payouts:
            own = sorted(by_source[payout["id"]], key=lambda row: row["created"])
            assert own[0]["id"] == payout["balance_transaction"]
            assert own[0]["amount"] == -payout["amount"]
            if payout["status"] in ("failed", "canceled"):
                kind = "payout_failure" if payout["status"] == "failed" else "payout_cancel"
                assert (own[1]["type"], own[1]["net"]) == (kind, payout["amount"])
                assert own[1]["id"] == payout["failure_balance_transaction"]
            else:
                assert len(own) == 1


def test_every_incident_befalls_some_payout_of_each_company(companies: list[Company]) -> None:
    for settled in companies:
        payouts = {payout["id"]: payout for _, payout in settled.payouts}
        told = {
            cause: {
                tuple(change.event for change in settled.books.history[payout])
                for payout in settled.caused(cause)
            }
            for cause in ("instant", "instant_advance", "refused", "returned", "canceled", "reversed")
        }
        assert all("payout.paid" in story and "payout.failed" in story for story in told["returned"])
        assert all("payout.paid" not in story and story[-1] == "payout.failed" for story in told["refused"])
        assert told["canceled"] == {("payout.created", "payout.canceled")}
        assert all("payout.paid" in story and story[-1] == "payout.updated" for story in told["reversed"])
        assert all(told.values()), [cause for cause, stories in told.items() if not stories]
        for payout_id in settled.caused("reversed"):
            back = payouts[payouts[payout_id]["reversed_by"]]
            assert back["original_payout"] == payout_id
            assert back["amount"] == -payouts[payout_id]["amount"]
        types = {row["type"] for _, row in settled.rows}
        assert types >= {
            "advance", "advance_funding", "contribution", "payout_minimum_balance_hold", "stripe_fee",
            "payout_minimum_balance_release", "reserve_transaction", "reserved_funds", "tax_fee", "topup",
            "topup_reversal",
        }  # fmt: skip


def test_a_paid_payout_was_in_transit_first_and_has_a_reference_of_the_bank(companies: list[Company]) -> None:
    traces = Counter()
    for _, payout in companies[0].payouts:
        history = companies[0].books.history[payout["id"]]
        born = state_at(payout, history, payout["created"])
        assert born and born["status"] == ("in_transit" if payout["automatic"] or payout["amount"] < 0 else "pending")
        if payout["status"] == "paid" and payout["method"] == "standard":
            paid = next(change.at for change in history if change.event == "payout.paid")
            assert paid >= payout["arrival_date"]
            traces[payout["trace_id"]["status"]] += 1
            assert (payout["trace_id"]["value"] is not None) == (payout["trace_id"]["status"] == "supported")
        if payout["status"] == "in_transit":
            assert payout["arrival_date"] + 6 * HOUR >= companies[0].books.end
    assert traces["supported"] > 5 * (traces["unsupported"] + traces["pending"]) > 0


def weekday(epoch: int) -> int:
    return datetime.fromtimestamp(epoch, UTC).weekday()


def test_automatic_payouts_keep_their_schedule_and_banks_their_holidays(companies: list[Company]) -> None:
    closed = {"usd": {"2025-07-04", "2025-11-27", "2025-12-25", "2026-01-19"}, "eur": {"2025-04-18", "2025-12-26"}}
    settled = companies[0]
    tenants = [item["id"] for _, item in settled.books.standing["account"]]
    for tenant, payout in settled.payouts:
        if payout["method"] == "instant":
            continue
        assert weekday(payout["arrival_date"]) < 5
        arrival = datetime.fromtimestamp(payout["arrival_date"], UTC).date().isoformat()
        assert arrival not in closed.get(payout["currency"], ())
        assert payout["arrival_date"] > payout["created"]
        if payout["automatic"]:
            assert weekday(payout["created"]) < 5 or tenant == tenants[3]
            if tenant in (tenants[1], tenants[5]):
                assert weekday(payout["created"]) == 0
            if tenant == tenants[3]:
                assert datetime.fromtimestamp(payout["created"] + DAY, UTC).day == 1
        else:
            is_reversal = payout["original_payout"] is not None
            assert is_reversal or (tenant, payout["currency"]) in {(PLATFORM, "jpy"), (tenants[4], "kwd")}
            assert is_reversal or payout["amount"] % 10_000 == 0


def test_an_instant_payout_takes_the_whole_balance_for_one_percent(companies: list[Company]) -> None:
    for settled in companies:
        own = settled.own_rows
        for tenant, payout in settled.payouts:
            if payout["method"] != "instant":
                continue
            fee = own[payout["id"]]["fee"]
            assert abs(fee * 100 - payout["amount"]) <= 150
            assert payout["id"] not in settled.sweeps[tenant, payout["currency"]].values()
            advances = [
                row for _, row in settled.rows if row["source"] == payout["id"] and row["type"] != "payout"
            ]
            assert sum(row["net"] for row in advances) == 0
            assert {row["type"] for row in advances} in (set(), {"advance", "advance_funding"})
            today = payout["created"] // DAY
            for row in advances:
                assert row["available_on"] // DAY in ([today] if row["net"] > 0 else [today + 1, today + 2])


def test_a_minimum_stays_on_the_balance(companies: list[Company]) -> None:
    """balance 300.00, minimum 50.00: hold -50.00, payout -250.00, then release +50.00"""
    settled = companies[0]
    tenant = settled.books.standing["account"][1][1]["id"]
    held = [row for owner, row in settled.rows if owner == tenant and row["type"].startswith("payout_minimum")]
    assert [row["net"] for row in held] == [-5_000, 5_000] * (len(held) // 2)
    payouts = [payout for owner, payout in settled.payouts if owner == tenant]
    assert len(held) == 2 * len(payouts) > 60


def test_top_ups_have_the_rows_of_their_state(companies: list[Company]) -> None:
    expected = {"succeeded": 1, "reversed": 2, "failed": 0, "canceled": 0, "pending": 0}
    settled = companies[0]
    seen = Counter()
    for _, topup in settled.books.objects["topup"]:
        own = [row for _, row in settled.rows if row["source"] == topup["id"]]
        seen[topup["status"]] += 1
        assert len(own) == expected[topup["status"]]
        assert [row["amount"] for row in own] == [topup["amount"], -topup["amount"]][: len(own)]
    assert set(seen) == set(expected)


def test_software_fees_come_every_month_with_their_tax(companies: list[Company]) -> None:
    rows = [row for tenant, row in companies[0].rows if tenant == PLATFORM]
    usage = [row for row in rows if row["type"] == "stripe_fee" and "Billing - Usage Fee" in row["description"]]
    months = [f"2025-{month:02d}" for month in range(4, 13)] + ["2026-01", "2026-02", "2026-03"]
    assert sorted(row["description"][-8:-1] for row in usage if row["amount"] < 0) == months
    assert [row["description"] for row in usage if row["amount"] > 0] == [
        "Billing - Usage Fee (2025-10) correction"
    ]
    taxed = {row["description"]: row["amount"] for row in rows if row["type"] == "tax_fee"}
    for row in usage:
        if row["amount"] < 0:
            tax = taxed[f"Tax on {row['description']}"]
            assert abs(tax * 100 - row["amount"] * 8) <= 50
    reserve = [row["amount"] for row in rows if row["type"] == "reserved_funds"]
    assert reserve[0] < 0 and sum(reserve) == 0


def test_the_same_seed_gives_the_same_payouts() -> None:
    first, again = company(5), company(5)
    assert first.books.objects == again.books.objects
    assert first.sweeps == again.sweeps
    assert first.books.notes == again.books.notes
