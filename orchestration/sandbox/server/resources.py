"""The lists that Stripe's API has: their paths, their objects, and which filters each takes.

The filters are those of the API reference and no others; a filter that Stripe lacks here is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from orchestration.sandbox.server.filters import FIELDS, FLAG, RANGE, TEXTS, Filter

CREATED = Filter("created", RANGE)


@dataclass(frozen=True)
class Resource:
    """One list of the API.

    Attributes:
        object: The `object` of what it lists.
        permission: What a restricted key needs to read it, without `rak_` and `_read`.
        filters: Its query parameters beside the paging ones.
        special: Parameters that need more than the object itself; `lists` knows them.
    """

    object: str
    permission: str
    filters: dict[str, Filter] = field(default_factory=dict)
    special: frozenset[str] = frozenset()


def _resource(
    name: str,
    permission: str = "",
    *equal: str,
    created: bool = True,
    special: tuple[str, ...] = (),
    **other: Filter,
) -> Resource:
    """A resource whose `equal` parameters are called like the keys they compare."""
    filters = {"created": CREATED} if created else {}
    filters.update({key: Filter(key) for key in equal}, **other)
    return Resource(name, permission or name, filters, frozenset(special))


ACTIVE = Filter("active", FLAG)

RESOURCES: dict[str, Resource] = {
    "accounts": _resource("account", "connected_account"),
    "application_fees": _resource("application_fee", "", "charge"),
    "balance_transactions": _resource(
        "balance_transaction", "balance", "currency", "source", "type", special=("payout",)
    ),
    "charges": _resource("charge", "", "customer", "payment_intent", "transfer_group"),
    "coupons": _resource("coupon"),
    "credit_notes": _resource("credit_note", "", "customer", "invoice"),
    "customers": _resource("customer", "", "email"),
    "disputes": _resource("dispute", "", "charge", "payment_intent"),
    "events": _resource("event", "", special=("type", "types", "delivery_success")),
    "invoiceitems": _resource("invoiceitem", "invoice", "customer", "invoice", special=("pending",)),
    "invoice_payments": _resource(
        "invoice_payment", "invoice", "invoice", "status", payment=Filter("payment", FIELDS)
    ),
    "invoices": _resource(
        "invoice",
        "",
        "customer",
        "status",
        "collection_method",
        due_date=Filter("due_date", RANGE),
        subscription=Filter("parent.subscription_details.subscription"),
    ),
    "payment_intents": _resource("payment_intent", "", "customer"),
    "payouts": _resource("payout", "", "status", "destination", arrival_date=Filter("arrival_date", RANGE)),
    "plans": _resource("plan", "", "product", active=ACTIVE),
    "prices": _resource(
        "price",
        "plan",
        "currency",
        "product",
        "type",
        active=ACTIVE,
        lookup_keys=Filter("lookup_key", TEXTS),
        recurring=Filter("recurring", FIELDS),
    ),
    "products": _resource(
        "product",
        "",
        "type",
        "url",
        active=ACTIVE,
        ids=Filter("id", TEXTS),
        shippable=Filter("shippable", FLAG),
    ),
    "promotion_codes": _resource(
        "promotion_code", "", "code", "customer", active=ACTIVE, coupon=Filter("promotion.coupon")
    ),
    "radar/early_fraud_warnings": _resource(
        "radar.early_fraud_warning", "charge", "charge", "payment_intent"
    ),
    "refunds": _resource("refund", "charge", "charge", "payment_intent"),
    "subscription_items": Resource("subscription_item", "subscription", special=frozenset({"subscription"})),
    "subscription_schedules": _resource(
        "subscription_schedule",
        "subscription",
        "customer",
        canceled_at=Filter("canceled_at", RANGE),
        completed_at=Filter("completed_at", RANGE),
        released_at=Filter("released_at", RANGE),
        special=("scheduled",),
    ),
    "subscriptions": _resource(
        "subscription",
        "",
        "customer",
        "collection_method",
        price=Filter("items.data.*.price.id"),
        plan=Filter("items.data.*.plan.id"),
        current_period_end=Filter("items.data.*.current_period_end", RANGE),
        current_period_start=Filter("items.data.*.current_period_start", RANGE),
        special=("status",),
    ),
    "tax_rates": _resource("tax_rate", "", active=ACTIVE, inclusive=Filter("inclusive", FLAG)),
    "topups": _resource("topup", "top_up", "status", amount=Filter("amount", RANGE)),
    "transfers": _resource("transfer", "", "destination", "transfer_group"),
}


@dataclass(frozen=True)
class Children:
    """A list below one object, such as `/v1/transfers/:id/reversals`.

    Attributes:
        object: The `object` of what it lists.
        parent_key: Key by which a child names its parent; None when the parent's own `nested` list is all.
        nested: Key of the parent under which its first children are shown; None when it shows none.
        retrievable: `/v1/<parents>/:id/<children>/:id` exists.
    """

    object: str
    nested: str | None
    parent_key: str | None = None
    retrievable: bool = False
    filters: dict[str, Filter] = field(default_factory=dict)


CHILDREN: dict[tuple[str, str], Children] = {
    ("application_fees", "refunds"): Children("fee_refund", "refunds", "fee", retrievable=True),
    ("credit_notes", "lines"): Children("credit_note_line_item", "lines"),
    ("customers", "balance_transactions"): Children(
        "customer_balance_transaction",
        None,
        "customer",
        retrievable=True,
        filters={"created": CREATED, "invoice": Filter("invoice")},
    ),
    ("invoices", "lines"): Children("line_item", "lines"),
    ("transfers", "reversals"): Children("transfer_reversal", "reversals", "transfer", retrievable=True),
}
