"""`Ntry` of a camt message -> an entry, and its `TxDtls` -> details."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from xml.etree.ElementTree import Element

from orchestration.sources.bank.statement import BOOKED, PENDING, Entry, EntryDetail, UnusableStatement
from orchestration.sources.bank.values import account_number, day, minor_units, rate, stated
from orchestration.sources.bank.xml import children, find, text

Exponents = Mapping[str, int]
_NO_DATE = date(1, 1, 1)  # replaced by the statement's own day where the kind of message allows it
_INSTRUCTED = ("AmtDtls/InstdAmt/Amt", "AmtDtls/InstdAmt", "AmtDtls/CntrValAmt/Amt")
_RATES = tuple(
    f"AmtDtls/{part}/CcyXchg/XchgRate" for part in ("TxAmt", "InstdAmt", "CntrValAmt", "AnncdPstngAmt")
)
_STATUSES = {"BOOK": BOOKED, "PDNG": PENDING, "FUTR": PENDING, "INFO": PENDING}


def money(
    element: Element | None, exponents: Exponents, what: str, default: str = ""
) -> tuple[int | None, str | None]:
    """Amount and currency of an element such as `<Amt Ccy="EUR">`; nothing where it is absent."""
    if element is None or element.text is None or not element.text.strip():
        return None, None
    currency = (element.get("Ccy") or default).lower()
    return minor_units(element.text, currency, exponents, what), currency


def side(element: Element | None, what: str) -> int:
    """1 for a credit, -1 for a debit; the mark states the entry's own direction, reversals too.

    Raises:
        UnusableStatement: Neither is stated.
    """
    mark = text(element, "CdtDbtInd")
    if mark not in ("CRDT", "DBIT"):
        raise UnusableStatement(f"{what} says neither CRDT nor DBIT")
    return 1 if mark == "CRDT" else -1


def day_at(element: Element | None, *paths: str) -> date | None:
    """The day of a date or an instant, as the bank prints it."""
    printed = text(element, *(f"{path}/{leaf}" for path in paths for leaf in ("Dt", "DtTm")))
    return None if printed is None else day(printed[:10], "%Y-%m-%d")


def read_entry(element: Element, number: int, exponents: Exponents) -> Entry:
    """One entry.

    Raises:
        UnusableStatement: Amount, side, status or a date cannot be read.
    """
    amount, currency = money(find(element, "Amt"), exponents, "amount")
    if amount is None or currency is None:
        raise UnusableStatement("an entry states no amount")
    if amount < 0:
        raise UnusableStatement("an entry states a negative amount beside its side")
    sign = side(element, "an entry")
    status = text(element, "Sts/Cd", "Sts") or "BOOK"
    if status not in _STATUSES:
        raise UnusableStatement(f"unknown status {status!r} of an entry")
    value_date = day_at(element, "ValDt")
    groups = list(children(element, "NtryDtls"))
    details = tuple(
        _detail(node, sign, exponents, currency) for group in groups for node in children(group, "TxDtls")
    )
    only = details[0] if len(details) == 1 else EntryDetail()
    instructed, instructed_currency = money(
        find(element, *_INSTRUCTED), exponents, "instructed amount", currency
    )
    charges, charges_currency = _charges(element, exponents, currency)
    counts = [text(group, "Btch/NbOfTxs") for group in groups]
    return Entry(
        line=number,
        booked_date=day_at(element, "BookgDt") or value_date or _NO_DATE,
        value_date=value_date,
        amount_minor=sign * amount,
        currency=currency,
        entry_status=_STATUSES[status],
        is_reversal=text(element, "RvslInd") in ("true", "1"),
        entry_reference=stated(text(element, "NtryRef")),
        bank_reference=stated(text(element, "AcctSvcrRef")) or only.bank_reference,
        end_to_end_id=only.end_to_end_id,
        counterparty=only.counterparty,
        counterparty_account=only.counterparty_account,
        description=_description(element, details),
        bank_transaction_code=_code(element),
        batch_count=sum(int(count) for count in counts if count and count.isdigit()) or len(details) or None,
        instructed_minor=only.instructed_minor if instructed is None else instructed,
        instructed_currency=only.instructed_currency if instructed is None else instructed_currency,
        exchange_rate=rate(text(element, *_RATES)) or only.exchange_rate,
        charges_minor=only.charges_minor if charges is None else charges,
        charges_currency=only.charges_currency if charges is None else charges_currency,
        details=details,
    )


def _detail(node: Element, entry_sign: int, exponents: Exponents, entry_currency: str) -> EntryDetail:
    amount, currency = money(
        find(node, "Amt", "AmtDtls/TxAmt/Amt"), exponents, "amount of a transaction", entry_currency
    )
    sign = side(node, "a transaction") if text(node, "CdtDbtInd") else entry_sign
    instructed, instructed_currency = money(
        find(node, *_INSTRUCTED), exponents, "instructed amount", entry_currency
    )
    charges, charges_currency = _charges(node, exponents, entry_currency)
    references = find(node, "Refs")
    name, account = _counterparty(node, sign)
    return EntryDetail(
        amount_minor=None if amount is None else sign * amount,
        currency=currency,
        bank_reference=stated(text(references, "AcctSvcrRef")),
        end_to_end_id=stated(text(references, "EndToEndId")),
        transaction_id=stated(text(references, "UETR", "TxId", "InstrId", "ClrSysRef")),
        mandate_id=stated(text(references, "MndtId")),
        counterparty=name,
        counterparty_account=account,
        description=_remittance(node),
        return_reason=stated(text(node, "RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry", "RtrInf/AddtlInf")),
        instructed_minor=instructed,
        instructed_currency=instructed_currency,
        exchange_rate=rate(text(node, *_RATES)),
        charges_minor=charges,
        charges_currency=charges_currency,
    )


def _counterparty(node: Element, sign: int) -> tuple[str | None, str | None]:
    """Who paid what came in, who was paid by what went out; of a return both roles may be swapped."""
    parties = find(node, "RltdPties")
    roles = ["Dbtr", "Cdtr"] if sign > 0 else ["Cdtr", "Dbtr"]
    for role in roles if find(node, "RtrInf") is not None else roles[:1]:
        name = stated(text(parties, f"{role}/Pty/Nm", f"{role}/Nm", f"{role}/Agt/FinInstnId/Nm"))
        account = text(
            parties, f"{role}Acct/Id/IBAN", f"{role}Acct/Id/Othr/Id", f"{role}Acct/Id/PrtryAcct/Id"
        )
        if name or account:
            return name, None if account is None else account_number(account)
    return None, None


def _remittance(node: Element) -> str | None:
    """What the payer wrote, else the structured reference, else what the bank adds."""
    remittance = find(node, "RmtInf")
    lines = [line.text or "" for line in children(remittance, "Ustrd")]
    for block in children(remittance, "Strd"):
        lines += [text(block, "CdtrRefInf/Ref") or "", text(block, "AddtlRmtInf") or ""]
    return stated(" ".join(lines)) or stated(text(node, "AddtlTxInf"))


def _description(element: Element, details: tuple[EntryDetail, ...]) -> str | None:
    """The words of the transaction where there is one, else those of the entry."""
    added = stated(text(element, "AddtlNtryInf"))
    if len(details) == 1 and details[0].description:
        return details[0].description
    return added or stated(" ".join(detail.description or "" for detail in details[:10]))


def _charges(node: Element, exponents: Exponents, currency: str) -> tuple[int | None, str | None]:
    """What the bank kept: the stated total, else the sum of the charges of one currency."""
    charges = list(children(node, "Chrgs"))
    for block in charges:
        total = find(block, "TtlChrgsAndTaxAmt")
        if total is not None:
            return money(total, exponents, "charges", currency)
    records = [record for block in charges for record in children(block, "Rcrd")] or charges
    found = [money(find(record, "Amt"), exponents, "charges", currency) for record in records]
    amounts = {unit for amount, unit in found if amount is not None}
    if len(amounts) != 1:
        return None, None
    signs = [-1 if text(record, "CdtDbtInd") == "CRDT" else 1 for record in records]
    return sum(sign * (amount or 0) for sign, (amount, _) in zip(signs, found, strict=True)), amounts.pop()


def _code(element: Element) -> str | None:
    """Domain, family and sub-family, as ISO joins them; else the bank's own code."""
    code = find(element, "BkTxCd")
    parts = [text(code, path) for path in ("Domn/Cd", "Domn/Fmly/Cd", "Domn/Fmly/SubFmlyCd")]
    return "-".join(part for part in parts if part) or text(code, "Prtry/Cd")
