"""Money out to the bank: automatic sweeps, manual, instant and failed payouts.

An automatic payout takes every transaction of its tenant and currency that is available at midnight of its
day and not taken yet; a sum that is not positive stays for the next day. Manual and instant payouts take an
amount, and by Stripe's own word nobody can say which transactions they consist of.
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.sandbox.company_shapes import payout_form
from orchestration.sandbox.facts import AS_OF, DAY, START, Books, Fee, Obj

_RUN_AT = 5_280  # payouts are created at 01:28 UTC
_DAYS = (AS_OF - START) // DAY


@dataclass(frozen=True)
class Schedule:
    """How one balance is paid out; days count from 2026-01-01, which was a Thursday."""

    tenant: str
    currency: str
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)  # Monday is 0
    fails_on: int | None = None  # first payout at or after this day comes back from the bank
    instant_on: int | None = None  # the first money at or after this day is taken at once


def pay_out(books: Books, schedule: Schedule) -> None:
    """Run one balance through the quarter; members and the payouts' own rows are written to the books."""
    pool = [
        row
        for tenant, row in books.objects["balance_transaction"]
        if tenant == schedule.tenant and row["currency"] == schedule.currency
    ]
    bank = books.new_id("ba_1")
    failed, rushed = schedule.fails_on is None, schedule.instant_on is None
    for day in range(_DAYS):
        midnight = START + day * DAY
        ready = [row for row in pool if row["available_on"] <= midnight and row["created"] < midnight]
        total = sum(row["net"] for row in ready)
        if total <= 0:
            continue
        if not rushed and day >= (schedule.instant_on or 0):
            rushed = True
            _instant(books, schedule, total, midnight + 12 * 3600)
        elif _weekday(day) in schedule.weekdays:
            payout = send(books, schedule.tenant, total, schedule.currency, midnight + _RUN_AT, bank)
            books.payout_members += [(schedule.tenant, payout["id"], row["id"]) for row in ready]
            if not failed and day >= (schedule.fails_on or 0):
                failed = True
                pool.append(_bounce(books, schedule.tenant, payout))
        else:
            continue
        taken = {row["id"] for row in ready}
        pool = [row for row in pool if row["id"] not in taken]


def send(
    books: Books,
    tenant: str,
    amount: int,
    currency: str,
    created: int,
    destination: str,
    *,
    method: str = "automatic",
    fee: int = 0,
) -> Obj:
    """Book a payout and its transaction, whose net is -amount; the bank receives amount - fee."""
    instant = method == "instant"
    arrival = created // DAY * DAY if instant else _next_business_day(created)
    payout = payout_form(books.new_id("po_1"), amount, currency, created, arrival)
    payout.update(
        automatic=method == "automatic",
        destination=destination,
        method="instant" if instant else "standard",
        reconciliation_status="completed" if method == "automatic" else "not_applicable",
        status="paid" if arrival < AS_OF else "in_transit",
        type="card" if instant else "bank_account",
    )
    if payout["status"] == "paid" and not instant:
        payout["trace_id"] = {"status": "supported", "value": books.new_id("T", 15).upper()}
    payout["balance_transaction"] = books.post(
        tenant,
        "payout",
        "payout",
        fee - amount,
        currency,
        created,
        source=payout["id"],
        fees=(Fee("stripe_fee", fee, "Instant payout fee"),) if fee else (),
        available_on=max(arrival, created),
        description="STRIPE PAYOUT",
    )["id"]
    return books.add(tenant, payout)


def _instant(books: Books, schedule: Schedule, total: int, created: int) -> Obj:
    """Take the whole available balance at once for a fee of 1 %."""
    card = books.new_id("card_1")
    fee = total // 100
    return send(
        books,
        schedule.tenant,
        total,
        schedule.currency,
        created,
        card,
        method="instant",
        fee=fee,
    )


def _bounce(books: Books, tenant: str, payout: Obj) -> Obj:
    """The bank refuses a payout two days after it was sent; the money comes back."""
    back = books.post(
        tenant,
        "payout_failure",
        "payout_reversal",
        payout["amount"],
        payout["currency"],
        payout["created"] + 2 * DAY,
        source=payout["id"],
        description="REFUND FOR FAILED PAYOUT",
    )
    payout.update(
        status="failed",
        failure_code="account_closed",
        failure_message="The bank account has been closed.",
        failure_balance_transaction=back["id"],
        trace_id=None,
    )
    return back


def _next_business_day(created: int) -> int:
    """Midnight UTC of the next Monday to Friday after the day of `created`."""
    day = created // DAY * DAY + DAY
    while _weekday((day - START) // DAY) > 4:
        day += DAY
    return day


def _weekday(day: int) -> int:
    """0 for Monday; day 0, 2026-01-01, is a Thursday."""
    return (day + 3) % 7
