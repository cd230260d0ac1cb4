"""GET with patience: what is worth asking again, how long to wait, and what is a failure at once.

An answer that is not of the documented shape counts as no answer. Nothing unexpected is ever taken as complete.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

from orchestration.domain.inbox_layout import PLATFORM
from orchestration.sources.stripe_api.allocation import Allocation
from orchestration.sources.stripe_api.clock import StripeClock
from orchestration.sources.stripe_api.failures import Stopped, Unanswered
from orchestration.sources.stripe_api.limiter import Limiter
from orchestration.sources.stripe_api.lines import parse
from orchestration.sources.stripe_api.refusals import refusal_of
from orchestration.sources.stripe_api.transport import NoReply, Reply, Transport

_WORTH_ANOTHER_TRY = frozenset({408, 409, 425, 429})


@dataclass(frozen=True)
class Patience:
    """How long one request is tried again; seconds.

    Attributes:
        first: Wait after the first failure; it doubles from there, less a random part.
        most: Longest single wait that is not Stripe's own wish.
        total: Waits of one request together.
    """

    attempts: int = 10
    first: float = 0.5
    most: float = 30.0
    total: float = 300.0

    def wait(self, failures: int) -> float:
        """Seconds after so many failures."""
        return min(self.most, self.first * 2.0 ** (failures - 1)) * random.uniform(0.5, 1.0)


@dataclass(frozen=True)
class Call:
    """One thing to ask for.

    Attributes:
        object: What is asked for, by Stripe's name.
        about: The period or the parent that it is about, for messages.
    """

    object: str
    path: str
    account: str = PLATFORM
    params: Mapping[str, Any] = field(default_factory=dict)
    about: str = ""

    @property
    def where(self) -> str:
        """The object, account and period that a message names."""
        return ", ".join(part for part in (self.object, f"account {self.account}", self.about) if part)


@dataclass(frozen=True)
class Answer:
    """A good answer: its parsed body, and an instant (Stripe's clock) at or before the state that it shows."""

    body: Any
    asked_at: float


@dataclass(frozen=True)
class _Trouble:
    reason: str
    request_id: str = ""
    retry_after: float | None = None
    is_rate: bool = False


Check = Callable[[Any], None]


class StripeApi:
    """Stripe's API as all workers share it.

    Args:
        stop: Set when the pull is being ended.
        count: Told the object of every request that is sent.

    Attributes:
        answers: Good answers so far.
    """

    def __init__(
        self,
        transport: Transport,
        limiter: Limiter,
        allocation: Allocation,
        clock: StripeClock,
        patience: Patience,
        stop: threading.Event,
        count: Callable[[str], None] = lambda name: None,
    ) -> None:
        self._transport, self._limiter, self._allocation = transport, limiter, allocation
        self._clock, self._patience, self._stop, self._count = clock, patience, stop, count
        self.answers = 0

    def get(self, call: Call, check: Check) -> Answer:
        """The answer to a call, of the shape that `check` demands (it raises ValueError for another).

        Raises:
            StripeFailed: Stripe refused, or every attempt failed.
            Stopped: The pull is being ended.
        """
        waited = 0.0
        failures = 0
        while True:
            result = self._attempt(call, check)
            if isinstance(result, Answer):
                return result
            failures += 1
            delay = self._patience.wait(failures) if result.retry_after is None else result.retry_after
            waited += delay
            if waited > self._patience.total or failures == self._patience.attempts:
                raise _given_up(call, result, failures)
            if result.is_rate:
                self._limiter.pause(delay)
            if self._stop.wait(delay):
                raise Stopped

    def _attempt(self, call: Call, check: Check) -> Answer | _Trouble:
        self._limiter.take()
        if self._stop.is_set():
            raise Stopped
        self._allocation.take()
        self._count(call.object)
        asked_at = self._clock.now()
        try:
            reply = self._transport.get(call.path, call.params, call.account)
        except NoReply as no_reply:
            trouble = _Trouble(str(no_reply), no_reply.request_id)
            if no_reply.is_final:
                raise _given_up(call, trouble, 1) from None
            return trouble
        self._clock.learn(reply.headers.get("date", ""))
        if reply.status != 200:
            return _trouble_of(call, reply)
        try:
            body = parse(reply.text)
            check(body)
        except ValueError as error:
            return _Trouble(str(error), reply.headers.get("request-id", ""))
        self.answers += 1
        return Answer(body, asked_at)


def _trouble_of(call: Call, reply: Reply) -> _Trouble:
    """What is worth another try. Raises what is not."""
    headers = reply.headers
    wanted = headers.get("stripe-should-retry") == "true"
    if not (wanted or reply.status >= 500 or reply.status in _WORTH_ANOTHER_TRY):
        raise refusal_of(reply, call.object, call.account, call.where)
    limit = headers.get("stripe-rate-limited-reason", "")
    return _Trouble(
        f"HTTP {reply.status}" + (f" ({limit})" if limit else ""),
        headers.get("request-id", ""),
        _seconds(headers.get("retry-after"), headers.get("date")),
        is_rate=reply.status == 429,
    )


def _seconds(retry_after: str | None, date: str | None) -> float | None:
    """`Retry-After` in seconds, whether it names seconds or an instant; None when it says nothing usable."""
    if retry_after is None:
        return None
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        wait = parsedate_to_datetime(retry_after) - parsedate_to_datetime(date or "")
    except (TypeError, ValueError):
        return None
    return max(0.0, wait.total_seconds())


def _given_up(call: Call, trouble: _Trouble, attempts: int) -> Unanswered:
    tries = f"{attempts} attempts" if attempts > 1 else "one attempt"
    request = f", request {trouble.request_id}" if trouble.request_id else ""
    return Unanswered(
        f"Stripe gave no usable answer in {tries}; the last: {trouble.reason}.",
        where=call.where + request,
        remedy="Run the command again: what was received is kept, it goes on from there.",
    )
