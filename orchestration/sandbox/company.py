"""One quarter (January to March 2026) in the life of a small platform with two sellers.

This module is the script: who exists and what happens when. How an event is booked is told in the other
`company_*` modules. Everything follows from the seed; there is no clock and no global randomness.
"""

from __future__ import annotations

from orchestration.sandbox.company_billing import play_billing
from orchestration.sandbox.company_catalog import add_customer
from orchestration.sandbox.company_events import write_events
from orchestration.sandbox.company_payouts import Schedule, pay_out
from orchestration.sandbox.company_sales import play_connect, play_sales
from orchestration.sandbox.company_treasury import pay_by_hand, play_treasury, state_balances
from orchestration.sandbox.facts import DAY, PLATFORM, START, Books, Facts, Obj

_UNITS_PER_USD = {"eur": 92_000, "gbp": 79_000, "jpy": 15_500_000, "kwd": 30_800}


def build_company(seed: int = 7) -> Facts:
    """The facts of one simulated company; the same seed gives the same facts.

    Returns:
        Facts with 350 to 450 balance transactions in usd, eur, jpy and kwd, in which every identity of
        Stripe's own books holds to the minor unit.
    """
    books = Books(seed)
    _add_rates(books)
    accounts = _add_accounts(books)
    customers = _add_customers(books)
    play_sales(books, customers)
    play_connect(books, accounts, customers)
    play_billing(books, customers)
    play_treasury(books)
    pay_by_hand(books, "jpy")
    american, german = accounts
    pay_out(books, Schedule(PLATFORM, "usd", fails_on=40))
    pay_out(books, Schedule(PLATFORM, "eur"))
    pay_out(books, Schedule(PLATFORM, "kwd"))
    pay_out(books, Schedule(american, "usd", instant_on=68))
    pay_out(books, Schedule(german, "eur", weekdays=(0,)))
    state_balances(books)
    write_events(books)
    return _sealed(books)


def _add_rates(books: Books) -> None:
    """A walk of at most 0.4 % a day around a base rate, from the day before the quarter."""
    today = dict(_UNITS_PER_USD)
    for day in range(-1, 90):
        for currency, units in today.items():
            today[currency] = units + units * books.rng.randint(-40, 40) // 10_000
        books.rates[START + day * DAY] = {"usd": 100_000, **today}


def _add_accounts(books: Books) -> tuple[str, str]:
    """The platform's own account and two sellers; returns the ids of the American and the German one."""
    own = _account(books.platform_account, "US", "usd", "Lantern Hill")
    own["type"] = "standard"
    own["controller"] = {"type": "account"}
    books.add(PLATFORM, own)
    american = books.add(PLATFORM, _account(books.new_id("acct_1", 16), "US", "usd", "Maple Goods"))
    german = books.add(PLATFORM, _account(books.new_id("acct_1", 16), "DE", "eur", "Werkstatt Süd"))
    return american["id"], german["id"]


def _account(account_id: str, country: str, currency: str, name: str) -> Obj:
    """A connected account that pays Stripe's fees itself."""
    return {
        "id": account_id,
        "object": "account",
        "business_profile": {"mcc": "5734", "name": name, "url": None},
        "business_type": "company",
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "controller": {
            "type": "application",
            "is_controller": True,
            "fees": {"payer": "account"},
            "losses": {"payments": "stripe"},
            "requirement_collection": "stripe",
            "stripe_dashboard": {"type": "full"},
        },
        "country": country,
        "created": START - 90 * DAY,
        "default_currency": currency,
        "details_submitted": True,
        "email": f"owner@{country.lower()}.example.com",
        "metadata": {},
        "payouts_enabled": True,
        "settings": {
            "dashboard": {"display_name": name, "timezone": "Etc/UTC"},
            "payouts": {
                "debit_negative_balances": True,
                "schedule": {"delay_days": 2, "interval": "daily"},
                "statement_descriptor": None,
            },
        },
        "type": "none",
    }


def _add_customers(books: Books) -> dict[str, list[Obj]]:
    """Customers of the platform per country; they signed up before the quarter."""
    homes = {
        "US": ("usd", 26),
        "DE": ("eur", 8),
        "GB": ("gbp", 3),
        "JP": ("jpy", 4),
        "KW": ("kwd", 3),
    }
    return {
        country: [
            add_customer(books, PLATFORM, country, currency, START - 40 * DAY + number * 7_200)
            for number in range(count)
        ]
        for country, (currency, count) in homes.items()
    }


def _sealed(books: Books) -> Facts:
    """The finished facts: every list in the order of time."""
    objects = {
        name: sorted(pairs, key=lambda pair: (_when(pair[1]), pair[1].get("id", ""), pair[0]))
        for name, pairs in sorted(books.objects.items())
    }
    rates = [
        (day, {currency: f"{units / 100_000:.5f}" for currency, units in table.items()})
        for day, table in sorted(books.rates.items())
    ]
    return Facts(objects, sorted(books.payout_members), rates, books.platform_account)


def _when(obj: Obj) -> int:
    moment: int = obj.get("created") or obj.get("date") or 0
    return moment
