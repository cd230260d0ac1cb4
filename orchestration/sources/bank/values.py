"""Printed values -> exact ones: amounts in minor units, days, codes. What cannot be exact is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from orchestration.sources.bank.statement import UnusableStatement

_AMOUNT = re.compile(r"([+-]?)(\d*)(?:[.,](\d*))?")
_LARGEST = (1 << 63) - 1
# Decimals that a bank prints where Stripe counts in hundredths (docs.stripe.com/currencies, special cases).
_NO_DECIMALS_AT_BANKS = frozenset({"isk", "ugx"})
_UNSTATED = frozenset({"NOTPROVIDED", "NOT PROVIDED", "NONREF", "NON-REF", "UNKNOWN", "N/A"})


def minor_units(text: str | None, currency: str, exponents: Mapping[str, int], what: str = "amount") -> int:
    """A printed amount in major units as whole minor units, digit by digit.

    Args:
        text: Digits with at most one decimal sign (point or comma), perhaps a sign before them.
        currency: Lower-case code.
        exponents: Currency -> decimals.
        what: What the amount is, for the message.

    Raises:
        UnusableStatement: The text is no amount, its currency is unknown, or it has too many decimals.
    """
    exponent = exponent_of(currency, exponents)
    found = _AMOUNT.fullmatch((text or "").strip())
    if found is None or not (found[2] or found[3]):
        raise UnusableStatement(f"{what} {text!r} is not an amount")
    sign, whole, decimals = found[1], found[2] or "0", (found[3] or "").rstrip("0")
    if len(decimals) > exponent:
        raise UnusableStatement(
            f"{what} {text!r} has more decimals than {currency.upper()} has ({exponent})",
            "If the bank prints thousands there, declare the right decimal sign; else ask it for the statement again.",
        )
    minor = int(whole + decimals.ljust(exponent, "0"))
    if minor > _LARGEST:
        raise UnusableStatement(f"{what} {text!r} is beyond 64 bits")
    return -minor if sign == "-" else minor


def implied_minor(text: str | None, currency: str, exponents: Mapping[str, int], what: str = "amount") -> int:
    """An amount that is printed without a decimal sign, such as in BAI2, as minor units.

    Raises:
        UnusableStatement: The text is no whole number, or its currency is unknown.
    """
    exponent = exponent_of(currency, exponents)
    found = re.fullmatch(r"([+-]?)(\d+)", (text or "").strip())
    if found is None:
        raise UnusableStatement(f"{what} {text!r} is not a whole number of minor units")
    minor = int(found[2]) * (10**exponent if currency in _NO_DECIMALS_AT_BANKS else 1)
    if minor > _LARGEST:
        raise UnusableStatement(f"{what} {text!r} is beyond 64 bits")
    return -minor if found[1] == "-" else minor


def exponent_of(currency: str, exponents: Mapping[str, int]) -> int:
    """Decimals of a currency.

    Raises:
        UnusableStatement: Nobody has stated them.
    """
    if currency not in exponents:
        raise UnusableStatement(
            f"unknown currency {currency.upper()!r}" if currency else "it states no currency",
            "Correct the code, or add it with its exponent to company/currencies.csv; it is never guessed.",
        )
    return exponents[currency]


def rate(text: str | None) -> str | None:
    """A printed exchange rate as decimal text with a point; None where there is none.

    Raises:
        UnusableStatement: It is no number, or has more digits than a rate can keep.
    """
    if text is None or not text.strip():
        return None
    printed = text.strip().replace(",", ".")
    if not re.fullmatch(r"\d{1,18}(\.\d{1,18})?", printed):
        raise UnusableStatement(f"exchange rate {text!r} is not a number with at most 18 decimals")
    return printed


def day(text: str | None, pattern: str, what: str = "date") -> date:
    """A printed day.

    Raises:
        UnusableStatement: The text does not fit the pattern, or names a day that does not exist.
    """
    try:
        return datetime.strptime((text or "").strip(), pattern).date()
    except ValueError:
        raise UnusableStatement(f"{what} {text!r} is not a day ({pattern})") from None


def account_number(text: str | None) -> str:
    """An account as it is compared: without blanks, upper case.

    Raises:
        UnusableStatement: It is empty.
    """
    number = re.sub(r"\s+", "", text or "").upper()
    if not number:
        raise UnusableStatement("it states no account")
    return number


def stated(text: str | None) -> str | None:
    """A text with its blanks folded; None where it says nothing, NOTPROVIDED and the like included."""
    folded = " ".join((text or "").split())
    return None if not folded or folded.upper() in _UNSTATED else folded
