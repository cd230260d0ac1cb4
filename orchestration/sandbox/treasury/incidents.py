"""What befalls payouts: banks that refuse or return them, instant ones, reversals, minimum balances."""

from __future__ import annotations

from random import Random

from orchestration.sandbox.treasury.payouts import arrive, send
from orchestration.sandbox.treasury.schedules import Schedule
from orchestration.sandbox.treasury.till import Till
from orchestration.sandbox.world.books import Books
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.money import DAY, half_up

_Dealt = tuple[tuple[int, str], ...]  # at which percent of the story, and what
_PLATFORM: dict[str, _Dealt] = {
    "usd": ((20, "instant"), (40, "returned"), (55, "advance"), (70, "refused")),
    "eur": ((30, "returned"),),
    "jpy": ((25, "canceled"), (60, "returned")),
    "kwd": ((50, "refused"),),
}
_ACCOUNTS: tuple[_Dealt, ...] = (
    ((25, "instant"), (60, "reversed")),
    ((75, "refused"),),
    ((35, "advance"), (60, "reversed")),
    ((50, "returned"),),
    ((30, "canceled"),),
    ((45, "returned"),),
)
_KEEPS_A_MINIMUM, _MINIMUM = 1, 5_000
# How many of a hundred balances meet it in a year.
_YEARLY = {"returned": 30, "refused": 15, "instant": 25, "advance": 10, "reversed": 5}
_BY_HAND = frozenset({"canceled", "refused", "returned"})
_NEEDS_USD = frozenset({"instant", "advance", "reversed"})  # debit cards and bank accounts in the US
_ONCE_AT = 600  # ten past midnight UTC is the afternoon in California
_LEAST = 2_000  # smaller balances are not worth a fee


def incidents_of(
    books: Books, rng: Random, currency: str, number: int | None, schedule: Schedule
) -> list[tuple[int, str]]:
    """What befalls a balance, as (first possible day, kind), the earliest last.

    Args:
        number: Of the connected account, the first of which are dealt their incidents; None for the platform.
    """
    first, days = books.start // DAY, (books.end - books.start) // DAY
    dealt: _Dealt = ()
    if number is None:
        dealt = _PLATFORM.get(currency, ())
    elif number < len(_ACCOUNTS):
        dealt = _ACCOUNTS[number]
    found = [(first + days * percent // 100, kind) for percent, kind in dealt]
    for kind, share in _YEARLY.items():
        if rng.randrange(100 * 365) < share * days:
            found.append((first + rng.randrange(days), kind))
    return sorted((item for item in found if _fits(item[1], currency, schedule)), reverse=True)


def minimum_of(number: int | None) -> int:
    """What automatic payouts leave on the balance, in minor units: one of the first accounts asked for it."""
    return _MINIMUM if number == _KEEPS_A_MINIMUM else 0


def pay_at_once(till: Till, day: int, kind: str) -> None:
    """Take the whole balance for a fee of 1 %, to a debit card; with "advance" also what is still pending.

    The advance is given back out of the next two days' money, on the days on which that becomes available.
    """
    if till.balance < _LEAST:
        till.incidents.append((day + 1, kind))
        return
    books, at = till.books, day * DAY + _ONCE_AT
    parts = [max(till.pool.get(day + ahead, 0), 0) // (2 * ahead) for ahead in (1, 2)]
    advanced = sum(parts) if kind == "advance" else 0
    total = till.balance + advanced
    fee = half_up(total, 101)
    card = books.new_id("card_1")
    payout = send(books, till.tenant, total - fee, till.currency, at, card, kind="instant", fee=fee)
    if advanced:
        text = f"Advance for {payout['id']}"
        till.post_at_midnight(day, "advance", advanced, at, payout["id"], text)
        for ahead, part in enumerate(parts, start=1):
            if part:
                _give_back(till, payout, part, at, (day + ahead) * DAY)
    till.take_all(None)
    arrive(books, payout, 0.0)
    remember(till, payout, "instant_advance" if advanced else "instant", at)


def remember(till: Till, payout: Obj, cause: str, at: int, reversed_by: str | None = None) -> None:
    """Note why the bank sees a payout otherwise than as plain money on its arrival date; once for each.

    Causes: instant, instant_advance, refused (never arrives), returned (arrives and goes back), canceled
    (never leaves), reversed (debited again by the payout `reversed_by`). `at` is when it happened; what
    would happen after the story is not noted.
    """
    if at >= till.books.end:
        return
    till.books.notes["payout_cause"].append(
        {"payout": payout["id"], "account": till.tenant, "cause": cause, "at": at, "reversed_by": reversed_by}
    )


def _fits(kind: str, currency: str, schedule: Schedule) -> bool:
    if schedule.interval == "manual":
        return kind in _BY_HAND
    return kind != "canceled" and (currency == "usd" or kind not in _NEEDS_USD)


def _give_back(till: Till, payout: Obj, part: int, at: int, available_on: int) -> None:
    till.books.post(
        till.tenant,
        "advance_funding",
        "advance_funding",
        -part,
        till.currency,
        at,
        source=payout["id"],
        available_on=available_on,
        description=f"Advance funding for {payout['id']}",
    )
