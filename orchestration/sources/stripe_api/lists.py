"""Lists -> landing: rows with their lists whole, and in the same breath how far the list is landed."""

from __future__ import annotations

from collections.abc import Callable

from orchestration.sources.stripe_api.cursor import StreamCursor
from orchestration.sources.stripe_api.endpoints import (
    BALANCE_TRANSACTION,
    DAY,
    Endpoint,
    Obj,
    transactions_named,
)
from orchestration.sources.stripe_api.failures import Missing
from orchestration.sources.stripe_api.lines import digest, line_of
from orchestration.sources.stripe_api.nested import complete, has_cut_lists
from orchestration.sources.stripe_api.pull import Phase, Pull
from orchestration.sources.stripe_api.reader import WindowReader
from orchestration.sources.stripe_api.rows import born
from orchestration.sources.stripe_api.tenant import Tenant
from orchestration.sources.stripe_api.windows import Window, merged

# Balance transactions are read again for days: while they are pending, and when their payout is read.
REMEMBERED_DAYS = 10
Follow = Callable[[list[Obj]], None]


class ListReader(WindowReader):
    """One list of one account.

    Args:
        follow: Reads and lands what belongs to rows, before the rows count as landed.
        proof_from: Creation time from which ids are remembered, to be compared with what events tell.

    Attributes:
        shown: Digests of the ids that the list showed, of objects created since `proof_from`.
        named: Balance transactions that those objects say they caused.
    """

    def __init__(
        self,
        pull: Pull,
        tenant: Tenant,
        endpoint: Endpoint,
        phase: Phase,
        proof_from: int,
        follow: Follow = lambda rows: None,
    ) -> None:
        super().__init__(pull, tenant, endpoint, phase)
        self.shown: set[int] = set()
        self.named: set[str] = set()
        self._proof_from = proof_from
        self._follow = follow

    @property
    def cursor(self) -> StreamCursor:
        return self.tenant.cursor.stream(self.endpoint.object)

    def remembers(self, created: int | None) -> bool:
        """Whether `shown` holds the ids of objects of that age, if the list showed them."""
        return self.failure is None and created is not None and created >= self._proof_from

    def start(self) -> None:
        """Plan what this pull has to read, and begin."""
        with self.tenant.lock:
            windows = self._plan()
            self.cursor.todo = windows
            self.tenant.touch()
            self.begin(windows)

    def _plan(self) -> list[Window]:
        cursor, endpoint, options = self.cursor, self.endpoint, self.pull.options
        since = None if endpoint.is_standing else options.since
        horizon = self.pull.horizon
        if cursor.through is None:
            cursor.floor = cursor.floor if cursor.rows else since
            cursor.through = horizon
            return [Window(cursor.floor, horizon)]
        back = max(0, cursor.through - max(options.overlap, endpoint.look_back * DAY))
        floor = cursor.floor
        end = max(horizon, cursor.through)
        windows = [*cursor.todo, Window(back if floor is None else max(back, floor), end)]
        windows += [Window(day * DAY, min(day * DAY + DAY, end)) for day in sorted(cursor.open_days)]
        if since is not None and floor is not None and since < floor:
            windows.append(Window(since, floor))
            cursor.floor = since
        cursor.through = end
        cursor.open_days.clear()
        cursor.seen.forget_before(back - REMEMBERED_DAYS * DAY)
        return merged(windows)

    def keep(self, rows: list[Obj], asked_at: float, number: int, rest: Window | None) -> None:
        """As the base says: completed rows, landed together with the progress that they mean."""
        whole = self._completed(rows)
        self._follow(whole)
        lines = [line_of(row) for row in whole]
        with self.tenant.lock:
            self.land(whole, lines, asked_at)
            self.progress(number, rest)
            self.cursor.todo = list(self.active.values())
            self.cursor.rows += len(rows)
            for row in whole:
                if self.remembers(born(row, self.endpoint)):
                    self.shown.add(digest(row["id"]))
                    self.named |= transactions_named(row)
        self.pull.commit_if_due()

    def land(self, rows: list[Obj], lines: list[bytes], asked_at: float) -> None:
        """Land rows, less those that are as they were last seen."""
        land_rows(self.pull, self.tenant, self.endpoint, rows, lines, asked_at)

    def _completed(self, rows: list[Obj]) -> list[Obj]:
        """Rows with their lists whole; one that was deleted since the page was shown is left out."""
        if not any(has_cut_lists(row, self.endpoint) for row in rows):
            return rows
        whole = self.pull.crew.gather(self._complete, rows)
        return [row for row in whole if row is not None]

    def _complete(self, row: Obj) -> Obj | None:
        options = self.pull.options
        try:
            return complete(self.pull.api, row, self.endpoint, self.tenant.account, options.page_size)
        except Missing:
            return None


def land_rows(
    pull: Pull, tenant: Tenant, endpoint: Endpoint, rows: list[Obj], lines: list[bytes], asked_at: float
) -> None:
    """Land rows of a list, less those that are as they were last seen, and mark those that may still change."""
    with tenant.lock:
        cursor = tenant.cursor.stream(endpoint.object)
        fresh = []
        for row, line in zip(rows, lines, strict=True):
            created = born(row, endpoint) or 0
            if endpoint.is_open(row):
                cursor.open_days.add(created // DAY)
            if not endpoint.remembers:
                fresh.append(line)
            elif cursor.seen.is_news(row["id"], line):
                if endpoint.object == BALANCE_TRANSACTION and not cursor.seen.has(row["id"]):
                    _count_activity(pull, tenant, created)
                if created >= pull.horizon - REMEMBERED_DAYS * DAY:
                    cursor.seen.add(row["id"], line, created)
                fresh.append(line)
        tenant.land(endpoint.object, fresh, asked_at)
        pull.tally.count_rows(endpoint.object, len(rows), len(fresh))


def _count_activity(pull: Pull, tenant: Tenant, created: int) -> None:
    day = created // DAY
    if created >= pull.now - 30 * DAY:
        tenant.cursor.activity[day] = tenant.cursor.activity.get(day, 0) + 1
