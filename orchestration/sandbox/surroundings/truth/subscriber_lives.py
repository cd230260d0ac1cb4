"""The life of one subscription as the simulation lived it: when it counted, and on which terms."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from orchestration.sandbox.simulation import Segment
from orchestration.sandbox.world.history import Obj, versions
from orchestration.sandbox.world.money import DAY

PAST_DUE_DAYS = 30
END = 1 << 40
Item = tuple[
    int, str, int
]  # list price of the interval in minor units, unit of the interval, how many of them
Bills = list[tuple[Obj, int | None]]


@dataclass
class Life:
    """One subscription: when it counts, and its terms from instant to instant.

    Attributes:
        terms: (at, items, own discounts as (coupon, start, end)).
        gaps: Spans in which it does not count: dropped for late payment, unpaid or paused.
        is_told_late: See `Subscribers`.
    """

    begins: int
    ends: int
    is_voluntary: bool
    terms: list[tuple[int, tuple[Item, ...], list[tuple[str, int, int]]]]
    gaps: list[tuple[int, int]]
    is_told_late: bool = False


def discount_span(discount: Obj) -> tuple[str, int, int]:
    """The coupon of a discount, and its time."""
    return discount["source"]["coupon"], discount["start"], discount["end"] or END


def bills_of(segment: Segment) -> dict[str, Bills]:
    """Subscription -> its finalized invoices, oldest first, each with the moment of its first failed attempt."""
    invoice_of = {
        pay["payment"]["payment_intent"]: pay["invoice"]
        for _, pay in segment.objects.get("invoice_payment", ())
        if "payment" in pay
    }
    failed: dict[str, int] = {}
    for _, charge in sorted(segment.objects.get("charge", ()), key=lambda pair: -pair[1]["created"]):
        if charge["status"] == "failed" and charge.get("payment_intent") in invoice_of:
            failed[invoice_of[charge["payment_intent"]]] = charge["created"]
    found: dict[str, Bills] = defaultdict(list)
    for _, invoice in segment.objects.get("invoice", ()):
        details = (invoice.get("parent") or {}).get("subscription_details")
        if details and invoice["status_transitions"]["finalized_at"]:
            found[details["subscription"]].append((invoice, failed.get(invoice["id"])))
    for invoices in found.values():
        invoices.sort(key=lambda pair: pair[0]["status_transitions"]["finalized_at"])
    return found


def _begins(sub: Obj, invoices: Bills) -> int | None:
    """When it begins to count; None if it never did."""
    since = sub["trial_end"]
    if since is not None:
        invoices = [pair for pair in invoices if pair[0]["total"] > 0 and pair[0]["created"] >= since]
        if not invoices:
            return None
    moments = invoices[0][0]["status_transitions"] if invoices else {}
    if invoices and invoices[0][1] is not None:  # the first attempt failed
        paid_at: int | None = moments["paid_at"]
        return paid_at
    return int(moments["finalized_at"] if since is not None else sub["start_date"])


def lived(segment: Segment, sub: Obj, invoices: Bills) -> Life | None:
    begins, ends = _begins(sub, invoices), sub["ended_at"] or END
    if begins is None or begins >= ends:
        return None
    states = [(change.at, state) for change, state in versions(sub, segment.history[sub["id"]])][::-1]
    terms = [(at, _items(state), [discount_span(one) for one in state["discounts"]]) for at, state in states]
    bills = {
        line["period"]["start"]
        for invoice, _ in invoices
        for line in invoice["lines"]["data"]
        if line["amount"] >= 0
    }
    changed = [now[0] for last, now in zip(terms, terms[1:], strict=False) if last[1] != now[1]]
    is_voluntary = sub["cancellation_details"]["reason"] == "cancellation_requested"
    told_late = any(at not in bills and at >= begins for at in changed)
    told_late |= sub["status"] != "unpaid" and any(state["status"] == "unpaid" for _, state in states)
    gaps = [*_gaps(states, invoices), *_overdue(invoices)]
    return Life(begins, ends, is_voluntary, terms, gaps, told_late)


def _items(state: Obj) -> tuple[Item, ...]:
    """The licensed items at their list price."""
    found = []
    for item in state["items"]["data"]:
        price = item["price"]
        if price["recurring"]["usage_type"] == "licensed":
            amount = (Decimal(price["unit_amount_decimal"]) * item["quantity"]).quantize(
                Decimal(1), ROUND_HALF_UP
            )
            found.append((int(amount), price["recurring"]["interval"], price["recurring"]["interval_count"]))
    return tuple(found)


def _gaps(states: list[tuple[int, Obj]], invoices: Bills) -> list[tuple[int, int]]:
    """Spans of not counting, by Stripe's status from moment to moment."""
    gaps, late_since = [], None
    for (at, state), (until, _) in zip(states, [*states[1:], (END, {})], strict=True):
        status = state["status"]
        if status in ("unpaid", "paused"):
            gaps.append((at, until))
        if status not in ("past_due", "unpaid"):
            late_since = None
            continue
        if late_since is None:
            failed = [moment for _, moment in invoices if moment is not None and moment <= at]
            late_since = max(failed, default=at)
        if status == "past_due" and late_since + PAST_DUE_DAYS * DAY < until:
            gaps.append((max(at, late_since + PAST_DUE_DAYS * DAY), until))
    return gaps


def _overdue(invoices: Bills) -> list[tuple[int, int]]:
    """Spans in which sent invoices are overdue for too long; what is paid later makes good what came before."""
    gaps: list[tuple[int, int]] = []
    since, until = END, 0
    for number, (invoice, _) in enumerate(invoices):
        if invoice["collection_method"] != "send_invoice" or not invoice["amount_due"]:
            continue
        paid = [
            later["status_transitions"]["paid_at"] for later, _ in invoices[number:] if later["total"] > 0
        ]
        settled = min(
            (at for at in [*paid, invoice["status_transitions"]["voided_at"]] if at is not None), default=END
        )
        if settled <= invoice["due_date"]:
            continue
        since = since if invoice["due_date"] <= until else invoice["due_date"]
        until = max(until, settled)
        if since + PAST_DUE_DAYS * DAY < until:
            gaps.append((since + PAST_DUE_DAYS * DAY, until))
    return gaps
