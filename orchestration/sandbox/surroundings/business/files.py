"""`business/*.csv`: what the company's own systems export, written from the notes of each segment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path

from orchestration.sandbox.simulation import Segment, Simulation
from orchestration.sandbox.surroundings.business.table import Row, Table, instant, month_of
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.plan import Plan

FOLDER = "business"
COLUMNS = {
    "orders": (
        "order_id",
        "ordered_at",
        "customer_reference",
        "amount_minor",
        "currency",
        "payment_reference",
        "status",
    ),
    "product_usage": ("customer_id", "subscription_item_id", "month", "quantity", "active_days"),
    "marketing_attribution": ("customer_id", "channel", "campaign", "attributed_at"),
    "support_tickets": ("ticket_id", "customer_id", "opened_at", "kind"),
    "account_map": ("account_id", "name", "official_name", "from_date"),
}

_ORDER = itemgetter(*COLUMNS["orders"])  # a third faster than seven look-ups, and orders are many


class BusinessFiles:
    """Writes `folder/business/`, a segment at a time.

    Money is in minor units, instants are ISO 8601 with Z, `month` and `from_date` are days. What only the
    simulation knows (true charges, causes) stays out. Notes by kind, and the file that they fill:

    * `order` (order_id, ordered_at, customer_reference, amount_minor, currency, payment_reference, status):
      `orders`, one row each; `payment_reference` may be empty.
    * `usage` (customer, subscription_item, day, quantity): `product_usage`, one row per customer, item and
      month.
    * `channel` (customer, channel, campaign, at): `marketing_attribution`.
    * `ticket` (customer, at, kind): `support_tickets`, numbered in the order of the file.
    * `seller` (account, official_name, names): `account_map`, one row per (from_date, name) in `names`, the
      name under which the company's own books knew the account from that day on.
    """

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.plan = plan
        self._tables = {
            name: Table(folder / FOLDER / f"{name}.csv", columns) for name, columns in COLUMNS.items()
        }
        self._tickets = 0

    def take(self, segment: Segment) -> None:
        """Append what the notes of a segment say."""
        notes = segment.notes
        self._tables["orders"].append(map(_order, notes.get("order", ())))
        self._tables["product_usage"].append(_usage(notes.get("usage", [])))
        self._tables["marketing_attribution"].append(map(_channel, notes.get("channel", ())))
        self._tables["support_tickets"].append(self._numbered(notes.get("ticket", [])))
        self._tables["account_map"].append(_names(notes.get("seller", [])))

    def close(self, simulation: Simulation) -> None:
        """Nothing waits for the end: every segment was written as it came."""

    def _numbered(self, tickets: list[Obj]) -> Iterator[Row]:
        for ticket in tickets:
            self._tickets += 1
            yield f"T-{self._tickets:06d}", ticket["customer"], instant(ticket["at"]), ticket["kind"]


def _order(note: Obj) -> Row:
    order_id, ordered_at, *rest = _ORDER(note)
    return order_id, instant(ordered_at), *rest


def _channel(note: Obj) -> Row:
    return note["customer"], note["channel"], note["campaign"], instant(note["at"])


def _usage(notes: list[Obj]) -> Iterator[Row]:
    """Days summed to months: a file of days would outgrow Stripe's own tables."""
    months: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for note in notes:
        month = months[note["customer"], note["subscription_item"], month_of(note["day"])]
        month[0] += note["quantity"]
        month[1] += 1
    for key, (quantity, days) in months.items():
        yield *key, quantity, days


def _names(notes: list[Obj]) -> Iterator[Row]:
    for note in notes:
        for from_date, name in note["names"]:
            yield note["account"], name, note["official_name"], from_date
