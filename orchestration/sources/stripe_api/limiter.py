"""One pace for all workers: so many requests a second, evenly spaced, and pauses that hold for everybody."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Limiter:
    """A token bucket with one spare token: a late worker may catch up by one request, never by more.

    Args:
        rate: Requests per second.
        wait: Sleeps for so many seconds; true when the pull is being ended meanwhile.
        now: Seconds of a clock that only moves forward.
    """

    def __init__(
        self, rate: float, wait: Callable[[float], bool], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._interval = 1 / rate
        self._wait = wait
        self._now = now
        self._lock = threading.Lock()
        self._next = now()

    def take(self) -> None:
        """Wait for the turn of one request; pauses that begin meanwhile are waited for too."""
        while True:
            with self._lock:
                delay = self._next - self._now()
                if delay <= 0:
                    self._next = max(self._next, self._now() - self._interval) + self._interval
                    return
            if self._wait(delay):
                return

    def pause(self, seconds: float) -> None:
        """Let nobody start a request for so many seconds."""
        with self._lock:
            self._next = max(self._next, self._now() + seconds)
