"""Fates that are dealt before they are drawn, so that even a small company meets each of them."""

from __future__ import annotations

import random
from collections.abc import Collection


class Deck:
    """Deals every card once, in the order given, and from then on draws by weight."""

    def __init__(self, rng: random.Random, weights: dict[str, int]) -> None:
        self._rng = rng
        self._weights = weights
        self._undealt = list(weights)

    def deal(self, barred: Collection[str] = ()) -> str:
        """The next card that is not barred; at least one card never is."""
        for card in self._undealt:
            if card not in barred:
                self._undealt.remove(card)
                return card
        cards = [card for card in self._weights if card not in barred]
        return self._rng.choices(cards, [self._weights[card] for card in cards])[0]
