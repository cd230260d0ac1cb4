"""Who pays once: buyers without a subscription, and what becomes of their payments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from orchestration.sandbox.payments.charges import Sale, take_payment
from orchestration.sandbox.world.books import PLATFORM, Books
from orchestration.sandbox.world.money import DAY


def cast(books: Books) -> Iterator[Callable[[], None]]:
    """One life per buyer."""
    for number in range(books.plan.customers):
        yield partial(_live, books, number)


def _live(books: Books, number: int) -> None:
    rng = books.rng("buyer", number)
    days = (books.end - books.start) // DAY
    for _ in range(rng.randrange(3, 40)):
        at = books.start + rng.randrange(days) * DAY + rng.randrange(DAY)
        take_payment(books, Sale(PLATFORM, None, rng.randrange(900, 40_000), "usd", at, "Lantern"))
