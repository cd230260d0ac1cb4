"""How subscriptions end: by the customer's wish, now or at the period's end, or because nobody paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.sandbox.billing.collection import stop, void
from orchestration.sandbox.billing.invoices import Bill
from orchestration.sandbox.billing.lines import Line
from orchestration.sandbox.billing.subscription_forms import NOT_CANCELLED
from orchestration.sandbox.world.history import Obj

if TYPE_CHECKING:
    from orchestration.sandbox.billing.contract import Contract

FEEDBACK = (
    "too_expensive",
    "missing_features",
    "unused",
    "switched_service",
    "customer_service",
    "low_quality",
    "too_complex",
    "other",
)


def terminate(contract: Contract, at: int, *, reason: str | None = None) -> None:
    """The subscription is over; Stripe stops collecting its open invoices. Usage so far is still invoiced.

    Args:
        reason: Why, unless the customer has already said.
    """
    sub = contract.subscription
    usage = [entry.line(contract.start, at, at) for entry in contract.entries if entry.meter is not None]
    new: Obj = {"ended_at": at, "status": "canceled"}
    if sub["canceled_at"] is None:
        new.update(canceled_at=at, cancellation_details={**NOT_CANCELLED, "reason": reason})
    is_paid_up = contract.status == "active"
    contract.change(at, "customer.subscription.deleted", **new)
    for bill in contract.client.owing:
        if bill.owner is contract:
            stop(bill, at)
    if usage and is_paid_up:
        contract.send(contract.draft(usage, contract.start, at, "subscription_cycle"), at)


def expire(at: int, contract: Contract, bill: Bill) -> None:
    """The first invoice was not paid within a day: it is void, and there never was a subscription."""
    if contract.status == "incomplete":
        contract.change(at, status="incomplete_expired", ended_at=at)
        void(at, bill)


def cancel_at_period_end(at: int, contract: Contract, feedback: str) -> None:
    """The customer gives notice, and keeps what is paid for."""
    if contract.is_over or contract.subscription["cancel_at_period_end"]:
        return
    contract.change(
        at,
        cancel_at=contract.end,
        cancel_at_period_end=True,
        canceled_at=at,
        cancellation_details=_details(feedback),
    )
    contract.client.ticket(at, "cancellation")


def withdraw(at: int, contract: Contract) -> None:
    """The customer takes the notice back before the period ends."""
    if not contract.is_over and contract.subscription["cancel_at_period_end"]:
        contract.change(
            at,
            cancel_at=None,
            cancel_at_period_end=False,
            canceled_at=None,
            cancellation_details=NOT_CANCELLED,
        )


def cancel_now(at: int, contract: Contract, feedback: str, is_prorated: bool) -> None:
    """The customer leaves at once; prorated, the unused time is invoiced at once too, as a credit."""
    if contract.is_over:
        return
    credits: list[Line] = []
    if is_prorated and contract.is_running:
        deal = contract.discount.deal if contract.discount else None
        credits = [
            contract.client.charge_later(entry.proration(at, deal, is_credit=True), at)
            for entry in contract.entries
            if entry.meter is None
        ]
    contract.change(at, canceled_at=at, cancellation_details=_details(feedback))
    contract.client.ticket(at, "cancellation")
    terminate(contract, at)
    if credits:
        waiting = contract.client.take_pending(contract.subscription["id"])
        contract.charge_now(contract.draft(waiting, contract.start, at, "subscription_update"), at)


def _details(feedback: str) -> Obj:
    return {**NOT_CANCELLED, "feedback": feedback, "reason": "cancellation_requested"}
