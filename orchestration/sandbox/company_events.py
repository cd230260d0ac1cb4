"""Events of the last 30 days, as Stripe keeps them: what was created, and what happened to it later.

A creation event carries the object as it was born, a later one the object as it is now together with
`previous_attributes`, so that state rebuilt from events agrees with the lists.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator

from orchestration.sandbox.facts import AS_OF, DAY, PLATFORM, Books, Obj

_KEPT_SINCE = AS_OF - 30 * DAY
API_VERSION = "2026-10-28.endive"

_CREATED = {
    "charge": "charge.succeeded",
    "refund": "refund.created",
    "dispute": "charge.dispute.created",
    "payout": "payout.created",
    "transfer": "transfer.created",
    "application_fee": "application_fee.created",
    "topup": "topup.created",
    "customer": "customer.created",
    "subscription": "customer.subscription.created",
    "invoice": "invoice.finalized",
    "credit_note": "credit_note.created",
}
_AT_BIRTH: dict[str, Obj] = {
    "charge": {"amount_refunded": 0, "refunded": False, "disputed": False},
    "dispute": {"status": "needs_response"},
    "payout": {
        "status": "in_transit",
        "failure_code": None,
        "failure_message": None,
        "failure_balance_transaction": None,
        "trace_id": None,
    },
    "refund": {
        "status": "succeeded",
        "failure_reason": None,
        "failure_balance_transaction": None,
    },
    "transfer": {"amount_reversed": 0, "reversed": False},
    "application_fee": {"amount_refunded": 0, "refunded": False},
    "subscription": {
        "status": "active",
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "ended_at": None,
    },
    "invoice": {"status": "open", "amount_paid": 0, "attempted": False, "attempt_count": 0},
    "customer": {"balance": 0, "delinquent": False},
}


def write_events(books: Books) -> None:
    """Add an `event` for every kept change, in the order of their times."""
    drafts = [
        draft
        for name in _CREATED
        for tenant, obj in books.objects[name]
        for draft in _changes(books, name, tenant, obj)
    ]
    for at, kind, tenant, obj, before in sorted(drafts, key=lambda d: (d[0], d[1], d[3]["id"])):
        if _KEPT_SINCE <= at < AS_OF:
            books.add(tenant, _event(books, at, kind, tenant, obj, before))


_Draft = tuple[int, str, str, Obj, Obj | None]


def _changes(books: Books, name: str, tenant: str, obj: Obj) -> Iterator[_Draft]:
    """The creation of an object and, when it changed since, its last change."""
    born = copy.deepcopy(obj)
    born.update(_AT_BIRTH.get(name, {}))
    born.pop("deleted", None)
    if name == "invoice":
        _unsettle(born)
    kind = "charge.failed" if obj.get("status") == "failed" and name == "charge" else _CREATED[name]
    yield obj["created"], kind, tenant, born, None
    later = _last_change(books, obj)
    if later is not None:
        at, change = later
        before = {key: value for key, value in born.items() if obj.get(key) != value}
        yield at, change, tenant, copy.deepcopy(obj), before


def _unsettle(invoice: Obj) -> None:
    """An invoice as it was when finalized."""
    invoice["amount_due"] += invoice["pre_payment_credit_notes_amount"]
    invoice["amount_remaining"] = invoice["amount_due"]
    invoice["pre_payment_credit_notes_amount"] = 0
    invoice["post_payment_credit_notes_amount"] = 0
    finalized = invoice["status_transitions"]["finalized_at"]
    invoice["status_transitions"] = dict.fromkeys(invoice["status_transitions"])
    invoice["status_transitions"]["finalized_at"] = finalized


def _last_change(books: Books, obj: Obj) -> tuple[int, str] | None:
    """When and how an object reached its present state; None when it never changed."""
    name = obj["object"]
    if name == "payout":
        back = obj["failure_balance_transaction"]
        at = books.transaction(back)["created"] if back else obj["arrival_date"] + 6 * 3600
        at = max(at, obj["created"] + 60)
        return None if obj["status"] == "in_transit" else (at, f"payout.{obj['status']}")
    if name == "invoice":
        moments = obj["status_transitions"]
        for key, kind in (
            ("voided_at", "voided"),
            ("marked_uncollectible_at", "marked_uncollectible"),
        ):
            if moments[key]:
                return moments[key], f"invoice.{kind}"
        last = _latest(books, "credit_note", "invoice", obj["id"], moments["paid_at"] or 0)
        kind = "invoice.paid" if last == moments["paid_at"] else "invoice.updated"
        return (last, kind) if last else None
    if name == "charge":
        refunded = _latest(books, "refund", "charge", obj["id"], 0) if obj["amount_refunded"] else 0
        disputed = _latest(books, "dispute", "charge", obj["id"], 0)
        kind = "charge.refunded" if refunded > disputed else "charge.updated"
        return (max(refunded, disputed), kind) if refunded or disputed else None
    return _other_change(books, obj)


def _other_change(books: Books, obj: Obj) -> tuple[int, str] | None:
    name = obj["object"]
    if name == "refund" and obj["failure_balance_transaction"]:
        return books.transaction(obj["failure_balance_transaction"])["created"], "refund.failed"
    if name == "dispute" and obj["status"] in ("won", "lost"):
        at = max(row["created"] for row in obj["balance_transactions"])
        return max(at, obj["created"] + 5 * DAY), "charge.dispute.closed"
    if name == "transfer" and obj["amount_reversed"]:
        return _latest(books, "transfer_reversal", "transfer", obj["id"], 0), "transfer.reversed"
    if name == "application_fee" and obj["amount_refunded"]:
        return _latest(books, "fee_refund", "fee", obj["id"], 0), "application_fee.refunded"
    if name == "subscription" and obj["ended_at"]:
        return obj["ended_at"], "customer.subscription.deleted"
    if name == "customer" and obj.get("deleted"):
        return AS_OF - 3 * DAY, "customer.deleted"
    return None


def _latest(books: Books, name: str, key: str, object_id: str, floor: int) -> int:
    times: list[int] = [obj["created"] for _, obj in books.objects[name] if obj[key] == object_id]
    return max([floor, *times])


def _event(books: Books, at: int, kind: str, tenant: str, obj: Obj, before: Obj | None) -> Obj:
    data: Obj = {"object": obj}
    if before:
        data["previous_attributes"] = before
    event = {
        "id": books.new_id("evt_1"),
        "object": "event",
        "api_version": API_VERSION,
        "created": at,
        "data": data,
        "livemode": True,
        "pending_webhooks": 0,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }
    if tenant != PLATFORM:
        event["account"] = tenant
    return event
