"""Who commits the faults that are lived: one extra life per defect that the plan names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from orchestration.sandbox.defects.fraud import card_testing, fraud_burst, refund_abuse
from orchestration.sandbox.defects.mistakes import duplicate_charge, missing_refund, price_error
from orchestration.sandbox.defects.names import checked
from orchestration.sandbox.defects.payouts import double_payout
from orchestration.sandbox.defects.scene import Scene
from orchestration.sandbox.world.books import Books

_STORIES: dict[str, Callable[[Scene], None]] = {
    "card_testing": card_testing,
    "double_payout": double_payout,
    "duplicate_charge": duplicate_charge,
    "fraud_burst": fraud_burst,
    "missing_refund": missing_refund,
    "price_error": price_error,
    "refund_abuse": refund_abuse,
}


def cast(books: Books) -> Iterator[Callable[[], None]]:
    """One life per lived defect of the plan. Raises ValueError at once for a name that is not known."""
    names = checked(books.plan.defects)
    return (partial(_live, books, name) for name in names if name in _STORIES)


def _live(books: Books, name: str) -> None:
    scene = Scene(books, name)
    _STORIES[name](scene)
    scene.agenda.run()
