"""What must hold for every row of a list, whatever else Stripe may have added to it."""

from __future__ import annotations

from orchestration.sources.stripe_api.endpoints import ENDPOINTS, PREVIEWS, Endpoint, Obj
from orchestration.sources.stripe_api.pages import RowCheck
from orchestration.sources.stripe_api.windows import Window

_LATEST = 1 << 32  # epoch seconds, in the year 2106


def born(row: Obj, endpoint: Endpoint) -> int | None:
    """When a row was created, epoch seconds; None when it does not say, or nothing that can be."""
    stamp = row.get(endpoint.stamp)
    if not isinstance(stamp, int) or isinstance(stamp, bool):
        return None
    return stamp if 0 <= stamp < _LATEST else None


def row_check(endpoint: Endpoint, window: Window | None = None) -> RowCheck:
    """A check that raises ValueError for a row that cannot be right, naming the object."""

    def check(row: Obj) -> None:
        for key in endpoint.solid:
            if key in row and not isinstance(row[key], dict | list):
                raise ValueError(f"{endpoint.object} {row['id']}: {key} is {row[key]!r} instead of an object")
        created = born(row, endpoint)
        if created is None:
            raise ValueError(f"{endpoint.object} {row['id']} does not say when it was created")
        if window is not None and not window.covers(created):
            raise ValueError(f"{endpoint.object} {row['id']} lies outside of what was asked for: {window}")
        if endpoint.object == "event":
            _check_event(row)

    return check


def _check_event(row: Obj) -> None:
    inner = row["data"].get("object") if isinstance(row.get("data"), dict) else None
    if not isinstance(row.get("type"), str) or not isinstance(inner, dict):
        raise ValueError(f"event {row['id']} has no type or no object")
    name = inner.get("object")
    if not isinstance(name, str) or not name:
        raise ValueError(f"event {row['id']}: its object does not say what it is")
    if name in ENDPOINTS and row["type"] not in PREVIEWS and not isinstance(inner.get("id"), str):
        raise ValueError(f"event {row['id']}: its {name} has no id")
