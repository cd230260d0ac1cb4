"""Random stories that Stripe would allow, each from its own seed: one can be told again without the others."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from tests.golden.revenue_random.exchange import abroad
from tests.golden.revenue_random.facts import Bill, Facts, Sold
from tests.golden.revenue_random.invoices import InvoiceLife
from tests.golden.revenue_random.moments import HORIZON, after, amount, between, part, service, shaped
from tests.golden.revenue_random.payments import PaymentLife

ACCOUNTS = [f"acct_1Random{number}" for number in range(6)]
CURRENCIES = ("usd", "eur", "jpy", "kwd")
POLICIES = ("by_instant", "by_day", "months_even", "months_even_prorated", "point_in_time")
# Ids are numbered, and with two digits their order would not be that of the numbers.
MOST_LINES = 9
FIRST, LAST = datetime(2024, 1, 1), datetime(2025, 10, 31)


def story_of(seed: int, number: int) -> Facts:
    rng = random.Random(f"{seed}-{number}")
    at = shaped(rng, between(rng, FIRST, LAST))
    given = rng.choice([-1, -1, 1]) * amount(rng) if rng.random() < 0.12 else 0
    bills, balance = [], given
    while len(bills) < 2 and at < HORIZON - timedelta(days=30):
        kind = rng.choices(["payment", "pending", "invoice"], [12, 3, 85])[0]
        if kind == "payment":
            bills.append(_payment(rng, at))
        elif kind == "pending":
            bills.append(_never_billed(rng, at))
        else:
            used = sum(len(bill.lines) for bill in bills)
            bill, balance = _invoice(rng, at, balance, MOST_LINES - used)
            bills.append(bill)
        if rng.random() < 0.75 or bills[-1].kind == "pending":
            break
        at = after(rng, max([at, *(event.at for event in bills[-1].events)]))
    first = min([bills[0].at, *(line.pending_since for line in bills[0].lines if line.pending_since)])
    facts = Facts(number, rng.choice(ACCOUNTS), rng.choice(CURRENCIES), given, first - timedelta(days=rng.randint(1, 40)), tuple(bills))
    return abroad(rng, facts) if rng.random() < 0.4 else facts


def _payment(rng: random.Random, at: datetime) -> Bill:
    line = Sold(amount(rng))
    return Bill("payment", at, (line,), tuple(PaymentLife(rng, at, line.amount).live()))


def _never_billed(rng: random.Random, at: datetime) -> Bill:
    """An item that waits for an invoice until the end."""
    start, end = service(rng, at)
    return Bill("pending", at, (Sold(amount(rng) * rng.choice([1, 1, -1]), start, end, rng.choice(POLICIES), at),), ())


def _invoice(rng: random.Random, at: datetime, balance: int, most_lines: int) -> tuple[Bill, int]:
    lines = [_line(rng, at) for _ in range(rng.choices([1, 2, 3, 4], [45, 30, 15, 10])[0])]
    if rng.random() < 0.3:
        lines += _prorations(rng, at)
    if rng.random() < 0.06:
        lines = [Sold(-line.amount, line.start, line.end, line.policy, line.pending_since) for line in lines]
    if rng.random() < 0.25:
        lines = [_taxed(rng, line) for line in lines]
    rng.shuffle(lines)
    lines = lines[:most_lines]
    life = InvoiceLife(rng, at, tuple(lines), balance)
    events = life.live()
    return Bill("invoice", at, tuple(lines), tuple(events)), life.balance


def _line(rng: random.Random, at: datetime) -> Sold:
    policy = rng.choices(POLICIES, [60, 10, 10, 10, 10])[0]
    units = amount(rng)
    if rng.random() < 0.2:
        return Sold(units, policy=policy)
    start, end = service(rng, at)
    if units > 3 and rng.random() < 0.15:
        return Sold(units, start, end, policy, None, part(rng, units // 2))
    return Sold(units, start, end, policy, _pending(rng, at))


def _pending(rng: random.Random, at: datetime) -> datetime | None:
    """When the item appeared that a line bills, for one line in five."""
    if rng.random() >= 0.2:
        return None
    return min(shaped(rng, at - timedelta(days=rng.randint(0, 60), seconds=rng.randint(0, 80_000))), at)


def _prorations(rng: random.Random, at: datetime) -> list[Sold]:
    """A change of plan: what is left of the old one is given back, and what is left of the new one charged."""
    start, end = service(rng, at)
    pending = _pending(rng, at) if rng.random() < 0.5 else None
    old = amount(rng)
    lines = [Sold(-old, start, end, "by_instant", pending)]
    if rng.random() < 0.8:
        lines.append(Sold(amount(rng), start, end, "by_instant", pending))
    return lines


def _taxed(rng: random.Random, line: Sold) -> Sold:
    if line.amount < 10 or line.pending_since is not None or rng.random() < 0.2:
        return line
    tax = line.net * rng.choice([7, 10, 19, 20]) // 100
    return Sold(line.amount, line.start, line.end, line.policy, None, line.discount, tax)
