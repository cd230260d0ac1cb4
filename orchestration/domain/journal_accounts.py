"""What the formats of plain-text accounting share: names of accounts, commodities, details.

An account is named by class, tenant and ledger account: `Assets:Stripe:Platform:Clearing:ChargeClearing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from orchestration.domain.errors import TieoutError
from orchestration.domain.journal import Balance, Book, GlAccount, JournalLine

# Key in the file -> attribute of GlAccount.
GL_FIELDS = {
    "gl_code": "gl_code",
    "gl_name": "gl_name",
    "class": "class_name",
    "department": "department",
    "location": "location",
}

ROOTS = {
    "asset": "Assets",
    "clearing": "Assets",
    "liability": "Liabilities",
    "equity": "Equity",
    "income": "Income",
    "contra_income": "Income",
    "expense": "Expenses",
}


def account_names(accounts: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], str]:
    """(tenant, ledger account) -> its name, in the order given.

    Raises:
        TieoutError: Two accounts would get the same name.
    """
    names: dict[tuple[str, str], str] = {}
    owners: dict[str, tuple[str, str]] = {}
    for account_id, ledger_account, account_class in accounts:
        root = f"{ROOTS.get(account_class, 'Assets')}:Stripe:{_tenant(account_id)}"
        name = f"{root}:Clearing" if account_class == "clearing" else root
        name = f"{name}:{_camel(ledger_account)}"
        key = (account_id, ledger_account)
        if owners.setdefault(name, key) != key:
            raise TieoutError(
                f"Two accounts would both be called {name}.",
                where=f"{' '.join(owners[name])} and {' '.join(key)}",
                remedy="Rename one of them in company/chart_of_accounts.csv.",
            )
        names[key] = name
    return names


def _tenant(account_id: str) -> str:
    return _capital("-".join(_letters(part) for part in account_id.split("_")))


def _camel(ledger_account: str) -> str:
    return _capital(
        "".join(_letters(part)[:1].upper() + _letters(part)[1:] for part in ledger_account.split("_"))
    )


def _letters(text: str) -> str:
    """Letters, digits and dashes only; what else there is becomes its code point."""
    return "".join(
        character
        if character == "-" or (character.isascii() and character.isalnum())
        else f"-{ord(character):x}-"
        for character in text
    )


def _capital(component: str) -> str:
    """Beancount wants a capital letter or a digit first."""
    component = component[:1].upper() + component[1:]
    return component if component[:1].isalnum() else f"X{component}"


def by_currency(balances: Iterable[Balance]) -> Iterator[tuple[tuple[str, str], list[Balance]]]:
    """Balances grouped by (tenant, currency), in that order, each group by ledger account."""
    ordered = sorted(balances, key=lambda item: (item.account_id, item.currency, item.ledger_account))
    for key, group in groupby(ordered, key=lambda item: (item.account_id, item.currency)):
        yield key, list(group)


def currencies(book: Book) -> list[str]:
    """Every currency of the export."""
    return sorted({item.currency for item in (*book.opening, *book.closing)})


def gl_details(book: Book, ledger_account: str) -> list[tuple[str, str]]:
    """What the company's general ledger says of the account, as (key, value)."""
    account = book.mapping.get(ledger_account, GlAccount())
    return [(key, getattr(account, name)) for key, name in GL_FIELDS.items() if getattr(account, name)]


def line_details(line: JournalLine) -> list[tuple[str, str]]:
    """What is known of a line beside its amount, as (key, value)."""
    return [(key, value) for key, value in (("leg", line.leg), ("clearing_id", line.clearing_id)) if value]


def commodity(book: Book, amount_minor: int, currency: str) -> str:
    """An amount with its commodity: `-12.50 USD`."""
    return f"{book.amount(amount_minor, currency)} {currency.upper()}"
