"""Who subscribes and who is invoiced: one life per customer of the platform."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

from orchestration.sandbox.billing.beginnings import begin
from orchestration.sandbox.billing.catalog import Catalog, open_catalog
from orchestration.sandbox.billing.client import sign_up
from orchestration.sandbox.billing.contract import Contract
from orchestration.sandbox.billing.invoiced import are_fates_dealt, be_invoiced
from orchestration.sandbox.billing.people import PLACES, Place, somewhere
from orchestration.sandbox.billing.stories import Story, chance, is_story_dealt, story_of, terms_of
from orchestration.sandbox.world.books import Books
from orchestration.sandbox.world.money import DAY

# In every twenty customers 14 subscribe, 3 are invoiced, 3 do both.
_KINDS = "sssbssisssbsissbssis"


def cast(books: Books) -> Iterator[Callable[[], None]]:
    """One life per customer, in the order in which stories are dealt."""
    catalog = open_catalog(books)
    subscribers = invoiced = 0
    for number in range(books.plan.customers):
        kind = _KINDS[number % len(_KINDS)]
        yield partial(
            _live,
            books,
            catalog,
            number,
            subscribers if kind != "i" else None,
            invoiced if kind != "s" else None,
        )
        subscribers += kind != "i"
        invoiced += kind != "s"


def _live(books: Books, catalog: Catalog, number: int, subscriber: int | None, invoiced: int | None) -> None:
    """One customer, from signing up to the end of the story.

    Args:
        subscriber: Its number among the subscribers; None does not subscribe.
        invoiced: Its number among those who buy by invoice.
    """
    rng = books.rng("customer", number)
    story = None if subscriber is None else story_of(rng, subscriber)
    is_dealt = is_story_dealt(subscriber) or are_fates_dealt(invoiced)
    at = _first_day(books, rng, story, is_dealt)
    client = sign_up(
        books,
        catalog,
        rng,
        number,
        at - rng.randrange(60, 1_800),
        _place(catalog, rng, number, story),
        is_calm=is_dealt,
        method=story.method if story else "card",
        is_invoiced=invoiced is not None,
    )
    if story is not None:
        contract = Contract(client, terms_of(client, story), story.plot, None if is_dealt else chance)
        client.agenda.at(at, begin, contract)
    if invoiced is not None:
        client.agenda.at(at + DAY, be_invoiced, client, invoiced)
    client.agenda.run()


def _first_day(books: Books, rng: random.Random, story: Story | None, is_dealt: bool) -> int:
    """When it all begins: early for those whose story is dealt, so that it can come to its end."""
    days = (books.end - books.start) // DAY
    at = books.start + rng.randrange(max(days // 3, 1) if is_dealt else days) * DAY
    at += rng.randrange(1_800, DAY)
    if story is not None and story.before_end:
        return books.end - story.before_end
    if story is not None and story.on_the_31st:
        while datetime.fromtimestamp(at, UTC).day != 31 and at + DAY < books.end:
            at += DAY
    return at


def _place(catalog: Catalog, rng: random.Random, number: int, story: Story | None) -> Place:
    """Somewhere with the currency that the story needs."""
    place = somewhere(rng, number)
    currency = story and (catalog.deals[story.deal].currency if story.deal else None)
    if story is not None and story.method == "sepa_debit":
        currency = "eur"
    if currency and place.currency != currency:
        return next(other for other in PLACES if other.currency == currency)
    return place
