"""The platform's own account and the sellers': who they are, where, since when, and what they agreed on.

Accounts are standing objects: they exist before any life is lived, because sellers are paid by each other's
sales. What happens to an account later is told by the life of its seller.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from orchestration.sandbox.connect.account_forms import account_form, make_connected
from orchestration.sandbox.connect.names import (
    Named,
    drifting_names,
    iso_day,
    official_name,
)
from orchestration.sandbox.world.books import PLATFORM, Books, list_of
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.money import DAY

PLATFORM_CURRENCY = "usd"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a seller and the platform agreed on; `monthly_sales` is how many sales there are on average."""

    country: str
    currency: str
    fee_payer: str
    losses: str
    interval: str
    monthly_sales: int


@dataclass(frozen=True, slots=True)
class Seller:
    """A connected account and what is known of its life in advance.

    Attributes:
        opens_at: Since when it can sell, epoch seconds; before the story for most.
        closes_at: When it stopped selling through the platform; the end of the story for most.
        names: What the company's own books called it, and since when.
    """

    number: int
    account: Obj
    terms: Terms
    opens_at: int
    closes_at: int
    names: tuple[Named, ...]

    @property
    def account_id(self) -> str:
        """Stripe's id of the account, which is also the tenant of its books."""
        account_id: str = self.account["id"]
        return account_id


# The first sellers have every currency, fee payer and schedule between them; the dinar is theirs alone.
_FIRST = (
    Terms("US", "usd", "account", "stripe", "daily", 14),
    Terms("DE", "eur", "application_express", "application", "weekly", 11),
    Terms("US", "usd", "application", "application", "daily", 12),
    Terms("JP", "jpy", "application_custom", "application", "monthly", 7),
    Terms("KW", "kwd", "application_express", "application", "manual", 6),
    Terms("FR", "eur", "account", "stripe", "weekly", 10),
)
LEAVER = 5  # the one of the first sellers who leaves
_HOMES = (("US", "usd"), ("DE", "eur"), ("FR", "eur"), ("NL", "eur"), ("JP", "jpy"))
_CONTROLLERS = (
    ("account", "stripe"),
    ("application_express", "application"),
    ("application", "application"),
    ("application_custom", "application"),
    ("application", "stripe"),
)
_INTERVALS = ("daily", "weekly", "monthly", "manual")
_SIZES = ((1, 4), (5, 12), (13, 40), (41, 120), (121, 400))  # sales a month; 8 on average


def set_up(books: Books) -> list[Seller]:
    """Add the platform's account and all connected ones; the sellers, in the order of their numbers."""
    platform = account_form(
        books.platform_account,
        "US",
        PLATFORM_CURRENCY,
        "Lantern Hill",
        books.start - 900 * DAY,
        "daily",
    )
    books.add(PLATFORM, platform, standing=True)
    return [_seller(books, number) for number in range(books.plan.accounts)]


def _seller(books: Books, number: int) -> Seller:
    rng = books.rng("account", number)
    terms = _FIRST[number] if number < len(_FIRST) else _drawn_terms(rng)
    opens_at = _opening(books, rng, number)
    names = drifting_names(rng, number, terms.country, max(opens_at, books.start - 300 * DAY), books.end)
    known_as = [name for since, name in names if since <= max(opens_at, books.start)][-1]
    account_id = books.new_id("acct_1")
    account = make_connected(
        account_form(account_id, terms.country, terms.currency, known_as, opens_at, terms.interval),
        terms.fee_payer,
        terms.losses,
    )
    account["email"] = f"owner@seller{number + 1}.example.com"
    account["external_accounts"] = list_of(
        [_bank_account(books, account)], account["external_accounts"]["url"]
    )
    account["metadata"] = {"seller_number": f"S-{number + 1:04d}"}
    books.add(PLATFORM, account, "account.updated", standing=True)
    books.notes["seller"].append(
        {
            "account": account_id,
            "official_name": official_name(number, terms.country),
            "names": [(iso_day(since), name) for since, name in names],
        }
    )
    return Seller(number, account, terms, opens_at, _closing(books, rng, number), tuple(names))


def _drawn_terms(rng: random.Random) -> Terms:
    country, currency = rng.choices(_HOMES, (50, 18, 14, 14, 4))[0]
    fee_payer, losses = rng.choices(_CONTROLLERS, (30, 30, 15, 15, 10))[0]
    interval = rng.choices(_INTERVALS, (50, 30, 12, 8))[0]
    low, high = rng.choices(_SIZES, (640, 270, 70, 17, 3))[0]
    return Terms(country, currency, fee_payer, losses, interval, rng.randint(low, high))


def _opening(books: Books, rng: random.Random, number: int) -> int:
    """Most sellers were there before the story; the others join in its first two thirds."""
    if number < len(_FIRST) or rng.random() < 0.6:
        return books.start - rng.randrange(60, 700) * DAY + rng.randrange(DAY)
    return books.start + rng.randrange((books.end - books.start) * 2 // 3)


def _closing(books: Books, rng: random.Random, number: int) -> int:
    """A few sellers leave in the last third of the story."""
    if number == LEAVER or (number > LEAVER and rng.random() < 0.04):
        return books.end - (books.end - books.start) * rng.randrange(10, 30) // 100
    return books.end


def _bank_account(books: Books, account: Obj) -> Obj:
    """Where the seller's payouts go."""
    bank_account_id = books.new_id("ba_1")
    return {
        "id": bank_account_id,
        "object": "bank_account",
        "account": account["id"],
        "account_holder_type": "company",
        "country": account["country"],
        "currency": account["default_currency"],
        "default_for_currency": True,
        "last4": f"{int(bank_account_id[-4:], 16) % 10_000:04d}",
        "metadata": {},
        "status": "verified",
    }
