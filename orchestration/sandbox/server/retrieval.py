"""Single objects by their id."""

from __future__ import annotations

from orchestration.sandbox.server.errors import no_such
from orchestration.sandbox.server.lists import Pairs, children_of
from orchestration.sandbox.server.presentation import as_json
from orchestration.sandbox.server.query import read_retrieve
from orchestration.sandbox.server.resources import CHILDREN
from orchestration.sandbox.server.shelf import Entry
from orchestration.sandbox.server.view import View
from orchestration.sandbox.world.history import Obj


def retrieve(view: View, name: str, object_id: str, pairs: Pairs) -> bytes:
    """An object as JSON; of a deleted customer only that. Raises ApiError (404) when there is none."""
    expand = read_retrieve(pairs)
    if name == "subscription_items":
        return as_json(_expanded(view, view.presenter.nested(_item(view, object_id)), expand))
    entry = view.entry(name, object_id)
    if name == "customers" and entry is not None and entry.is_deleted(view.at):
        return as_json({"id": object_id, "object": "customer", "deleted": True})
    entry, _ = view.existing(name, object_id)
    return _body(view, entry, expand)


def retrieve_child(view: View, name: str, path: tuple[str, str, str], pairs: Pairs) -> bytes:
    """An object below another, at (parent id, list, id). Raises ApiError (404) when there is none."""
    parent_id, segment, child_id = path
    children = CHILDREN[name, segment]
    expand = read_retrieve(pairs)
    _, parent = view.existing(name, parent_id)
    for entry in children_of(view, children, parent_id).entries:
        if entry.id == child_id and entry.state(view.at) is not None:
            return _body(view, entry, expand)
    for row in parent[children.nested]["data"] if children.nested is not None else ():
        if row["id"] == child_id:
            return as_json(_expanded(view, view.presenter.nested(row), expand))
    raise no_such(children.object, child_id)


def _item(view: View, item_id: str) -> Obj:
    """A subscription item, wherever its subscription is."""
    for entry in view.shelf("subscriptions").entries:
        state = entry.state(view.at)
        for item in state["items"]["data"] if state is not None else ():
            if item["id"] == item_id:
                found: Obj = item
                return found
    raise no_such("subscription_item", item_id)


def _body(view: View, entry: Entry, expand: list[str]) -> bytes:
    if not expand:
        return view.presenter.body(entry)
    return as_json(_expanded(view, view.presenter.obj(entry), expand))


def _expanded(view: View, obj: Obj, expand: list[str]) -> Obj:
    for path in expand:
        obj = view.presenter.expanded(obj, path.split("."))
    return obj
