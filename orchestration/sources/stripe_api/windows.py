"""Stretches of time in which the objects of one list were created; what is still to be read of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from orchestration.sources.stripe_api.clock import day_text


@dataclass(frozen=True)
class Window:
    """Creation times from `start` (included; None: no limit) until before `end`, epoch seconds.

    Attributes:
        known: Ids of the second before `end` that were read already.
    """

    start: int | None
    end: int
    known: frozenset[str] = frozenset()

    @property
    def created(self) -> dict[str, int]:
        """Stripe's filter."""
        return {"lt": self.end} if self.start is None else {"gte": self.start, "lt": self.end}

    def covers(self, instant: int) -> bool:
        return (self.start is None or self.start <= instant) and instant < self.end

    def __str__(self) -> str:
        since = "the beginning" if self.start is None else day_text(self.start)
        return f"created from {since} until before {day_text(self.end)}"


def split(window: Window, length: int, parts: int) -> list[Window]:
    """A window as up to so many windows, newest first: the newest of a given length, each next twice as long.

    Wherever the older rows are, they fall into few windows, and few windows are empty.
    """
    pieces = []
    end = window.end
    for number in range(parts - 1):
        start = end - length * 2**number
        if start <= (window.start or 0):
            break
        pieces.append(Window(start, end))
        end = start
    return [*pieces, Window(window.start, end)]


def merged(windows: Iterable[Window]) -> list[Window]:
    """The same times without overlaps, oldest first; windows that only touch stay apart."""
    result: list[Window] = []
    for window in sorted(windows, key=lambda item: (item.start is not None, item.start or 0, item.end)):
        last = result[-1] if result else None
        if window.start is not None and window.end <= window.start:
            continue
        if last is not None and (window.start is None or window.start < last.end):
            result[-1] = Window(last.start, max(last.end, window.end))
        else:
            result.append(window)
    return result
