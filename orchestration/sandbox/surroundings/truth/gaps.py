"""Why two sides differ: the components of each difference, in the codes that reconciliation uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from orchestration.sandbox.simulation import Segment
from orchestration.sandbox.surroundings.business.table import Row
from orchestration.sandbox.world.books import PLATFORM
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.money import DAY

RESIDUAL_COLUMNS = ("pair", "object_id", "account_id", "currency", "code", "amount_minor")
_ON_THE_WAY = frozenset({"pending", "in_transit"})  # states of a payout that the bank has not seen
_FEES = {"tax": "fee_tax", "withheld_tax": "fee_tax", "application_fee": "application_fee"}
_CODES = {  # the nearest code there is: a debit that fails is money back, a gift to the climate a fee
    "advance": "financing",
    "advance_funding": "financing",
    "charge_failure": "refund",
    "connect_collection_transfer": "connect_transfer",
    "contribution": "fee",
    "dispute": "dispute",
    "dispute_reversal": "dispute",
    "fee": "fee",
    "partial_capture_reversal": "partial_refund",
    "payout_minimum_balance_hold": "minimum_balance",
    "payout_minimum_balance_release": "minimum_balance",
    "payout_reversal": "in_transit",
    "platform_earning": "application_fee",
    "platform_earning_refund": "application_fee",
    "refund": "refund",
    "refund_failure": "refund",
    "tax": "fee_tax",
    "topup": "financing",
    "topup_reversal": "financing",
    "transfer": "connect_transfer",
    "transfer_reversal": "connect_transfer",
}
_RESERVES = frozenset(
    {
        "connect_reserved_funds",
        "risk_reserved_funds",
        "payment_network_reserve_hold",
        "payment_network_reserve_release",
    }
)


class PayoutGaps:
    """From what was sold to what a payout brings, and from payouts to the bank.

    * `sales_payout`: gross of the charges among a payout's members less the payout; automatic payouts only.
    * `payout_bank`: payouts less what the bank credited for them (ids parted by blanks where one line holds
      several). Without statements, as for connected accounts, what Stripe calls paid has arrived.

    Sums are kept per account, currency and sweep day, as the pools that payouts are made of.
    """

    def __init__(self) -> None:
        self._sweeps: dict[tuple[str, str], dict[int, dict[str, int]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(int))
        )
        self._payouts: dict[str, tuple[str, Obj]] = {}

    def take(self, segment: Segment) -> None:
        """Add the balance transactions of a segment, and remember its payouts."""
        parts = _partial_refunds(segment)
        sweeps = self._sweeps
        for tenant, row in segment.objects.get("balance_transaction", ()):
            category = row["reporting_category"]
            if category == "payout":
                continue
            codes = sweeps[tenant, row["currency"]][-(-row["available_on"] // DAY)]
            if category == "charge":
                codes["sold"] += row["amount"]
            else:
                codes[_code(row, category, parts)] -= row["amount"]
            is_dispute = category in ("dispute", "dispute_reversal")
            for fee in row["fee_details"]:
                codes["dispute_fee" if is_dispute else _FEES.get(fee["type"], "fee")] += fee["amount"]
        for tenant, payout in segment.objects.get("payout", ()):
            self._payouts[payout["id"]] = (tenant, payout)

    def rows(self, sweeps: dict[tuple[str, str], dict[int, str]], lines: Sequence[Obj]) -> Iterator[Row]:
        """Residuals of both pairs, the codes that are not zero.

        Args:
            sweeps: As `Company.sweeps`.
            lines: As `BankStatements.bank_matches()`; empty without statements.
        """
        members: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for pool, days in sweeps.items():
            for day, payout_id in days.items():
                for code, amount in self._sweeps[pool][day].items():
                    members[payout_id][code] += amount
        for payout_id, codes in members.items():
            tenant, payout = self._payouts[payout_id]
            key = (payout_id, tenant, payout["currency"])
            yield from _closed("sales_payout", key, payout["amount"], codes)
        yield from self._until_the_bank(lines)

    def _until_the_bank(self, lines: Sequence[Obj]) -> Iterator[Row]:
        arrived = {payout_id for line in lines for payout_id in line["payout_ids"].split()}
        for payout_id, (tenant, payout) in self._payouts.items():
            is_missing = (
                lines and tenant == PLATFORM and payout["status"] == "paid" and payout_id not in arrived
            )
            if is_missing or payout["status"] in _ON_THE_WAY:
                yield "payout_bank", payout_id, tenant, payout["currency"], "in_transit", payout["amount"]
        for line in lines:
            if line["residual_minor"]:
                key = (line["payout_ids"], PLATFORM, line["currency"])
                yield "payout_bank", *key, line["residual_code"], line["residual_minor"]


def _closed(pair: str, key: tuple[str, str, str], right: int, codes: dict[str, int]) -> Iterator[Row]:
    """The components of left - right; what has no code of its own is `unexplained`, last."""
    unexplained = codes.pop("sold", 0) - right
    codes.pop("unexplained", None)
    for code in sorted(codes):
        unexplained -= codes[code]
        if codes[code]:
            yield pair, *key, code, codes[code]
    if unexplained:
        yield pair, *key, "unexplained", unexplained


def _code(row: Obj, category: str, parts: set[str]) -> str:
    if category in _RESERVES:
        return "reserve_hold" if row["amount"] < 0 else "reserve_release"
    if category == "refund" and row["source"] in parts:
        return "partial_refund"
    return _CODES.get(category, "unexplained")


def _partial_refunds(segment: Segment) -> set[str]:
    """Ids of refunds that give back less than their charge."""
    refunds = [refund for _, refund in segment.objects.get("refund", ())]
    refunded = {refund["charge"] for refund in refunds}
    amounts = {
        charge["id"]: charge["amount"]
        for _, charge in segment.objects.get("charge", ())
        if charge["id"] in refunded
    }
    return {refund["id"] for refund in refunds if refund["amount"] < amounts[refund["charge"]]}
