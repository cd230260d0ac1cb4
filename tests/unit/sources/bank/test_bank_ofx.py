"""OFX in both of its spellings, in small."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from orchestration.domain.errors import InputRefused
from orchestration.sources.bank.statement import Statement, StatementProblem
from tests.unit.sources.bank_reading import one, read, refusal

SGML_HEAD = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n"
SGML = """<OFX><BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>USD
<BANKACCTFROM><BANKID>021<ACCTID>99 88<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260301<DTEND>20260331
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260302120000[-5:EST]<TRNAMT>25.50<FITID>F1<CHECKNUM><NAME>SMITH &amp; SONS<MEMO>INV 1</STMTTRN>
<STMTTRN><TRNTYPE>FEE<DTPOSTED>20260303<TRNAMT>-5,5<FITID>F2<NAME>FEE</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>120.00<DTASOF>20260331</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"""


def xml_of(sgml: str) -> str:
    """The same with every leaf closed, as OFX 2 wants it."""
    import re

    closed = re.sub(r"<([A-Z0-9.]+)>([^<\n]+)", r"<\1>\2</\1>", sgml)
    return '<?xml version="1.0" encoding="UTF-8"?><?OFX OFXHEADER="200" VERSION="211"?>' + closed.replace("<CHECKNUM>", "<CHECKNUM></CHECKNUM>")


@pytest.mark.parametrize("content", [SGML_HEAD + SGML, xml_of(SGML)], ids=["sgml", "xml"])
def test_both_spellings_say_the_same(tmp_path: Path, content: str) -> None:
    found = one(read(tmp_path, "a.qfx", content))
    assert (found.bank_account, found.servicer, found.currency) == ("9988", "021", "usd")
    assert (found.starts_on, found.ends_on, found.opening_minor, found.closing_minor) == (date(2026, 3, 1), date(2026, 3, 31), None, 12000)
    first, second = found.entries
    assert (first.amount_minor, first.booked_date, first.counterparty, first.description) == (2550, date(2026, 3, 2), "SMITH & SONS", "INV 1")
    assert (second.amount_minor, second.bank_reference, second.bank_transaction_code) == (-550, "F2", "FEE")


def test_a_listed_opening_balance_proves_the_statement_or_refuses_it(tmp_path: Path) -> None:
    def with_opening(amount: str) -> str:
        return SGML.replace("</LEDGERBAL>", f"</LEDGERBAL><BALLIST><BAL><NAME>OPENING<BALTYPE>DOLLAR<VALUE>{amount}</BAL></BALLIST>")

    assert one(read(tmp_path, "a.ofx", SGML_HEAD + with_opening("100.00"))).opening_minor == 10000
    assert "(1 minor units of usd apart)" in refusal(read(tmp_path, "a.ofx", SGML_HEAD + with_opening("99.99"))).reason


def test_credit_cards_are_statements_too(tmp_path: Path) -> None:
    card = SGML.replace("STMTTRNRS", "CCSTMTTRNRS").replace("STMTRS", "CCSTMTRS").replace("BANKACCTFROM", "CCACCTFROM")
    assert len(one(read(tmp_path, "a.ofx", SGML_HEAD + card.replace("<BANKID>021", ""))).entries) == 2


def test_cdata_and_characters_are_read(tmp_path: Path) -> None:
    content = SGML_HEAD + SGML.replace("<NAME>FEE", "<NAME><![CDATA[A <b> & C]]></NAME>").replace("SMITH &amp; SONS", "&#77;&notit")
    assert [item.counterparty for item in one(read(tmp_path, "a.ofx", content)).entries] == ["M&notit", "A <b> & C"]


def test_the_header_says_how_names_are_written(tmp_path: Path) -> None:
    content = (SGML_HEAD + SGML.replace("SMITH &amp; SONS", "MÜLLER €")).encode("cp1252")
    assert one(read(tmp_path, "a.ofx", content)).entries[0].counterparty == "MÜLLER €"


def test_an_empty_currency_is_taken_from_the_entries_or_refused(tmp_path: Path) -> None:
    empty = SGML.replace("<CURDEF>USD", "<CURDEF></CURDEF>")
    assert "no currency" in refusal(read(tmp_path, "a.ofx", SGML_HEAD + empty)).reason
    stated = empty.replace("</STMTTRN>", "<CURRENCY><CURRATE>1.0<CURSYM>GBP</CURRENCY></STMTTRN>")
    assert one(read(tmp_path, "a.ofx", SGML_HEAD + stated)).currency == "gbp"


@pytest.mark.parametrize(("old", "new", "reason"), [
    ("<TRNAMT>25.50", "<TRNAMT>$25", "'$25' is not an amount"),
    ("<TRNAMT>25.50", "<TRNAMT>25.505", "more decimals than USD"),
    ("<DTPOSTED>20260303", "<DTPOSTED>20260231", "is not a day"),
    ("<CURDEF>USD", "<CURDEF>XYZ", "unknown currency 'XYZ'"),
    ("<ACCTID>99 88", "", "states no account"),
    ("<FITID>F2", "<FITID>F2<CORRECTFITID>F1<CORRECTACTION>REPLACE", "corrects an earlier one"),
])
def test_a_refused_statement_says_why(tmp_path: Path, old: str, new: str, reason: str) -> None:
    assert reason in refusal(read(tmp_path, "a.ofx", SGML_HEAD + SGML.replace(old, new))).reason


def test_an_error_of_the_bank_is_no_empty_statement(tmp_path: Path) -> None:
    failed = "<STMTTRNRS><STATUS><CODE>2000<SEVERITY>ERROR<MESSAGE>General error</STATUS></STMTTRNRS>"
    first, second = read(tmp_path, "a.ofx", SGML_HEAD + SGML.replace("</BANKMSGSRSV1>", f"{failed}</BANKMSGSRSV1>"))
    assert isinstance(first, Statement) and isinstance(second, StatementProblem) and "2000 General error" in second.reason


@pytest.mark.parametrize(("content", "reason"), [
    (SGML[:-40], "ends before </OFX>"),
    (SGML.replace("</STMTTRN>\n</BANKTRANLIST>", "</BANKTRANLIST>"), "<STMTTRN> does not end"),
    ("<OFX></OFX>", "no statement of a bank account"),
    ("<OFX><INVSTMTMSGSRSV1><INVSTMTRS><CURDEF>USD</INVSTMTRS></INVSTMTMSGSRSV1></OFX>", "investment"),
    ('<!DOCTYPE o [<!ENTITY a "b">]>' + SGML, "can harm a reader"),
    ("<OFX>" + "<A>" * 100 + "</OFX>", "nests deeper"),
])
def test_a_file_that_is_cut_or_no_statement_is_refused_whole(tmp_path: Path, content: str, reason: str) -> None:
    with pytest.raises(InputRefused) as refused:
        read(tmp_path, "a.ofx", SGML_HEAD + content)
    assert reason in refused.value.what
