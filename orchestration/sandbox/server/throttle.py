"""Rate limits: token buckets for every account and for all together, and a limit on concurrency."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from orchestration.sandbox.server.errors import rate_limited


@dataclass(frozen=True)
class RateLimit:
    """How much the server takes; None for no limit of that kind.

    Attributes:
        per_account: Requests per second of one account; as many may come at once.
        overall: The same for all accounts together.
        concurrent: Requests in flight at once.
        retry_after: Seconds that a refusal names in `Retry-After`; None leaves the header out, as Stripe may.
    """

    per_account: int | None = None
    overall: int | None = None
    concurrent: int | None = None
    retry_after: int | None = None


class Throttle:
    """The buckets of one server."""

    def __init__(self, limit: RateLimit, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}  # tokens left, when they were counted

    def check(self, account: str, in_flight: int) -> None:
        """Let a request pass. Raises ApiError (429) when it is one too many."""
        limit = self.limit
        if limit.concurrent is not None and in_flight > limit.concurrent:
            raise rate_limited("global-concurrency", limit.retry_after)
        with self._lock:
            passes = self._take(f"account {account}", limit.per_account) and self._take("all", limit.overall)
        if not passes:
            raise rate_limited("global-rate", limit.retry_after)

    def _take(self, name: str, rate: int | None) -> bool:
        if rate is None:
            return True
        now = self._clock()
        tokens, counted = self._buckets.get(name, (float(rate), now))
        tokens = min(float(rate), tokens + (now - counted) * rate)
        passes = tokens >= 1
        self._buckets[name] = (tokens - passes, now)
        return passes
