"""How subscriptions begin: at once, after a trial, with a coupon, paid by card, by debit or by invoice."""

from __future__ import annotations

from orchestration.sandbox.billing.calendar import months_later
from orchestration.sandbox.billing.catalog import Deal, redeem
from orchestration.sandbox.billing.contract import Contract
from orchestration.sandbox.billing.entries import new_entry
from orchestration.sandbox.billing.invoice_forms import subscription_parent
from orchestration.sandbox.billing.lines import Discount
from orchestration.sandbox.billing.subscription_forms import discount_form, subscription_form
from orchestration.sandbox.world.books import PLATFORM
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.money import DAY

_WARNING = 3 * DAY  # before a trial ends


def begin(at: int, contract: Contract) -> None:
    """Subscribe: the first invoice is finalized at once and charged within seconds, or sent."""
    client, terms, books = contract.client, contract.terms, contract.client.books
    trial_end = at + terms.trial_days * DAY if terms.trial_days else None
    contract.start, contract.end = at, trial_end or terms.cadence.after(at, 1)
    contract.anchor, contract.count = trial_end or at, -1 if trial_end else 0
    if contract.plot is not None:
        contract.plot(contract)
    sub = subscription_form(
        books.new_id("sub_1"), client.customer["id"], client.currency, at, levies=client.levies
    )
    contract.subscription, contract.parent = sub, subscription_parent(sub["id"])
    contract.items_url = f"/v1/subscription_items?subscription={sub['id']}"
    contract.entries = [
        new_entry(client, sub["id"], offer, quantity, at, contract.end) for offer, quantity in terms.orders
    ]
    sub.update(billing_cycle_anchor=contract.anchor, items=contract.items(), **_stated(contract, at))
    if terms.deal:
        _redeem(contract, terms.deal, at)
    bill = contract.bill_entries([], at, at, "subscription_create")
    sub["latest_invoice"] = bill.invoice["id"]
    books.add(PLATFORM, sub, "customer.subscription.created")
    if trial_end:
        client.agenda.at(trial_end - _WARNING, _warn, contract)
    client.agenda.at(contract.end, contract.renew)
    client.agenda.at(books.end - 1, contract.read_meters)
    if terms.due_days is None:
        bill.is_retried = contract.status != "incomplete"
        contract.charge_now(bill, at)
    else:
        contract.send(bill, at)


def _stated(contract: Contract, at: int) -> Obj:
    """What the terms say about collection, trial and the first status."""
    terms, stated = contract.terms, {}
    if terms.due_days is not None:
        stated = {"collection_method": "send_invoice", "days_until_due": terms.due_days}
    if terms.due_days is not None or contract.client.method != "card":
        stated["status"] = "active"
    if terms.trial_days:
        missing = "create_invoice" if terms.has_card else "pause"
        stated.update(
            status="trialing",
            trial_end=contract.end,
            trial_settings={"end_behavior": {"missing_payment_method": missing}},
            trial_start=at,
        )
    return stated


def _redeem(contract: Contract, deal: Deal, at: int) -> None:
    """Take a coupon in, as agreed."""
    books, sub = contract.client.books, contract.subscription
    until = months_later(at, deal.months) if deal.months else None
    obj = discount_form(books.new_id("di_1"), deal, sub["customer"], at, until, sub["id"])
    contract.discount = Discount(obj, deal)
    sub["discounts"] = [obj]
    redeem(books, deal, at)


def _warn(at: int, contract: Contract) -> None:
    """The trial ends soon."""
    if contract.status == "trialing":
        contract.change(at, "customer.subscription.trial_will_end")
