"""Which list tells of which object: its path, its filters, what is nested in it, and what changes silently.

Source: the list parameters and event types of the SDK 16.1.0 (API version 2026-10-28.endive).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

Obj = dict[str, Any]
DAY = 86_400
EVER = 36_500  # days
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Nested:
    """A list inside an object, of which Stripe shows the first elements only.

    Attributes:
        object: What it lists.
        path: Where the whole list is; `{id}` stands for the holder.
        params: Parameters of that list; `{id}` as above.
    """

    object: str
    path: str
    params: Mapping[str, str] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True)
class Endpoint:
    """One list.

    Attributes:
        object: The `object` of its rows.
        stamp: Key of a row that holds its creation, epoch seconds.
        params: Parameters of every page.
        expand: Keys whose ids are replaced by their objects.
        is_standing: Others refer to it for years, so that `since` does not shorten it.
        nested: Lists inside its rows.
        solid: Keys that hold an object or a list and are never null.
        is_open: Whether a row may still change without any event: its day is then listed again.
        look_back: Days that are listed again in every pull.
        remembers: Rows that are as they were last seen are not landed again. Only for what no event changes.
    """

    object: str
    path: str
    stamp: str = "created"
    params: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    expand: tuple[str, ...] = ()
    is_standing: bool = False
    nested: Mapping[str, Nested] = field(default_factory=lambda: _NOTHING)
    solid: tuple[str, ...] = ()
    is_open: Callable[[Obj], bool] = lambda row: False
    look_back: int = 0
    remembers: bool = False

    @property
    def list_params(self) -> Obj:
        """Parameters of a page of the list."""
        return {**self.params, **({"expand": [f"data.{key}" for key in self.expand]} if self.expand else {})}

    @property
    def object_params(self) -> Obj:
        """Parameters of one object's own address."""
        return {"expand": list(self.expand)} if self.expand else {}


def _is_moving(payout: Obj) -> bool:
    """Not at the bank yet, or its members or its trace are not known for good."""
    trace = payout.get("trace_id") or {}
    return (
        payout.get("status") in ("pending", "in_transit")
        or payout.get("reconciliation_status") == "in_progress"
        or trace.get("status") == "pending"
    )


BALANCE_TRANSACTION, PAYOUT, CUSTOMER, EVENT = "balance_transaction", "payout", "customer", "event"
CUSTOMER_BALANCE = "customer_balance_transaction"
MEMBERS = "payout_balance_transactions"

# Every list of an account but its events, which tell of all of them.
LISTS: tuple[Endpoint, ...] = (
    # status and payout change without an event; nothing else ever changes
    Endpoint(
        BALANCE_TRANSACTION,
        "/v1/balance_transactions",
        solid=("fee_details",),
        is_open=lambda row: row.get("status") != "available",
        remembers=True,
    ),
    Endpoint("charge", "/v1/charges", solid=("billing_details", "metadata")),
    Endpoint("refund", "/v1/refunds"),
    Endpoint(
        "dispute", "/v1/disputes", solid=("balance_transactions", "evidence", "evidence_details", "metadata")
    ),
    Endpoint(
        "transfer",
        "/v1/transfers",
        nested={"reversals": Nested("transfer_reversal", "/v1/transfers/{id}/reversals")},
        solid=("metadata", "reversals"),
    ),
    Endpoint(
        "application_fee",
        "/v1/application_fees",
        nested={"refunds": Nested("fee_refund", "/v1/application_fees/{id}/refunds")},
        solid=("refunds",),
    ),
    Endpoint("topup", "/v1/topups", solid=("metadata",)),
    Endpoint("payment_intent", "/v1/payment_intents", solid=("metadata", "payment_method_types")),
    Endpoint("radar.early_fraud_warning", "/v1/radar/early_fraud_warnings"),
    Endpoint(CUSTOMER, "/v1/customers", is_standing=True),
    Endpoint(
        "subscription",
        "/v1/subscriptions",
        params={"status": "all"},  # the default hides canceled ones
        expand=("discounts",),
        is_standing=True,
        nested={"items": Nested("subscription_item", "/v1/subscription_items", {"subscription": "{id}"})},
        solid=("items", "discounts", "metadata"),
    ),
    Endpoint("subscription_schedule", "/v1/subscription_schedules", is_standing=True, solid=("phases",)),
    Endpoint(
        "invoice",
        "/v1/invoices",
        expand=("discounts",),
        nested={"lines": Nested("line_item", "/v1/invoices/{id}/lines")},
        solid=("lines", "discounts", "status_transitions"),
    ),
    # there is no invoiceitem.updated; while it is pending it may change, and it leaves no event when billed
    Endpoint(
        "invoiceitem",
        "/v1/invoiceitems",
        stamp="date",
        solid=("period",),
        is_open=lambda row: row.get("invoice") is None,
    ),
    # invoice_payment.paid is its only event: one that is canceled tells nobody
    Endpoint(
        "invoice_payment",
        "/v1/invoice_payments",
        solid=("payment", "status_transitions"),
        is_open=lambda row: row.get("status") == "open",
    ),
    Endpoint(
        "credit_note",
        "/v1/credit_notes",
        nested={"lines": Nested("credit_note_line_item", "/v1/credit_notes/{id}/lines")},
        solid=("lines", "refunds"),
    ),
    Endpoint("product", "/v1/products", is_standing=True, solid=("metadata",)),
    Endpoint("price", "/v1/prices", is_standing=True, solid=("metadata",)),
    Endpoint("plan", "/v1/plans", is_standing=True),
    # a redemption counts up without an event that is promised; there are few of them, so all are listed again
    Endpoint("coupon", "/v1/coupons", is_standing=True, look_back=EVER),
    Endpoint(
        "promotion_code", "/v1/promotion_codes", is_standing=True, solid=("restrictions",), look_back=EVER
    ),
    Endpoint("tax_rate", "/v1/tax_rates", is_standing=True),
)
# Listed after the balance transactions, because the members of a payout are balance transactions too.
PAYOUTS = Endpoint(PAYOUT, "/v1/payouts", is_open=_is_moving, look_back=14)
EVENTS = Endpoint(EVENT, "/v1/events", solid=("data",), remembers=True)
ACCOUNTS = Endpoint("account", "/v1/accounts", is_standing=True)

CUSTOMER_BALANCES = Nested(CUSTOMER_BALANCE, "/v1/customers/{id}/balance_transactions")
ENDPOINTS: Mapping[str, Endpoint] = {endpoint.object: endpoint for endpoint in (*LISTS, PAYOUTS)}

# Where an object names the balance transactions that it caused.
_NAMING = ("balance_transaction", "failure_balance_transaction")

# A payment tells of its birth by its outcome.
_CREATIONS = frozenset({"charge.succeeded", "charge.failed", "charge.pending"})
# Ends in `.deleted`, but the object stays.
_NOT_DELETIONS = frozenset({"customer.subscription.deleted"})
# Previews: no such object exists.
PREVIEWS = frozenset({"invoice.upcoming"})


def is_creation(event_type: str) -> bool:
    """Whether an event tells that its object was created."""
    return event_type.endswith(".created") or event_type in _CREATIONS


def is_deletion(event_type: str) -> bool:
    """Whether an event tells that its object is gone."""
    return event_type.endswith(".deleted") and event_type not in _NOT_DELETIONS


def transactions_named(obj: Obj) -> set[str]:
    """Ids of the balance transactions that an object says it caused."""
    return {name for key in _NAMING if isinstance(name := obj.get(key), str)}
