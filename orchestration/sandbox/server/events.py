"""Events as the API lists them: those of the last 30 days, written when first asked for."""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right

from orchestration.sandbox.inbox.events import events_of
from orchestration.sandbox.server.catalog import Catalog
from orchestration.sandbox.server.shelf import Entry, Shelf
from orchestration.sandbox.world.history import Change
from orchestration.sandbox.world.money import DAY

KEPT = 30 * DAY


class EventLog:
    """The events of one account.

    Only the histories that have an event in the window are turned into events, and only once.
    """

    def __init__(self, catalog: Catalog, tenant: str) -> None:
        self._catalog = catalog
        self._tenant = tenant
        self._sources = list(catalog.entries(tenant))
        moments = sorted(
            (change.at, number)
            for number, entry in enumerate(self._sources)
            for change in entry.changes
            if change.event is not None
        )
        self._moments = [at for at, _ in moments]
        self._numbers = [number for _, number in moments]
        self._lock = threading.Lock()
        self._told: set[int] = set()
        self._events: list[Entry] = []
        self._found: dict[str, Entry] = {}
        self._shelf = Shelf()

    def shelf(self, at: int) -> Shelf:
        """The events that Stripe still keeps at an instant, and others that are older or yet to come."""
        first, last = bisect_left(self._moments, at - KEPT), bisect_right(self._moments, at)
        with self._lock:
            new = set(self._numbers[first:last]) - self._told
            for number in sorted(new):
                self._tell(self._sources[number])
            if new:
                self._told |= new
                self._shelf = Shelf(self._events)
            return self._shelf

    def find(self, event_id: str, at: int) -> Entry | None:
        """The event of an id, None when there is none or when it is forgotten."""
        self.shelf(at)
        entry = self._found.get(event_id)
        return entry if entry is not None and at - KEPT <= entry.created <= at else None

    def _tell(self, source: Entry) -> None:
        events = list(events_of(self._tenant, source.obj, source.changes))
        for event in reversed(events):  # of one second, what is added later counts as newer
            birth = [Change(event["created"], None, None)]
            entry = Entry(event, birth, len(self._events), self._catalog.delay(event["id"]))
            self._events.append(entry)
            self._found[event["id"]] = entry
