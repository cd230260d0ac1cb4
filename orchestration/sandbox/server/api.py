"""Which URL means what: lists, retrievals, and the two objects of an account that are no lists."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message
from urllib.parse import unquote

from orchestration.sandbox.server.access import Access
from orchestration.sandbox.server.balance import balance_at
from orchestration.sandbox.server.catalog import Catalog
from orchestration.sandbox.server.errors import no_access, no_such_url
from orchestration.sandbox.server.events import EventLog
from orchestration.sandbox.server.lists import list_children, list_resource
from orchestration.sandbox.server.presentation import Presenter, as_json
from orchestration.sandbox.server.query import read_retrieve
from orchestration.sandbox.server.resources import CHILDREN, RESOURCES
from orchestration.sandbox.server.retrieval import retrieve, retrieve_child
from orchestration.sandbox.server.versions import CURRENT, is_old
from orchestration.sandbox.server.view import View
from orchestration.sandbox.world.books import PLATFORM

_PERMISSIONS = {"account": "connected_account", "balance": "balance"}


@dataclass(frozen=True)
class Request:
    """One HTTP request; `pairs` are its query parameters in their order."""

    method: str
    path: str
    pairs: list[tuple[str, str]]
    headers: Message[str, str]

    @property
    def version(self) -> str:
        return self.headers.get("Stripe-Version") or CURRENT


class Api:
    """Answers requests about one company; it has no clock of its own and never changes anything."""

    def __init__(self, catalog: Catalog, access: Access) -> None:
        self.catalog = catalog
        self.access = access
        self._logs: dict[str, EventLog] = {}

    def answer(self, request: Request, at: int, *, hide_newest: bool = False) -> bytes:
        """The JSON of the answer as of an instant. Raises ApiError for every other answer."""
        self.access.authenticate(request.headers.get("Authorization"))
        tenant = self.access.tenant(request.headers, at)
        name, rest = _resource(request)
        permission = _PERMISSIONS[name] if name in _PERMISSIONS else RESOURCES[name].permission
        self.access.permit(permission, tenant, writes=request.method != "GET")
        presenter = Presenter(self.catalog, tenant, at, is_old=is_old(request.version))
        view = View(self.catalog, self._log, presenter, tenant, at, hide_newest)
        if name in _PERMISSIONS:
            return self._single(view, name, request)
        if not rest:
            return list_resource(view, name, request.pairs)
        if name == "accounts":
            return self._account(view, rest[0], request)
        if len(rest) == 1:
            return retrieve(view, name, rest[0], request.pairs)
        if len(rest) == 2:
            return list_children(view, name, rest[0], rest[1], request.pairs)
        return retrieve_child(view, name, (rest[0], rest[1], rest[2]), request.pairs)

    def _log(self, tenant: str) -> EventLog:
        if tenant not in self._logs:
            self._logs[tenant] = EventLog(self.catalog, tenant)
        return self._logs[tenant]

    def _single(self, view: View, name: str, request: Request) -> bytes:
        """The account's own account or balance."""
        own = self.catalog.platform_account if view.tenant == PLATFORM else view.tenant
        if name == "account":
            return self._account(view, own, request)
        read_retrieve(request.pairs)
        account = self.catalog.find(PLATFORM, "account", own)
        home_currency = account.obj["default_currency"] if account is not None else "usd"
        transactions = self.catalog.shelf(view.tenant, "balance_transaction")
        return as_json(balance_at(transactions, view.at, home_currency))

    def _account(self, view: View, account: str, request: Request) -> bytes:
        """An account: any of them for the platform, only itself for a connected one."""
        entry = self.catalog.find(PLATFORM, "account", account)
        is_own = account == view.tenant
        if entry is None or entry.state(view.at) is None or not (view.tenant == PLATFORM or is_own):
            raise no_access(self.access.key, account)
        read_retrieve(request.pairs)
        return view.presenter.body(entry)


def _resource(request: Request) -> tuple[str, list[str]]:
    """The list that a path names and what follows it. Raises ApiError (404) for a path that is none."""
    version, *parts = [unquote(part) for part in request.path.strip("/").split("/")]
    depth = 2 if parts[:1] == ["radar"] else 1
    name, rest = "/".join(parts[:depth]), parts[depth:]
    is_known = version == "v1" and (
        (name in _PERMISSIONS and not rest)
        or (name in RESOURCES and len(rest) <= 1)
        or (len(rest) == 2 and (name, rest[1]) in CHILDREN)
        or (len(rest) == 3 and (name, rest[1]) in CHILDREN and CHILDREN[name, rest[1]].retrievable)
    )
    if not is_known:
        raise no_such_url(request.method, request.path)
    return name, rest
