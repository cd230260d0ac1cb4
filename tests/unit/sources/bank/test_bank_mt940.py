"""MT940 and MT942, in small."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from orchestration.domain.errors import InputRefused
from orchestration.sources.bank.mt940_details import read_details
from orchestration.sources.bank.statement import Statement, StatementProblem
from tests.unit.sources.bank_reading import one, read, refusal


def mt940(*lines: str, number: str = "7/1", opening: str = "C260301EUR100,00", closing: str = "C260302EUR120,00") -> str:
    return "\r\n".join([":20:REF", ":25:10020030/1234567", f":28C:{number}", f":60F:{opening}", *lines, f":62F:{closing}", "-", ""])


TIED = (":61:2603020302C25,50NTRFINV-9//BANK-1", ":86:PAYMENT INVOICE 9", ":61:260302D5,5NCHGNONREF", ":86:FEE")


def test_a_statement_that_ties(tmp_path: Path) -> None:
    found = one(read(tmp_path, "a.sta", mt940(*TIED)))
    assert (found.bank_account, found.sequence_number, found.page_number) == ("10020030/1234567", 7, 1)
    first, second = found.entries
    assert (first.amount_minor, first.customer_reference, first.bank_reference, first.description) == (
        2550, "INV-9", "BANK-1", "PAYMENT INVOICE 9")
    assert (second.amount_minor, second.customer_reference, second.line) == (-550, None, 7)


def test_a_bad_statement_does_not_take_the_file_down(tmp_path: Path) -> None:
    bad = mt940(*TIED, closing="C260302EUR120,01")
    content = f"{{1:F01BANK}}{{2:O940}}{{4:\r\n{mt940(*TIED)}\r\n{bad}\r\n{mt940(*TIED, number='9/1')}-}}"
    first, second, third = read(tmp_path, "a.sta", content)
    assert isinstance(first, Statement) and isinstance(third, Statement) and isinstance(second, StatementProblem)
    assert "(1 minor units of eur apart)" in second.reason and second.text.startswith(":20:REF") and second.line > 10


@pytest.mark.parametrize(("mark", "amount", "is_reversal"), [("C", 100, False), ("D", -100, False), ("RC", -100, True), ("RD", 100, True)])
def test_reversals_turn_the_side_round(tmp_path: Path, mark: str, amount: int, is_reversal: bool) -> None:
    closing = f"C260302EUR{100 + amount // 100},00"
    (item,) = one(read(tmp_path, "a.sta", mt940(f":61:260302{mark}1,00NTRFNONREF", closing=closing))).entries
    assert (item.amount_minor, item.is_reversal) == (amount, is_reversal)


@pytest.mark.parametrize(("dates", "booked", "valued"), [
    ("2512310102", date(2026, 1, 2), date(2025, 12, 31)),
    ("2601021231", date(2025, 12, 31), date(2026, 1, 2)),
    ("260302", date(2026, 3, 2), date(2026, 3, 2)),
])
def test_a_booking_day_without_a_year_lies_beside_its_value_day(tmp_path: Path, dates: str, booked: date, valued: date) -> None:
    content = mt940(f":61:{dates}C1,00NTRFNONREF", opening="C251230EUR0,", closing="C260302EUR1,")
    (item,) = one(read(tmp_path, "a.sta", content)).entries
    assert (item.booked_date, item.value_date) == (booked, valued)


def test_original_amount_and_charges_are_kept(tmp_path: Path) -> None:
    lines = (":61:260302C20,00NTRFNONREF//B1", "/OCMT/USD23,40/CHGS/EUR0,50")
    (item,) = one(read(tmp_path, "a.sta", mt940(*lines))).entries
    assert (item.instructed_minor, item.instructed_currency, item.charges_minor, item.charges_currency) == (2340, "usd", 50, "eur")


def test_an_intraday_report_proves_its_totals_and_nothing_else(tmp_path: Path) -> None:
    content = ":20:R\n:25:ACC\n:28C:1/2\n:34F:EUR0,\n:13D:2603021200+0100\n:61:260302C9,00NTRFNONREF\n:61:260302ED1,00NTRFNONREF\n{}\n-\n"
    found = one(read(tmp_path, "a.sta", content.format(":90D:1EUR1,00\n:90C:1EUR9,00")))
    assert (found.source_format, found.statement_kind, found.opening_minor) == ("mt942", "intraday", None)
    assert [(item.amount_minor, item.entry_status) for item in found.entries] == [(900, "booked"), (-100, "pending")]
    wrong = refusal(read(tmp_path, "a.sta", content.format(":90D:1EUR1,00\n:90C:2EUR9,00")))
    assert "number of credits 2 stated, 1" in wrong.reason


@pytest.mark.parametrize(("field", "expected"), [
    ("166?00GUTSCHRIFT?109310?20EREF+T7A50C01DF71978DC?21SVWZ+STRIPE PA?22YOUT?30BANKDEFF?31DE12?32STRIPE TECH?33NOLOGY",
     ("166", "T7A50C01DF71978DC", None, "STRIPE TECHNOLOGY", "DE12", "STRIPE PAYOUT")),
    ("171?00LASTSCHRIFT?20KREF+EREF+TRX-0?21-8A1B?22MREF+CAC9?23F8\n15?24SVWZ+FOO?32Peter Pan", ("171", "TRX-0-8A1B", None, "Peter Pan", None, "FOO")),
    ("008?00DAUERAUFTRAG?20Miete?21 November?31234567?32MUELLER", ("008", None, None, "MUELLER", "234567", "Miete November")),
    ("/TRTP/SEPA OVERBOEKING/IBAN/NL12BANK01/BIC/BANKNL2A/NAME/J. Doe/REMI/USTD//Invoice 12/EREF/E-1",
     ("SEPA OVERBOEKING", "E-1", None, "J. Doe", "NL12BANK01", "Invoice 12")),
    ("BEA NR:XXX 21.05\nSHOP KATWIJK", (None, None, None, None, None, "BEA NR:XXX 21.05 SHOP KATWIJK")),
])
def test_field_86_in_all_its_dialects(field: str, expected: tuple[str | None, ...]) -> None:
    details = read_details(field)
    assert (details.code, details.end_to_end_id, details.customer_reference, details.counterparty,
            details.counterparty_account, details.description) == expected


@pytest.mark.parametrize(("content", "reason"), [
    (mt940(*TIED).replace("C25,50", "C25;50"), "entry :61:"),
    (mt940(*TIED).replace("C25,50", "C25,505"), "more decimals than EUR"),
    (mt940(*TIED).replace("EUR", "XYZ"), "unknown currency 'XYZ'"),
    (mt940(*TIED, closing="C260302USD120,00"), "2 currencies"),
    (mt940(*TIED, closing="C260231EUR120,00"), "cannot be read"),
    (mt940(*TIED).replace("\r\n:61:260302D5,5", "\r\n :61:260302D5,5"), "2 entries stand in the file, 1 could be read"),
    (mt940(*TIED).partition(":62F:")[0], "closing (:62F:) balance is missing"),
    (mt940(*TIED).replace(":25:10020030/1234567\r\n", ""), "states no account"),
])
def test_a_refused_statement_says_why(tmp_path: Path, content: str, reason: str) -> None:
    assert reason in refusal(read(tmp_path, "a.sta", content)).reason


def test_a_fragment_is_no_statement(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="no statement"):
        read(tmp_path, "a.sta", ":61:260302C1,00NTRFNONREF\n")


def test_names_of_an_older_encoding_are_read(tmp_path: Path) -> None:
    content = mt940(":61:260302C20,00NTRFNONREF", ":86:051?00GUT?20X?32MÜLLER").encode("latin-1")
    assert one(read(tmp_path, "a.sta", content)).entries[0].counterparty == "MÜLLER"
