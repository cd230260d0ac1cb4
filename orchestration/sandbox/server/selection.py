"""What lists do beyond comparing fields: their defaults, and parameters that look elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase

from orchestration.sandbox.server.errors import ApiError
from orchestration.sandbox.server.events import KEPT
from orchestration.sandbox.server.filters import Filter, one_of
from orchestration.sandbox.server.query import Query
from orchestration.sandbox.server.shelf import Shelf
from orchestration.sandbox.server.view import View
from orchestration.sandbox.world.books import PLATFORM

MOST_TYPES = 20
_STATUSES = {
    "active", "canceled", "incomplete", "incomplete_expired", "past_due", "paused", "trialing", "unpaid"
}  # fmt: skip
_OVER = ("canceled", "incomplete_expired")
_FLAGS = ("true", "false")


def select(view: View, name: str, query: Query) -> Shelf:
    """The objects among which a list looks; adds to the query what the list demands by itself."""
    selector = _SELECTORS.get(name)
    return view.shelf(name) if selector is None else selector(view, query)


def _accounts(view: View, query: Query) -> Shelf:
    """The connected accounts, which only a platform has."""
    if view.tenant != PLATFORM:
        raise ApiError(
            403,
            "Only Stripe Connect platforms can work with other accounts. If you specified a client_id "
            "parameter, make sure it's correct.",
        )
    own = view.catalog.platform_account
    query.tests.append(lambda obj: obj["id"] != own)
    return view.shelf("accounts")


def _balance_transactions(view: View, query: Query) -> Shelf:
    """`payout`: what an automatic payout is made of; nobody knows that of a manual one."""
    if "payout" not in query.special:
        return view.shelf("balance_transactions")
    payout_id = query.special["payout"].get("", "")
    _, payout = view.existing("payouts", payout_id, param="payout", status=400)
    if not payout["automatic"]:
        message = "Balance transaction history can only be filtered on automatic transfers, not manual."
        raise ApiError(400, message, param="payout")
    return view.catalog.members(view.tenant, payout)


def _subscriptions(view: View, query: Query) -> Shelf:
    """Canceled ones are hidden unless `status` asks for them."""
    if "status" not in query.special:
        query.tests.append(lambda obj: obj["status"] != "canceled")
        return view.shelf("subscriptions")
    status = one_of("status", query.special["status"].get("", ""), {*_STATUSES, "all", "ended"})
    if status == "ended":
        query.tests.append(lambda obj: obj["status"] in _OVER)
    elif status != "all":
        query.tests.append(lambda obj: obj["status"] == status)
    return view.shelf("subscriptions")


def _invoiceitems(view: View, query: Query) -> Shelf:
    """`pending`: not on an invoice yet."""
    if "pending" in query.special:
        is_pending = one_of("pending", query.special["pending"].get("", ""), _FLAGS) == "true"
        query.tests.append(lambda obj: (obj["invoice"] is None) is is_pending)
    return view.shelf("invoiceitems")


def _subscription_schedules(view: View, query: Query) -> Shelf:
    """`scheduled`: not begun yet."""
    if "scheduled" in query.special:
        is_waiting = one_of("scheduled", query.special["scheduled"].get("", ""), _FLAGS) == "true"
        query.tests.append(lambda obj: (obj["status"] == "not_started") is is_waiting)
    return view.shelf("subscription_schedules")


def _events(view: View, query: Query) -> Shelf:
    """Those that are kept: of the last 30 days. All were delivered, so `delivery_success=false` finds none."""
    shelf = view.shelf("events")
    query.oldest = max(query.oldest, view.at - KEPT)
    special = query.special
    if "type" in special and "types" in special:
        raise ApiError(400, "You may only specify one of these parameters: type, types.", param="types")
    if "delivery_success" in special:
        wants = one_of("delivery_success", special["delivery_success"].get("", ""), _FLAGS)
        query.tests.append(lambda obj: (obj["pending_webhooks"] == 0) is (wants == "true"))
    if "types" in special:
        types = set(special["types"].values())
        if len(types) > MOST_TYPES:
            raise ApiError(400, f"You may only specify up to {MOST_TYPES} types.", param="types")
        query.tests.append(lambda obj: obj["type"] in types)
    if "type" in special:
        wanted = special["type"].get("", "")
        if "*" not in wanted:
            return shelf.having(Filter("type"), wanted)
        query.tests.append(lambda obj: fnmatchcase(obj["type"], wanted))
    return shelf


_SELECTORS: dict[str, Callable[[View, Query], Shelf]] = {
    "accounts": _accounts,
    "balance_transactions": _balance_transactions,
    "events": _events,
    "invoiceitems": _invoiceitems,
    "subscription_schedules": _subscription_schedules,
    "subscriptions": _subscriptions,
}
