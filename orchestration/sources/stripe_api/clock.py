"""Stripe's clock, not this machine's: a list read at a wrong time would beat, or lose to, the wrong events."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


class StripeClock:
    """Now, as the `Date` header of the latest answer states it; this machine's own time until there is one.

    Dates are whole seconds, rounded down, so this clock is never ahead of Stripe's.

    Args:
        fixed: Epoch seconds from elsewhere; answers then teach nothing.
    """

    def __init__(self, fixed: Callable[[], float] | None = None) -> None:
        self._fixed = fixed
        self._offset = time.time() - time.monotonic()
        self.is_known = fixed is not None

    def now(self) -> float:
        """Epoch seconds."""
        return self._fixed() if self._fixed is not None else time.monotonic() + self._offset

    def learn(self, date: str) -> None:
        """Take the time from an answer that has just arrived."""
        try:
            stated = parsedate_to_datetime(date).timestamp()
        except (TypeError, ValueError):
            return
        self._offset = stated - time.monotonic()
        self.is_known = True


def instant_text(seconds: float) -> str:
    """Epoch seconds as in receipts: ISO 8601, UTC, microseconds."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def day_text(seconds: float) -> str:
    """Epoch seconds as people read them: to the second, UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
