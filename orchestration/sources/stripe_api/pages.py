"""Pages of Stripe's lists, each proven to be one: what is not a page as documented is never taken for the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from orchestration.sources.stripe_api.client import Call, StripeApi

Obj = dict[str, Any]
RowCheck = Callable[[Obj], None]


@dataclass(frozen=True)
class Page:
    """Rows of one page, in Stripe's order, of a state at `asked_at` (epoch seconds) or later."""

    rows: list[Obj]
    has_more: bool
    asked_at: float


@dataclass
class Listing:
    """One list, page by page.

    Args:
        call: The first page, with its filters.
        name: The `object` that every row must be.
        check: Raises ValueError for a row that cannot be right.
        after: Id after which the next page begins.
    """

    api: StripeApi
    call: Call
    name: str
    check: RowCheck = lambda row: None
    page_size: int = 100
    after: str | None = None
    _ids: set[str] = field(default_factory=set)

    def next_page(self) -> Page:
        """The next page.

        Raises:
            StripeFailed: It cannot be had, or is no page, or does not go on from the one before.
        """
        params = {**self.call.params, "limit": self.page_size}
        if self.after is not None:
            params["starting_after"] = self.after
        answer = self.api.get(replace(self.call, params=params), self._check_page)
        rows: list[Obj] = answer.body["data"]
        if rows:
            self.after = rows[-1]["id"]
            self._ids.update(row["id"] for row in rows)
        return Page(rows, answer.body["has_more"], answer.asked_at)

    def _check_page(self, body: Any) -> None:
        if not isinstance(body, dict) or body.get("object") != "list":
            raise ValueError("the answer is not a list")
        rows, has_more = body.get("data"), body.get("has_more")
        if not isinstance(rows, list) or not isinstance(has_more, bool):
            raise ValueError("the list has no data, or does not say whether there is more")
        if has_more and not rows:
            raise ValueError("an empty page says that there is more")
        fresh: set[str] = set()
        for row in rows:
            check_object(row, self.name)
            fresh.add(row["id"])
            self.check(row)
        if len(fresh) < len(rows) or fresh & self._ids:
            raise ValueError("a page repeats what the list showed before")


def all_pages(listing: Listing) -> Iterator[Page]:
    """Every page to the end of a list."""
    while True:
        page = listing.next_page()
        yield page
        if not page.has_more:
            return


def check_object(row: Any, name: str) -> None:
    """Raises ValueError when a value is not an object of that name with an id."""
    if not isinstance(row, dict):
        raise ValueError(f"a {name} is not an object but {type(row).__name__}")
    found = row.get("id")
    if not isinstance(found, str) or not found:
        raise ValueError(f"a {name} has no id")
    if row.get("object") != name:
        raise ValueError(f"{found} is a {row.get('object')}, not a {name}")
