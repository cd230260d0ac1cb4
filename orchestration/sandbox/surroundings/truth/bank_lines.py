"""What payouts and top-ups did at the company's own banks, as their statements tell it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from orchestration.sandbox.simulation import Segment
from orchestration.sandbox.surroundings.business.table import Row
from orchestration.sandbox.surroundings.truth.ledger_accounts import PAYOUTS, TOPUPS, Account
from orchestration.sandbox.world.books import PLATFORM
from orchestration.sandbox.world.history import Obj

_MOVED = {
    "payout": frozenset({"payout", "payout_failure", "payout_cancel"}),
    "topup": frozenset({"topup", "topup_reversal"}),
}
_CLEARING = {"payout": PAYOUTS, "topup": TOPUPS}


@dataclass(frozen=True)
class Booked:
    """A line of a statement in the books, minor units signed as the bank books them.

    Attributes:
        month: First day of the month in which the bank booked it, ISO 8601.
        amount: What is on the bank account.
        kept: What the bank took out of it as its fee.
        closes: Clearing account and minor units of each payout or top-up behind it.
    """

    currency: str
    month: str
    amount: int
    kept: int
    closes: tuple[tuple[Account, int], ...]


class BankLines:
    """The platform's payouts and top-ups: what Stripe sent or took, and which lines of its banks say so too.

    A company that has statements books what they show, on the day on which the bank booked it. What is on no line
    stays in transit, whatever Stripe says. A line about something that Stripe has not booked waits for that.
    """

    def __init__(self) -> None:
        self._moved: dict[str, list[int]] = defaultdict(
            list
        )  # id -> what left the Stripe balance for the bank
        self._items: dict[str, tuple[str, Account]] = {}

    def take(self, segment: Segment) -> None:
        """Note what left the Stripe balance of the platform, and came back."""
        kind_of: dict[str, str] = {}
        for kind in _MOVED:
            for tenant, obj in segment.objects.get(kind, ()):
                if tenant == PLATFORM:
                    kind_of[obj["id"]] = kind
        if not kind_of:
            return
        for _, row in segment.objects.get("balance_transaction", ()):
            moved = kind_of.get(row["source"] or "")
            if moved is not None and row["type"] in _MOVED[moved]:
                self._moved[row["source"]].append(-row["amount"])
                self._items[row["source"]] = (row["currency"], _CLEARING[moved])

    def booked(self, lines: Iterable[Obj]) -> Iterator[Booked]:
        """The lines about payouts and top-ups that Stripe has booked.

        Args:
            lines: What every line of every statement truly is, see `BankStatements.bank_matches`.
        """
        for line, amounts in self._known(lines):
            yield Booked(
                line["currency"],
                f"{line['booked_date'][:7]}-01",
                line["amount_minor"],
                _kept(line),
                tuple((self._items[item][1], amount) for item, amount in amounts),
            )

    def open_items(self, lines: Iterable[Obj]) -> Iterator[Row]:
        """What is not zero between Stripe and the bank: what was sent less what the bank shows of it."""
        balances = {item: sum(amounts) for item, amounts in self._moved.items()}
        for _, amounts in self._known(lines):
            for item, amount in amounts:
                balances[item] -= amount
        for item, balance in balances.items():
            if balance:
                currency, account = self._items[item]
                yield PLATFORM, currency, account.name, item, balance

    def _known(self, lines: Iterable[Obj]) -> Iterator[tuple[Obj, list[tuple[str, int]]]]:
        """Lines with what each closes; one that pays several payouts pays each whole."""
        for line in lines:
            items = [*line["payout_ids"].split(), *filter(None, [line["topup_id"]])]
            if not items or any(item not in self._moved for item in items):
                continue
            total = line["amount_minor"] + _kept(line)
            if len(items) == 1:
                yield line, [(items[0], total)]
                continue
            amounts = [(item, self._moved[item][0]) for item in items]
            assert sum(amount for _, amount in amounts) == total, line
            yield line, amounts


def _kept(line: Obj) -> int:
    """What the bank kept; what Stripe kept is in its own transaction."""
    return int(line["residual_minor"]) if line["residual_code"] == "bank_fee" else 0
