"""`tieout ledger export`: files that the other program accepts and that say what the ledger says."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.warehouse.ledger_books import SELLER, publish_books

CSV_FORMATS = ("quickbooks", "xero", "netsuite")
MAPPED = "insert into marts.dim_gl_mapping values ('stripe_balance', '1010', 'Bank:Stripe', 'Web', 'Sales', 'Berlin');"


@pytest.fixture
def export(tieout, empty):
    publish_books(empty.published_db, MAPPED)

    def call(*arguments):
        return tieout("ledger", "export", "--workspace", empty.root, *arguments)
    return call


@pytest.fixture
def ours(tieout, empty):
    """Balances by (tenant, ledger account, currency) as `tieout ledger balance` tells them, without zeros."""
    def ask(at):
        done = tieout("ledger", "balance", "--at", at, "--workspace", empty.root, "--format", "json")
        return {(row["account_id"], row["ledger_account"], row["currency"].upper()): Decimal(row["balance"])
                for row in json.loads(done.stdout)["balances"] if row["balance_minor"]}
    return ask


def rows_of(done):
    assert done.exit_code == 0, done.output
    return list(csv.DictReader(io.StringIO(done.stdout)))


def amount_of(row):
    if "*Amount" in row:
        return Decimal(row["*Amount"])
    debit, credit = (row.get(f"*{side}s") or row.get(side) or "0" for side in ("Debit", "Credit"))
    return Decimal(debit) - Decimal(credit)


def journal_of(row):
    return row.get("*JournalNo") or row.get("External ID") or (row["*Narration"], row["*Date"])


@pytest.mark.parametrize("by", ["day", "entry"])
@pytest.mark.parametrize("name", CSV_FORMATS)
def test_every_journal_of_a_csv_balances(export, name, by):
    sums = {}
    for row in rows_of(export("--period", "2026", "--format", name, "--by", by)):
        assert amount_of(row) != 0
        sums[journal_of(row)] = sums.get(journal_of(row), 0) + amount_of(row)
    assert set(sums.values()) == {0}
    assert len(sums) == {"day": 5, "entry": 7}[by]


@pytest.mark.parametrize("name", CSV_FORMATS)
def test_the_lines_of_a_period_are_those_of_its_entries_and_no_others(export, name):
    rows = rows_of(export("--period", "2026-04", "--format", name, "--by", "entry"))
    assert sorted(map(amount_of, rows)) == [-20, -20, 20, 20]
    assert rows_of(export("--period", "2026-03", "--format", name, "--currency", "JPY", "--account", SELLER)) == []


def test_quickbooks_gets_names_short_numbers_and_american_days(export):
    rows = rows_of(export("--period", "2026-03", "--format", "quickbooks"))
    balance = next(row for row in rows if row["*AccountName"] == "Bank:Stripe")
    assert (balance["*JournalDate"], balance["Class"], balance["Location"]) == ("03/05/2026", "Web", "Berlin")
    assert {row["Currency"] for row in rows} == {"USD", "JPY"}
    assert max(len(row["*JournalNo"]) for row in rows) <= 21
    assert all(bool(row["*Debits"]) != bool(row["*Credits"]) for row in rows)


def test_xero_gets_codes_and_signed_amounts(export):
    done = export("--period", "2026-03", "--format", "xero", "--account", "platform", "--tax-rate", "No VAT")
    line = next(row for row in rows_of(done) if row["*AccountCode"] == "1010")
    assert (line["*Date"], line["*TaxRate"], line["*Amount"]) == ("5 Mar 2026", "No VAT", "102.10")
    assert [line[f"Tracking{what}{number}"] for number in (1, 2) for what in ("Name", "Option")] == [
        "Class", "Web", "Department", "Sales"]
    assert "left out: Location" in done.stderr
    assert "--currency CODE" in done.stderr


def test_netsuite_gets_one_currency_per_entry_and_the_dimensions(export):
    rows = rows_of(export("--period", "2026-03", "--format", "netsuite"))
    currencies = {}
    for row in rows:
        currencies.setdefault(row["External ID"], set()).add(row["Currency"])
    assert all(len(found) == 1 for found in currencies.values())
    line = next(row for row in rows if row["Account"] == "1010")
    assert (line["Department"], line["Class"], line["Location"]) == ("Sales", "Web", "Berlin")


def test_an_unmapped_account_keeps_its_name_and_is_said(export):
    done = export("--period", "2026-04", "--format", "quickbooks")
    assert {row["*AccountName"] for row in rows_of(done)} == {"Bank:Stripe", "payouts_in_transit", "bank_unverified"}
    assert "own name: bank_unverified, payouts_in_transit" in done.stderr


def test_books_of_several_tenants_are_not_one_company(export):
    assert "books of 2 tenants" in export("--period", "2026-03", "--format", "netsuite").stderr
    assert "tenants" not in export("--period", "2026-03", "--format", "netsuite", "--account", SELLER).stderr


@pytest.mark.parametrize("by", ["day", "entry"])
@pytest.mark.parametrize(("period", "at"), [("2026-03", "2026-03-31T23:59:59Z"), ("2026-04", "2026-05-01"), ("2026", "2026-05-01")])
def test_beancount_reads_the_file_and_finds_our_balances(export, ours, tmp_path, period, at, by):
    from beancount import loader
    from beancount.core import data, realization

    out = tmp_path / "books.beancount"
    assert export("--period", period, "--format", "beancount", "--by", by, "--out", out).exit_code == 0
    entries, errors, _ = loader.load_file(str(out))
    assert errors == []
    opened = {entry.account: (entry.meta["account_id"], entry.meta["ledger_account"])
              for entry in entries if isinstance(entry, data.Open)}
    root = realization.realize(entries)
    found = {(*opened[account.account], position.units.currency): position.units.number
             for account in realization.iter_children(root) for position in account.balance}
    assert found == ours(at)
    assert sum(isinstance(entry, data.Balance) for entry in entries) >= len(found)


def test_beancount_notices_a_missing_cent(export, tmp_path):
    from beancount import loader

    out = tmp_path / "books.beancount"
    export("--period", "2026-04", "--format", "beancount", "--out", out)
    text = out.read_text()
    assert "12.10 ~ 0 USD" in text
    out.write_text(text.replace("12.10 ~ 0 USD", "12.11 ~ 0 USD"))
    assert any("0.01" in error.message for error in loader.load_file(str(out))[1])


@pytest.mark.parametrize("by", ["day", "entry"])
def test_hledger_checks_the_file_and_finds_our_balances(export, ours, tmp_path, by):
    hledger = shutil.which("hledger")
    if hledger is None:
        pytest.skip("hledger is not on PATH (apt-get install hledger)")
    out = tmp_path / "books.journal"
    assert export("--period", "2026-04", "--format", "hledger", "--by", by, "--out", out).exit_code == 0
    checked = subprocess.run([hledger, "-f", out, "check", "--strict"], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    said = subprocess.run([hledger, "-f", out, "balance", "--layout=bare", "-O", "csv", "--no-total"],
                          capture_output=True, text=True, check=True)
    found = sorted((row["commodity"], Decimal(row["balance"])) for row in csv.DictReader(io.StringIO(said.stdout))
                   if Decimal(row["balance"]))
    assert found == sorted((currency, amount) for (_, _, currency), amount in ours("2026-05-01").items())
    out.write_text(out.read_text().replace("= 12.10 USD", "= 12.11 USD"))
    assert subprocess.run([hledger, "-f", out, "check"], capture_output=True, check=False).returncode != 0


def test_hledger_text_opens_and_closes_with_the_balances(export):
    text = export("--period", "2026-04", "--format", "hledger").stdout
    opening, closing = text.index("2026-04-01 * opening balances platform usd"), text.index("2026-04-30 * closing")
    assert "Assets:Stripe:Platform:StripeBalance  32.10 USD" in text[opening:closing]
    assert "Assets:Stripe:Platform:StripeBalance  0.00 USD = 12.10 USD" in text[closing:]
    assert "opening balances" not in export("--period", "2026-03", "--format", "hledger").stdout
    assert "500 JPY" in text


def test_an_unbalanced_ledger_is_not_exported(tieout, empty, tmp_path):
    publish_books(empty.published_db, "update marts.fct_ledger_postings set debit_minor = 291 where leg = 'stripe_fee'")
    out = tmp_path / "march.csv"
    done = tieout("ledger", "export", "--period", "2026-03", "--format", "xero", "--out", out, "--workspace", empty.root)
    assert done.exit_code == 1
    assert "does not balance" in done.stderr
    assert list(tmp_path.glob("march*")) == []


def test_a_hostile_id_stays_text(tieout, empty, tmp_path):
    from beancount import loader

    publish_books(empty.published_db, """
        update marts.fct_ledger_postings set clearing_id = 'x"; y, z' || chr(10) || '2026-01-01 open A', leg = 'a\\b'
        where ledger_account = 'charge_clearing'""")
    out = tmp_path / "books.beancount"
    arguments = ("ledger", "export", "--period", "2026", "--by", "entry", "--workspace", empty.root)
    assert tieout(*arguments, "--format", "beancount", "--out", out).exit_code == 0
    assert loader.load_file(str(out))[1] == []
    lines = tieout(*arguments, "--format", "hledger").stdout.splitlines()
    assert not [line for line in lines if line.startswith("2026-01-01")]
    assert len(rows_of(tieout(*arguments, "--format", "netsuite"))) == 16


@pytest.mark.parametrize(("arguments", "said"), [
    (("--period", "2026-13"), "is not a period"),
    (("--period", "2026-04..2026-03"), "ends before it begins"),
    (("--period", "2031"), "Published periods: 2026-03 to 2026-04"),
    (("--period", "2026-03", "--account", "platfrom"), "Did you mean platform?"),
    (("--period", "2026-03", "--currency", "xxx"), "Currency 'xxx' is not known"),
    (("--period", "2026-03", "--out", "no/such/folder/x.csv"), "folder of --out does not exist"),
])
def test_wrong_questions_are_answered_with_help(export, arguments, said):
    done = export(*arguments, "--format", "quickbooks")
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_period_in_a_zone_has_the_days_of_that_zone(tieout, empty):
    publish_books(empty.published_db, """
        create table meta.settings as select 'reporting_timezone' as name, 'America/New_York' as value;
        update marts.dim_periods set starts_at = starts_at + interval 4 hour, ends_at = ends_at + interval 4 hour""")
    text = tieout("ledger", "export", "--period", "2026-04", "--format", "beancount", "--workspace", empty.root).stdout
    assert "2026-04-01 open" in text
    assert "2026-05-01 balance" in text
    assert Path(empty.published_db).is_file()
