"""Balances to the bank: who pays out what when.

An automatic payout takes everything that is available at midnight of its day and not paid out yet; a sum that
is not positive stays. Manual payouts take round amounts and instant ones the whole balance, and by Stripe's
own word nobody can say which transactions they consist of: what they took is in no sweep.
"""

from __future__ import annotations

from orchestration.sandbox.treasury.activity import book_activity
from orchestration.sandbox.treasury.balances import state_balances
from orchestration.sandbox.treasury.incidents import incidents_of, minimum_of, pay_at_once, remember
from orchestration.sandbox.treasury.liability import cover
from orchestration.sandbox.treasury.payouts import arrive, cancel, fail, leave, reverse, send
from orchestration.sandbox.treasury.schedules import (
    DAILY,
    PLATFORM_SCHEDULES,
    arrival_day,
    payout_days,
    schedule_of,
)
from orchestration.sandbox.treasury.till import Till
from orchestration.sandbox.world.books import PLATFORM, Books
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.money import DAY

_SWEPT_AT = 5_280  # automatic payouts are created at 01:28 UTC
_BY_HAND_AT = 36_900  # somebody presses the button at 10:15
_CANCELED_AFTER = 2_400
_RETURNED_AT = 43_200  # banks send money back at noon
_ROUND = 10_000  # manual payouts are multiples of 100.00, of 10 000 yen, of 10 dinars


def settle(books: Books) -> dict[tuple[str, str], dict[int, str]]:
    """Pay out every balance, day by day; per (tenant, currency) and sweep day the payout that took it.

    Accounts come before the platform, which stands for their losses. Afterwards the books also hold what
    the platform and Stripe owe each other, and one stated `balance` per tenant.
    """
    book_activity(books)
    accounts = [
        account for _, account in books.standing["account"] if account["id"] != books.platform_account
    ]
    numbered = {account["id"]: (number, account) for number, account in enumerate(accounts)}
    owned = sorted(key for key in books.pools if key[0] != PLATFORM)
    tills = [_run(_open(books, *key, *numbered[key[0]])) for key in owned]
    platform = sorted(key for key in books.pools if key[0] == PLATFORM)
    tills += [_run(_open(books, *key)) for key in platform]
    state_balances(books, tills)
    return {(till.tenant, till.currency): till.sweeps for till in tills if till.sweeps}


def _open(
    books: Books, tenant: str, currency: str, number: int | None = None, account: Obj | None = None
) -> Till:
    """The balance of a tenant as the story finds it; `number` and `account` only for connected accounts."""
    schedule = schedule_of(account) if account else PLATFORM_SCHEDULES.get(currency, DAILY)
    banks = account["external_accounts"]["data"] if account else []
    destinations = [bank["id"] for bank in banks if bank["currency"] == currency]
    rng = books.rng("till", tenant, currency)
    return Till(
        books,
        rng,
        tenant,
        currency,
        books.pools[tenant, currency],
        schedule,
        destinations[0] if destinations else books.new_id("ba_1"),
        incidents_of(books, rng, currency, number, schedule),
        minimum=minimum_of(number),
        is_covered=account is not None and account["controller"]["losses"]["payments"] == "application",
    )


def _run(till: Till) -> Till:
    """Take one balance from the first day to the last."""
    end = till.books.end // DAY
    first = min([*till.pool, till.books.start // DAY])
    paydays = payout_days(till.schedule, first, end)
    pay = _pay_by_hand if till.schedule.interval == "manual" else _sweep
    for day in range(first, end):
        till.open_day(day)
        if till.is_covered:
            cover(till, day)
        if till.balance > 0:
            kind = till.due(day, "instant", "advance")
            if kind is not None:
                pay_at_once(till, day, kind)
            elif day in paydays:
                pay(till, day)
    return till


def _sweep(till: Till, day: int) -> None:
    """Pay out what is available, or what exceeds the minimum; then whatever befalls this payout."""
    if till.balance <= till.minimum:
        return
    books, midnight, text = till.books, day * DAY, "Minimum balance"
    if till.minimum:
        kind = "payout_minimum_balance_hold"
        till.post_at_midnight(day, kind, -till.minimum, midnight, None, text)
    at = midnight + _SWEPT_AT
    payout = send(books, till.tenant, till.balance, till.currency, at, till.destination)
    till.take_all(payout)
    if till.minimum:
        kind = "payout_minimum_balance_release"
        books.post(till.tenant, kind, kind, till.minimum, till.currency, at + 5, description=text)
    leave(books, payout)
    _deliver(till, payout, till.due(day, "refused", "returned", "reversed"))


def _pay_by_hand(till: Till, day: int) -> None:
    """Pay out a round amount of what is available; some of such payouts are taken back at once."""
    books, at = till.books, day * DAY + _BY_HAND_AT
    amount = till.balance * till.rng.randrange(60, 91) // 100 // _ROUND * _ROUND
    if not amount:
        return
    payout = send(books, till.tenant, amount, till.currency, at, till.destination, kind="manual")
    till.balance -= amount
    if till.due(day, "canceled"):
        cancel(books, till.tenant, payout, at + _CANCELED_AFTER)
        remember(till, payout, "canceled", at + _CANCELED_AFTER)
        return
    leave(books, payout)
    _deliver(till, payout, till.due(day, "refused", "returned"))


def _deliver(till: Till, payout: Obj, incident: str | None) -> None:
    """The bank books the payout, refuses it, or sends it back days after it was paid."""
    books, arrival = till.books, payout["arrival_date"] // DAY
    if incident == "refused":
        at = arrival * DAY + _RETURNED_AT
        fail(books, till.tenant, payout, at, "invalid_account_number")
        remember(till, payout, incident, at)
        return
    arrive(books, payout, 0.0 if incident else till.rng.random())
    if incident == "returned":
        at = arrival_day(arrival + till.rng.randrange(3), till.currency) * DAY + _RETURNED_AT
        fail(books, till.tenant, payout, at, "account_closed")
        remember(till, payout, incident, at)
    elif incident == "reversed":
        at = (arrival + till.rng.randrange(3, 20)) * DAY + _BY_HAND_AT
        if at < books.end:
            back = reverse(books, till.tenant, payout, at)
            remember(till, payout, incident, at, reversed_by=back["id"])
