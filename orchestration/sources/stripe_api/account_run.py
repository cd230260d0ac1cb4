"""One account from its balance to its proof: lists, then payouts with their members, then events."""

from __future__ import annotations

from functools import partial
from typing import Any

from orchestration.sources.stripe_api.client import Call
from orchestration.sources.stripe_api.clock import day_text
from orchestration.sources.stripe_api.crew import Task
from orchestration.sources.stripe_api.endpoints import (
    BALANCE_TRANSACTION,
    CUSTOMER,
    DAY,
    EVENT,
    LISTS,
    PAYOUT,
    PAYOUTS,
    Endpoint,
)
from orchestration.sources.stripe_api.events import Events, event_span
from orchestration.sources.stripe_api.failures import StripeFailed
from orchestration.sources.stripe_api.followers import Followers
from orchestration.sources.stripe_api.lines import line_of
from orchestration.sources.stripe_api.lists import ListReader
from orchestration.sources.stripe_api.proof import Proof
from orchestration.sources.stripe_api.pull import Phase, Pull
from orchestration.sources.stripe_api.tenant import Tenant

BALANCE = "balance"


class AccountRun:
    """One account of a pull; its phases follow each other, its lists are read side by side.

    Attributes:
        is_done: Its events were read to the end of the pull and the proof was made.
    """

    def __init__(self, pull: Pull, tenant: Tenant) -> None:
        self.pull, self.tenant = pull, tenant
        self.is_done = False
        self._readers: dict[str, ListReader] = {}
        wants_events = pull.options.wants(EVENT)
        self._span = event_span(tenant.cursor, pull.options, pull.now)
        self._told_from = self._span.told_from if wants_events else pull.now + DAY
        self._followers = Followers(pull, tenant, self._told_from, self._readers)
        self.proof = Proof(pull, tenant, self._readers)

    def start(self) -> None:
        """Begin; the rest follows by itself."""
        cursor = self.tenant.cursor
        if self._span.lost_since is not None or cursor.listed_since is None:
            with self.tenant.lock:
                cursor.begin_anew(self.pull.now)
        if self._span.lost_since is not None:
            since = day_text(self._span.lost_since)
            self.pull.tally.remark(
                f"Account {self.tenant.account}: events were last read on {since}, and Stripe forgets events after "
                "30 days. Everything is listed again; what was deleted in between cannot be known."
            )
        wanted = [endpoint for endpoint in LISTS if self.pull.options.wants(endpoint.object)]
        self._phase(wanted, self._payouts, first=self._balance)

    def _phase(self, endpoints: list[Endpoint], then: Task, first: Task = lambda: None) -> None:
        """Read some lists side by side, then go on."""
        phase = Phase(self.pull.crew, partial(self._go_on, then))
        phase.add(partial(self._guarded, first))
        for endpoint in endpoints:
            reader = ListReader(
                self.pull,
                self.tenant,
                endpoint,
                phase,
                self._span.window.start or 0,
                self._follower(endpoint),
            )
            self._readers[endpoint.object] = reader
            reader.start()
        phase.close()

    def _proof_from(self, endpoint: Endpoint) -> int:
        """From which creation time on the ids of a list are remembered for the proof."""
        is_whole = (
            self._span.lost_since is not None or self.tenant.cursor.stream(endpoint.object).through is None
        )
        if endpoint.object == BALANCE_TRANSACTION and not is_whole:
            return 0  # few are listed then, and members of payouts may be old
        return self._span.window.start or 0

    def _go_on(self, then: Task) -> None:
        self.tenant.next_phase()
        if self.tenant.account not in self.pull.refused:
            self.pull.crew.submit(then)

    def _follower(self, endpoint: Endpoint) -> Any:
        if endpoint.object == PAYOUT:
            return self._followers.of_payouts
        if endpoint.object == CUSTOMER:
            return self._followers.of_customers
        return lambda rows: None

    def _guarded(self, task: Task) -> None:
        try:
            task()
        except StripeFailed as failure:
            self.pull.fail(self.tenant, failure)

    def _balance(self) -> None:
        if not self.pull.options.wants(BALANCE):
            return

        def check(body: Any) -> None:
            if not isinstance(body, dict) or body.get("object") != BALANCE:
                raise ValueError("the answer is not a balance")

        answer = self.pull.api.get(Call(BALANCE, "/v1/balance", self.tenant.account), check)
        self.tenant.land(BALANCE, [line_of(answer.body)], answer.asked_at)
        self.pull.tally.count_rows(BALANCE, 1, 1)

    def _payouts(self) -> None:
        self._phase([PAYOUTS] if self.pull.options.wants(PAYOUT) else [], self._events)

    def _events(self) -> None:
        if not self.pull.options.wants(EVENT):
            self.is_done = True
            return
        events = Events(
            self.pull, self.tenant, self._span.window, self._readers, self._followers, self.proof, self._end
        )
        events.start()

    def _end(self) -> None:
        through = self.tenant.cursor.stream(EVENT).through
        if through is not None and through >= self._span.window.end:
            self.proof.end()
            self.is_done = all(reader.failure is None for reader in self._readers.values())
