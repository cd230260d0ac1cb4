"""The sandbox: Stripe's API over a simulated company, with a clock and faults that its user sets."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from email.utils import formatdate
from itertools import count
from types import TracebackType
from typing import TYPE_CHECKING

from orchestration.sandbox.server.access import Access
from orchestration.sandbox.server.api import Api, Request
from orchestration.sandbox.server.catalog import Catalog
from orchestration.sandbox.server.damage import Answer, damaged, instead, of_error
from orchestration.sandbox.server.errors import ApiError
from orchestration.sandbox.server.faults import FaultPlan, Faults, Rule
from orchestration.sandbox.server.http import LOOPBACK, HttpServer, Send
from orchestration.sandbox.server.throttle import RateLimit, Throttle
from orchestration.sandbox.world.books import PLATFORM

if TYPE_CHECKING:
    from orchestration.sandbox.simulation import Company

KEY = "rk_test_tieout_sandbox_reads_only"
_CURSORS = ("starting_after", "ending_before")


@dataclass
class LoggedRequest:
    """What the server remembers of a request.

    Attributes:
        params: Query parameters in their order.
        account: Value of `Stripe-Account`; "platform" without.
        arrived_at: Seconds of a clock that only moves forward.
        in_flight: Requests in flight when it arrived, itself included.
        status: HTTP status; 0 until it is answered, and when the connection was reset instead.
        fault: Kind of the fault that struck it.
    """

    method: str
    path: str
    params: list[tuple[str, str]]
    account: str
    request_id: str
    arrived_at: float
    in_flight: int
    status: int = 0
    fault: str | None = None


class SandboxServer:
    """Stripe's API on loopback; a context manager, or `start` and `stop`.

    Args:
        now: Epoch seconds at which the company is seen; None for the end of its story.
        key: The one key that is accepted.
        faults: What is to go wrong.
        latency: Seconds that every answer takes at least.
        visible_after: Objects and events are listed up to so many seconds after their creation.
        rate_limit: When to answer 429; None for never.
        denied: Permissions that the key lacks, such as `rak_charge_read`.
        port: 0 for any free one.

    Attributes:
        clock: Epoch seconds at which the company is seen; may be set at any time.
        requests: The log, in the order of arrival.
    """

    def __init__(
        self,
        company: Company,
        *,
        now: int | None = None,
        key: str = KEY,
        faults: FaultPlan | None = None,
        latency: float = 0.0,
        visible_after: int = 0,
        rate_limit: RateLimit | None = None,
        denied: Iterable[str] = (),
        port: int = 0,
    ) -> None:
        self.clock = company.plan.end if now is None else now
        self.key = key
        self.latency = latency
        self.requests: list[LoggedRequest] = []
        self._catalog = Catalog(company, visible_after)
        self._access = Access(key, self._catalog, denied)
        self._api = Api(self._catalog, self._access)
        self._throttle = Throttle(rate_limit or RateLimit())
        self._lock = threading.Lock()
        self._in_flight = 0
        self._numbers = count(1)
        self._stopping = threading.Event()
        self._last_pages: dict[tuple[str, ...], bytes] = {}
        self._http = HttpServer(port, self._respond)
        self._thread: threading.Thread | None = None
        self.inject(faults or FaultPlan())

    @property
    def url(self) -> str:
        """Where it listens; Stripe's `base_addresses["api"]`."""
        return f"http://{LOOPBACK}:{self._http.server_port}"

    @property
    def denied(self) -> set[str]:
        """Permissions that the key lacks; may be changed at any time."""
        return self._access.denied

    def inject(self, faults: FaultPlan) -> None:
        """Replace the fault plan; its counting starts now."""
        self._faults = Faults(faults)
        self._keeps_pages = any(rule.kind == "duplicate_page" for rule in faults.rules)

    def start(self) -> SandboxServer:
        """Listen in a thread of its own."""
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """End every connection and stop listening."""
        self._stopping.set()
        if self._thread is None:
            self._http.server_close()
            return
        self._http.close()
        self._thread.join()

    def __enter__(self) -> SandboxServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _respond(self, request: Request, send: Send) -> None:
        logged = self._arrive(request)
        try:
            rule = self._faults.strike(request.path, logged.account)
            logged.fault = rule.kind if rule else None
            answer = self._answer(request, logged, rule)
            logged.status = answer.status
        finally:
            with self._lock:  # before it is sent: whoever has read it may ask again at once
                self._in_flight -= 1
        headers = {
            "Date": formatdate(self.clock, usegmt=True),  # clients take Stripe's time from it
            "Request-Id": logged.request_id,
            "Stripe-Version": request.version,
            **answer.headers,
        }
        send(replace(answer, headers=headers))

    def _arrive(self, request: Request) -> LoggedRequest:
        account = request.headers.get("Stripe-Account") or PLATFORM
        if account == self._catalog.platform_account:
            account = PLATFORM
        with self._lock:
            self._in_flight += 1
            logged = LoggedRequest(
                request.method,
                request.path,
                request.pairs,
                account,
                f"req_{next(self._numbers):014d}",
                time.monotonic(),
                self._in_flight,
            )
            self.requests.append(logged)
        return logged

    def _answer(self, request: Request, logged: LoggedRequest, rule: Rule | None) -> Answer:
        pause = self.latency + (rule.seconds if rule is not None and rule.kind == "timeout" else 0)
        if pause:
            self._stopping.wait(pause)
        substitute = instead(rule) if rule is not None else None
        if substitute is not None:
            return substitute
        try:
            self._throttle.check(logged.account, logged.in_flight)
            hide_newest = rule is not None and rule.kind == "insert"
            body = self._api.answer(request, self.clock, hide_newest=hide_newest)
        except ApiError as error:
            return of_error(error)
        if self._keeps_pages:
            body = self._repeated(request, logged.account, body, rule)
        answer = Answer(200, body)
        return answer if rule is None else damaged(answer, rule)

    def _repeated(self, request: Request, account: str, body: bytes, rule: Rule | None) -> bytes:
        """The page that the same list answered last, when the rule wants it; else the page itself."""
        same = [f"{name}={value}" for name, value in request.pairs if name not in _CURSORS]
        key = (request.path, account, *same)
        if rule is not None and rule.kind == "duplicate_page":
            return self._last_pages.get(key, body)
        self._last_pages[key] = body
        return body
