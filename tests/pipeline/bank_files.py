"""Small bank files of several accounts, each account a case of its own; the tests say what must come of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

ACCOUNTS = "bank_account,account_id,currency,from_date\n"


def mt940(account: str, number: str, first: str, last: str, opening: int, *entries: tuple[str, int, str, str], closing: int | None = None) -> str:
    """A statement; entries are (day, minor units, the bank's reference, text), days are YYMMDD."""
    def money(minor: int) -> str:
        return f"{abs(minor) // 100},{abs(minor) % 100:02}"

    def side(minor: int) -> str:
        return "D" if minor < 0 else "C"

    end = opening + sum(entry[1] for entry in entries) if closing is None else closing
    lines = [":20:R", f":25:{account}", f":28C:{number}", f":60F:{side(opening)}{first}EUR{money(opening)}"]
    for day, minor, reference, text in entries:
        lines += [f":61:{day}{day[2:]}{side(minor)}{money(minor)}NTRFNONREF" + (f"//{reference}" if reference else ""), f":86:{text}"]
    return "\n".join([*lines, f":62F:{side(end)}{last}EUR{money(end)}", "-", ""])


def ofx(account: str, first: str, last: str, closing: str, *entries: tuple[str, str, str, str]) -> str:
    """A download; entries are (day, amount, FITID, name), days are YYYYMMDD."""
    listed = "".join(f"<STMTTRN><TRNTYPE>OTHER<DTPOSTED>{day}<TRNAMT>{amount}<FITID>{fitid}<NAME>{name}</STMTTRN>"
                     for day, amount, fitid, name in entries)
    return (f"<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>1<ACCTID>{account}</BANKACCTFROM><BANKTRANLIST>"
            f"<DTSTART>{first}<DTEND>{last}{listed}</BANKTRANLIST><LEDGERBAL><BALAMT>{closing}<DTASOF>{last}</LEDGERBAL>"
            "</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>")


def camt(kind: str, account: str, number: str, body: str) -> str:
    """A message with one statement (053), report (052) or notification (054)."""
    root, tag = {"052": ("BkToCstmrAcctRpt", "Rpt"), "053": ("BkToCstmrStmt", "Stmt"), "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn")}[kind]
    return (f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.08"><{root}><{tag}><Id>{number}</Id>'
            f"<CreDtTm>2026-03-05T20:00:00</CreDtTm><Acct><Id><IBAN>{account}</IBAN></Id><Ccy>EUR</Ccy></Acct>{body}</{tag}></{root}></Document>")


def camt_balance(code: str, amount: str, day: str) -> str:
    return (f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
            f"<Dt><Dt>{day}</Dt></Dt></Bal>")


def camt_entry(amount: str, day: str, reference: str, details: str = "") -> str:
    return (f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt>'
            f"<AcctSvcrRef>{reference}</AcctSvcrRef><NtryDtls>{details}</NtryDtls></Ntry>")


def camt_part(amount: str, end_to_end: str) -> str:
    return (f'<TxDtls><Refs><EndToEndId>{end_to_end}</EndToEndId></Refs><Amt Ccy="EUR">{amount}</Amt>'
            "<CdtDbtInd>CRDT</CdtDbtInd></TxDtls>")


def write(inbox: Path, files: Mapping[str, str], accounts: str = ACCOUNTS, hour: int = 6) -> Path:
    """Files into `bank/`, all as old as the hour of one day says, and the company's accounts."""
    (inbox / "bank").mkdir(parents=True, exist_ok=True)
    (inbox / "company").mkdir(exist_ok=True)
    (inbox / "company/bank_accounts.csv").write_text(accounts)
    when = datetime(2026, 4, 1, hour, tzinfo=UTC).timestamp()
    for name, content in files.items():
        path = inbox / "bank" / name
        path.write_text(content)
        os.utime(path, (when, when))
    return inbox


def listed(*accounts: str) -> str:
    """The company's rows for accounts in euros."""
    return ACCOUNTS + "".join(f"{account},platform,eur,2026-01-01\n" for account in accounts)
