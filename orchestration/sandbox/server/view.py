"""What one request can see: the objects of one account at one instant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from orchestration.sandbox.server.catalog import Catalog
from orchestration.sandbox.server.errors import no_such
from orchestration.sandbox.server.events import EventLog
from orchestration.sandbox.server.presentation import Presenter
from orchestration.sandbox.server.resources import RESOURCES
from orchestration.sandbox.server.shelf import Entry, Shelf
from orchestration.sandbox.world.history import Obj


@dataclass(frozen=True)
class View:
    """The company as one request sees it.

    Attributes:
        log: The events of an account.
        hide_newest: The newest object of the list that is asked for does not exist yet.
    """

    catalog: Catalog
    log: Callable[[str], EventLog]
    presenter: Presenter
    tenant: str
    at: int
    hide_newest: bool = False

    def shelf(self, name: str) -> Shelf:
        """Everything of one resource."""
        if name == "events":
            return self.log(self.tenant).shelf(self.at)
        return self.catalog.shelf(self.tenant, RESOURCES[name].object)

    def entry(self, name: str, object_id: str) -> Entry | None:
        """The object of an id, deleted or not; None before it is born."""
        if name == "events":
            return self.log(self.tenant).find(object_id, self.at)
        entry = self.catalog.find(self.tenant, RESOURCES[name].object, object_id)
        return entry if entry is not None and entry.created <= self.at else None

    def existing(
        self, name: str, object_id: str, *, param: str = "id", status: int = 404
    ) -> tuple[Entry, Obj]:
        """An object with its state. Raises ApiError when there is none, or none any more."""
        entry = self.entry(name, object_id)
        state = entry.state(self.at) if entry is not None else None
        if entry is None or state is None:
            raise no_such(RESOURCES[name].object, object_id, param=param, status=status)
        return entry, state

    def cursor(self, name: str, param: str, object_id: str) -> Entry:
        """The object at which a page begins or ends: whatever can be retrieved, so a deleted customer too.

        Raises:
            ApiError: 400, there is no such object.
        """
        entry = self.entry(name, object_id)
        if entry is None or (entry.state(self.at) is None and name != "customers"):
            raise no_such(RESOURCES[name].object, object_id, param=param, status=400)
        return entry
