"""BAI2, in small."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from orchestration.domain.errors import InputRefused
from orchestration.sources.bank.statement import Statement
from tests.unit.sources.bank_reading import one, read, refusal

FILE = """
    01,071999920,ACME,260302,2330,1,,,2/
    02,ACME,071999920,1,260302,2359,USD,2/
    03,12 34,,010,10000,,,015,12000,,/
    88,100,2550,1,,400,550,1,/
    16,165,2550,V,260303,,BANK-1,CUST-1,WIRE IN/
    88,ORG:ADA LTD OBI:INVOICE
    16,475,550,S,500,50,0,BANK-2,,CHECK, WITH COMMA
    49,28200,6/
    98,28200,1,8/
    99,28200,1,10/
"""


def test_an_account_that_ties(tmp_path: Path) -> None:
    found = one(read(tmp_path, "a.bai2", FILE))
    assert (found.bank_account, found.currency, found.servicer, found.starts_on) == ("1234", "usd", "071999920", date(2026, 3, 2))
    assert (found.opening_minor, found.closing_minor) == (10000, 12000)
    first, second = found.entries
    assert (first.amount_minor, first.value_date, first.bank_reference, first.customer_reference) == (2550, date(2026, 3, 3), "BANK-1", "CUST-1")
    assert (first.description, first.counterparty) == ("WIRE IN ORG:ADA LTD OBI:INVOICE", "ADA LTD")
    assert (second.amount_minor, second.bank_reference, second.description) == (-550, "BANK-2", "CHECK, WITH COMMA")


@pytest.mark.parametrize(("funds", "value_date"), [
    ("Z", date(2026, 3, 2)), ("0", date(2026, 3, 2)), ("D,2,1,500,2,2050", date(2026, 3, 2)), ("V,260304,1200", date(2026, 3, 4)),
])
def test_every_type_of_funds_leaves_the_references_where_they_are(tmp_path: Path, funds: str, value_date: date) -> None:
    first = one(read(tmp_path, "a.bai2", FILE.replace("V,260303,", funds))).entries[0]
    assert (first.bank_reference, first.customer_reference, first.value_date) == ("BANK-1", "CUST-1", value_date)


def test_a_record_that_is_broken_off_goes_on_in_its_continuation(tmp_path: Path) -> None:
    broken = FILE.replace("16,475,550,S,500,50,0,BANK-2,,CHECK, WITH COMMA", "16,475,550,S,500,50,0/\n    88,BANK-2,,CHECK")
    broken = broken.replace("49,28200,6/", "49,28200,7/").replace("1,8/", "1,9/").replace("1,10/", "1,11/")
    second = one(read(tmp_path, "a.bai2", broken)).entries[1]
    assert (second.bank_reference, second.description) == ("BANK-2", "CHECK")


def test_blank_trailer_amounts_are_not_compared(tmp_path: Path) -> None:
    assert len(one(read(tmp_path, "a.bai2", FILE.replace("49,28200,", "49,,").replace("98,28200,", "98,,").replace("99,28200,", "99,,"))).entries) == 2


@pytest.mark.parametrize(("code", "amount"), [("935", 2550), ("000000142", 2550)])
def test_own_and_padded_type_codes_say_their_side(tmp_path: Path, code: str, amount: int) -> None:
    assert one(read(tmp_path, "a.bai2", FILE.replace("16,165,", f"16,{code},"))).entries[0].amount_minor == amount


def test_the_same_day_is_provisional(tmp_path: Path) -> None:
    assert one(read(tmp_path, "a.bai2", FILE.replace("2359,USD,2/", "1200,USD,3/"))).statement_kind == "intraday"


def test_yen_and_kronur_have_no_decimals_at_banks(tmp_path: Path) -> None:
    assert one(read(tmp_path, "a.bai2", FILE.replace("USD", "JPY"))).entries[0].amount_minor == 2550
    assert one(read(tmp_path, "a.bai2", FILE.replace("USD", "ISK"))).entries[0].amount_minor == 255000


def test_a_missing_currency_is_taken_from_the_company_or_refused(tmp_path: Path) -> None:
    silent = FILE.replace("USD", "")
    assert "states a currency" in refusal(read(tmp_path, "a.bai2", silent)).reason
    assert one(read(tmp_path, "a.bai2", silent, account_currencies={"1234": "gbp"})).currency == "gbp"


@pytest.mark.parametrize(("old", "new", "reason"), [
    ("015,12000", "015,12001", "control total of the account trailer (49) is 28200, found 28201"),
    ("88,100,2550,1,,400,550,1,/", "88,100,2550,2,,400,550,1,/", "number of credits 2 stated, 1"),
    ("16,165,2550", "16,715,2550", "says neither credit nor debit"),
    ("16,165,2550", "16,165,25.50", "not a whole number"),
    ("16,165,2550", "16,165,-2550", "carries a sign"),
    ("USD", "XYZ", "unknown currency 'XYZ'"),
    ("1,260302,2359", "4,260302,2359", "is a test"),
    ("49,28200,6/", "49,28200,7/", "number of records of the account trailer (49) is 7, found 6"),
])
def test_a_refused_account_says_why(tmp_path: Path, old: str, new: str, reason: str) -> None:
    assert reason in refusal(read(tmp_path, "a.bai2", FILE.replace(old, new))).reason


def test_a_cent_too_much_under_right_trailers_is_found(tmp_path: Path) -> None:
    wrong = FILE.replace("015,12000", "015,12001").replace("28200", "28201")
    assert "(1 minor units of usd apart)" in refusal(read(tmp_path, "a.bai2", wrong)).reason


@pytest.mark.parametrize(("old", "new", "reason"), [
    ("    99,28200,1,10/\n", "", "file trailer (99) is missing"),
    ("    98,28200,1,8/\n", "", "no trailer (98)"),
    ("98,28200,1,8/", "98,28201,1,8/", "control total of record 98 is 28201, found 28200"),
    ("99,28200,1,10/", "99,28200,2,10/", "number of parts of record 99 is 2, found 1"),
    ("99,28200,1,10/", "99,28200,1,11/", "number of records of record 99 is 11, found 10"),
    ("16,475", "17,475", "no record of BAI2"),
])
def test_a_file_that_is_cut_is_refused_whole(tmp_path: Path, old: str, new: str, reason: str) -> None:
    with pytest.raises(InputRefused) as refused:
        read(tmp_path, "a.bai2", FILE.replace(old, new))
    assert reason.lower() in refused.value.what.lower()


def test_two_accounts_of_a_group_are_two_statements(tmp_path: Path) -> None:
    second = "    03,99,,010,5,,,015,5,,/\n    49,10,2/\n"
    content = FILE.replace("    98,28200,1,8/", f"{second}    98,28210,2,10/").replace("99,28200,1,10/", "99,28210,1,12/")
    assert [item.bank_account for item in read(tmp_path, "a.bai2", content) if isinstance(item, Statement)] == ["1234", "99"]
