"""Subscriptions over the quarter: cycles, trials, discounts, an upgrade, cancellations, failed payments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from orchestration.sandbox.company_charges import Sale, refuse_payment
from orchestration.sandbox.company_invoice_forms import Bill, Line
from orchestration.sandbox.company_invoices import (
    add_payment,
    change_status,
    issue,
    pay,
)
from orchestration.sandbox.facts import AS_OF, DAY, PLATFORM, Books, Obj, half_up, list_of


@dataclass(frozen=True)
class Story:
    """One subscription: what is bought when, and what goes differently from a plain renewal."""

    customer: Obj
    price: Obj
    start: int
    quantity: int = 1
    country: str = "US"
    coupon: Obj | None = None
    tax_rate: Obj | None = None
    trial_days: int = 0
    upgrade_to: Obj | None = None
    upgrade_at: int = 0
    ends_after: int | None = None  # cycles; then canceled at the period's end
    fails_from: int | None = None  # cycle whose payment fails; its invoice is written off


def add_months(at: int, months: int) -> int:
    """The same second and day of the month, `months` later; the day must be at most 28."""
    moment = datetime.fromtimestamp(at, UTC)
    index = moment.year * 12 + moment.month - 1 + months
    return int(moment.replace(year=index // 12, month=index % 12 + 1).timestamp())


def run(books: Books, story: Story) -> Obj:
    """Live a subscription until the end of the quarter; returns it in its last state."""
    subscription = _open(books, story)
    item = subscription["items"]["data"][0]
    discount = _discount(books, story, subscription)
    subscription["discounts"] = [discount] if discount else []
    if story.trial_days:
        end = story.start + story.trial_days * DAY
        line = _line(story, subscription, item, story.start, end, "Trial period for ", 0)
        invoice = issue(books, _bill(story, subscription, [line], story.start, None, True))
        subscription["latest_invoice"] = invoice["id"]
    step = 12 if story.price["recurring"]["interval"] == "year" else 1
    anchor = story.start + story.trial_days * DAY
    cycle = 0
    while (start := add_months(anchor, cycle * step)) < AS_OF - 4 * DAY:
        if story.ends_after == cycle:
            _cancel(subscription, start)
            break
        end = add_months(anchor, (cycle + 1) * step)
        item.update(current_period_start=start, current_period_end=end)
        lines = _prorations(books, story, subscription, item, start)
        lines.append(_line(story, subscription, item, start, end))
        active = discount if discount and start < (discount["end"] or start + 1) else None
        if story.coupon and story.coupon["duration"] == "once" and cycle:
            active = None
        first = cycle == 0 and not story.trial_days
        invoice = issue(books, _bill(story, subscription, lines, start, active, first))
        subscription["latest_invoice"] = invoice["id"]
        if story.fails_from == cycle:
            _fail(books, story, subscription, invoice)
            break
        pay(books, invoice, start + 3600, country=story.country)
        cycle += 1
    return subscription


def _open(books: Books, story: Story) -> Obj:
    """The subscription with its one item, before its first cycle."""
    subscription_id = books.new_id("sub_1")
    price = story.price
    trial_end = story.start + story.trial_days * DAY if story.trial_days else None
    item = _item(books, story, subscription_id, trial_end)
    reasons = {"comment": None, "feedback": None, "reason": None}
    return books.add(
        PLATFORM,
        {
            "id": subscription_id,
            "object": "subscription",
            "application": None,
            "automatic_tax": {"enabled": False},
            "billing_cycle_anchor": trial_end or story.start,
            "billing_mode": {"type": "classic", "flexible": None},
            "cancel_at": None,
            "cancel_at_period_end": False,
            "canceled_at": None,
            "cancellation_details": reasons,
            "collection_method": "charge_automatically",
            "created": story.start,
            "currency": price["currency"],
            "customer": story.customer["id"],
            "days_until_due": None,
            "default_payment_method": None,
            "default_tax_rates": [story.tax_rate] if story.tax_rate else [],
            "description": None,
            "discounts": [],
            "ended_at": None,
            "items": list_of([item], f"/v1/subscription_items?subscription={subscription_id}"),
            "latest_invoice": None,
            "livemode": True,
            "metadata": {"channel": "self_serve"},
            "on_behalf_of": None,
            "pause_collection": None,
            "schedule": None,
            "start_date": story.start,
            "status": "active",
            "transfer_data": None,
            "trial_end": trial_end,
            "trial_start": story.start if story.trial_days else None,
        },
    )


def _item(books: Books, story: Story, subscription_id: str, trial_end: int | None) -> Obj:
    """The one item of a subscription; its period is the trial, or empty until the first cycle."""
    price = story.price
    return {
        "id": books.new_id("si_", 14),
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": story.start,
        "current_period_start": story.start,
        "current_period_end": trial_end or story.start,
        "discounts": [],
        "metadata": {},
        "plan": books.find("plan", price["id"]),
        "price": price,
        "quantity": story.quantity,
        "subscription": subscription_id,
        "tax_rates": [],
    }


def _discount(books: Books, story: Story, subscription: Obj) -> Obj | None:
    """The coupon as redeemed by this subscription."""
    if story.coupon is None:
        return None
    story.coupon["times_redeemed"] += 1
    months = story.coupon["duration_in_months"]
    return {
        "id": books.new_id("di_1"),
        "object": "discount",
        "checkout_session": None,
        "customer": story.customer["id"],
        "end": add_months(story.start, months) if months else None,
        "invoice": None,
        "invoice_item": None,
        "promotion_code": None,
        "source": {"type": "coupon", "coupon": story.coupon["id"]},
        "start": story.start,
        "subscription": subscription["id"],
        "subscription_item": None,
    }


def _bill(
    story: Story, subscription: Obj, lines: list[Line], at: int, discount: Obj | None, first: bool
) -> Bill:
    reason = "subscription_create" if first else "subscription_cycle"
    return Bill(story.customer, lines, at, reason, subscription["id"], discount, story.tax_rate)


def _line(
    story: Story,
    subscription: Obj,
    item: Obj,
    start: int,
    end: int,
    prefix: str = "",
    unit: int = -1,
) -> Line:
    """A cycle's line: quantity x unit price for [start, end)."""
    price = item["price"]
    unit_amount = price["unit_amount"] if unit < 0 else unit
    text = f"{prefix}{story.quantity} × {price['nickname']}"
    amount = unit_amount * story.quantity
    return Line(text, amount, price, start, end, story.quantity, subscription["id"], item["id"])


def _prorations(books: Books, story: Story, subscription: Obj, item: Obj, start: int) -> list[Line]:
    """The two lines of an upgrade since the last cycle: unused time back, remaining time charged."""
    new = story.upgrade_to
    if new is None or item["price"] is new or start <= story.upgrade_at:
        return []
    old, begin = item["price"], add_months(start, -1)
    lines = []
    for price, sign, text in ((old, -1, "Unused time on"), (new, 1, "Remaining time on")):
        full = price["unit_amount"] * story.quantity
        amount = sign * half_up(full * (start - story.upgrade_at), start - begin)
        item_id = books.new_id("ii_1")
        line = Line(f"{text} {price['nickname']}", amount, price, story.upgrade_at, start)
        line.quantity = story.quantity
        line.subscription, line.subscription_item = subscription["id"], item["id"]
        line.invoice_item, line.proration = item_id, True
        lines.append(line)
    item.update(price=new, plan=books.find("plan", new["id"]))
    return lines


def _cancel(subscription: Obj, at: int) -> None:
    """The subscription ends at a period's end, as asked for ten days before."""
    subscription.update(
        status="canceled",
        cancel_at_period_end=True,
        cancel_at=at,
        canceled_at=at - 10 * DAY,
        ended_at=at,
        cancellation_details={
            "comment": None,
            "feedback": "too_expensive",
            "reason": "cancellation_requested",
        },
    )


def _fail(books: Books, story: Story, subscription: Obj, invoice: Obj) -> None:
    """The payment is declined; ten days later the invoice is written off, the subscription unpaid."""
    sale = Sale(
        PLATFORM,
        story.customer["id"],
        invoice["amount_due"],
        invoice["currency"],
        invoice["created"] + 3600,
        f"Payment for invoice {invoice['number']}",
    )
    charge = refuse_payment(books, sale)
    add_payment(books, invoice, charge, invoice["amount_due"], None)
    invoice.update(attempted=True, attempt_count=4)
    change_status(invoice, "uncollectible", invoice["created"] + 10 * DAY)
    subscription["status"] = "unpaid"
    story.customer["delinquent"] = True
