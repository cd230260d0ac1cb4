"""Journals as text: exact amounts, names that programs accept, numbers that tell journals apart."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.domain.errors import TieoutError, UsageError
from orchestration.domain.journal import Book, Journal, JournalLine, balanced, decimal_text
from orchestration.domain.journal_accounts import account_names
from orchestration.domain.journal_csv import csv_line, journal_number
from orchestration.domain.journal_period import period_bounds

DAY = date(2026, 3, 5)


@given(st.integers(-10**30, 10**30), st.sampled_from([0, 2, 3]))
def test_an_amount_keeps_its_value_and_has_the_decimals_of_its_currency(amount, exponent):
    text = decimal_text(amount, exponent)
    assert Fraction(text) == Fraction(amount, 10**exponent)
    assert len(text.partition(".")[2]) == exponent


def test_an_unknown_currency_is_not_guessed():
    with pytest.raises(TieoutError, match="xts"):
        Book("2026-03", DAY, DAY, {"usd": 2}).amount(1, "xts")


def journal(entry_id, account_id="platform", currency="usd", lines=()):
    return Journal(DAY, account_id, currency, entry_id, "balance_transaction", "", lines)


def test_only_balanced_journals_pass():
    good = journal("e1", lines=[JournalLine("a", 5, 0), JournalLine("b", 0, 5)])
    bad = journal("e2", lines=[JournalLine("a", 5, 0), JournalLine("b", 0, 4)])
    passing = balanced([good, bad])
    assert next(passing) is good
    with pytest.raises(TieoutError, match="e2"):
        next(passing)


def test_numbers_tell_journals_apart_and_stay_the_same():
    journals = [journal(f"e{number}", account_id, currency) for number in range(50)
                for account_id in ("platform", "acct_1") for currency in ("usd", "eur")]
    numbers = [journal_number(one) for one in journals]
    assert len(set(numbers)) == len(journals)
    assert numbers == [journal_number(one) for one in journals]
    assert {len(number) for number in numbers} == {21}


def test_accounts_get_names_that_beancount_takes():
    from beancount.core.account import is_valid

    ids = ["platform", "acct_1AbC", "_odd", "ünï"]
    accounts = [(account_id, name, kind) for account_id in ids for name, kind in (
        ("stripe_balance", "asset"), ("charge_clearing", "clearing"), ("stripe_fees", "expense"), ("4000.sales", "income"),
        ("refunds", "contra_income"), ("tax", "liability"), ("opening_equity", "equity"))]
    names = account_names(accounts)
    assert names["platform", "charge_clearing"] == "Assets:Stripe:Platform:Clearing:ChargeClearing"
    assert [name for name in names.values() if not is_valid(name)] == []
    assert len(set(names.values())) == len(accounts)


def test_two_accounts_never_share_a_name():
    with pytest.raises(TieoutError, match="FeesPaid"):
        account_names([("platform", "fees_paid", "expense"), ("platform", "feesPaid", "expense")])


@pytest.mark.parametrize(("text", "bounds"), [
    ("2026-03", ("2026-03", "2026-03")), ("2026", ("2026-01", "2026-P12")), ("2026-P03", ("2026-P03", "2026-P03")),
    ("2025-04..2026-03", ("2025-04", "2026-03")), ("2025..2026-03", ("2025-01", "2026-03")), ("2025-P04..2026-P03", ("2025-P04", "2026-P03")),
])
def test_periods_as_people_name_them(text, bounds):
    assert period_bounds(text) == bounds


@pytest.mark.parametrize("text", ["", "march", "2026-3", "2026-P13", "2026P03", "2026-00", "..2026", "2026..", "2026-03-01", "2026-02..2026-01"])
def test_what_is_no_period(text):
    with pytest.raises(UsageError):
        period_bounds(text)


@given(st.lists(st.text(alphabet='a,"\n\r \'=', max_size=6), min_size=2, max_size=4))
def test_csv_cells_come_back_as_they_were(cells):
    import csv
    import io

    row, = csv.reader(io.StringIO(csv_line(cells) + "\n", newline=""))
    assert row == cells
