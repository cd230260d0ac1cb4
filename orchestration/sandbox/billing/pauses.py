"""Subscriptions that rest: collection paused while they run on, and trials that end without a card."""

from __future__ import annotations

from orchestration.sandbox.billing.collection import send_out
from orchestration.sandbox.billing.contract import Contract

BEHAVIORS = ("keep_as_draft", "mark_uncollectible", "void")


def pause(at: int, contract: Contract, behavior: str, until: int) -> None:
    """Stop collecting until an instant: renewals stay drafts, or are voided or written off at once."""
    if contract.status == "active":
        contract.change(at, pause_collection={"behavior": behavior, "resumes_at": until})
        contract.client.ticket(at, "pause")
        contract.client.agenda.at(until, resume, contract)


def resume(at: int, contract: Contract) -> None:
    """Collect again; the drafts of the pause are sent out after all."""
    if contract.is_over or contract.subscription["pause_collection"] is None:
        return
    contract.change(at, pause_collection=None)
    kept, contract.kept = contract.kept, []
    for bill in kept:
        contract.client.books.change(bill.invoice, at, "invoice.updated", auto_advance=True)
        contract.client.agenda.at(at + contract.client.lag, send_out, bill)


def wake(at: int, contract: Contract) -> None:
    """A subscription that was paused at the end of its trial gets a card: it begins now."""
    if contract.status == "paused":
        contract.change(at, "customer.subscription.resumed", status="active", billing_cycle_anchor=at)
        contract.anchor, contract.count = at, -1
        contract.charge_now(contract.open_period(at, "subscription_update"), at)
