"""CSV by declared layouts only; and which file is of which format."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.domain.errors import InputRefused
from tests.unit.sources.bank_reading import layout, one, read

CSV = """
    Day;Text;Who;Ref;Amount;Balance
    02.03.2026;INV 1;Ada;R1;1.025,50;1.125,50
    03.03.2026;FEE;;;-5,50;1.120,00
"""
CURRENCY = {"ACC1": "eur"}


def test_a_declared_file_is_read_and_proven_by_its_running_balance(tmp_path: Path) -> None:
    found = one(read(tmp_path, "acc1_03.csv", CSV, layouts=(layout(),), account_currencies=CURRENCY))
    assert (found.opening_minor, found.closing_minor) == (10000, 112000)
    assert [(item.amount_minor, item.counterparty, item.end_to_end_id) for item in found.entries] == [(102550, "Ada", "R1"), (-550, None, None)]


def test_columns_for_debit_and_credit_and_rows_that_state_balances(tmp_path: Path) -> None:
    content = "Day;Text;Out;In;Balance\n02.03.2026;OPENING;;;10,00\n02.03.2026;A;4,00;;6,00\n02.03.2026;B;;1,00;7,00\n02.03.2026;CLOSING;;;7,00\n"
    declared = layout(amount_column="", debit_column="Out", credit_column="In", counterparty_column="", reference_column="",
                      opening_text="OPENING", closing_text="CLOSING")
    found = one(read(tmp_path, "acc1_03.csv", content, layouts=(declared,), account_currencies=CURRENCY))
    assert (found.opening_minor, found.closing_minor, [item.amount_minor for item in found.entries]) == (1000, 700, [-400, 100])


def test_a_file_without_a_layout_is_never_sniffed(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as refused:
        read(tmp_path, "other.csv", CSV, layouts=(layout(),), account_currencies=CURRENCY)
    assert "no declared layout" in refused.value.what and "company/bank_layouts.csv" in refused.value.remedy


def test_two_layouts_for_one_file_are_one_too_many(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="2 declared layouts"):
        read(tmp_path, "acc1_03.csv", CSV, layouts=(layout(), layout(file_pattern="*.csv")), account_currencies=CURRENCY)


@pytest.mark.parametrize(("changes", "content", "reason"), [
    ({"decimal_sign": "."}, CSV, "no amount with the decimal sign '.'"),
    ({"date_format": "%m/%d/%Y"}, CSV, "is not a day"),
    ({}, CSV.replace("1.120,00", "1.120,01"), "line 3: the balance is 112001, the entries make 112000"),
    ({}, CSV.replace("-5,50;", "-5,505;"), "more decimals"),
    ({}, CSV.replace("-5,50;", ";"), "the amount is empty"),
    ({"account_column": "Who"}, CSV, "states no account"),
    ({"bank_account": "ACC2"}, CSV, "nobody has stated the currency"),
])
def test_a_refused_statement_says_why(tmp_path: Path, changes: dict[str, str], content: str, reason: str) -> None:
    found = read(tmp_path, "acc1_03.csv", content, layouts=(layout(**changes),), account_currencies=CURRENCY)
    assert reason in "; ".join(getattr(item, "reason", "") for item in found)


@pytest.mark.parametrize(("changes", "content", "reason"), [
    ({"amount_column": "Betrag"}, CSV, "Declared column Betrag is missing"),
    ({"delimiter": ","}, CSV, "is missing"),
    ({}, CSV.rstrip()[:-14], "cells instead of 6"),
    ({"encoding": "ascii"}, CSV.replace("Ada", "Àda"), "not ascii"),
    ({"encoding": "klingon"}, CSV, "not klingon"),
])
def test_a_file_that_is_not_as_declared_is_refused_whole(tmp_path: Path, changes: dict[str, str], content: str, reason: str) -> None:
    with pytest.raises(InputRefused) as refused:
        read(tmp_path, "acc1_03.csv", content, layouts=(layout(**changes),), account_currencies=CURRENCY)
    assert reason in refused.value.what


@pytest.mark.parametrize(("name", "content", "reason"), [
    ("a.sta", b"", "empty"),
    ("a.xml", b"   \n", "empty"),
    ("a.txt", b"Dear customer, please find your statement", "not camt, MT940"),
    ("a.pdf", b"%PDF-1.7\n", "not camt, MT940"),
    ("a.xml", b"<html><body>please log in</body></html>", "no statement"),
    ("a.txt", b":20:A\x00\x00", "binary"),
])
def test_what_is_no_statement_is_refused_with_a_reason(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    with pytest.raises(InputRefused) as refused:
        read(tmp_path, name, content)
    assert reason in refused.value.what


def test_content_decides_not_the_name(tmp_path: Path) -> None:
    mt940 = b":20:R\n:25:A\n:28C:1\n:60F:C260301EUR1,\n:62F:C260301EUR1,\n-\n"
    assert one(read(tmp_path, "a.xml", mt940)).source_format == "mt940"
    assert one(read(tmp_path, "a.bai2", b"\xef\xbb\xbf" + mt940)).source_format == "mt940"
