"""What events tell beyond themselves: which objects have to be looked at again, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from orchestration.sources.stripe_api.endpoints import (
    CUSTOMER,
    ENDPOINTS,
    PAYOUT,
    PREVIEWS,
    Endpoint,
    Obj,
    is_creation,
    is_deletion,
    transactions_named,
)
from orchestration.sources.stripe_api.lines import digest, line_of
from orchestration.sources.stripe_api.lists import ListReader
from orchestration.sources.stripe_api.nested import has_cut_lists
from orchestration.sources.stripe_api.rows import born


@dataclass
class Told:
    """What the events of one slice of time tell of one object.

    Attributes:
        second: Latest second in which an event tells of it.
        versions: The different states told in that second.
        is_news: An event of that second was not seen before.
        is_partial: A list inside it is cut, or lost or gained elements: only the object itself shows them all.
    """

    second: int = 0
    versions: set[int] = field(default_factory=set)
    is_news: bool = False
    is_partial: bool = False

    @property
    def is_uncertain(self) -> bool:
        """Whether events alone do not settle its present state."""
        return self.is_partial or (self.is_news and len(self.versions) > 1)


@dataclass
class Slice:
    """What the events of one slice of time tell.

    Attributes:
        objects: (object, id) -> what is told of it, of objects that this pull does not list anyway.
        unlisted: (object, id) of objects whose creation is told, but which no list showed.
        named: Balance transactions that were caused meanwhile, as the objects that caused them say.
        deaths: Ids of deleted objects.
        customers: Customers whose balance moved.
        loose_items: Invoice items of invoices whose lines changed or that were deleted.
        events: How many events there were.
        creations: How many of them told of the creation of an object that lists must show.
    """

    objects: dict[tuple[str, str], Told] = field(default_factory=dict)
    unlisted: set[tuple[str, str]] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    deaths: set[str] = field(default_factory=set)
    customers: set[str] = field(default_factory=set)
    loose_items: set[str] = field(default_factory=set)
    events: int = 0
    creations: int = 0

    def take(self, event: Obj, readers: Mapping[str, ListReader], *, is_news: bool) -> None:
        """One event, in any order."""
        self.events += 1
        inner, kind = event["data"]["object"], event["type"]
        endpoint = ENDPOINTS.get(inner["object"])
        reader = readers.get(inner["object"])
        if endpoint is None or reader is None or kind in PREVIEWS:
            return
        if is_deletion(kind):
            self.deaths.add(inner["id"])
        created = born(inner, endpoint)
        is_listed = reader.covers(created)
        if is_listed and is_creation(kind) and reader.remembers(created):
            self.creations += 1
            if digest(inner["id"]) not in reader.shown:
                self.unlisted.add((inner["object"], inner["id"]))
        if is_news:
            self.customers |= set(_moved_balances(inner, event))
            before = event["data"].get("previous_attributes") or {}
            self.named |= transactions_named({key: inner.get(key) for key in before})
        if not is_listed:
            self._note(event, inner, endpoint, is_news)

    def _note(self, event: Obj, inner: Obj, endpoint: Endpoint, is_news: bool) -> None:
        told = self.objects.setdefault((inner["object"], inner["id"]), Told())
        if event["created"] > told.second:
            told.second, told.versions, told.is_news = event["created"], set(), False
        if event["created"] == told.second:
            told.versions.add(digest(line_of(inner)))
            told.is_news |= is_news
        if is_news:
            before = event["data"].get("previous_attributes") or {}
            lists = {*endpoint.nested, *endpoint.expand}
            told.is_partial |= has_cut_lists(inner, endpoint) or not lists.isdisjoint(before)
            told.is_partial |= endpoint.object == PAYOUT  # its members may have become known
            if endpoint.object == "invoice" and ("lines" in before or is_deletion(event["type"])):
                self.loose_items |= {*invoice_items_of(inner), *invoice_items_of(before)}


def _moved_balances(obj: Obj, event: Obj) -> Iterator[str]:
    """The customer whose balance an event shows to have moved; each sign is enough."""
    name = obj["object"]
    before = event["data"].get("previous_attributes") or {}
    if name == CUSTOMER:
        moved = "balance" in before or bool(obj.get("balance"))
        customer = obj["id"]
    else:
        moved = name == "invoice" and bool(obj.get("starting_balance") or obj.get("ending_balance"))
        moved |= name == "credit_note" and bool(obj.get("customer_balance_transaction"))
        customer = obj.get("customer")
    if moved and isinstance(customer, str):
        yield customer


def invoice_items_of(invoice: Obj) -> Iterator[str]:
    """Ids of the invoice items that an invoice, or a part of one, shows lines of; new shape or old."""
    lines = invoice.get("lines")
    for line in lines.get("data") or () if isinstance(lines, dict) else ():
        details = (line.get("parent") or {}).get("invoice_item_details") or {}
        item = details.get("invoice_item") or line.get("invoice_item")
        if isinstance(item, str):
            yield item
