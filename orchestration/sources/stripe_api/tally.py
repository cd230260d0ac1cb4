"""What a pull has done so far: counted by many workers, read by the one who reports."""

from __future__ import annotations

import threading
from collections import Counter

from orchestration.sources.stripe_api.failures import StripeFailed


class Tally:
    """Counts per object, failures and remarks.

    Attributes:
        read: Rows that Stripe showed.
        landed: Rows that were new or changed, and landed.
        requests: Requests sent, repeated ones included.
        failures: What could not be read.
        remarks: What the user should know although nothing failed.
    """

    def __init__(self) -> None:
        self.read: Counter[str] = Counter()
        self.landed: Counter[str] = Counter()
        self.requests: Counter[str] = Counter()
        self.failures: list[StripeFailed] = []
        self.remarks: list[str] = []
        self._lock = threading.Lock()

    def count_rows(self, name: str, read: int, landed: int) -> None:
        with self._lock:
            self.read[name] += read
            self.landed[name] += landed

    def count_request(self, name: str) -> None:
        with self._lock:
            self.requests[name] += 1

    def fail(self, failure: StripeFailed) -> None:
        with self._lock:
            self.failures.append(failure)

    def remark(self, text: str) -> None:
        with self._lock:
            if text not in self.remarks:
                self.remarks.append(text)
