"""Months of cash and counts of transactions, summed from balance transactions as they pass."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby

from orchestration.sandbox.surroundings.business.table import Row, month_of
from orchestration.sandbox.world.history import Obj

CASH_COLUMNS = (
    "account_id",
    "currency",
    "month",
    "gross_minor",
    "fee_minor",
    "net_minor",
    "payouts_minor",
    "closing_minor",
)
COUNT_COLUMNS = ("account_id", "currency", "reporting_category", "count", "net_minor")
PAYOUTS = frozenset({"payout", "payout_reversal"})  # reporting categories of money to and from the bank


class Cash:
    """Sums by account, currency and UTC month of `created`, in minor units of the balance's currency.

    `gross_minor` is the amount of everything but payouts, `fee_minor` all fees (those on payouts too),
    `net_minor` = gross - fee. `payouts_minor` is what left for the bank less what came back, so
    `closing_minor` = previous closing + net - payouts, which is the sum of all nets so far.
    """

    def __init__(self) -> None:
        self._months: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
        self._counts: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])

    def take(self, transactions: Iterable[tuple[str, Obj]]) -> None:
        """Add the balance transactions of a segment."""
        months, counts = self._months, self._counts
        for tenant, row in transactions:
            currency, category = row["currency"], row["reporting_category"]
            month = months[tenant, currency, month_of(row["created"])]
            month[1] += row["fee"]
            if category in PAYOUTS:
                month[2] -= row["amount"]
            else:
                month[0] += row["amount"]
            count = counts[tenant, currency, category]
            count[0] += 1
            count[1] += row["net"]

    def monthly(self, last_month: str) -> Iterator[Row]:
        """Rows of every month from a balance's first transaction to `last_month`, quiet ones too."""
        for (account, currency), keys in groupby(sorted(self._months), key=lambda key: key[:2]):
            closing, month = 0, next(keys)[2]
            while month <= last_month:
                gross, fee, payouts = self._months.get((account, currency, month), (0, 0, 0))
                closing += gross - fee - payouts
                yield account, currency, month, gross, fee, gross - fee, payouts, closing
                month = _next(month)

    def counts(self) -> Iterator[Row]:
        """Rows of how many transactions there are of each reporting category, and their net."""
        for key in sorted(self._counts):
            yield *key, *self._counts[key]


def _next(month: str) -> str:
    year, number = int(month[:4]), int(month[5:7])
    return f"{year + number // 12}-{number % 12 + 1:02d}-01"
