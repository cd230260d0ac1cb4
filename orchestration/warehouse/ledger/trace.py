"""From any id to everything it touches: objects, events, transactions, entries, payouts, the other tenant."""

from __future__ import annotations

from typing import Any

from orchestration.domain.errors import UsageError
from orchestration.warehouse.connection import literal
from orchestration.warehouse.ledger.reading import POSTINGS, Ledger, one_of
from orchestration.warehouse.ledger.trace_matches import matches, partners
from orchestration.warehouse.ledger.trace_objects import EVENTS, aliases, events, objects

TRANSACTIONS = "marts.fct_transactions"
ID_COLUMNS = (
    "transaction_id", "source_object_id", "charge_id", "refund_id", "dispute_id", "payout_id", "transfer_id",
    "application_fee_id", "customer_id", "invoice_id", "subscription_id",
)  # fmt: skip
# An id in one of these stands for many transactions; what each of them touches is not followed further.
COLLECTIVE = ("payout_id", "customer_id", "subscription_id")
RELATED = ("source_object_id", "charge_id", "refund_id", "dispute_id", "transfer_id", "application_fee_id")
SHOWN = (
    "account_id", "transaction_id", "transaction_type", "reporting_category", "source_object_id", "charge_id",
    "refund_id", "dispute_id", "payout_id", "transfer_id", "application_fee_id", "customer_id", "invoice_id",
    "flow_type", "counterparty_account_id", "currency", "gross_minor", "fee_minor", "net_minor", "status",
    "created_at", "available_at",
)  # fmt: skip

Record = dict[str, Any]


def trace(ledger: Ledger, wanted: str) -> Record:
    """Everything that an id touches.

    Returns:
        id, found_as; objects and events; transactions, each with its entries and their postings; entries that
        belong to no transaction; payouts, each with its own transactions and the entries of its arrival;
        matches with orders and bank lines; linked: the postings of other tenants whose other side is here.
    Raises:
        UsageError: Nothing knows the id.
    """
    ledger.need(TRANSACTIONS)
    names, found_as = aliases(ledger, wanted)
    reached, recognised = partners(ledger, wanted)
    names, found_as = sorted({*names, *reached}), list(dict.fromkeys([*found_as, *recognised]))
    transactions = _transactions(ledger, names)
    is_collective = any(row.get(column) in names for row in transactions for column in COLLECTIVE)
    related = set(names)
    if not is_collective:
        transactions, related = _hang_together(ledger, transactions, related)
    payout_ids = {row["payout_id"] for row in transactions if row.get("payout_id")}
    things = objects(ledger, sorted(related | payout_ids))
    payout_ids |= {thing["object_id"] for thing in things if thing["object_type"] == "payout"}
    own = _payout_transactions(ledger, payout_ids, {row["transaction_id"] for row in transactions})
    entries = _entries(ledger, names, [*transactions, *own], payout_ids)
    seen_events = events(ledger, sorted(related if is_collective else related | payout_ids), wanted)
    found_as = _found_as(wanted, found_as, things, transactions, entries)
    if not found_as:
        raise _unknown(ledger, wanted)
    left = _by_source(entries)  # what a transaction or a payout takes is not listed again
    return {
        "id": wanted,
        "found_as": found_as,
        "objects": [thing for thing in things if thing["object_id"] in related],
        "events": seen_events,
        "transactions": [
            {**row, "entries": left.pop((row["account_id"], row["transaction_id"]), [])}
            for row in transactions
            if row["source_object_id"] not in payout_ids
        ],
        "payouts": _payouts(payout_ids, things, [*transactions, *own], left),
        "matches": matches(ledger, sorted({*names, *related, *payout_ids})),
        "entries": [entry for some in left.values() for entry in some],
        "linked": _linked(ledger, entries),
    }


def _transactions(ledger: Ledger, names: list[str]) -> list[Record]:
    columns = ledger.columns[TRANSACTIONS]
    condition = " or ".join(f"{column} in {one_of(names)}" for column in ID_COLUMNS if column in columns)
    return _select_transactions(ledger, condition)


def _hang_together(
    ledger: Ledger, transactions: list[Record], related: set[str]
) -> tuple[list[Record], set[str]]:
    """Everything of one deal: the transfer of a charge, the payment it became, the fee taken from that, refunds."""
    while True:
        found = {row[column] for row in transactions for column in RELATED if row.get(column)}
        if found <= related:
            return transactions, related
        related = related | found
        transactions = _transactions(ledger, sorted(related))


def _payout_transactions(ledger: Ledger, payout_ids: set[str], known: set[str]) -> list[Record]:
    """The rows by which payouts left the Stripe balance or came back, as far as they are not known yet."""
    if not payout_ids:
        return []
    found = _select_transactions(ledger, f"source_object_id in {one_of(sorted(payout_ids))}")
    return [row for row in found if row["transaction_id"] not in known]


def _select_transactions(ledger: Ledger, condition: str) -> list[Record]:
    columns = ledger.columns[TRANSACTIONS]
    shown = ", ".join(column if column in columns else f"null as {column}" for column in SHOWN)
    return ledger.records(
        f"select {shown} from {TRANSACTIONS} where {condition} order by created_at, account_id, transaction_id"
    )


def _entries(
    ledger: Ledger, names: list[str], transactions: list[Record], payout_ids: set[str]
) -> list[Record]:
    """Whole entries with their postings, oldest first."""
    sources = sorted({*names, *payout_ids, *(row["transaction_id"] for row in transactions)})
    rows = ledger.records(
        f"""
        with wanted as (
            select distinct entry_id from {POSTINGS}
            where source_object_id in {one_of(sources)} or clearing_id in {one_of(names)}
                or entry_id in {one_of(names)} or posting_id in {one_of(names)}
        )
        select
            postings.account_id, entry_id, entry_kind, source_object_id, effective_at, posting_date, period_id,
            recorded_at, reverses_entry_id, posting_id, leg, ledger_account, clearing_id, currency, debit_minor,
            credit_minor, is_mirror, counterparty_account_id
        from {POSTINGS} as postings
        inner join wanted using (entry_id)
        order by effective_at, account_id, entry_id, debit_minor = 0, posting_id
        """
    )
    entries: dict[str, Record] = {}
    for row in rows:
        facts = dict(list(row.items())[:9])
        entry = entries.setdefault(row["entry_id"], {**facts, "postings": []})
        entry["postings"].append(dict(list(row.items())[9:]))
    return list(entries.values())


def _by_source(entries: list[Record]) -> dict[tuple[str, str], list[Record]]:
    grouped: dict[tuple[str, str], list[Record]] = {}
    for entry in entries:
        grouped.setdefault((entry["account_id"], entry["source_object_id"]), []).append(entry)
    return grouped


def _payouts(
    payout_ids: set[str],
    things: list[Record],
    transactions: list[Record],
    left: dict[tuple[str, str], list[Record]],
) -> list[Record]:
    found = []
    for payout_id in sorted(payout_ids):
        facts: Record = next((thing for thing in things if thing["object_id"] == payout_id), {})
        own = [row for row in transactions if row["source_object_id"] == payout_id]
        account_id = facts.get("account_id") or next((row["account_id"] for row in own), None)
        found.append(
            {
                "payout_id": payout_id,
                "account_id": account_id,
                **{key: facts.get(key) for key in ("status", "currency", "amount_minor", "arrival_at")},
                "transactions": [
                    {**row, "entries": left.pop((row["account_id"], row["transaction_id"]), [])}
                    for row in own
                ],
                "entries": left.pop((account_id, payout_id), []) if account_id else [],
            }
        )
    return found


def _linked(ledger: Ledger, entries: list[Record]) -> list[Record]:
    """Mirror postings in the books of other tenants that close the same items."""
    keys = sorted(
        {
            (posting["ledger_account"], posting["clearing_id"])
            for entry in entries
            for posting in entry["postings"]
            if posting["is_mirror"] and posting["clearing_id"]
        }
    )
    if not keys:
        return []
    known = {posting["posting_id"] for entry in entries for posting in entry["postings"]}
    rows = ledger.records(
        f"""
        select
            account_id, entry_id, posting_id, ledger_account, clearing_id, currency, debit_minor, credit_minor,
            effective_at, source_object_id
        from {POSTINGS}
        where is_mirror and clearing_id in {one_of(sorted({key[1] for key in keys}))}
        order by effective_at, account_id, posting_id
        """
    )
    return [
        row
        for row in rows
        if (row["ledger_account"], row["clearing_id"]) in keys and row["posting_id"] not in known
    ]


def _found_as(
    wanted: str, found_as: list[str], things: list[Record], transactions: list[Record], entries: list[Record]
) -> list[str]:
    kinds = [thing["object_type"] for thing in things if thing["object_id"] == wanted]
    kinds += [column for column in ID_COLUMNS if any(row.get(column) == wanted for row in transactions)]
    if not kinds and any(
        wanted in (posting["clearing_id"], entry["source_object_id"])
        for entry in entries
        for posting in entry["postings"]
    ):
        kinds.append("clearing_id")
    return list(dict.fromkeys([*found_as, *kinds]))


def _unknown(ledger: Ledger, wanted: str) -> UsageError:
    close = [
        row[0]
        for row in ledger.rows(
            f"select distinct transaction_id from {TRANSACTIONS} "
            f"where lower(transaction_id) = lower({literal(wanted)}) limit 3"
        )
    ]
    as_of = f" It holds facts up to {ledger.as_of:%Y-%m-%dT%H:%M:%SZ}." if ledger.as_of else ""
    events_hint = "" if EVENTS in ledger.columns else " It has no events."
    remedy = (
        f"Did you mean {' or '.join(close)}?"
        if close
        else "Ids are case-sensitive. Traced are ids of charges, refunds, disputes, payouts, transfers, application "
        "fees, invoices, customers, balance transactions (txn_), events (evt_), orders, bank lines, matches, entries "
        "and postings."
        f"{as_of}{events_hint}"
    )
    if wanted.startswith("acct_"):
        remedy = (
            f"An account is not traced as a whole: tieout ledger balance --account {wanted} --at INSTANT."
        )
    return UsageError(f"Nothing in the published file has the id {wanted!r}.", remedy=remedy)
