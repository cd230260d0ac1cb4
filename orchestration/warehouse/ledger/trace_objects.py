"""The Stripe objects behind an id, as staged, and the events that tell of them."""

from __future__ import annotations

from typing import Any

from orchestration.warehouse.connection import literal
from orchestration.warehouse.ledger.reading import POSTINGS, Ledger, one_of

EVENTS = "staging.stg_stripe__events"
# Type of object -> its staged table, its key, and the column with its amount.
OBJECTS = {
    "charge": ("charges", "charge_id", "amount_minor"),
    "refund": ("refunds", "refund_id", "amount_minor"),
    "dispute": ("disputes", "dispute_id", "amount_minor"),
    "payout": ("payouts", "payout_id", "amount_minor"),
    "transfer": ("transfers", "transfer_id", "amount_minor"),
    "transfer_reversal": ("transfer_reversals", "transfer_reversal_id", "amount_minor"),
    "application_fee": ("application_fees", "application_fee_id", "amount_minor"),
    "application_fee_refund": ("application_fee_refunds", "application_fee_refund_id", "amount_minor"),
    "topup": ("topups", "topup_id", "amount_minor"),
    "payment_intent": ("payment_intents", "payment_intent_id", "amount_minor"),
    "invoice": ("invoices", "invoice_id", "total_minor"),
    "subscription": ("subscriptions", "subscription_id", ""),
    "customer": ("customers", "customer_id", ""),
    "balance_transaction": ("balance_transactions", "transaction_id", "net_minor"),
}

Record = dict[str, Any]


def aliases(ledger: Ledger, wanted: str) -> tuple[list[str], list[str]]:
    """The id and the ids that it stands for, sorted; and what it was recognised as so far."""
    names, found_as = {wanted}, []
    if EVENTS in ledger.columns:
        inside = list(ledger.rows(f"select object_id from {EVENTS} where event_id = {literal(wanted)}"))
        found_as += ["event"] if inside else []
        names |= {row[0] for row in inside if row[0]}
    if "payment_intent_id" in ledger.columns.get("staging.stg_stripe__charges", set()):
        paid = (
            f"select charge_id from staging.stg_stripe__charges where payment_intent_id = {literal(wanted)}"
        )
        charges = {row[0] for row in ledger.rows(paid)}
        found_as += ["payment_intent"] if charges else []
        names |= charges
    if "leg" in ledger.columns[POSTINGS]:
        leg = literal(f"bank.{wanted}")
        paid = f"select distinct source_object_id from {POSTINGS} where leg = {leg}"
        payouts = {row[0] for row in ledger.rows(paid)}
        found_as += ["bank_entry"] if payouts else []
        names |= payouts
    posted = list(
        ledger.rows(
            f"select distinct source_object_id, entry_id = {literal(wanted)} from {POSTINGS} "
            f"where entry_id = {literal(wanted)} or posting_id = {literal(wanted)}"
        )
    )
    if posted:
        found_as.append("entry" if posted[0][1] else "posting")
        names |= {row[0] for row in posted if row[0]}
    return sorted(names), found_as


def objects(ledger: Ledger, ids: list[str]) -> list[Record]:
    """Staged objects with these ids: what they are, whose, how much, since when."""
    queries = [
        _object_query(ledger, kind, f"staging.stg_stripe__{table}", key, amount, ids)
        for kind, (table, key, amount) in OBJECTS.items()
        if f"staging.stg_stripe__{table}" in ledger.columns
    ]
    if "staging.stg_stripe__unmodelled" in ledger.columns:
        queries.append(
            "select object_type, object_id, account_id, null, null, null, null, null "
            f"from staging.stg_stripe__unmodelled where object_id in {one_of(ids)}"
        )
    if not queries:
        return []
    rows = ledger.rows(
        f"select * from ({' union all '.join(queries)}) as found "
        "(object_type, object_id, account_id, status, currency, amount_minor, created_at, arrival_at) "
        "order by created_at, object_type, object_id, account_id"
    )
    names = (
        "object_type",
        "object_id",
        "account_id",
        "status",
        "currency",
        "amount_minor",
        "created_at",
        "arrival_at",
    )
    return [dict(zip(names, row, strict=True)) for row in rows]


def _object_query(ledger: Ledger, kind: str, table: str, key: str, amount: str, ids: list[str]) -> str:
    columns = ledger.columns[table]

    def column(name: str) -> str:
        return name if name in columns else "null"

    amount_column = f"cast({amount} as bigint)" if amount in columns else "null"
    return (
        f"select {literal(kind)}, {key}, {column('account_id')}, {column('status')}, {column('currency')}, "
        f"{amount_column}, {column('created_at')}, {column('arrival_at')} from {table} where {key} in {one_of(ids)}"
    )


def events(ledger: Ledger, object_ids: list[str], event_id: str) -> list[Record]:
    """Events about these objects, and the event itself when an event was asked for; oldest first."""
    if EVENTS not in ledger.columns:
        return []
    return ledger.records(
        f"select created_at, event_id, event_type, object_id, account_id from {EVENTS} "
        f"where object_id in {one_of(object_ids)} or event_id = {literal(event_id)} "
        "order by created_at, event_id"
    )
