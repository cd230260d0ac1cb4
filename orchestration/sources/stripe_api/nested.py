"""Lists inside objects: Stripe shows the first ten elements; the rest has an address of its own.

An object is landed with its lists whole, so that an element that was taken out is known to be gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from orchestration.sources.stripe_api.client import Call, StripeApi
from orchestration.sources.stripe_api.endpoints import Endpoint, Nested, Obj
from orchestration.sources.stripe_api.failures import Missing, StripeFailed
from orchestration.sources.stripe_api.pages import Listing, all_pages

SHOWN = 10
_RESTARTS = 3


def is_cut(value: object) -> bool:
    """Whether a list inside an object may lack elements."""
    if not isinstance(value, Mapping) or value.get("object") != "list":
        return False
    rows = value.get("data")
    if not isinstance(rows, list) or value.get("has_more") is not False or len(rows) > SHOWN:
        return True
    total = value.get("total_count")
    return isinstance(total, int) and total > len(rows)


def has_cut_lists(row: Obj, endpoint: Endpoint) -> bool:
    """Whether any list inside a row may lack elements."""
    return any(is_cut(row.get(key)) for key in endpoint.nested)


def complete(api: StripeApi, row: Obj, endpoint: Endpoint, account: str, page_size: int) -> Obj:
    """A row with every list inside it whole.

    Raises:
        Missing: The object is gone meanwhile.
        StripeFailed: A list cannot be read.
    """
    whole = row
    for key, nested in endpoint.nested.items():
        if is_cut(row.get(key)):
            data = _elements(api, nested, row["id"], account, page_size)
            told: Obj = {"total_count": len(data)} if "total_count" in row[key] else {}
            whole = {**whole, key: {**row[key], "data": data, "has_more": False, **told}}
    return whole


def _elements(api: StripeApi, nested: Nested, holder: str, account: str, page_size: int) -> list[Obj]:
    """All elements; begun anew when the one that ended a page was deleted meanwhile."""
    for _ in range(_RESTARTS):
        try:
            pages = list(all_pages(listing_of(api, nested, holder, account, page_size)))
            return [element for page in pages for element in page.rows]
        except Missing as missing:
            if missing.param != "starting_after":
                raise
    raise StripeFailed(
        f"The list changed while it was read, {_RESTARTS} times.", where=f"{nested.object} of {holder}"
    )


def listing_of(api: StripeApi, nested: Nested, holder: str, account: str, page_size: int) -> Listing:
    """The list at its own address."""
    params = {name: value.format(id=holder) for name, value in nested.params.items()}
    path = nested.path.format(id=quote(holder, safe=""))
    call = Call(nested.object, path, account, params, f"of {holder}")
    return Listing(api, call, nested.object, page_size=page_size)
