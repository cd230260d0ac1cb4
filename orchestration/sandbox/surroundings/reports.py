"""Stripe's balance summaries of the platform, one per month, as one would download them from the Dashboard."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from orchestration.sandbox.simulation import Segment, Simulation
from orchestration.sandbox.surroundings.business.table import Table, day_of, month_of
from orchestration.sandbox.world.books import PLATFORM
from orchestration.sandbox.world.money import EXPONENTS
from orchestration.sandbox.world.plan import Plan

FOLDER = Path("stripe", "reports")
COLUMNS = ("category", "description", "net_amount", "currency")
_PAYOUTS = frozenset({"payout", "payout_reversal"})


class BalanceReports:
    """Writes `stripe/reports/balance.summary.1_<start>_<end>.csv`; days are UTC, amounts in MAJOR units.

    As in Stripe's reports a transaction belongs to the month in which it was created, but an automatic payout
    to that of its `available_on`. What is not dated before the plan's end is in no report.
    """

    def __init__(self, plan: Plan, folder: Path) -> None:
        self._plan = plan
        self._folder = folder / FOLDER
        # currency -> month -> net of everything but payouts, net of payouts; minor units
        self._months: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))

    def take(self, segment: Segment) -> None:
        """Add the platform's balance transactions of a segment."""
        payouts = segment.objects.get("payout", ())
        automatic = {payout["id"] for _, payout in payouts if payout["automatic"]}
        for tenant, row in segment.objects.get("balance_transaction", ()):
            if tenant == PLATFORM:
                is_swept = row["type"] == "payout" and row["source"] in automatic
                month = month_of(row["available_on"] if is_swept else row["created"])
                self._months[row["currency"]][month][row["reporting_category"] in _PAYOUTS] += row["net"]

    def close(self, simulation: Simulation) -> None:
        """Write a report of every month of the story; a currency stands in it from its first month on."""
        starts = month_of(self._plan.start)
        balances = {
            currency: sum(map(sum, (sums for month, sums in months.items() if month < starts)))
            for currency, months in self._months.items()
        }
        while starts < day_of(self._plan.end):
            ends = _next_month(starts)
            table = Table(self._folder / f"balance.summary.1_{starts}_{ends}.csv", COLUMNS)
            for currency, months in sorted(self._months.items()):
                if min(months) <= starts:
                    activity, payouts = months.get(starts, (0, 0))
                    opening, balances[currency] = balances[currency], balances[currency] + activity + payouts
                    steps = [
                        ("starting_balance", f"Starting balance ({starts})", opening),
                        ("activity", "Net balance change from activity", activity),
                        ("payouts", "Total payouts", payouts),
                        ("ending_balance", f"Ending balance ({ends})", balances[currency]),
                    ]
                    table.append(
                        (name, text, _major(minor, currency), currency) for name, text, minor in steps
                    )
            starts = ends


def _next_month(month: str) -> str:
    first = datetime.fromisoformat(month)
    return datetime(first.year + first.month // 12, first.month % 12 + 1, 1, tzinfo=UTC).strftime("%Y-%m-%d")


def _major(minor: int, currency: str) -> str:
    """Minor units as Stripe's reports print them, such as `-0.07`."""
    exponent = EXPONENTS[currency]
    digits = f"{abs(minor):0{exponent + 1}d}"
    whole, decimals = digits[: len(digits) - exponent], digits[len(digits) - exponent :]
    return f"{'-' if minor < 0 else ''}{whole}{'.' if exponent else ''}{decimals}"
