"""Stripe's allocation of reads: 500 GETs per transaction over 30 days, and at least 10,000 a month.

Requests are counted per calendar month and kept in the platform's cursor; transactions are the balance
transactions of the last 30 days that were seen. Source: docs.stripe.com/rate-limits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

from orchestration.sources.stripe_api.clock import StripeClock
from orchestration.sources.stripe_api.failures import AllocationSpent

READS_PER_TRANSACTION = 500
LEAST_A_MONTH = 10_000
WARN_AT_PERCENT = 80


class Allocation:
    """The reads of this month.

    Args:
        requests: Month (`YYYY-MM`) -> requests; counted on here.
        transactions: Counts the balance transactions of the last 30 days.
        is_binding: Stop at the end of the allocation; else only count.
    """

    def __init__(
        self,
        requests: dict[str, int],
        clock: StripeClock,
        transactions: Callable[[], int],
        *,
        is_binding: bool = True,
    ) -> None:
        self._requests = requests
        self._clock = clock
        self._transactions = transactions
        self._is_binding = is_binding
        self._allowed = LEAST_A_MONTH
        self._lock = threading.Lock()

    @property
    def month(self) -> str:
        return f"{datetime.fromtimestamp(self._clock.now(), UTC):%Y-%m}"

    @property
    def percent(self) -> int:
        """How much of the month's allocation is spent, as far as the transactions are known."""
        return self._requests.get(self.month, 0) * 100 // self._now_allowed()

    def take(self) -> None:
        """Count one request.

        Raises:
            AllocationSpent: It would be one too many.
        """
        with self._lock:
            month = self.month
            spent = self._requests.get(month, 0)
            if self._is_binding and spent >= self._allowed and spent >= self._now_allowed():
                raise AllocationSpent(
                    f"Stripe's allocation of reads for {month} is spent: {spent:,} requests of {self._allowed:,}.",
                    remedy="Go on next month, or now, at the risk that Stripe slows the account down: "
                    "--beyond-allocation.",
                )
            self._requests[month] = spent + 1

    def _now_allowed(self) -> int:
        self._allowed = max(LEAST_A_MONTH, READS_PER_TRANSACTION * self._transactions())
        return self._allowed
