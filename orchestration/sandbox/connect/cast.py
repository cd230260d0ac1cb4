"""Who sells through the platform."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from orchestration.sandbox.world.books import Books


def cast(books: Books) -> Iterator[Callable[[], None]]:
    """One life per connected account."""
    yield from ()
