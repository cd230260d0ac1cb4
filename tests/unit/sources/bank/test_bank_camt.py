"""camt files, in small: what an entry says, what a statement must prove, what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from orchestration.domain.errors import InputRefused
from orchestration.sources.bank.statement import Statement, StatementProblem
from tests.unit.sources.bank_reading import one, read, refusal

ROOTS = {"052": ("BkToCstmrAcctRpt", "Rpt"), "053": ("BkToCstmrStmt", "Stmt"), "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn")}


def balance(code: str, amount: str, side: str = "CRDT", day: str = "2026-03-02", currency: str = "EUR") -> str:
    return (f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{amount}</Amt>'
            f"<CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>")


def entry(amount: str, side: str = "CRDT", more: str = "", details: str = "", currency: str = "EUR", status: str = "<Cd>BOOK</Cd>",
          day: str = "2026-03-02") -> str:
    booked = f"<BookgDt><Dt>{day}</Dt></BookgDt>" if day else ""
    return (f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>{status}</Sts>{booked}{more}'
            f"<NtryDtls>{details}</NtryDtls></Ntry>")


def statement(body: str, number: str = "1", kind: str = "053", account: str = "DE00 1234 5678") -> str:
    tag = ROOTS[kind][1]
    return (f"<{tag}><Id>S-{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><CreDtTm>2026-03-02T23:00:00</CreDtTm>"
            f"<Acct><Id><IBAN>{account}</IBAN></Id><Ccy>EUR</Ccy></Acct>{body}</{tag}>")


def camt(*statements: str, kind: str = "053", version: str = "08", head: str = "") -> str:
    root = ROOTS[kind][0]
    return (f'<?xml version="1.0"?>{head}<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.{version}">'
            f"<{root}>{''.join(statements)}</{root}></Document>")


TIED = balance("OPBD", "100.00") + entry("25.50") + entry("5.50", "DBIT") + balance("CLBD", "120.00")


@pytest.mark.parametrize("version", ["02", "04", "08", "13"])
def test_a_statement_that_ties_is_read_in_every_version(tmp_path: Path, version: str) -> None:
    found = one(read(tmp_path, "a.xml", camt(statement(TIED), version=version)))
    assert (found.source_format, found.statement_kind, found.bank_account) == ("camt.053", "booked", "DE0012345678")
    assert (found.opening_minor, found.closing_minor, found.sequence_number) == (10000, 12000, 1)
    assert [item.amount_minor for item in found.entries] == [2550, -550]


def test_a_cent_too_much_refuses_that_statement_and_no_other(tmp_path: Path) -> None:
    wrong = balance("OPBD", "120.00") + entry("1.00") + balance("CLBD", "121.01")
    first, second, third = read(tmp_path, "a.xml", camt(statement(TIED), statement(wrong, "2"), statement(TIED, "3")))
    assert isinstance(first, Statement) and isinstance(third, Statement) and isinstance(second, StatementProblem)
    assert "(1 minor units of eur apart)" in second.reason and second.statement_number == "S-2"
    assert ">121.01<" in second.text and ">100.00<" not in second.text


def test_many_refused_statements_do_not_read_the_file_again_for_each(tmp_path: Path) -> None:
    wrong = balance("OPBD", "1.00") + entry("1.00") + balance("CLBD", "3.00")
    found = read(tmp_path, "a.xml", camt(*(statement(wrong, str(number)) for number in range(1, 31))))
    texts = [item.text for item in found if isinstance(item, StatementProblem)]
    assert len(texts) == 30 and all(">3.00<" in text for text in texts)
    assert [">BOOK<" in text for text in texts] == [True] * 20 + [False] * 10


@pytest.mark.parametrize(("summary", "reason"), [
    ("<TtlCdtNtries><NbOfNtries>2</NbOfNtries></TtlCdtNtries>", "number of credits 2 stated, 1"),
    ("<TtlDbtNtries><Sum>5.51</Sum></TtlDbtNtries>", "sum of debits 551 stated, 550"),
    ("<TtlNtries><NbOfNtries>3</NbOfNtries></TtlNtries>", "number of entries 3 stated, 2"),
    ("<TtlNtries><TtlNetNtry><Amt>20.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></TtlNetNtry></TtlNtries>", "net of entries -2000"),
])
def test_a_wrong_control_total_refuses_the_statement(tmp_path: Path, summary: str, reason: str) -> None:
    assert reason in refusal(read(tmp_path, "a.xml", camt(statement(f"<TxsSummry>{summary}</TxsSummry>{TIED}")))).reason


def test_an_entry_says_who_paid_what_for_and_what_it_cost(tmp_path: Path) -> None:
    details = """<TxDtls><Refs><EndToEndId>E2E-7</EndToEndId><MndtId>M1</MndtId><UETR>u-1</UETR></Refs><Amt Ccy="EUR">89.50</Amt>
      <CdtDbtInd>CRDT</CdtDbtInd><AmtDtls><InstdAmt><Amt Ccy="USD">100.00</Amt></InstdAmt>
      <TxAmt><Amt Ccy="EUR">90.00</Amt><CcyXchg><XchgRate>0.9</XchgRate></CcyXchg></TxAmt></AmtDtls>
      <Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">0.50</TtlChrgsAndTaxAmt></Chrgs>
      <RltdPties><Dbtr><Pty><Nm>Ada Ltd</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>GB00 11</IBAN></Id></DbtrAcct>
      <Cdtr><Pty><Nm>Us</Nm></Pty></Cdtr></RltdPties><RmtInf><Ustrd>Invoice</Ustrd><Ustrd>12</Ustrd></RmtInf></TxDtls>"""
    more = "<AcctSvcrRef>B-1</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
    (item,) = one(read(tmp_path, "a.xml", camt(statement(entry("89.50", more=more, details=details))))).entries
    assert (item.counterparty, item.counterparty_account, item.description) == ("Ada Ltd", "GB0011", "Invoice 12")
    assert (item.end_to_end_id, item.bank_reference, item.bank_transaction_code) == ("E2E-7", "B-1", "PMNT-RCDT-ESCT")
    assert (item.instructed_minor, item.instructed_currency, item.exchange_rate) == (10000, "usd", "0.9")
    assert (item.charges_minor, item.charges_currency, item.details[0].mandate_id) == (50, "eur", "M1")


def test_a_collective_booking_keeps_its_parts(tmp_path: Path) -> None:
    parts = "".join(f'<TxDtls><Refs><EndToEndId>P{n}</EndToEndId></Refs><Amt Ccy="EUR">{n}.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></TxDtls>'
                    for n in (1, 2, 3))
    (item,) = one(read(tmp_path, "a.xml", camt(statement(entry("6.00", "DBIT", details=parts))))).entries
    assert item.batch_count == 3 and item.end_to_end_id is None
    assert [(part.end_to_end_id, part.amount_minor) for part in item.details] == [("P1", -100), ("P2", -200), ("P3", -300)]


def test_a_reversal_moves_the_way_its_own_mark_says(tmp_path: Path) -> None:
    (item,) = one(read(tmp_path, "a.xml", camt(statement(entry("6.00", "DBIT", more="<RvslInd>true</RvslInd>"))))).entries
    assert item.is_reversal and item.amount_minor == -600


def test_pending_entries_are_no_part_of_the_balance(tmp_path: Path) -> None:
    found = one(read(tmp_path, "a.xml", camt(statement(TIED + entry("7.00", status="PDNG")))))
    assert [item.entry_status for item in found.entries] == ["booked", "booked", "pending"]


def test_pages_open_and_close_with_interim_balances(tmp_path: Path) -> None:
    page = "<StmtPgntn><PgNb>{}</PgNb><LastPgInd>{}</LastPgInd></StmtPgntn>"
    first = page.format(1, "false") + balance("OPBD", "10.00") + entry("1.00") + balance("ITBD", "11.00")
    last = page.format(2, "true") + balance("ITBD", "11.00") + entry("2.00") + balance("CLBD", "13.00")
    ends = [(item.page_number, item.opening_minor, item.closing_minor)
            for item in read(tmp_path, "a.xml", camt(statement(first), statement(last))) if isinstance(item, Statement)]
    assert ends == [(1, 1000, 1100), (2, 1100, 1300)]


@pytest.mark.parametrize(("kind", "expected"), [("052", "intraday"), ("054", "notification")])
def test_reports_and_notifications_are_no_booked_statements(tmp_path: Path, kind: str, expected: str) -> None:
    found = one(read(tmp_path, "a.xml", camt(statement(entry("1.00", day=""), kind=kind), kind=kind)))
    assert (found.source_format, found.statement_kind) == (f"camt.{kind}", expected)
    assert found.entries[0].booked_date == date(2026, 3, 2)  # the message's own day


@pytest.mark.parametrize(("body", "reason"), [
    (entry("1.00", currency="XYZ"), "unknown currency 'XYZ'"),
    (entry("1.005"), "more decimals than EUR"),
    (entry("1,000.00"), "is not an amount"),
    (entry("-1.00"), "negative amount beside its side"),
    (entry("1.00", "SIDEWAYS"), "neither CRDT nor DBIT"),
    (entry("1.00", day=""), "neither a booking date nor a value date"),
    (entry("1.00", day="2026-02-30"), "is not a day"),
    (entry("1.00", status="MAYBE"), "unknown status 'MAYBE'"),
    (entry("1.00", currency="USD") + balance("OPBD", "1.00") + balance("CLBD", "1.00"), "an entry of USD stands in a statement of EUR"),
    (balance("OPBD", "1.00") + balance("CLBD", "1.00", currency="USD"), "two currencies (eur, usd)"),
    (balance("OPBD", "1.00", day="2026-03-05") + balance("CLBD", "1.00", day="2026-03-01"), "before it begins"),
])
def test_what_cannot_be_right_is_refused_with_a_reason(tmp_path: Path, body: str, reason: str) -> None:
    assert reason in refusal(read(tmp_path, "a.xml", camt(statement(body)))).reason


@pytest.mark.parametrize(("content", "reason"), [
    (camt(statement(TIED))[:-30], "not well-formed"),
    (camt(), "holds no statement"),
    (camt(statement(TIED), head='<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'), "can harm a reader"),
    (camt(statement(TIED), head='<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>'), "can harm a reader"),
    (camt(statement(TIED)).replace('version="1.0"', 'version="1.0" encoding="utf-8"').encode("utf-16-le"), "not well-formed"),
])
def test_a_file_that_is_cut_or_hostile_is_refused_whole(tmp_path: Path, content: str | bytes, reason: str) -> None:
    with pytest.raises(InputRefused) as refused:
        read(tmp_path, "a.xml", content)
    assert reason in refused.value.what
