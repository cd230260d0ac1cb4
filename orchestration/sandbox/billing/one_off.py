"""One-off invoices: what is sold by them, and how they are drawn up, with an invoice item behind each line."""

from __future__ import annotations

from collections.abc import Sequence

from orchestration.sandbox.billing.client import Client
from orchestration.sandbox.billing.collection import send_out
from orchestration.sandbox.billing.invoices import Bill, draft
from orchestration.sandbox.billing.lines import Line, add_item
from orchestration.sandbox.world.money import DAY


def set_up(client: Client, at: int, quantity: int = 1) -> Line:
    """A set-up fee."""
    return _once(client, at, "set-up", "Set-up and data import", quantity)


def free(client: Client, at: int) -> Line:
    """A service that costs nothing."""
    return _once(client, at, "onboarding", "Onboarding, free of charge")


def small_change(client: Client, at: int) -> Line:
    """Less than a card can be charged."""
    return _once(client, at, "bank charges", "Bank charges")


def rebate(client: Client, at: int) -> Line:
    """A negative line, twice the set-up fee."""
    return _once(client, at, "rebate", "Rebate for a late start")


def training(client: Client, at: int, days: int = 90) -> Line:
    """A training programme of some days from now on."""
    offer = client.offer("training", None)
    return Line(offer, f"Training programme, {days} days", offer.amount(1), 1, at, at + days * DAY)


def hours(client: Client, at: int, number: int) -> list[Line]:
    """So many lines of consulting, each for one of the days before."""
    offer = client.offer("consulting", None)
    lines = []
    for day in range(number):
        quantity, start = client.rng.randrange(1, 9), at + (day - number) * DAY
        text = f'Consulting, day {day + 1}: {quantity} h, "on site"'
        lines.append(Line(offer, text, offer.amount(quantity), quantity, start, start + DAY))
    return lines


def invoice(
    client: Client, at: int, lines: Sequence[Line], *, due_days: int | None = 30, auto_advance: bool = True
) -> Bill:
    """A draft of these lines; sent, or charged to the card, when its hour is over."""
    customer = client.customer["id"]
    for line in lines:
        add_item(client.books, customer, line, at)
    bill = draft(
        client,
        lines,
        at,
        discount=client.discount,
        due_days=due_days,
        auto_advance=auto_advance,
        metadata={"po_number": f"PO-{customer[-6:].upper()}"},
    )
    if auto_advance:
        client.agenda.at(at + client.lag, send_out, bill)
    return bill


def _once(client: Client, at: int, plan: str, text: str, quantity: int = 1) -> Line:
    """Something without a service period, so it ends where it starts."""
    offer = client.offer(plan, None)
    return Line(offer, text, offer.amount(quantity), quantity, at, at)
