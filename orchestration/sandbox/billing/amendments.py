"""Changes of a subscription within its period: other prices, more seats, and the prorations that follow."""

from __future__ import annotations

from orchestration.sandbox.billing.catalog import Offer
from orchestration.sandbox.billing.contract import Contract
from orchestration.sandbox.billing.entries import Entry

PRORATIONS = ("create_prorations", "always_invoice", "none")


def amend(at: int, contract: Contract, offer: Offer, quantity: int, proration: str) -> None:
    """Bill another price of the same cadence, or another quantity, for the first item from now on.

    Args:
        proration: As Stripe calls it: "create_prorations" waits for the next invoice, "always_invoice"
            invoices at once, "none" charges the new price from the next period on.
    """
    if not contract.is_running or contract.subscription["cancel_at_period_end"]:
        return
    entry = contract.entries[0]
    if proration != "none":
        _give_back(contract, entry, at)
    entry.amend(offer, quantity)
    if proration != "none":
        _charge_rest(contract, entry, at)
    contract.change(at, items=contract.items())
    if proration == "always_invoice":
        waiting = contract.client.take_pending(contract.subscription["id"])
        bill = contract.draft(waiting, contract.start, at, "subscription_update")
        contract.change(at, latest_invoice=bill.invoice["id"])
        contract.charge_now(bill, at)


def change_cadence(at: int, contract: Contract, offer: Offer) -> None:
    """Switch to a price of another cadence: a new period begins now and is invoiced at once."""
    if contract.status != "active" or contract.subscription["cancel_at_period_end"]:
        return
    entry = contract.entries[0]
    _give_back(contract, entry, at)
    entry.amend(offer, entry.quantity)
    contract.anchor, contract.count = at, -1
    contract.charge_now(contract.open_period(at, "subscription_update", billing_cycle_anchor=at), at)


def forgive(at: int, contract: Contract) -> None:
    """Support deletes what waits to be charged for a change, and leaves the credit."""
    client = contract.client
    for line in client.pending:
        if line.subscription == contract.subscription["id"] and line.amount > 0 and line.item is not None:
            client.books.delete(line.item, at, "invoiceitem.deleted")
            client.pending = [other for other in client.pending if other is not line]


def _give_back(contract: Contract, entry: Entry, at: int) -> None:
    """A credit for the rest of the period, which is billed already; it waits for the next invoice."""
    deal = contract.discount.deal if contract.discount else None
    contract.client.charge_later(entry.proration(at, deal, is_credit=True), at)


def _charge_rest(contract: Contract, entry: Entry, at: int) -> None:
    """The new price for the rest of the period, which the next change gives back by its invoice item."""
    deal = contract.discount.deal if contract.discount else None
    contract.client.charge_later(entry.proration(at, deal, is_credit=False), at)
    entry.billed = None
