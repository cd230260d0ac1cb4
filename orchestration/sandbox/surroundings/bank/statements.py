"""What the company's banks say: takes Stripe's payouts and top-ups, writes statements and their truth."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.sandbox.surroundings.bank.accounts import ACCOUNTS, account_for, account_of
from orchestration.sandbox.surroundings.bank.arrivals import Arrival, arrival_of, day_of
from orchestration.sandbox.surroundings.bank.bai2 import print_bai2
from orchestration.sandbox.surroundings.bank.camt import print_camt
from orchestration.sandbox.surroundings.bank.declared_csv import layout_of, print_csv
from orchestration.sandbox.surroundings.bank.entries import BankAccount, Entry, StatementFile
from orchestration.sandbox.surroundings.bank.everyday import Household, turnover
from orchestration.sandbox.surroundings.bank.mt940 import print_mt940
from orchestration.sandbox.surroundings.bank.ofx import print_ofx
from orchestration.sandbox.surroundings.bank.periods import monthly_files, months_between, weekly_files
from orchestration.sandbox.surroundings.bank.teller import Teller
from orchestration.sandbox.world.books import PLATFORM, Books
from orchestration.sandbox.world.history import Change, Obj
from orchestration.sandbox.world.money import EXPONENTS
from orchestration.sandbox.world.plan import Plan

if TYPE_CHECKING:  # the treasury keeps this package's bank days, and the simulation runs the treasury
    from orchestration.sandbox.simulation import Segment, Simulation

Match = dict[str, str | int]
# format -> suffix of its files, how they are cut, how they are printed
_FORMATS: dict[str, tuple[str, Callable[..., Iterable[StatementFile]], Callable[..., str]]] = {
    "bai2": ("bai2", weekly_files, print_bai2),
    "camt": ("xml", monthly_files, print_camt),
    "csv": ("csv", monthly_files, print_csv),
    "mt940": ("sta", monthly_files, print_mt940),
    "ofx": ("qfx", monthly_files, print_ofx),
}


class BankStatements:
    """Writes `bank/*` and the company's rows about it into a folder.

    Attributes:
        matches: After `close`: for every line of every statement what it truly is.
    """

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.folder = folder
        self.start, self.end = day_of(plan.start), day_of(plan.end)
        self.matches: list[Match] = []
        self._arrivals: dict[str, list[Arrival]] = defaultdict(list)
        self._topups: dict[str, list[tuple[Obj, list[Change]]]] = defaultdict(list)

    def take(self, segment: Segment) -> None:
        """Collect the platform's payouts and top-ups; connected accounts have banks of their own."""
        payouts = [obj for tenant, obj in segment.objects.get("payout", ()) if tenant == PLATFORM]
        posted = {payout["balance_transaction"] for payout in payouts}
        sent: dict[str, int] = {
            transaction["id"]: -transaction["amount"]
            for tenant, transaction in (segment.objects.get("balance_transaction", ()) if posted else ())
            if transaction["id"] in posted
        }
        for payout in payouts:
            amount: int = payout["amount"]
            received = sent.get(payout["balance_transaction"], amount)
            arrival = arrival_of(payout, segment.history[payout["id"]], received)
            if arrival:
                self._arrivals[account_for(payout).name].append(arrival)
        for tenant, topup in segment.objects.get("topup", ()):
            if tenant == PLATFORM:
                name = account_of(topup["currency"]).name
                self._topups[name].append((topup, segment.history[topup["id"]]))

    def close(self, simulation: Simulation) -> None:
        """Write all statements, and which accounts and layouts the company has."""
        (self.folder / "bank").mkdir(parents=True, exist_ok=True)
        for account in ACCOUNTS:
            suffix, cut, show = _FORMATS[account.format]
            opening, entries = self._ledger(account, simulation.books)
            for file in cut(account, suffix, self.start, self.end, opening, entries):
                _write(self.folder / "bank" / file.name, show(account, file))
                self.matches += _matches(account, file)
        self._write_company()

    def bank_matches(self) -> list[Match]:
        """The truth about every line, in the order of the files; see `_matches` for its columns."""
        return self.matches

    def _ledger(self, account: BankAccount, books: Books) -> tuple[int, list[Entry]]:
        """The opening balance of an account and all its entries, in the order of booking."""
        teller = Teller(account, books.rng("bank", account.name), self.end)
        entries = teller.book_payouts(self._arrivals[account.name])
        for topup, changes in self._topups[account.name]:
            entries += teller.book_topup(topup, changes)
        months = months_between(self.start, self.end)
        household = Household(account, books.rng("bank", account.name, "everyday"))
        thousand = 1_000 * 10 ** EXPONENTS[account.currency]
        opening = -(-2 * turnover(account, entries, len(months)) // thousand) * thousand
        entries += list(household.book(months, entries))
        shuffle = books.rng("bank", account.name, "order")
        return opening, sorted(entries, key=lambda entry: (entry.booked, shuffle.getrandbits(32)))

    def _write_company(self) -> None:
        accounts: list[dict[str, str]] = [
            {
                "bank_account": account.number,
                "account_id": PLATFORM,
                "currency": account.currency,
                "from_date": self.start.isoformat(),
            }
            for account in ACCOUNTS
        ]
        layouts = [layout_of(account) for account in ACCOUNTS if account.format == "csv"]
        (self.folder / "company").mkdir(parents=True, exist_ok=True)
        for name, rows in (("bank_accounts", accounts), ("bank_layouts", layouts)):
            with (self.folder / "company" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)


def _matches(account: BankAccount, file: StatementFile) -> list[Match]:
    """A row for every entry of a file; entries are numbered through the file, amounts are minor units.

    Of the rows that name a payout, amounts plus residuals are that payout: nothing for a returned one.
    """
    numbered = [(statement, entry) for statement in file.statements for entry in statement.entries]
    return [
        {
            "bank_account": account.number,
            "statement_file": f"bank/{file.name}",
            "statement_number": statement.number,
            "entry_number": number,
            "booked_date": entry.booked.isoformat(),
            "value_date": entry.valued.isoformat(),
            "amount_minor": entry.amount,
            "currency": account.currency,
            "text": entry.text,
            "kind": entry.kind,
            "payout_ids": " ".join(entry.payout_ids),
            "topup_id": entry.topup_id,
            "residual_code": entry.residual_code,
            "residual_minor": entry.residual,
        }
        for number, (statement, entry) in enumerate(numbered, start=1)
    ]


def _write(path: Path, text: str) -> None:
    """Bytes as the bank sends them, whatever line ends this machine prefers."""
    path.write_bytes(text.encode("utf-8"))
