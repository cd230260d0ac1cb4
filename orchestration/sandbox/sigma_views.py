"""API objects turned into the records behind Sigma's tables: what Sigma joins, splits or calls otherwise.

A view is the object plus computed fields whose names begin with `@`; `sigma_columns` picks from it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from orchestration.sandbox.facts import PLATFORM, Facts, Obj
from orchestration.sandbox.sigma_columns import METADATA

View = tuple[str, str, Obj]  # table, tenant, record
_RATE_SINCE = 1_769_385_600  # 2026-01-26: Sigma fills `exchange_rate` only for rows created since then

_PLAIN = {
    "refund": "refunds",
    "dispute": "disputes",
    "transfer_reversal": "transfer_reversals",
    "application_fee": "application_fees",
    "fee_refund": "application_fee_refunds",
    "topup": "topups",
    "product": "products",
    "price": "prices",
    "plan": "plans",
    "coupon": "coupons",
    "tax_rate": "tax_rates",
    "invoiceitem": "invoice_items",
    "invoice_payment": "invoice_payments",
    "customer_balance_transaction": "customer_balance_transactions",
}


def views(facts: Facts) -> Iterator[View]:
    """Every record of every Sigma table; the tenant decides between platform table and connected twin."""
    for name, table in _PLAIN.items():
        yield from ((table, tenant, obj) for tenant, obj in facts.objects.get(name, []))
    for name, (table, key) in METADATA.items():
        for tenant, obj in facts.objects.get(name, []):
            for label, value in obj["metadata"].items():
                yield table, tenant, {key: obj["id"], "key": label, "value": value}
    yield from _transactions(facts)
    yield from _payments(facts)
    yield from _transfers(facts)
    yield from _people(facts)
    yield from _subscriptions(facts)
    yield from _invoices(facts)
    yield from _credit_notes(facts)
    for day, rates in facts.exchange_rates:
        record = {"date": day, "sell_currency": "usd"}
        text = json.dumps({code: float(rate) for code, rate in rates.items()}, sort_keys=True)
        yield "exchange_rates_from_usd", PLATFORM, {**record, "buy_currency_exchange_rates": text}


def _transactions(facts: Facts) -> Iterator[View]:
    payout_of = {member: payout for _, payout, member in facts.payout_members}
    for tenant, row in facts.objects["balance_transaction"]:
        rate = row["exchange_rate"] if row["created"] >= _RATE_SINCE else None
        record = {**row, "@payout": payout_of.get(row["id"]), "@exchange_rate": rate}
        yield "balance_transactions", tenant, record
        for number, detail in enumerate(row["fee_details"], start=1):
            fee_id = row["id"].replace("txn_", "fd_") + f"_{number}"
            link = {"id": fee_id, "balance_transaction_id": row["id"]}
            yield "balance_transaction_fee_details", tenant, {**detail, **link}


def _payments(facts: Facts) -> Iterator[View]:
    invoice_of = {
        obj["payment"]["payment_intent"]: obj["invoice"] for _, obj in facts.objects["invoice_payment"]
    }
    dispute_of = {obj["charge"]: obj["id"] for _, obj in facts.objects["dispute"]}
    for tenant, obj in facts.objects["charge"]:
        record = {
            **obj,
            "@captured_at": obj["created"] if obj["captured"] else None,
            "@invoice": invoice_of.get(obj["payment_intent"]),
            "@dispute": dispute_of.get(obj["id"]),
        }
        yield "charges", tenant, record
    for tenant, obj in facts.objects["payment_intent"]:
        yield "payment_intents", tenant, {**obj, "@invoice": invoice_of.get(obj["id"])}


def _transfers(facts: Facts) -> Iterator[View]:
    """Payouts and Connect transfers share one table; `date` is when the money arrives."""
    for tenant, obj in facts.objects["payout"]:
        record = {**obj, "date": obj["arrival_date"], "amount_reversed": 0, "reversed": False}
        yield "transfers", tenant, record
    for tenant, obj in facts.objects["transfer"]:
        extra = {
            "date": obj["created"],
            "status": "paid",
            "type": "stripe_account",
            "automatic": False,
        }
        yield "transfers", tenant, {**obj, **extra}


def _people(facts: Facts) -> Iterator[View]:
    for tenant, obj in facts.objects["customer"]:
        yield "customers", tenant, {**obj, "@deleted": bool(obj.get("deleted"))}
    for tenant, obj in facts.objects["account"]:
        own = obj["id"] == facts.platform_account
        yield "accounts" if own else "connected_accounts", tenant, obj


def _subscriptions(facts: Facts) -> Iterator[View]:
    for tenant, obj in facts.objects["subscription"]:
        discounts = obj["discounts"]
        record = {
            **obj,
            "@item": obj["items"]["data"][0],
            "@discounts": [part["id"] for part in discounts],
            "@discount": discounts[0] if discounts else None,
        }
        yield "subscriptions", tenant, record
        yield from (("discounts", tenant, part) for part in discounts)
        yield from (("subscription_items", tenant, item) for item in obj["items"]["data"])


def _invoices(facts: Facts) -> Iterator[View]:
    charge_of = {obj["id"]: obj["latest_charge"] for _, obj in facts.objects["payment_intent"]}
    payments = {
        obj["invoice"]: charge_of[obj["payment"]["payment_intent"]]
        for _, obj in facts.objects["invoice_payment"]
    }
    plans = {obj["id"] for _, obj in facts.objects["plan"]}
    for tenant, obj in facts.objects["invoice"]:
        parent = obj["parent"]
        record = {
            **obj,
            "@subscription": parent["subscription_details"]["subscription"] if parent else None,
            "@parent_type": parent["type"] if parent else None,
            "@charge": payments.get(obj["id"]),
            "@tax": sum(part["amount"] for part in obj["total_taxes"]),
            "@paid": obj["status"] == "paid",
        }
        yield "invoices", tenant, record
        for line in obj["lines"]["data"]:
            yield "invoice_line_items", tenant, _line(line, plans)
            yield from _line_amounts(tenant, line)


def _line(line: Obj, plans: set[str]) -> Obj:
    """A line with the older names: a subscription line has its subscription as source, and blank beside."""
    parent = line["parent"]
    details = parent["invoice_item_details"] or parent["subscription_item_details"]
    is_item = parent["type"] == "invoice_item_details"
    price = line["pricing"]["price_details"]["price"]
    return {
        **line,
        "@source_type": "invoiceitem" if is_item else "subscription",
        "@source": details["invoice_item"] if is_item else line["subscription"],
        "@line_subscription": line["subscription"] if is_item else None,
        "@subscription_item": details.get("subscription_item"),
        "@invoice_item": details["invoice_item"],
        "@plan": price if price in plans else None,
        "@proration": details["proration"],
    }


def _line_amounts(tenant: str, line: Obj) -> Iterator[View]:
    link = {"invoice_line_item_id": line["id"], "invoice_id": line["invoice"]}
    for number, part in enumerate(line["discount_amounts"], start=1):
        part_id = line["id"].replace("il_", "ilda_") + f"_{number}"
        yield "invoice_line_item_discount_amounts", tenant, {**part, **link, "id": part_id}
    for number, part in enumerate(line["taxes"], start=1):
        part_id = line["id"].replace("il_", "ilta_") + f"_{number}"
        extra = {"id": part_id, "@inclusive": part["tax_behavior"] == "inclusive"}
        yield "invoice_line_item_tax_amounts", tenant, {**part, **link, **extra}


def _credit_notes(facts: Facts) -> Iterator[View]:
    for tenant, obj in facts.objects["credit_note"]:
        refund = obj["refunds"][0]["refund"] if obj["refunds"] else None
        yield "credit_notes", tenant, {**obj, "@refund": refund}
        for line in obj["lines"]["data"]:
            yield "credit_note_line_items", tenant, {**line, "credit_note_id": obj["id"]}
