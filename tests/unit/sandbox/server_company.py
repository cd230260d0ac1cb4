"""A company made by hand, with every kind of object that the sandbox server lists; small enough to know by heart.

Times are days before the end of the story, so that `END - 5 * DAY` reads as "five days ago".
"""

from __future__ import annotations

from typing import Any

import stripe

from orchestration.sandbox.server import KEY, SandboxServer
from orchestration.sandbox.simulation import Company
from orchestration.sandbox.world.books import PLATFORM, Books, list_of
from orchestration.sandbox.world.money import DAY
from orchestration.sandbox.world.plan import END, Plan

SELLER = "acct_seller"
CHARGES = 25
LINES = 13


class Story:
    """Books, with objects of a few fields: what is filtered, and what changes."""

    def __init__(self) -> None:
        self.books = Books(Plan(months=6, customers=3, accounts=1))

    def add(self, name: str, object_id: str, days_ago: float, event: str | None = None, tenant: str = PLATFORM,
            **fields: Any) -> dict[str, Any]:
        created = END - int(days_ago * DAY)
        time = "date" if name == "invoiceitem" else "created"
        obj = {"id": object_id, "object": name, time: created, "metadata": {}, **fields}
        return self.books.add(tenant, obj, event)

    def three(self, name: str, prefix: str, **fields: tuple[Any, Any, Any]) -> None:
        """Three objects, 3, 2 and 1 days old, each with its own values."""
        for number in range(3):
            own = {key: values[number] for key, values in fields.items()}
            self.add(name, f"{prefix}_{number}", 3 - number, **own)


def small_company() -> Company:
    story = Story()
    _accounts(story)
    _payments(story)
    _payouts(story)
    _catalog(story)
    _billing(story)
    _connect(story)
    books = story.books
    sweeps = {(PLATFORM, "usd"): {END // DAY - 8: "po_auto"}}
    return Company(books.plan, books.platform_account, books.rates, sweeps, books.objects, books.history)


def _accounts(story: Story) -> None:
    story.add("account", story.books.platform_account, 150, country="US", default_currency="usd")
    story.add("account", SELLER, 100, "account.updated", country="DE", default_currency="eur")
    story.add("charge", "ch_seller", 2, "charge.succeeded", tenant=SELLER, amount=700, customer=None,
              payment_intent=None, transfer_group=None, balance_transaction=None)
    story.three("customer", "cus", email=("a@example.com", "b@example.com", "a@example.com"), balance=(0, 0, 0))
    gone = story.add("customer", "cus_gone", 90, "customer.created", email="gone@example.com")
    story.books.delete(gone, END - 2 * DAY, "customer.deleted")
    story.three("customer_balance_transaction", "cbtxn", customer=("cus_0", "cus_1", "cus_0"),
                invoice=("in_0", None, None), amount=(-1, -2, -3))


def _payments(story: Story) -> None:
    """A charge a day, two of them in the same second; the youngest is refunded and disputed later."""
    for number in range(CHARGES):
        age = CHARGES - number if number != 7 else CHARGES - 6
        row = story.books.post(PLATFORM, "charge", "charge", 100 + number, "usd", END - age * DAY,
                               source=f"ch_{number:02}", available_on=END - age * DAY + 2 * DAY + 3_600)
        story.add("charge", f"ch_{number:02}", age, "charge.succeeded", amount=100 + number,
                  customer=f"cus_{number % 3}", payment_intent=f"pi_{number % 5}", transfer_group=f"g{number % 2}",
                  amount_refunded=0, refunded=False, balance_transaction=row["id"])
    last = story.books.objects["charge"][-1][1]
    story.books.change(last, END - DAY // 2, "charge.refunded", amount_refunded=124, refunded=True)
    story.three("payment_intent", "pi", customer=("cus_0", "cus_1", "cus_0"), latest_charge=("ch_00", "ch_01", None))
    story.three("refund", "re", charge=("ch_24", "ch_24", "ch_03"), payment_intent=("pi_4", "pi_4", "pi_3"))
    dispute = story.add("dispute", "du_0", 20, "charge.dispute.created", charge="ch_02", payment_intent="pi_2",
                        balance_transactions=[], status="needs_response")
    taken = story.books.post(PLATFORM, "adjustment", "dispute", -102, "usd", END - 20 * DAY, source="du_0",
                             available_on=END - 10 * DAY)
    story.books.change(dispute, END - 20 * DAY, "charge.dispute.funds_withdrawn", balance_transactions=[taken])
    story.add("radar.early_fraud_warning", "issfr_0", 21, charge="ch_02", payment_intent="pi_2")


def _payouts(story: Story) -> None:
    """One automatic payout of what became available eight days ago, one by hand; top-ups."""
    for object_id, age, automatic, amount in (("po_auto", 8, True, 1000), ("po_hand", 4, False, 50)):
        own = story.books.post(PLATFORM, "payout", "payout", -amount, "usd", END - age * DAY, source=object_id,
                               pooled=False)
        payout = story.add("payout", object_id, age, "payout.created", automatic=automatic, amount=amount,
                           arrival_date=END - (age - 2) * DAY, status="in_transit", destination=f"ba_{automatic}",
                           currency="usd", balance_transaction=own["id"])
        story.books.change(payout, END - (age - 2) * DAY, "payout.paid", status="paid")
    story.three("topup", "tu", amount=(10, 20, 30), status=("succeeded", "pending", "succeeded"))


def _catalog(story: Story) -> None:
    story.three("product", "prod", active=(True, False, True), shippable=(True, False, None), type=("good", "service",
                "service"), url=("https://a.example", None, None))
    story.three("price", "price", active=(True, False, True), currency=("usd", "eur", "usd"), product=("prod_0",
                "prod_0", "prod_1"), type=("recurring", "one_time", "recurring"), lookup_key=("a", "b", None),
                recurring=({"interval": "month", "interval_count": 1, "usage_type": "licensed"}, None,
                           {"interval": "year", "interval_count": 1, "usage_type": "licensed"}),
                unit_amount=(500, 600, 700), unit_amount_decimal=("500", "600", "700"))
    story.three("plan", "plan", active=(True, False, True), product=("prod_0", "prod_0", "prod_1"))
    story.three("coupon", "coup", valid=(True, True, False))
    story.three("promotion_code", "promo", active=(True, False, True), code=("SPRING", "SUMMER", "FALL"),
                customer=("cus_0", None, None), promotion=({"coupon": "coup_0"}, {"coupon": "coup_1"}, {"coupon": "coup_0"}))
    story.three("tax_rate", "txr", active=(True, False, True), inclusive=(False, True, False))
    price = story.books.objects["price"][0][1]
    story.books.change(price, END - DAY // 2, "price.updated", active=False)


def _billing(story: Story) -> None:
    price = story.books.objects["price"][0][1]
    for number, status in enumerate(("active", "active", "past_due")):
        item = {"id": f"si_{number}", "object": "subscription_item", "price": price, "plan": None, "quantity": 2,
                "subscription": f"sub_{number}", "created": END - 3 * DAY,
                "current_period_start": END - number * DAY, "current_period_end": END + number * DAY}
        subscription = story.add(
            "subscription", f"sub_{number}", 3 - number, "customer.subscription.created", status=status,
            customer=f"cus_{number % 2}", collection_method="charge_automatically",
            items=list_of([item], f"/v1/subscription_items?subscription=sub_{number}"))
        if number == 1:
            story.books.change(subscription, END - DAY, "customer.subscription.deleted", status="canceled")
    story.three("subscription_schedule", "sub_sched", customer=("cus_0", "cus_1", "cus_0"),
                status=("active", "not_started", "released"), canceled_at=(None, None, None),
                completed_at=(None, None, None), released_at=(None, None, END - DAY))
    _invoices(story)
    story.three("invoiceitem", "ii", customer=("cus_0", "cus_1", "cus_0"), invoice=("in_0", None, None))
    gone = story.add("invoiceitem", "ii_gone", 9, "invoiceitem.created", customer="cus_0", invoice=None)
    story.books.delete(gone, END - 7 * DAY, "invoiceitem.deleted")


def _invoices(story: Story) -> None:
    for number in range(3):
        invoice_id = f"in_{number}"
        lines = [_line(invoice_id, index) for index in range(LINES if number == 0 else 1)]
        details = {"subscription": f"sub_{number}", "metadata": {}}
        invoice = story.add(
            "invoice", invoice_id, 3 - number, "invoice.created", customer=f"cus_{number % 2}", status="open",
            collection_method=("send_invoice", "charge_automatically", "send_invoice")[number],
            due_date=(END, None, END + DAY)[number], lines=list_of(lines, f"/v1/invoices/{invoice_id}/lines"),
            parent={"type": "subscription_details", "subscription_details": details},
            total_taxes=[{"amount": 7, "tax_behavior": "exclusive", "tax_rate_details": {"tax_rate": "txr_0"}}])
        if number == 0:
            story.books.change(invoice, END - 2 * DAY, "invoice.paid", status="paid")
    story.three("invoice_payment", "inpay", invoice=("in_0", "in_1", "in_1"), status=("paid", "open", "canceled"),
                payment=({"type": "payment_intent", "payment_intent": "pi_0"},
                         {"type": "payment_intent", "payment_intent": "pi_1"}, {"type": "charge", "charge": "ch_05"}))
    notes = [{"id": f"cnli_{index}", "object": "credit_note_line_item", "amount": index} for index in range(2)]
    story.three("credit_note", "cn", customer=("cus_0", "cus_1", "cus_0"), invoice=("in_0", "in_1", "in_1"),
                lines=(list_of(notes, "/v1/credit_notes/cn_0/lines"), list_of([], ""), list_of([], "")))


def _line(invoice: str, index: int) -> dict[str, Any]:
    details = {"invoice_item": None, "subscription": "sub_0", "subscription_item": "si_0", "proration": False}
    return {"id": f"il_{invoice}_{index:02}", "object": "line_item", "amount": index, "invoice": invoice, "taxes": [],
            "parent": {"type": "subscription_item_details", "subscription_item_details": details},
            "pricing": {"price_details": {"price": "price_0", "product": "prod_0"}}}


def _connect(story: Story) -> None:
    """A transfer with twelve reversals and a fee with two refunds: children that are objects of their own."""
    books = story.books
    story.three("application_fee", "fee", charge=("ch_seller", "py_1", "py_2"),
                refunds=tuple(list_of([], f"/v1/application_fees/fee_{n}/refunds") for n in range(3)))
    story.three("transfer", "tr", destination=(SELLER, "acct_other", SELLER), transfer_group=("g0", "g1", "g1"),
                reversals=tuple(list_of([], f"/v1/transfers/tr_{n}/reversals") for n in range(3)))
    fee, transfer = books.objects["application_fee"][0][1], books.objects["transfer"][0][1]
    for count, name, parent, key, nested in ((12, "transfer_reversal", transfer, "transfer", "reversals"),
                                             (2, "fee_refund", fee, "fee", "refunds")):
        for index in range(count):
            child = story.add(name, f"{name}_{index:02}", 2 - index * 0.1, amount=1, **{key: parent["id"]})
            held = parent[nested]
            books.change(parent, child["created"], None,
                         **{nested: list_of([*held["data"], child], held["url"])})


def client_of(server: SandboxServer, key: str = KEY, **options: Any) -> stripe.StripeClient:
    """Stripe's own client, talking to the sandbox; it makes one attempt only."""
    stripe.enable_telemetry = False
    return stripe.StripeClient(key, base_addresses={"api": server.url}, **options)


def get(server: SandboxServer, path: str, account: str | None = None, version: str | None = None) -> Any:
    """What a GET of a path answers, as plain data. Raises stripe.StripeError."""
    options = {"stripe_account": account, "stripe_version": version}
    given = {name: value for name, value in options.items() if value}
    return client_of(server).raw_request("get", path, **given).data


def ids(listing: Any) -> list[str]:
    return [row["id"] for row in listing["data"]]
