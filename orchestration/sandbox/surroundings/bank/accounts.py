"""The bank accounts of the company, and which of them a payout reaches."""

from __future__ import annotations

from orchestration.sandbox.surroundings.bank.entries import BankAccount
from orchestration.sandbox.world.bank_days import TARGET, US_FEDERAL
from orchestration.sandbox.world.history import Obj

HOLDER = "LANTERN HILL INC"
USD_INSTANT = BankAccount(
    "usd_instant", "9100447120", "Harbor Community Bank", "211999913", "usd", US_FEDERAL, "ofx"
)
_BY_CURRENCY = {
    account.currency: account
    for account in (
        BankAccount(
            "usd_operating", "1050224617", "First Lakes Bank", "071999920", "usd", US_FEDERAL, "bai2"
        ),
        BankAccount("eur", "DE85500700100471882600", "Mainbank AG", "MAINDEFFXXX", "eur", TARGET, "camt"),
        BankAccount("jpy", "LU280019400644750000", "Banque Alzette", "BALZLULLXXX", "jpy", TARGET, "csv"),
        BankAccount("kwd", "DE23500800000093317500", "Taunusbank AG", "TAUNDEFFXXX", "kwd", TARGET, "mt940"),
    )
}
ACCOUNTS = (*_BY_CURRENCY.values(), USD_INSTANT)


def account_of(currency: str) -> BankAccount:
    """The account that holds a currency. Raises ValueError when the company has none."""
    if currency not in _BY_CURRENCY:
        raise ValueError(f"no bank account for {currency}: the platform must settle it in another currency")
    return _BY_CURRENCY[currency]


def account_for(payout: Obj) -> BankAccount:
    """Where a payout arrives: instant ones in US dollars have an account of their own."""
    if payout["method"] == "instant" and payout["currency"] == USD_INSTANT.currency:
        return USD_INSTANT
    return account_of(payout["currency"])
