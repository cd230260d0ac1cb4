"""What tieout relies on in Great Expectations over DuckDB, so that an upgrade cannot break it unseen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.quality.engine import _Deferred, _deferred, read_only, shared_context, warm_up
from orchestration.quality.personal import is_personal, shown, without_values


def test_importing_the_runner_costs_no_heavy_import() -> None:
    code = (
        "import sys, orchestration.quality.runner, orchestration.quality.report\n"
        "print([m for m in ('great_expectations', 'pandas', 'sqlalchemy', 'duckdb') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_module_put_off_is_imported_when_it_is_used_and_leaves_no_trace() -> None:
    sys.modules.pop("colorsys", None)
    with _deferred(("colorsys",)):
        import colorsys

        assert "rgb_to_hsv" not in vars(colorsys)
    assert "colorsys" not in sys.modules
    assert colorsys.rgb_to_hsv(0, 0, 0) == (0.0, 0.0, 0)
    assert "rgb_to_hsv" in vars(sys.modules["colorsys"])


def test_the_import_in_the_background_ends_with_the_same_context() -> None:
    warm_up().join(timeout=30)
    assert shared_context() is shared_context()
    assert not any(isinstance(module, _Deferred) for module in list(sys.modules.values()))


def test_the_connection_is_read_only_in_utc_and_shut_off_from_files(good_database: Path) -> None:
    with read_only(good_database) as source, source.get_execution_engine().get_connection() as connection:
        assert connection.exec_driver_sql("select current_setting('TimeZone')").scalar() == "UTC"
        with pytest.raises(Exception, match="read-only"):
            connection.exec_driver_sql("create table marts.intruder as select 1 as one")
        with pytest.raises(Exception, match="disabled"):
            connection.exec_driver_sql("select * from read_text('/etc/hostname')")


def test_a_path_with_odd_characters_opens_the_right_file(good_database: Path, tmp_path: Path) -> None:
    odd = tmp_path / "a b%20#1$x${HOME}'.duckdb"
    odd.write_bytes(good_database.read_bytes())
    with read_only(odd) as source, source.get_execution_engine().get_connection() as connection:
        assert connection.exec_driver_sql("select count(*) from marts.dim_currencies").scalar() == 3


@pytest.mark.parametrize(
    "column", ["email", "billing_details_email", "name", "address_line1", "customer_phone"]
)
def test_personal_columns_are_known_by_their_words(column: str) -> None:
    assert is_personal(column)


@pytest.mark.parametrize(
    "column", ["currency", "transaction_id", "filename_hash", "zipped", "net_minor", "renamed"]
)
def test_other_columns_are_shown(column: str) -> None:
    assert not is_personal(column)


def test_database_errors_lose_the_cell_that_they_quote() -> None:
    message = "Conversion Error: Could not convert string 'Ada Lovelace' to INT64, see ada@example.com"
    assert (
        without_values(message)
        == "Conversion Error: Could not convert string (withheld) to INT64, see (withheld)"
    )


def test_integers_stay_exact_and_other_values_become_text() -> None:
    assert shown(2**63 - 1) == 9223372036854775807
    assert shown("write to ada@example.com now") == "write to (withheld) now"


def test_changes_that_are_still_in_the_log_of_the_file_are_seen(good_database: Path, tmp_path: Path) -> None:
    path = tmp_path / "logged.duckdb"
    path.write_bytes(good_database.read_bytes())
    code = (
        "import duckdb, os, sys\n"
        "c = duckdb.connect(sys.argv[1]); c.execute(\"insert into marts.dim_currencies values ('gbp', 2)\")\n"
        "os._exit(0)"  # as after a crash: nothing is moved from the log into the file
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)
    assert (tmp_path / "logged.duckdb.wal").exists()
    with read_only(path) as source, source.get_execution_engine().get_connection() as connection:
        assert connection.exec_driver_sql("select count(*) from marts.dim_currencies").scalar() == 4
