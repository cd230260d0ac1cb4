"""One pull at work: what all its parts share, and how far a failure reaches."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from orchestration.sources.stripe_api.client import StripeApi
from orchestration.sources.stripe_api.crew import Crew, Task
from orchestration.sources.stripe_api.failures import (
    AccountRefused,
    AllocationSpent,
    KeyRefused,
    StripeFailed,
    Unanswered,
)
from orchestration.sources.stripe_api.options import Options
from orchestration.sources.stripe_api.tally import Tally
from orchestration.sources.stripe_api.tenant import Tenant

# So many failures in a row, without a single good answer between them, are an outage.
_OUTAGE = 3


@dataclass
class Pull:
    """Shared by every reader of a pull.

    Attributes:
        now: When it began, by Stripe's clock, epoch seconds.
        commit_if_due: A good moment for a commit; nobody who calls it holds the lock of an account.
        refused: Accounts that give no access.
    """

    options: Options
    api: StripeApi
    crew: Crew
    stop: threading.Event
    tally: Tally
    now: int
    commit_if_due: Task = lambda: None
    refused: set[str] = field(default_factory=set)
    _outage: int = 0
    _answers: int = -1
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def horizon(self) -> int:
        """Creation time before which this pull reads."""
        return self.now - self.options.hold_back

    def fail(self, tenant: Tenant, failure: StripeFailed) -> None:
        """Write a failure down, once per account that refuses, and end what cannot go on."""
        with self._lock:
            if isinstance(failure, AccountRefused):
                if tenant.account in self.refused:
                    return
                self.refused.add(tenant.account)
            if self.stop.is_set():
                return
            self.tally.fail(failure)
            if isinstance(failure, KeyRefused | AllocationSpent) or self._is_outage(failure):
                self.stop.set()

    def _is_outage(self, failure: StripeFailed) -> bool:
        if not isinstance(failure, Unanswered):
            return False
        self._outage = self._outage + 1 if self.api.answers == self._answers else 1
        self._answers = self.api.answers
        return self._outage >= _OUTAGE


class Phase:
    """Tasks that belong together; `then` is called when the last of them is done."""

    def __init__(self, crew: Crew, then: Task) -> None:
        self._crew = crew
        self._then = then
        self._lock = threading.Lock()
        self._left = 1  # until it is closed

    def add(self, task: Task) -> None:
        """Have one more task done; a task of the phase may add others."""
        with self._lock:
            self._left += 1

        def run() -> None:
            try:
                task()
            finally:
                self.close()

        self._crew.submit(run)

    def close(self) -> None:
        """One thing less to wait for; to be called once by whoever made the phase."""
        with self._lock:
            self._left -= 1
            is_over = self._left == 0
        if is_over:
            self._then()
