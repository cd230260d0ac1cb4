"""Pages of lists: the resources of an account, and the lists below one object."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from orchestration.sandbox.server.errors import ApiError, missing_parameter, no_such
from orchestration.sandbox.server.filters import Filter
from orchestration.sandbox.server.presentation import as_json
from orchestration.sandbox.server.query import Query, read_list
from orchestration.sandbox.server.resources import CHILDREN, RESOURCES, Children
from orchestration.sandbox.server.selection import select
from orchestration.sandbox.server.shelf import Entry, Shelf, page
from orchestration.sandbox.server.view import View
from orchestration.sandbox.world.history import Obj

Pairs = Iterable[tuple[str, str]]


def list_resource(view: View, name: str, pairs: Pairs) -> bytes:
    """A page of one of the resources, as JSON. Raises ApiError."""
    resource = RESOURCES[name]
    query = read_list(pairs, resource.filters, resource.special)
    if name == "subscription_items":
        return _items(view, query)
    entries, has_more = page(
        select(view, name, query), query, view.at, partial(view.cursor, name), view.hide_newest
    )
    return _envelope(_bodies(view, entries, query), has_more, f"/v1/{name}")


def list_children(view: View, name: str, parent_id: str, segment: str, pairs: Pairs) -> bytes:
    """A page of a list below one object, as JSON. Raises ApiError."""
    children = CHILDREN[name, segment]
    query = read_list(pairs, children.filters)
    _, parent = view.existing(name, parent_id)
    url = f"/v1/{name}/{parent_id}/{segment}"
    shelf = children_of(view, children, parent_id)
    if not shelf.entries and children.nested is not None:
        return _page_of(view, parent[children.nested]["data"], query, children.object, url)

    def cursor(param: str, object_id: str) -> Entry:
        entry = view.catalog.find(view.tenant, children.object, object_id)
        if entry is None or entry not in shelf.entries:
            raise no_such(children.object, object_id, param=param, status=400)
        return entry

    entries, has_more = page(shelf, query, view.at, cursor, view.hide_newest)
    return _envelope(_bodies(view, entries, query), has_more, url)


def children_of(view: View, children: Children, parent_id: str) -> Shelf:
    """The children that are objects of their own and name their parent."""
    if children.parent_key is None:
        return Shelf()
    return view.catalog.shelf(view.tenant, children.object).having(Filter(children.parent_key), parent_id)


def _items(view: View, query: Query) -> bytes:
    """The items of one subscription; Stripe lists none without it."""
    subscription_id = query.special.get("subscription", {}).get("")
    if subscription_id is None:
        raise missing_parameter("subscription")
    _, subscription = view.existing("subscriptions", subscription_id, param="subscription", status=400)
    url = f"/v1/subscription_items?subscription={subscription_id}"
    return _page_of(view, subscription["items"]["data"], query, "subscription_item", url)


def _page_of(view: View, rows: list[Obj], query: Query, name: str, url: str) -> bytes:
    """A page of the rows that an object holds itself, in the order in which it holds them."""
    positions = {row["id"]: position for position, row in enumerate(rows)}
    first, last = 0, len(rows)
    for param, value in (("starting_after", query.after), ("ending_before", query.before)):
        if value is not None and value not in positions:
            raise no_such(name, value, param=param, status=400)
    if query.after is not None:
        first = positions[query.after] + 1
        last = min(last, first + query.limit)
        has_more = last < len(rows)
    elif query.before is not None:
        last = positions[query.before]
        first = max(0, last - query.limit)
        has_more = first > 0
    else:
        last = min(last, query.limit)
        has_more = last < len(rows)
    shown = [view.presenter.nested(row) for row in rows[first:last]]
    return _envelope([as_json(_expanded(view, obj, query)) for obj in shown], has_more, url)


def _bodies(view: View, entries: list[Entry], query: Query) -> list[bytes]:
    if not query.expand:
        return [view.presenter.body(entry) for entry in entries]
    return [as_json(_expanded(view, view.presenter.obj(entry), query)) for entry in entries]


def _expanded(view: View, obj: Obj, query: Query) -> Obj:
    for path in query.expand:
        first, *rest = path.split(".")
        if first != "data" or not rest:
            raise ApiError(
                400,
                f"This property cannot be expanded ({path}). You may want to try expanding 'data.{path}' instead.",
                param="expand",
            )
        obj = view.presenter.expanded(obj, rest)
    return obj


def _envelope(bodies: list[bytes], has_more: bool, url: str) -> bytes:
    head = b'{"object":"list","url":%s,"has_more":%s,"data":[' % (as_json(url), as_json(has_more))
    return head + b",".join(bodies) + b"]}"
