"""The agenda of one life: what is to happen when, taken in the order of time."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count
from typing import Any


class Agenda:
    """A queue of future actions. Actions at or after `end` never happen, so nothing is known too early."""

    def __init__(self, end: int) -> None:
        self.end = end
        self._queue: list[tuple[int, int, Callable[..., None], tuple[Any, ...]]] = []
        self._order = count()

    def at(self, moment: int, action: Callable[..., None], *arguments: Any) -> None:
        """Call `action(moment, *arguments)` when its time comes; at one moment the first planned is first."""
        if moment < self.end:
            heapq.heappush(self._queue, (moment, next(self._order), action, arguments))

    def run(self) -> None:
        """Live until nothing is planned any more. An action may plan others, at its own moment or later."""
        queue = self._queue
        while queue:
            moment, _, action, arguments = heapq.heappop(queue)
            action(moment, *arguments)
