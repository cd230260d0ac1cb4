"""What is still open at the end: money on its way, and what stands in the books of one tenant only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from orchestration.sandbox.simulation import Segment
from orchestration.sandbox.surroundings.business.table import Row
from orchestration.sandbox.surroundings.truth.ledger_accounts import (
    ADVANCES,
    APPLICATION_FEE,
    PAYOUTS,
    TOPUPS,
    TRANSFER,
    Account,
)
from orchestration.sandbox.world.books import PLATFORM
from orchestration.sandbox.world.history import Obj

CLEARING_COLUMNS = ("account_id", "currency", "ledger_account", "clearing_id", "balance_minor")
_RETURNS = frozenset({"transfer_failure", "transfer_cancel"})  # of transfers that never arrived
_ADVANCES = frozenset({"advance", "advance_funding"})
_MOVED = ("payout", "topup", "transfer", "application_fee")
_UNUSUAL = _RETURNS | _ADVANCES
_LEFT = frozenset({"succeeded", "reversed"})  # states of a top-up that the bank has paid
_Items = dict[tuple[str, str, str], int]
_Transactions = list[tuple[str, Obj]]


def open_items(segment: Segment, *, has_statements: bool = False) -> Iterator[Row]:
    """Balances that are not zero, in minor units, debits above zero; no life ends in another segment.

    * Payouts that neither arrived nor came back, top-ups whose two sides differ, advances on instant payouts
      that are not given back: in the books of whoever has them.
    * A transfer that became no payment, or less than what is left of it: in the books and the currency of
      the sender. The payment is of the transfer's own currency, whatever it settled in.
    * An application fee of which the charge's fee details and the fee object (the platform's side) differ:
      in the books and the currency of the connected account, as everything about the fee object is. A fee
      whose object is still to be made goes by the id of its charge.

    Args:
        has_statements: Whether the platform's banks tell what of its payouts and top-ups is open (`BankLines`).
    """
    transactions = segment.objects.get("balance_transaction", [])
    if not (
        any(segment.objects.get(name) for name in _MOVED)
        or any(tenant != PLATFORM for tenant, _ in transactions)
    ):
        return  # most segments of a large company
    unusual = [pair for pair in transactions if pair[0] != PLATFORM or pair[1]["type"] in _UNUSUAL]
    silent = PLATFORM if has_statements else None
    yield from _rows(PAYOUTS, _payouts(segment, silent))
    yield from _rows(TOPUPS, _topups(segment, silent))
    yield from _rows(ADVANCES, _advances(unusual))
    yield from _rows(TRANSFER, _transfers(segment, unusual))
    yield from _rows(APPLICATION_FEE, _application_fees(segment, unusual))


def _rows(account: Account, items: _Items) -> Iterator[Row]:
    for (tenant, currency, item), balance in items.items():
        if balance:
            yield tenant, currency, account.name, item, balance


def _payouts(segment: Segment, silent: str | None) -> _Items:
    """A payout is closed by the bank, or by the transaction that takes it back, or by both and both undone."""
    return {
        (tenant, payout["currency"], payout["id"]): payout["amount"]
        for tenant, payout in segment.objects.get("payout", ())
        if tenant != silent and payout["status"] != "paid" and payout["failure_balance_transaction"] is None
    }


def _topups(segment: Segment, silent: str | None) -> _Items:
    """A top-up is in the balance as soon as it has left the bank."""
    return {
        (tenant, topup["currency"], topup["id"]): topup["amount"] * (has_left - is_there)
        for tenant, topup in segment.objects.get("topup", ())
        if tenant != silent
        and (has_left := topup["status"] in _LEFT) != (is_there := topup["balance_transaction"] is not None)
    }


def _advances(transactions: _Transactions) -> _Items:
    items: _Items = defaultdict(int)
    for tenant, row in transactions:
        if row["type"] in _ADVANCES:
            items[tenant, row["currency"], row["source"]] -= row["amount"]
    return items


def _transfers(segment: Segment, transactions: _Transactions) -> _Items:
    items: _Items = {}
    senders: dict[str, tuple[str, str, str]] = {}
    for tenant, transfer in segment.objects.get("transfer", ()):
        key = senders[transfer["id"]] = (tenant, transfer["currency"], transfer["id"])
        items[key] = transfer["amount"] - transfer["amount_reversed"]
    for tenant, charge in segment.objects.get("charge", ()):
        if tenant != PLATFORM and charge["source_transfer"] is not None:
            items[senders[charge["source_transfer"]]] -= charge["amount"] - charge["amount_refunded"]
    for _, row in transactions:
        if row["type"] in _RETURNS:
            items[senders[row["source"]]] -= row["amount"]
    return items


def _application_fees(segment: Segment, transactions: _Transactions) -> _Items:
    """What the charges' fee details took, less what the platform has of it."""
    fees = {fee["charge"]: fee for _, fee in segment.objects.get("application_fee", ())}
    charges: dict[str, str] = {
        refund["id"]: refund["charge"]
        for tenant, refund in segment.objects.get("refund", ())
        if tenant != PLATFORM
    }
    items: _Items = defaultdict(int)
    for tenant, row in transactions:
        for part in row["fee_details"]:
            if part["type"] == "application_fee":
                charge = charges.get(row["source"]) or row["source"]
                item = fees[charge]["id"] if charge in fees else charge
                items[tenant, part["currency"], item] += part["amount"]
    for fee in fees.values():
        items[fee["account"], fee["currency"], fee["id"]] -= fee["amount"] - fee["amount_refunded"]
    return items
