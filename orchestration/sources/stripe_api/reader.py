"""A list read by stretches of time, several side by side, each newest first; dense stretches are cut."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import partial

from orchestration.sources.stripe_api.client import Call
from orchestration.sources.stripe_api.endpoints import Endpoint, Obj
from orchestration.sources.stripe_api.failures import Missing, StripeFailed
from orchestration.sources.stripe_api.pages import Listing
from orchestration.sources.stripe_api.pull import Phase, Pull
from orchestration.sources.stripe_api.rows import born, row_check
from orchestration.sources.stripe_api.tenant import Tenant
from orchestration.sources.stripe_api.windows import Window, merged, split


class Progress:
    """What is left of a window while its pages come in, newest first.

    Should a list ever not come newest first, nothing of the window counts as done before its end.
    """

    def __init__(self, window: Window) -> None:
        self.rest = window
        self.is_ordered = True
        self.newest: int | None = None
        self.oldest = window.end - 1
        self._start = window.start
        self._edge = set(window.known)

    def narrow(self, start: int) -> None:
        """What is older than `start` is not of this window any more."""
        self._start = start
        self.rest = Window(start, self.rest.end, self.rest.known)

    def take(self, rows: list[Obj], endpoint: Endpoint) -> None:
        """Rows of one more page."""
        for row in rows:
            created = born(row, endpoint) or 0
            self.newest = created if self.newest is None else self.newest
            self.is_ordered = self.is_ordered and created <= self.oldest
            if created != self.oldest:
                self.oldest, self._edge = created, set()
            self._edge.add(row["id"])
        if self.is_ordered:
            self.rest = Window(self._start, self.oldest + 1, frozenset(self._edge))


class WindowReader(ABC):
    """Reads the windows of one list of one account; what becomes of the rows is its children's business.

    Attributes:
        active: Windows that are not read yet, or not to their end.
        failure: Why it stopped; None while all is well.
    """

    def __init__(self, pull: Pull, tenant: Tenant, endpoint: Endpoint, phase: Phase) -> None:
        self.pull, self.tenant, self.endpoint, self.phase = pull, tenant, endpoint, phase
        self.active: dict[int, Window] = {}
        self.failure: StripeFailed | None = None
        self._planned: list[Window] = []
        self._numbers = 0

    def covers(self, created: int | None) -> bool:
        """Whether this reader was told to read the time in which an object was created."""
        return created is not None and any(window.covers(created) for window in self._planned)

    def begin(self, windows: list[Window]) -> None:
        """Read windows, and whatever they are cut into."""
        with self.tenant.lock:
            self._planned = merged([*self._planned, *windows])
            self._add(windows)

    @abstractmethod
    def keep(self, rows: list[Obj], asked_at: float, number: int, rest: Window | None) -> None:
        """Take rows in, and what is now left of their window."""

    def progress(self, number: int, rest: Window | None) -> None:
        """What is left of a window; to be called under the account's lock, with its rows."""
        if rest is None:
            self.active.pop(number, None)
        else:
            self.active[number] = rest

    def _add(self, windows: list[Window]) -> None:
        for window in windows:
            self._numbers += 1
            self.active[self._numbers] = window
            self.phase.add(partial(self._read_or_fail, self._numbers))

    def _read_or_fail(self, number: int) -> None:
        if self.failure is not None or self.tenant.account in self.pull.refused:
            return
        try:
            self._read(number)
        except StripeFailed as failure:
            self.failure = failure
            self.pull.fail(self.tenant, failure)

    def _read(self, number: int) -> None:
        window = self.active[number]
        progress = Progress(window)
        listing = self._listing(window)
        pages = 0
        while True:
            try:
                page = listing.next_page()
            except Missing as missing:
                if missing.param != "starting_after":
                    raise
                # the last object of the page before was deleted meanwhile: go on by time
                self._read(number)
                return
            rows = [row for row in page.rows if row["id"] not in window.known]
            progress.take(page.rows, self.endpoint)
            self.keep(rows, page.asked_at, number, progress.rest if page.has_more else None)
            if not page.has_more:
                return
            pages += 1
            if pages == self.pull.options.split_after:
                self._split(number, window, progress, listing)

    def _listing(self, window: Window) -> Listing:
        params = {**self.endpoint.list_params, "created": window.created}
        call = Call(self.endpoint.object, self.endpoint.path, self.tenant.account, params, str(window))
        check = row_check(self.endpoint, window)
        return Listing(
            self.pull.api, call, self.endpoint.object, check, page_size=self.pull.options.page_size
        )

    def _split(self, number: int, window: Window, progress: Progress, listing: Listing) -> None:
        """Leave the older part of a window to others; this listing goes on to the end of its second."""
        oldest = progress.oldest
        if not progress.is_ordered or (window.start is not None and window.start >= oldest):
            return
        own = self._listing(Window(oldest, window.end))
        listing.call, listing.check = own.call, own.check
        progress.narrow(oldest)
        with self.tenant.lock:
            self.progress(number, progress.rest)
            length = max(1, (progress.newest or oldest) - oldest)
            self._add(split(Window(window.start, oldest), length, self.pull.options.pieces))
