"""What stands around the entries of a camt statement: account, period, balances, control totals."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any
from xml.etree.ElementTree import Element

from orchestration.sources.bank.camt_entries import _NO_DATE, day_at, money, side
from orchestration.sources.bank.proof import prove
from orchestration.sources.bank.rules import BankRules
from orchestration.sources.bank.statement import (
    BOOKED,
    INTRADAY,
    NOTIFICATION,
    PENDING,
    Entry,
    StatedTotals,
    Statement,
    UnusableStatement,
)
from orchestration.sources.bank.values import account_number, day, minor_units
from orchestration.sources.bank.xml import children, find, text

KINDS = {"camt.052": INTRADAY, "camt.053": BOOKED, "camt.054": NOTIFICATION}
_OPENING, _CLOSING, _INTERIM = ("OPBD", "PRCD"), ("CLBD",), ("ITBD",)


def read_statement(
    element: Element,
    source_format: str,
    entries: list[Entry],
    counted: int,
    rules: BankRules,
    facts: dict[str, Any],
) -> Statement:
    """A proven statement; `facts` takes what is known of one that is refused on the way.

    Raises:
        UnusableStatement: It lacks an account, a currency or a day, or does not prove itself.
    """
    account = find(element, "Acct")
    facts["bank_account"] = account_number(
        text(account, "Id/IBAN", "Id/Othr/Id", "Id/BBAN", "Id/UPIC", "Id/PrtryAcct/Id")
    )
    facts["statement_number"] = text(element, "Id")
    created = text(element, "CreDtTm")
    created_on = day(created[:10], "%Y-%m-%d", "CreDtTm") if created else None
    opening, closing, currency, days = _balances(element, account, entries, rules, facts["bank_account"])
    kind = KINDS[source_format]
    entries = [_dated(entry, kind, created_on) for entry in entries]
    booked = [entry.booked_date for entry in entries if entry.entry_status == BOOKED]
    facts["starts_on"] = (
        day_at_instant(element, "FrToDt/FrDtTm") or days[0] or min(booked, default=created_on)
    )
    facts["ends_on"] = day_at_instant(element, "FrToDt/ToDtTm") or days[1] or max(booked, default=created_on)
    sequence = text(element, "ElctrncSeqNb", "LglSeqNb") or ""
    page = text(element, "StmtPgntn/PgNb", "RptPgntn/PgNb", "NtfctnPgntn/PgNb") or ""
    statement = Statement(
        source_format=source_format,
        statement_kind=kind,
        currency=currency,
        counted_entries=counted,
        servicer=text(
            account,
            "Svcr/FinInstnId/BICFI",
            "Svcr/FinInstnId/BIC",
            "Svcr/FinInstnId/ClrSysMmbId/MmbId",
            "Svcr/FinInstnId/Othr/Id",
        ),
        sequence_number=int(sequence) if re.fullmatch(r"\d{1,18}", sequence) else None,
        page_number=int(page) if re.fullmatch(r"\d{1,9}", page) else None,
        opening_minor=opening,
        closing_minor=closing,
        stated=_totals(element, currency, rules),
        entries=entries,
        **facts,
    )
    prove(statement)
    return statement


def day_at_instant(element: Element, path: str) -> date | None:
    printed = text(element, path)
    return None if printed is None else day(printed[:10], "%Y-%m-%d", path)


def _dated(entry: Entry, kind: str, created_on: date | None) -> Entry:
    """An entry without a day takes the message's own where it is provisional; a booked one is refused."""
    if entry.booked_date != _NO_DATE:
        return entry
    if created_on is None or (kind == BOOKED and entry.entry_status != PENDING):
        raise UnusableStatement(f"entry {entry.line} states neither a booking date nor a value date")
    return replace(entry, booked_date=created_on)


def _balances(
    element: Element, account: Element | None, entries: list[Entry], rules: BankRules, number: str
) -> tuple[int | None, int | None, str | None, tuple[date | None, date | None]]:
    """Opening and closing balance, currency of the statement, days of both balances.

    Interim balances open and close the pages of a statement that comes in several messages.
    """
    found: dict[str, list[tuple[int, str, date | None]]] = {}
    for node in children(element, "Bal"):
        code = text(node, "Tp/CdOrPrtry/Cd") or ""
        if code in (*_OPENING, *_CLOSING, *_INTERIM):
            amount, unit = money(find(node, "Amt"), rules.exponents, f"balance {code}")
            if amount is None or unit is None:
                raise UnusableStatement(f"balance {code} states no amount")
            found.setdefault(code, []).append(
                (side(node, f"balance {code}") * amount, unit, day_at(node, "Dt"))
            )
    interim = found.get("ITBD", [])
    opening = next((found[code][0] for code in _OPENING if code in found), None)
    closing = found["CLBD"][-1] if "CLBD" in found else None
    if KINDS_WITH_INTERIM.intersection([element.tag]) and interim:
        opening = opening or (interim[0] if closing or len(interim) > 1 else None)
        closing = closing or (interim[-1] if len(interim) > 1 or opening not in (None, interim[0]) else None)
    units = {entry[1] for entry in (opening, closing) if entry}
    stated = (text(account, "Ccy") or "").lower()
    if len(units | ({stated} if stated and not units else set())) > 1:
        raise UnusableStatement(
            f"the opening and the closing balance are of two currencies ({', '.join(sorted(units))})",
            "A statement has one currency; ask the bank for one statement per currency.",
        )
    of_entries = {entry.currency for entry in entries}
    currency = (
        next(iter(units), None)
        or stated
        or (of_entries.pop() if len(of_entries) == 1 else None)
        or rules.currency_of(number)
    )
    return (
        opening[0] if opening else None,
        closing[0] if closing else None,
        currency or None,
        (opening[2] if opening else None, closing[2] if closing else None),
    )


KINDS_WITH_INTERIM = frozenset({"Stmt"})


def _totals(element: Element, currency: str | None, rules: BankRules) -> StatedTotals:
    summary = find(element, "TxsSummry")

    def count(path: str) -> int | None:
        printed = text(summary, f"{path}/NbOfNtries")
        return int(printed) if printed and printed.isdigit() else None

    def total(*paths: str) -> int | None:
        printed = text(summary, *paths)
        return None if printed is None else minor_units(printed, currency or "", rules.exponents, paths[0])

    net = total("TtlNtries/TtlNetNtry/Amt", "TtlNtries/TtlNetNtryAmt")
    if net is not None:
        is_debit = text(summary, "TtlNtries/TtlNetNtry/CdtDbtInd", "TtlNtries/CdtDbtInd") == "DBIT"
        net = -net if is_debit else net
    return StatedTotals(
        entry_count=count("TtlNtries"),
        entries_minor=total("TtlNtries/Sum"),
        net_minor=net,
        credit_count=count("TtlCdtNtries"),
        credit_minor=total("TtlCdtNtries/Sum"),
        debit_count=count("TtlDbtNtries"),
        debit_minor=total("TtlDbtNtries/Sum"),
    )
