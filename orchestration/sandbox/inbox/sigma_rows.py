"""Which API objects, or which parts of them, are the rows of which Sigma table."""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.sandbox.inbox.sigma_columns import METADATA
from orchestration.sandbox.simulation import Segment
from orchestration.sandbox.world.history import Obj

Pairs = list[tuple[str, Obj]]  # tenant, object

_OBJECTS = {
    "application_fee": "application_fees",
    "balance_transaction": "balance_transactions",
    "charge": "charges",
    "coupon": "coupons",
    "credit_note": "credit_notes",
    "customer": "customers",
    "customer_balance_transaction": "customer_balance_transactions",
    "dispute": "disputes",
    "fee_refund": "application_fee_refunds",
    "invoice": "invoices",
    "invoice_payment": "invoice_payments",
    "invoiceitem": "invoice_items",
    "payment_intent": "payment_intents",
    "payout": "transfers",  # Sigma has no table of payouts
    "plan": "plans",
    "price": "prices",
    "product": "products",
    "promotion_code": "promotion_codes",
    "radar.early_fraud_warning": "early_fraud_warnings",
    "refund": "refunds",
    "subscription": "subscriptions",
    "tax_rate": "tax_rates",
    "topup": "topups",
    "transfer": "transfers",
    "transfer_reversal": "transfer_reversals",
}
_DELETABLE = ("account", "coupon", "customer", "invoice", "invoiceitem", "product")
CHUNK = 500


def rows_of(segment: Segment, platform_account: str, gone: set[str]) -> Iterator[tuple[str, Pairs]]:
    """The rows of a segment as (table, pairs of tenant and record), a chunk of objects at a time.

    What an object gives to several tables comes together, while the object is in the processor's cache. Of
    the objects that are gone, customers keep their row; the others have none.
    """
    for name, pairs in segment.objects.items():
        for first in range(0, len(pairs), CHUNK):
            chunk = pairs[first : first + CHUNK]
            if gone and name in _DELETABLE:
                chunk = [pair for pair in chunk if pair[1]["id"] not in gone or name == "customer"]
            if name in _OBJECTS:
                yield _OBJECTS[name], chunk
            elif name == "account":
                yield "accounts", [pair for pair in chunk if pair[1]["id"] == platform_account]
                yield "connected_accounts", [pair for pair in chunk if pair[1]["id"] != platform_account]
            yield from _parts(name, chunk)
            if name in METADATA:
                yield METADATA[name][0], list(_metadata(METADATA[name][1], chunk, gone))


def gone_ids(segment: Segment) -> set[str]:
    """The ids of objects that were deleted before the end."""
    history = segment.history
    return {
        obj["id"]
        for name in _DELETABLE
        for _, obj in segment.objects.get(name, ())
        if obj["id"] in history and history[obj["id"]][-1].deleted
    }


def _metadata(key: str, pairs: Pairs, gone: set[str]) -> Iterator[tuple[str, Obj]]:
    for tenant, obj in pairs:
        if obj["metadata"] and obj["id"] not in gone:
            for label, value in obj["metadata"].items():
                yield tenant, {key: obj["id"], "key": label, "value": value}


def _parts(name: str, pairs: Pairs) -> Iterator[tuple[str, Pairs]]:
    """What Sigma makes tables of that the API embeds."""
    if name == "balance_transaction":
        yield "balance_transaction_fee_details", list(_fee_details(pairs))
    elif name == "subscription":
        yield "subscription_items", [(tenant, item) for tenant, obj in pairs for item in obj["items"]["data"]]
        yield (
            "discounts",
            [(tenant, part) for tenant, obj in pairs for part in obj["discounts"] if isinstance(part, dict)],
        )
    elif name == "customer":
        yield "discounts", [(tenant, obj["discount"]) for tenant, obj in pairs if obj.get("discount")]
    elif name == "invoice":
        lines = [(tenant, line) for tenant, obj in pairs for line in obj["lines"]["data"]]
        yield "invoice_line_items", lines
        yield "invoice_line_item_discount_amounts", list(_line_amounts(lines, "discount_amounts", "ilda_"))
        yield "invoice_line_item_tax_amounts", list(_line_amounts(lines, "taxes", "ilta_"))
    elif name == "credit_note":
        yield (
            "credit_note_line_items",
            [
                (tenant, {**line, "credit_note_id": obj["id"]})
                for tenant, obj in pairs
                for line in obj["lines"]["data"]
            ],
        )
        lines = [(tenant, line) for tenant, obj in pairs for line in obj["lines"]["data"]]
        yield "credit_note_line_item_tax_amounts", list(_note_taxes(lines))


def _fee_details(pairs: Pairs) -> Iterator[tuple[str, Obj]]:
    for tenant, row in pairs:
        for number, detail in enumerate(row["fee_details"], start=1):
            link = {"id": f"fd_{row['id'][4:]}_{number}", "balance_transaction_id": row["id"]}
            yield tenant, {**detail, **link}


def _line_amounts(lines: Pairs, key: str, prefix: str) -> Iterator[tuple[str, Obj]]:
    """The discounts or taxes of invoice lines, one row per element of `key`."""
    for tenant, line in lines:
        for number, part in enumerate(line[key], start=1):
            link = {
                "id": f"{prefix}{line['id'][3:]}_{number}",
                "invoice_line_item_id": line["id"],
                "invoice_id": line["invoice"],
                "inclusive": part.get("tax_behavior") == "inclusive",
            }
            yield tenant, {**part, **link}


def _note_taxes(lines: Pairs) -> Iterator[tuple[str, Obj]]:
    for tenant, line in lines:
        for number, part in enumerate(line.get("taxes") or (), start=1):
            link = {
                "id": f"cnlta_{line['id'].partition('_')[2]}_{number}",
                "credit_note_line_item_id": line["id"],
                "inclusive": part["tax_behavior"] == "inclusive",
            }
            yield tenant, {**part, **link}
