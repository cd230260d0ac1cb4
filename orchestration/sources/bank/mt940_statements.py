"""Fields of one MT940 or MT942 statement -> a proven statement."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import mt940
from mt940.models import Transactions
from mt940.tags import TAG_BY_ID

from orchestration.sources.bank.mt940_details import Details, read_details
from orchestration.sources.bank.proof import prove
from orchestration.sources.bank.rules import BankRules
from orchestration.sources.bank.statement import (
    BOOKED,
    INTRADAY,
    PENDING,
    Entry,
    StatedTotals,
    Statement,
    UnusableStatement,
)
from orchestration.sources.bank.values import account_number, minor_units, stated

if TYPE_CHECKING:
    from orchestration.sources.bank.mt940 import Field

# The library reports what it cannot match; the refusal says it in words.
logging.getLogger("mt940").addHandler(logging.NullHandler())
logging.getLogger("mt940").propagate = False
_OPENING, _CLOSING = ("60F", "60M"), ("62F", "62M")


@dataclass(frozen=True, slots=True)
class _Balance:
    minor: int
    currency: str
    on: date


def read_statement(fields: Sequence[Field], counted: int, rules: BankRules) -> Statement:
    """A proven statement.

    Raises:
        UnusableStatement: A field is missing or unreadable, or the statement does not prove itself.
    """
    values = {field.tag: field.value for field in fields}
    account, number = values.get("25") or values.get("25P"), values.get("28C") or values.get("28") or ""
    bank_account = account_number((account or "").split("\n")[0])
    opening, closing = (_balance(values, tags, rules) for tags in (_OPENING, _CLOSING))
    is_booked = not values.keys() & {"34F", "13D", "90D", "90C"}
    if is_booked and (opening is None or closing is None):
        missing = "opening (:60F:)" if opening is None else "closing (:62F:)"
        raise UnusableStatement(
            f"the {missing} balance is missing, so the statement is not whole",
            "The file may be cut; export it again.",
        )
    currency = _currency(values, opening, closing)
    entries = _entries(fields, currency, rules)
    numbers = re.match(r"(\d+)(?:/(\d+))?", number)
    booked = [entry.booked_date for entry in entries]
    statement = Statement(
        source_format="mt940" if is_booked else "mt942",
        statement_kind=BOOKED if is_booked else INTRADAY,
        bank_account=bank_account,
        currency=currency,
        counted_entries=counted,
        line=fields[0].line,
        statement_number=stated(number),
        sequence_number=int(numbers[1]) or None if numbers else None,
        page_number=int(numbers[2]) or None if numbers and numbers[2] else None,
        starts_on=opening.on if opening else min(booked, default=_created(values)),
        ends_on=closing.on if closing else max(booked, default=_created(values)),
        opening_minor=opening.minor if opening else None,
        closing_minor=closing.minor if closing else None,
        stated=_totals(values, currency, rules),
        entries=entries,
    )
    prove(statement)
    return statement


def _parsed(tag: int | str, value: str, what: str) -> dict[str, Any]:
    """What the library makes of a field, dates as dates."""
    reader = TAG_BY_ID[tag]
    context = Transactions(options=mt940.Options())
    try:
        return dict(reader(context, reader.parse(context, value)))
    except (RuntimeError, ValueError, ArithmeticError, TypeError, AttributeError):
        raise UnusableStatement(
            f"{what} {value.splitlines()[0] if value else value!r} cannot be read"
        ) from None


def _balance(values: dict[str, str], tags: tuple[str, ...], rules: BankRules) -> _Balance | None:
    tag = next((tag for tag in tags if tag in values), None)
    if tag is None:
        return None
    value = values[tag].split("\n")[0].strip()
    found = re.fullmatch(r"([CD])(\d{6})([A-Z]{3})([\d,]+)", value)
    if found is None:
        raise UnusableStatement(f"balance :{tag}:{value} cannot be read")
    (balance,) = _parsed(tag, value, f"balance :{tag}:").values()
    minor = minor_units(found[4], found[3].lower(), rules.exponents, f"balance :{tag}:")
    on = date(balance.date.year, balance.date.month, balance.date.day)
    return _Balance(-minor if found[1] == "D" else minor, found[3].lower(), on)


def _currency(values: dict[str, str], opening: _Balance | None, closing: _Balance | None) -> str:
    found = {balance.currency for balance in (opening, closing) if balance}
    for tag in ("34F", "90D", "90C"):
        printed = re.match(r"\d*([A-Z]{3})", values.get(tag, ""))
        if printed:
            found.add(printed[1].lower())
    if len(found) != 1:
        raise UnusableStatement(
            f"it states {len(found)} currencies ({', '.join(sorted(found))}) instead of one"
        )
    return found.pop()


def _created(values: dict[str, str]) -> date | None:
    if "13D" not in values and "13" not in values:
        return None
    created = _parsed(13, values.get("13D") or values["13"], "field :13:")["date"]
    return date(created.year, created.month, created.day)


def _entries(fields: Sequence[Field], currency: str, rules: BankRules) -> list[Entry]:
    entries = []
    for number, field in enumerate(fields):
        if field.tag == "61":
            after = fields[number + 1] if number + 1 < len(fields) else None
            details = read_details(after.value) if after and after.tag == "86" else Details()
            entries.append(_entry(field, details, currency, rules))
    return entries


def _entry(field: Field, details: Details, currency: str, rules: BankRules) -> Entry:
    head, _, supplement = field.value.partition("\n")
    # EC and ED: expected, not booked yet (MT942); the library knows C, D, RC and RD
    expected = re.match(r"(\d{6}(?:\d{4})?)E([CD])", head)
    if expected:
        head = f"{expected[1]}{expected[2]}{head[expected.end() :]}"
    facts = _parsed(61, head, f"line {field.line}, entry :61:")
    mark = str(facts["status"]).upper()
    printed = re.match(r"\d{6}(?:\d{4}|\s{4})?R?[CD][A-Z]?\s?(\d+(?:,\d*)?)(?=[A-Z]|\s|$)", head)
    if printed is None:
        # the library would read the digits before a wrong decimal sign as the amount
        raise UnusableStatement(f"line {field.line}, entry :61:{head} has no readable amount")
    minor = minor_units(printed[1], currency, rules.exponents, f"line {field.line}, amount")
    value_date = facts["date"]
    booked = facts.get("entry_date") or value_date
    # what is reversed turns its side round: RC takes a credit back, RD gives a debit back
    is_in = mark in ("C", "RD")
    return Entry(
        line=field.line,
        booked_date=date(booked.year, booked.month, booked.day),
        value_date=date(value_date.year, value_date.month, value_date.day),
        amount_minor=minor if is_in else -minor,
        currency=currency,
        entry_status=PENDING if expected else BOOKED,
        is_reversal=mark.startswith("R"),
        bank_reference=stated(facts.get("bank_reference")),
        end_to_end_id=details.end_to_end_id,
        customer_reference=stated(facts.get("customer_reference")) or details.customer_reference,
        counterparty=details.counterparty,
        counterparty_account=details.counterparty_account,
        description=details.description or stated(facts.get("extra_details") or supplement),
        bank_transaction_code=stated(details.code or facts.get("id")),
        **_exchange(supplement or facts.get("extra_details") or "", rules),
    )


def _exchange(supplement: str, rules: BankRules) -> dict[str, Any]:
    """/OCMT/ the original amount and /CHGS/ the charges, where the supplementary line states them."""
    facts: dict[str, Any] = {}
    for key, name in (("OCMT", "instructed"), ("CHGS", "charges")):
        found = re.search(rf"/{key}/([A-Z]{{3}})([\d,]+)", supplement)
        if found:
            facts[f"{name}_currency"] = found[1].lower()
            facts[f"{name}_minor"] = minor_units(found[2], found[1].lower(), rules.exponents, f"/{key}/")
    return facts


def _totals(values: dict[str, str], currency: str, rules: BankRules) -> StatedTotals:
    found: dict[str, int | None] = {}
    for tag, name in (("90D", "debit"), ("90C", "credit")):
        printed = re.match(r"(\d*)([A-Z]{3})([\d,]+)", values.get(tag, ""))
        if printed:
            found[f"{name}_count"] = int(printed[1]) if printed[1] else None
            found[f"{name}_minor"] = minor_units(printed[3], currency, rules.exponents, f"field :{tag}:")
    return StatedTotals(**found)
