"""Usage of metered prices, day by day; it is drawn when it is read, so never ahead of time."""

from __future__ import annotations

from orchestration.sandbox.billing.client import Client
from orchestration.sandbox.world.money import DAY

_NOON = DAY // 2


class Meter:
    """What one subscription item uses. A day counts at its noon, whole."""

    def __init__(self, client: Client, item: str, daily: int, since: int) -> None:
        self._client = client
        self._item = item
        self._daily = daily
        self._day = -((_NOON - since) // DAY)  # the first day whose noon is not before `since`

    def read(self, at: int) -> int:
        """Units used since the last reading, up to `at`; each day is noted for the company's own records."""
        client, least, used = self._client, self._daily // 2, 0
        notes, customer, draw = client.books.notes["usage"], client.customer["id"], client.rng.random
        while self._day * DAY + _NOON < at:
            quantity = least + int(draw() * (self._daily + 1))
            if quantity:
                notes.append(
                    {
                        "customer": customer,
                        "subscription_item": self._item,
                        "day": self._day * DAY,
                        "quantity": quantity,
                    }
                )
                used += quantity
            self._day += 1
        return used
