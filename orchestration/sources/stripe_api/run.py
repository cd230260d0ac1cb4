"""One pull of Stripe's API: the platform and every connected account, resumable at every commit point."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress

from orchestration.domain.errors import SourceFailed
from orchestration.domain.inbox_layout import PLATFORM
from orchestration.sources.stripe_api.account_run import AccountRun
from orchestration.sources.stripe_api.accounts import accounts_to_pull
from orchestration.sources.stripe_api.allocation import WARN_AT_PERCENT, Allocation
from orchestration.sources.stripe_api.client import Call, StripeApi
from orchestration.sources.stripe_api.clock import StripeClock, day_text
from orchestration.sources.stripe_api.commit import Committer, clear_leftovers, read_cursors
from orchestration.sources.stripe_api.crew import Crew
from orchestration.sources.stripe_api.cursor import AccountCursor
from orchestration.sources.stripe_api.endpoints import DAY
from orchestration.sources.stripe_api.failures import NotPermitted, Stopped, StripeFailed
from orchestration.sources.stripe_api.limiter import Limiter
from orchestration.sources.stripe_api.lock import pull_lock
from orchestration.sources.stripe_api.options import Options
from orchestration.sources.stripe_api.outcome import Outcome
from orchestration.sources.stripe_api.pull import Pull
from orchestration.sources.stripe_api.tally import Tally
from orchestration.sources.stripe_api.tenant import Tenant
from orchestration.sources.stripe_api.transport import Transport
from orchestration.workspace import Workspace

Connect = Callable[[], Transport]
Progress = Callable[[str], None]
_CLOCK_SLACK = 60  # seconds; clocks may differ a little, cursors may not lie ahead
_LOOK_EVERY = 0.2
_TICK = 1e-6


def extract(
    workspace: Workspace,
    options: Options,
    connect: Connect,
    clock: Callable[[], float] | None = None,
    progress: Progress = lambda text: None,
) -> Outcome:
    """Pull everything that is new since the last pull, and land it.

    Args:
        connect: Makes the connection to Stripe.
        clock: Epoch seconds; by default what Stripe's own answers say.
    Returns:
        What was done; failures of Stripe are listed there, what was received is landed all the same.
    Raises:
        SourceFailed: The cursor lies in the future.
        UsageError: Another pull works in this workspace.
        TieoutError: Landing is damaged or cannot be written.
    """
    with pull_lock(workspace):
        clear_leftovers(workspace)
        return _Extraction(workspace, options, connect, StripeClock(clock), progress).run()


class _Extraction:
    """One call of `extract`."""

    def __init__(
        self,
        workspace: Workspace,
        options: Options,
        connect: Connect,
        clock: StripeClock,
        progress: Progress,
    ) -> None:
        self.workspace, self.options, self.clock, self.progress = workspace, options, clock, progress
        self.cursors, self.last_at = read_cursors(workspace)
        self.tally = Tally()
        self.stop = threading.Event()
        self.tenants: dict[str, Tenant] = {}
        self.runs: list[AccountRun] = []
        self.began = self.committed_at = time.monotonic()
        self.platform = self._tenant(PLATFORM)
        self.allocation = Allocation(
            self.platform.cursor.requests, clock, self._transactions, is_binding=not options.beyond_allocation
        )
        limiter = Limiter(options.rate, self.stop.wait)
        count = self.tally.count_request
        self.api = StripeApi(connect(), limiter, self.allocation, clock, options.patience, self.stop, count)
        self.committer = Committer(workspace, clock, self.last_at)

    def run(self) -> Outcome:
        """Pull; what was received is landed, however it ends."""
        crew = Crew(self.options.workers, self.stop)
        accounts: list[str] = []
        try:
            self._set_clock()
            now = int(self.clock.now())
            pull = Pull(self.options, self.api, crew, self.stop, self.tally, now, self._commit_if_due)
            accounts = accounts_to_pull(pull, self.platform, self.cursors)
            if not self.stop.is_set():
                self.runs = [AccountRun(pull, self._tenant(account)) for account in accounts]
                for run in self.runs:
                    crew.submit(run.start)
                crew.work(self._tick, _LOOK_EVERY)
        except Stopped:
            pass
        except StripeFailed as failure:
            self.tally.fail(failure)
        finally:
            self.stop.set()
            if self.runs:
                self.platform.touch()
            self.committer.commit(self.tenants.values())
        return self._outcome(accounts)

    def _set_clock(self) -> None:
        """Learn Stripe's time, and refuse to go on from a future one.

        Raises:
            StripeFailed: Stripe does not answer, or does not accept the key.
            SourceFailed: A cursor lies in the future.
        """
        if not self.clock.is_known:
            with suppress(NotPermitted):  # it tells the time all the same
                self.api.get(Call("balance", "/v1/balance"), lambda body: None)
            ahead = round(time.time() - self.clock.now())
            if abs(ahead) > _CLOCK_SLACK:
                self.tally.remark(
                    f"This machine's clock is {abs(ahead)} s {'ahead of' if ahead > 0 else 'behind'} Stripe's; "
                    "Stripe's counts."
                )
        now = self.clock.now()
        for account, cursor in self.cursors.items():
            reached = max(cursor.latest() or 0, int(self.last_at))
            if reached > now + _CLOCK_SLACK:
                raise SourceFailed(
                    f"The cursor of account {account} lies in the future: {day_text(reached)}; it is {day_text(now)}.",
                    remedy="If the clock is right, leave that record out; more is then read again than is needed: "
                    f"tieout discard {cursor.record} --by NAME --reason TEXT",
                )

    def _tenant(self, account: str) -> Tenant:
        if account not in self.tenants:
            cursor = self.cursors.get(account) or AccountCursor(account)
            self.tenants[account] = Tenant(self.workspace, cursor, self.last_at + _TICK)
        return self.tenants[account]

    def _transactions(self) -> int:
        """Balance transactions of the last 30 days, of all accounts ever pulled."""
        first = int(self.clock.now()) // DAY - 30
        cursors = {**self.cursors, **{name: tenant.cursor for name, tenant in list(self.tenants.items())}}
        return sum(
            count
            for cursor in cursors.values()
            for day, count in list(cursor.activity.items())
            if day >= first
        )

    def _tick(self) -> None:
        """Commit when it is time, and say how far it is."""
        self._commit_if_due()
        done = sum(run.is_done for run in self.runs)
        self.progress(
            f"extracting {done}/{len(self.runs)} accounts, {self.tally.read.total():,} objects, "
            f"{self.tally.requests.total():,} requests"
        )

    def _commit_if_due(self) -> None:
        if time.monotonic() - self.committed_at >= self.options.commit_every:
            self.committed_at = time.monotonic()
            self.committer.commit(self.tenants.values())

    def _outcome(self, accounts: list[str]) -> Outcome:
        percent = self.allocation.percent
        if percent >= WARN_AT_PERCENT:
            self.tally.remark(
                f"{percent} % of Stripe's allocation of reads for {self.allocation.month} is spent."
            )
        proofs = [run.proof for run in self.runs]
        return Outcome(
            accounts=accounts,
            complete=[run.tenant.account for run in self.runs if run.is_done],
            read=dict(self.tally.read),
            landed=dict(self.tally.landed),
            requests=dict(self.tally.requests),
            seconds=time.monotonic() - self.began,
            commits=self.committer.commits,
            failures=self.tally.failures,
            remarks=self.tally.remarks,
            allocation_percent=percent,
            events=sum(proof.events for proof in proofs),
            creations=sum(proof.creations for proof in proofs),
            found_by_id=sum(proof.found for proof in proofs),
            open_questions=sum(len(run.tenant.cursor.questions) for run in self.runs),
        )
