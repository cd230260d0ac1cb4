"""Who pays once: buyers of a web shop without a subscription, and what becomes of their payments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from random import Random

from orchestration.sandbox.payments.buyers import EURO_MARKET, MARKETS, draw_market, new_buyer
from orchestration.sandbox.payments.checkout import place_order
from orchestration.sandbox.payments.orders import Shopper
from orchestration.sandbox.payments.stories import PLAIN, STORIES, Story, draw_story
from orchestration.sandbox.world.agenda import Agenda
from orchestration.sandbox.world.books import Books
from orchestration.sandbox.world.money import DAY

_HOUR = 3_600
_Orders = list[tuple[int, Story]]  # when they are to be paid, and their fate


def cast(books: Books) -> Iterator[Callable[[], None]]:
    """One life per buyer. The first ones are dealt one story each, in every market in turn."""
    for number in range(books.plan.customers):
        yield partial(_live, books, number)


def _live(books: Books, number: int) -> None:
    """One to thirty orders between sign-up and the end."""
    rng = books.rng("buyer", number)
    dealt = STORIES[number] if number < len(STORIES) else None
    market = MARKETS[number % len(MARKETS)] if dealt else draw_market(rng)
    if dealt and dealt.needs_euro:
        market = EURO_MARKET
    orders = _drawn_orders(books, rng, market is EURO_MARKET)
    if dealt:
        orders += _dealt_orders(books, rng, dealt)
    opened = min(at for at, _ in orders) - _HOUR // 2
    agenda = Agenda(books.end)
    shopper = Shopper(books, rng, agenda, new_buyer(books, rng, number, market, opened), number)
    for at, story in orders:
        agenda.at(at, place_order, shopper, story)
    agenda.run()


def _drawn_orders(books: Books, rng: Random, is_euro: bool) -> _Orders:
    """One to thirty, eight on average."""
    first, span = books.start + _HOUR, books.end - books.start - 2 * _HOUR
    count = 1 + rng.randrange(30) * rng.randrange(30) // 29
    return [(first + int(rng.random() * span), draw_story(rng, is_euro)) for _ in range(count)]


def _dealt_orders(books: Books, rng: Random, story: Story) -> _Orders:
    """An order with the dealt story, early or just before the end, after an ordinary one on the first day."""
    first = books.start + _HOUR + rng.randrange(DAY)
    at = first + rng.randrange(DAY // 2, 3 * DAY)
    if story.days_before_end:
        at = books.end - story.days_before_end * DAY + rng.randrange(DAY // 2)
    return [(first, PLAIN), (at, story)]
