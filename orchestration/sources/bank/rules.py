"""What the readers must be told, because no file states it: decimals of currencies, layouts of CSV files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class Layout:
    """A declared layout of CSV files: a row of `bank_layouts`. Columns that a file lacks are empty."""

    bank_account: str
    file_pattern: str
    encoding: str
    delimiter: str
    date_format: str
    decimal_sign: str
    account_column: str
    statement_column: str
    booked_date_column: str
    value_date_column: str
    amount_column: str
    debit_column: str
    credit_column: str
    text_column: str
    counterparty_column: str
    reference_column: str
    balance_column: str
    opening_text: str
    closing_text: str


@dataclass(frozen=True)
class BankRules:
    """The company's rows and built-in seeds as far as readers need them.

    Attributes:
        exponents: Lower-case currency -> decimals of its minor unit.
        layouts: Declared layouts.
        account_currencies: Bank account -> its currency, where the company states exactly one.
    """

    exponents: Mapping[str, int]
    layouts: tuple[Layout, ...] = ()
    account_currencies: Mapping[str, str] | None = None

    def layouts_of(self, file_name: str) -> list[Layout]:
        """Layouts whose pattern fits the name of a file, without its folder."""
        return [layout for layout in self.layouts if fnmatchcase(file_name, layout.file_pattern)]

    def fingerprint(self, file_name: str, bank_accounts: Iterable[str]) -> str:
        """Changes when anything does that the reading of this file depends on besides the file."""
        facts = [
            sorted(self.exponents.items()),
            [astuple(layout) for layout in self.layouts_of(file_name)],
            [(account, self.currency_of(account)) for account in sorted(set(bank_accounts))],
        ]
        return hashlib.sha256(repr(facts).encode()).hexdigest()

    def currency_of(self, bank_account: str) -> str | None:
        """The currency of an account as the company states it."""
        return (self.account_currencies or {}).get(bank_account)
