"""`tieout sql`: exact values, harmless text, errors that help."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from decimal import Decimal

import pytest

BIG = "select 9007199254740993 as big, 170141183460469231731687303715884105727::hugeint as huge, " \
      "12345678901234567.89::decimal(38, 2) as price, timestamptz '2026-03-01 12:00:00.25+02' as at"


def test_values_are_exact_in_every_format(tieout, published):
    for output_format in ("table", "csv", "json"):
        done = tieout("sql", BIG, "--workspace", published.root, "--format", output_format)
        assert done.exit_code == 0, done.output
        for text in ("9007199254740993", "170141183460469231731687303715884105727", "12345678901234567.89",
                     "2026-03-01T10:00:00.250000Z"):
            assert text in done.output


def test_json_survives_a_reader_that_knows_only_doubles(tieout, published):
    done = tieout("sql", BIG + ", 5::bigint as small, null as none, 'NaN'::double as nan",
                  "--workspace", published.root, "--format", "json")
    row, = json.loads(done.stdout, parse_constant=pytest.fail)
    assert Decimal(row["price"]) == Decimal("12345678901234567.89")
    assert (row["big"], row["small"], row["none"], row["nan"]) == ("9007199254740993", 5, None, "nan")


def test_json_keeps_columns_of_the_same_name_apart(tieout, published):
    done = tieout("sql", "select 1 as a, 2 as a", "--workspace", published.root, "--format", "json")
    assert json.loads(done.stdout) == [{"a": 1, "a_1": 2}]


def test_json_without_rows_is_an_empty_list(tieout, published):
    done = tieout("sql", "from marts.fct_exceptions", "--workspace", published.root, "--format", "json")
    assert json.loads(done.stdout) == []


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_text_never_becomes_a_formula(tieout, published, start):
    done = tieout("sql", f"select '{start}1+1' as cell", "--workspace", published.root, "--format", "csv")
    cell = done.stdout_bytes.split(b"\n", 1)[1].strip(b'"\n').decode()
    assert cell == f"'{start}1+1"


def test_csv_numbers_stay_numbers_and_headers_are_protected(tieout, published):
    query = "select -5 as \"=n\", -1.50::decimal(4, 2) as d, -2.5::double as f, '' as nothing, null as none"
    done = tieout("sql", query, "--workspace", published.root, "--format", "csv")
    assert done.stdout == "'=n,d,f,nothing,none\n-5,-1.50,-2.5,,\n"


def test_a_table_cannot_move_the_cursor(tieout, published):
    done = tieout("sql", "select chr(27) || '[31m' || chr(8238) as cell", "--workspace", published.root)
    assert "\x1b" not in done.stdout
    assert "\\x1b[31m\\u202e" in done.stdout


def test_the_limit_says_that_there_is_more(tieout, published):
    done = tieout("sql", "from marts.fct_transactions", "--workspace", published.root, "--limit", "2")
    assert "(2 rows)" in done.stdout
    assert "Only the first 2 rows" in done.stderr
    whole = tieout("sql", "from marts.fct_transactions", "--workspace", published.root, "--limit", "3")
    assert whole.stderr == ""


def test_an_unknown_table_names_the_known_ones(tieout, published):
    done = tieout("sql", "from fct_transaction", "--workspace", published.root)
    assert done.exit_code == 2
    assert "fct_transaction does not exist" in done.stderr
    assert "Tables in marts: dim_currencies, fct_exceptions, fct_transactions." in done.stderr


def test_an_unknown_column_names_the_tables_too(tieout, published):
    done = tieout("sql", "select amount from marts.fct_transactions", "--workspace", published.root)
    assert done.exit_code == 2
    assert '"amount" not found' in done.stderr
    assert "Tables in marts" in done.stderr


def test_nothing_published_says_what_to_do(tieout, empty):
    done = tieout("sql", "select 1", "--workspace", empty.root)
    assert done.exit_code == 2
    assert "Nothing is published yet." in done.stderr
    assert "tieout run" in done.stderr
    assert not empty.root.exists()


def test_a_broken_file_is_no_traceback(tieout, published):
    published.published_db.write_bytes(b"no database" * 1000)
    done = tieout("sql", "select 1", "--workspace", published.root)
    assert done.exit_code == 1
    assert "The published file cannot be opened" in done.stderr


def test_a_long_query_is_stopped(tieout, published):
    started = time.monotonic()
    done = tieout("sql", "select count(*) from range(1000000000000)", "--workspace", published.root, "--timeout", "0.3")
    assert time.monotonic() - started < 1.5
    assert done.exit_code == 1
    assert "ran longer than 0.3 seconds" in done.stderr


def test_a_query_that_ignores_interrupts_ends_with_its_process(published):
    query = "select levenshtein(repeat('a', 200000), repeat('b', 200000))"
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", "from orchestration.cli import main; main()", "sql", query, "--workspace",
         str(published.root), "--timeout", "0.3"], capture_output=True, text=True, check=False)
    assert time.monotonic() - started < 4
    assert done.returncode == 1
    assert "ran longer than 0.3 seconds" in done.stderr


def test_a_reader_that_leaves_early_hears_nothing(published):
    done = subprocess.run(
        f"{sys.executable} -c 'from orchestration.cli import main; main()' sql 'from range(2000000)' --format csv "
        f"--workspace {published.root} | head -2", shell=True, capture_output=True, text=True, check=True)
    assert done.stdout == "range\n0\n"
    assert done.stderr == ""


def test_explain_is_printed_as_duckdb_draws_it(tieout, published):
    done = tieout("sql", "explain analyze from marts.fct_transactions", "--workspace", published.root)
    assert done.exit_code == 0
    assert "\n│" in done.stdout
