"""Which charges paid which order, and what the two sides differ by."""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.sandbox.simulation import Segment
from orchestration.sandbox.surroundings.business.table import Row
from orchestration.sandbox.world.books import PLATFORM

MATCH_COLUMNS = ("order_id", "charge_id", "cause")


def order_matches(segment: Segment) -> Iterator[Row]:
    """One row per order and true charge; an order that nobody paid has one row with an empty charge."""
    for note in segment.notes.get("order", ()):
        for charge_id in note["charges"] or [None]:
            yield note["order_id"], charge_id, note["cause"]


def order_gaps(segment: Segment) -> Iterator[Row]:
    """Residuals of `order_charge`: the order's amount less what its charges captured, before refunds.

    Orders are the platform's, whoever's charges paid them.
    Too little is `missing_source`. Too much is `duplicate` when each charge captured the whole amount, else
    `unexplained`: no code tells of a wrong price.
    """
    captured = {charge["id"]: charge["amount_captured"] for _, charge in segment.objects.get("charge", ())}
    for note in segment.notes.get("order", ()):
        amounts = [captured[charge_id] for charge_id in note["charges"]]
        gap = note["amount_minor"] - sum(amounts)
        if gap:
            code = _code(note["amount_minor"], amounts)
            yield "order_charge", note["order_id"], PLATFORM, note["currency"], code, gap


def _code(ordered: int, captured: list[int]) -> str:
    if sum(captured) < ordered:
        return "missing_source"
    return "duplicate" if all(amount == ordered for amount in captured) else "unexplained"
