"""Events -> landing, in slices of time, oldest first; a slice counts when all that it tells of was looked at.

Events carry the objects as they were; the loader takes them out. What events cannot settle is read again:
objects with two different states within one second, and objects whose inner lists they show cut or changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.sources.stripe_api.crew import Task
from orchestration.sources.stripe_api.cursor import AccountCursor
from orchestration.sources.stripe_api.endpoints import CUSTOMER, DAY, EVENT, EVENTS, Obj
from orchestration.sources.stripe_api.failures import StripeFailed
from orchestration.sources.stripe_api.followers import Followers
from orchestration.sources.stripe_api.lines import line_of
from orchestration.sources.stripe_api.lists import ListReader
from orchestration.sources.stripe_api.options import Options
from orchestration.sources.stripe_api.proof import Proof
from orchestration.sources.stripe_api.pull import Phase, Pull
from orchestration.sources.stripe_api.reader import WindowReader
from orchestration.sources.stripe_api.retrieval import Retrieval
from orchestration.sources.stripe_api.tenant import Tenant
from orchestration.sources.stripe_api.told import Slice, invoice_items_of
from orchestration.sources.stripe_api.windows import Window

KEPT = 30 * DAY  # so long Stripe keeps events
SAFE = 25 * DAY  # after so long without a pull nothing is left to chance: everything is listed again
_MARGIN = 3600
SLICE = 5 * DAY


@dataclass(frozen=True)
class Span:
    """Times of the events that a pull has to read.

    Attributes:
        told_from: Events tell of every change since; what is older has to be looked at itself.
        lost_since: Since when events may have been forgotten unread; None when none were.
    """

    window: Window
    told_from: int
    lost_since: int | None = None


def event_span(cursor: AccountCursor, options: Options, now: int) -> Span:
    """What follows from how far an account is landed."""
    through = cursor.stream(EVENT).through or 0
    needed = max(through, cursor.listed_since or 0)  # what is older, the lists show
    lost_since = needed if needed and needed < now - SAFE else None
    end = max(now - options.hold_back, through)
    oldest = now - KEPT + _MARGIN
    if lost_since is not None or through < needed or not through:
        # some days in reserve: should this pull not come to the events, the next one still sees them
        start = min(max(oldest, options.since or 0), end)
        return Span(Window(start, end), start + KEPT - SAFE, lost_since)
    start = min(max(oldest, through - options.overlap), end)
    return Span(Window(start, end), start)


class EventReader(WindowReader):
    """The events of one slice."""

    def __init__(
        self, pull: Pull, tenant: Tenant, phase: Phase, told: Slice, readers: Mapping[str, ListReader]
    ) -> None:
        super().__init__(pull, tenant, EVENTS, phase)
        self.recent: list[tuple[str, int]] = []
        self._told = told
        self._readers = readers

    def keep(self, rows: list[Obj], asked_at: float, number: int, rest: Window | None) -> None:
        """As the base says; events that were landed before are only listened to."""
        with self.tenant.lock:
            seen = self.tenant.cursor.stream(EVENT).seen
            lines = []
            for row in rows:
                is_news = not seen.has(row["id"])
                self._told.take(row, self._readers, is_news=is_news)
                if is_news:
                    lines.append(line_of(row))
                if row["created"] >= self.pull.horizon - self.pull.options.overlap - DAY:
                    self.recent.append((row["id"], row["created"]))
            self.tenant.land(EVENT, lines, asked_at)
            self.progress(number, rest)
        self.pull.tally.count_rows(EVENT, len(rows), len(lines))
        self.pull.commit_if_due()


class Events:
    """All events of one account that a pull has to read.

    Args:
        readers: The lists of this pull, done by now.
        then: Called at the end, whether it went well or not.
    """

    def __init__(
        self,
        pull: Pull,
        tenant: Tenant,
        span: Window,
        readers: Mapping[str, ListReader],
        followers: Followers,
        proof: Proof,
        then: Task,
    ) -> None:
        self._pull, self._tenant, self._readers = pull, tenant, readers
        self._followers, self._proof, self._then = followers, proof, then
        self._retrieval = Retrieval(pull, tenant, followers)
        start = span.start or 0
        edges = [*range(start, span.end, SLICE), span.end]
        self._slices = [Window(a, b) for a, b in zip(edges, edges[1:], strict=False)]

    def start(self) -> None:
        """Read the next slice."""
        if not self._slices:
            self._then()
            return
        window = self._slices.pop(0)
        told = Slice()
        phase = Phase(
            self._pull.crew, lambda: self._pull.crew.submit(lambda: self._end(window, reader, told))
        )
        reader = EventReader(self._pull, self._tenant, phase, told, self._readers)
        reader.begin([window])
        phase.close()

    def _end(self, window: Window, reader: EventReader, told: Slice) -> None:
        is_well = reader.failure is None and self._tenant.account not in self._pull.refused
        if is_well:
            try:
                self._look_again(told)
                self._proof.take(told, self._retrieval)
                self._advance(window, reader)
                self._pull.commit_if_due()
            except StripeFailed as failure:
                self._pull.fail(self._tenant, failure)
                is_well = False
        if is_well:
            self.start()
        else:
            self._then()

    def _look_again(self, told: Slice) -> None:
        """Read what these events leave open; later than their lists, so that it counts as newer."""
        self._tenant.next_phase()
        alive = {
            key for key, entry in told.objects.items() if entry.is_uncertain and key[1] not in told.deaths
        }
        found = self._pull.crew.gather(self._retrieval.land, sorted(alive))
        items = set(told.loose_items)
        for row in found:
            if row is not None and row["object"] == "invoice":
                items |= set(invoice_items_of(row))
        reader = self._readers.get("invoiceitem")
        if reader is not None:
            again = [("invoiceitem", name) for name in sorted(items - told.deaths)]
            self._pull.crew.gather(self._retrieval.land, again)
        if CUSTOMER in self._readers:
            self._followers.of_customer_ids(sorted(told.customers - told.deaths))

    def _advance(self, window: Window, reader: EventReader) -> None:
        with self._tenant.lock:
            self._tenant.next_phase()
            cursor = self._tenant.cursor.stream(EVENT)
            cursor.through = max(window.end, cursor.through or 0)
            cursor.seen.forget_before(cursor.through - self._pull.options.overlap - DAY)
            for name, created in reader.recent:
                cursor.seen.add(name, b"", created)
            self._forget_old(cursor.through)
            self._tenant.touch()

    def _forget_old(self, now: int) -> None:
        cursor = self._tenant.cursor
        for name in [name for name, created in cursor.members_read.items() if created < now - 60 * DAY]:
            del cursor.members_read[name]
        for day in [day for day in cursor.activity if day < now // DAY - 31]:
            del cursor.activity[day]
