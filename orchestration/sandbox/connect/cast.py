"""Who sells through the platform."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from orchestration.sandbox.connect.accounts import Seller, set_up
from orchestration.sandbox.connect.life import SellerLife
from orchestration.sandbox.world.books import Books


def cast(books: Books) -> Iterator[Callable[[], None]]:
    """One life per connected account. The accounts are there as soon as this is called."""
    sellers = set_up(books)
    return (SellerLife(books, seller, _partner(books, seller, sellers)).live for seller in sellers)


def _partner(books: Books, seller: Seller, sellers: list[Seller]) -> Seller | None:
    """Who shares sales with a seller: the next one, or the first, that was there before it and stays."""
    came = max(seller.opens_at, books.start)
    for other in (*sellers[seller.number + 1 : seller.number + 2], *sellers):
        if other is not seller and other.opens_at <= came and other.closes_at == books.end:
            return other
    return None
