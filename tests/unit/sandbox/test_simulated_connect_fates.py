"""Everything that can happen on a marketplace happens on a small one, whatever the seed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest

from orchestration.sandbox.world.books import PLATFORM
from orchestration.sandbox.world.money import DAY
from tests.unit.sandbox.simulated_market import Market, Obj, application_fee_of, small_market


def flow_of(market: Market, charge: Obj, transfers: Counter[str]) -> str:
    """How a charge reached its seller; `transfers` counts those that name a charge as their source."""
    if market.tenant(charge["id"]) != PLATFORM:
        return "direct"
    if charge["on_behalf_of"]:
        return "on_behalf_of"
    if charge["transfer_data"]:
        return "destination" if charge["transfer_data"]["amount"] is None else "amount"
    return ("late", "separate", "pair")[transfers[charge["id"]]]


def sales_and_refunds(market: Market) -> Iterator[str]:
    transfers = Counter(obj["source_transaction"] for obj in market.all("transfer"))
    for charge in market.all("charge"):
        if charge["source_transfer"] is None:
            paid = f"{flow_of(market, charge, transfers)} sale"
            yield paid if charge["paid"] else "declined"
    for refund in market.all("refund"):
        if refund["source_transfer_reversal"]:
            continue
        charge, reversal = market.of(refund["charge"]), refund["transfer_reversal"]
        size = "full" if refund["amount"] == charge["amount"] else "partial"
        on_account = market.of(market.of(reversal)["destination_payment_refund"]) if reversal else refund
        fee = "fee back" if application_fee_of(market.transaction(on_account)) < 0 else "fee kept"
        flow = flow_of(market, charge, transfers)
        yield f"{flow} refund, {size}, {fee}{', reversed' if reversal else ''}"


def money_taken_back(market: Market) -> Iterator[str]:
    for reversal in market.all("transfer_reversal"):
        if reversal["source_refund"] is None:
            whole = reversal["amount"] == market.of(reversal["transfer"])["amount"]
            yield f"reversal by hand, {'whole' if whole else 'part'}"
    recovered = {obj["source_transaction"] for obj in market.all("transfer") if obj["amount_reversed"] > 0}
    for tenant, claim in market.pairs("dispute"):
        flow = "direct" if tenant != PLATFORM else "platform"
        yield f"{flow} dispute {claim['status']}{', recovered' if claim['charge'] in recovered else ''}"
    for row in market.all("balance_transaction"):
        if row["type"] in ("transfer_failure", "transfer_cancel"):
            yield row["type"]
        elif row["type"] == "adjustment" and application_fee_of(row) < 0:
            yield "fee given back"


def events(market: Market) -> Iterator[str]:
    for changes in market.books.history.values():
        yield from (change.event for change in changes if change.event)


SIGNS = (sales_and_refunds, money_taken_back, events)
EXPECTED = {
    *(f"{flow} sale" for flow in ("direct", "destination", "on_behalf_of", "amount")),
    *(f"{flow} sale" for flow in ("separate", "pair", "late")),
    "declined",
    "direct refund, full, fee back",
    "direct refund, full, fee kept",
    "direct refund, partial, fee back",
    "destination refund, full, fee back, reversed",
    "destination refund, partial, fee back, reversed",
    "destination refund, partial, fee kept, reversed",
    "destination refund, full, fee kept",
    "amount refund, full, fee kept, reversed",
    "amount refund, partial, fee kept, reversed",
    "amount refund, full, fee kept",
    "on_behalf_of refund, full, fee back, reversed",
    "separate refund, full, fee kept",
    "pair refund, full, fee kept",
    "reversal by hand, whole",
    "reversal by hand, part",
    "direct dispute lost",
    "direct dispute won",
    "platform dispute lost",
    "platform dispute lost, recovered",
    "platform dispute won, recovered",
    "transfer_failure",
    "transfer_cancel",
    "fee given back",
    "account.updated",
    "application_fee.created",
    "application_fee.refunded",
    "charge.dispute.closed",
    "charge.failed",
    "charge.refunded",
    "charge.updated",
    "customer.created",
    "transfer.created",
    "transfer.reversed",
    "transfer.updated",
}


@pytest.mark.parametrize("seed", range(20))
def test_every_flow_and_every_fate_is_met_in_a_small_market(seed: int) -> None:
    assert EXPECTED - {sign for signs in SIGNS for sign in signs(small_market(seed))} == set()


@pytest.mark.parametrize("seed", range(20))
def test_some_refund_leaves_a_seller_hundreds_of_dollars_short(seed: int) -> None:
    """Paid out daily, two days after each sale: only what is younger is still there, and what sells next."""
    market = small_market(seed)
    nets: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for tenant, row in market.pairs("balance_transaction"):
        nets[tenant].append((row["created"], row["net"]))
    overdrawn = [
        refund["id"]
        for tenant, refund in market.pairs("refund")
        if tenant != PLATFORM
        and market.of(tenant)["settings"]["payouts"]["schedule"]["interval"] == "daily"
        and refund["created"] - market.of(refund["charge"])["created"] > 5 * DAY
        and sum(net for at, net in nets[tenant] if abs(at - refund["created"]) < 5 * DAY) < -20_000
    ]
    assert overdrawn
