"""The ledger's months: what should be debited and credited in the books of every tenant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from orchestration.sandbox.simulation import Segment
from orchestration.sandbox.surroundings.business.table import Row, month_of
from orchestration.sandbox.surroundings.truth.bank_lines import Booked
from orchestration.sandbox.surroundings.truth.bank_side import bank_movements
from orchestration.sandbox.surroundings.truth.ledger_accounts import (
    BALANCE,
    BANK,
    BANK_FEES,
    DISPUTE,
    DISPUTE_FEES,
    MIRRORED_BALANCE,
    OF_FEE,
    STRIPE_FEES,
    UNVERIFIED,
    Account,
    account_of,
    accounts_of_objects,
)
from orchestration.sandbox.world.books import PLATFORM

LEDGER_COLUMNS = (
    "account_id",
    "currency",
    "month",
    "ledger_account",
    "is_mirror",
    "debit_minor",
    "credit_minor",
)
_Month = dict[Account, list[int]]  # debits and credits


class Ledger:
    """Sums by tenant, currency, UTC month of posting and ledger account, in minor units, mirrors apart.

    A balance transaction is posted when it was created: its amount against the account of whatever it is
    about, each fee detail against the account of that fee, and the Stripe balance by what both leave of it,
    once for the mirrored part of the transaction and once for the rest. So each part balances by itself.
    What moves at the bank is posted when it moves there: the platform's money as its statements tell, if it has
    any (`take_bank`), all other by Stripe's word (`bank_movements`).
    """

    def __init__(self, *, has_statements: bool = False) -> None:
        self._has_statements = has_statements
        self._months: dict[tuple[str, str, str], _Month] = defaultdict(lambda: defaultdict(lambda: [0, 0]))

    def take(self, segment: Segment) -> None:
        """Post the balance transactions of a segment, and what its payouts and top-ups did at the bank."""
        known, months = accounts_of_objects(segment), self._months
        for tenant, row in segment.objects.get("balance_transaction", ()):
            month = months[tenant, row["currency"], month_of(row["created"])]
            account, amount = account_of(row, known), row["amount"]
            _add(month[account], -amount)
            mirrored = amount if account.is_mirror else 0
            for part in row["fee_details"]:
                fee, paid_for = part["amount"], OF_FEE[part["type"]]
                if paid_for.is_mirror:
                    mirrored -= fee
                elif account is DISPUTE and paid_for is STRIPE_FEES:
                    paid_for = DISPUTE_FEES
                _add(month[paid_for], fee)
            _add(month[BALANCE], row["net"] - mirrored)
            if mirrored:
                _add(month[MIRRORED_BALANCE], mirrored)
        for tenant, currency, at, clearing, amount in bank_movements(
            segment, has_statements=self._has_statements
        ):
            month = months[tenant, currency, month_of(at)]
            _add(month[UNVERIFIED], amount)
            _add(month[clearing], -amount)

    def take_bank(self, lines: Iterable[Booked]) -> None:
        """Post what the platform's banks booked of its payouts and top-ups."""
        for line in lines:
            month = self._months[PLATFORM, line.currency, line.month]
            _add(month[BANK], line.amount)
            _add(month[BANK_FEES], line.kept)
            for clearing, amount in line.closes:
                _add(month[clearing], -amount)

    def rows(self) -> Iterator[Row]:
        """One row per account in which something was posted in a month."""
        for key in sorted(self._months):
            month = self._months[key]
            for account in sorted(month, key=lambda account: (account.name, account.is_mirror)):
                if any(month[account]):
                    yield *key, account.name, "true" if account.is_mirror else "false", *month[account]


def _add(sums: list[int], amount: int) -> None:
    """Debit an account, or credit it with what is below zero."""
    if amount > 0:
        sums[0] += amount
    else:
        sums[1] -= amount
