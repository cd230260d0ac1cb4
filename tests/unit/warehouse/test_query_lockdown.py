"""Fault-facts S3: exactly the allowed list passes, and nothing that was refused leaves a trace on the disk."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.domain.errors import TieoutError, UsageError
from orchestration.warehouse.query import ask, locked_connection

ALLOWED = [
    "select 1",
    "  -- a comment\n select 1;",
    "(select 1)",
    "with a as (select 1 as x) select * from a",
    "from marts.sales",
    "from sales",
    "table marts.sales",
    "values (1), (2)",
    "describe marts.sales",
    "desc select 1",
    "show tables",
    "show all tables",
    "summarize marts.sales",
    "explain select 1",
    "explain analyze from marts.sales",
    "explain (format json) select 1",
    "EXPLAIN (analyze, format json) SELECT 1",
    "explain (select 1)",
    "pivot marts.sales on currency in ('usd') using sum(amount_minor)",
    "select unnest([1, 2])",
    "from range(3)",
    "from duckdb_tables()",
    "from pragma_table_info('marts.sales')",
    "select * from information_schema.tables",
    "select current_setting('TimeZone')",
]
REFUSED = [
    # writing
    "insert into marts.sales values ('usd', 1)",
    "update marts.sales set amount_minor = 0",
    "delete from marts.sales",
    "truncate marts.sales",
    "merge into marts.sales using marts.sales as s on true when matched then delete",
    "create table marts.other as select 1",
    "create temp table other as select 1",
    "create or replace view v as select 1",
    "create macro f() as 1",
    "create secret (type s3)",
    "drop table marts.sales",
    "alter table marts.sales add column x int",
    "comment on table marts.sales is 'x'",
    "with a as (select 1) insert into marts.sales from a",
    # files
    "copy marts.sales to '{out}'",
    "copy (select 1) to '{out}' (format parquet)",
    "export database '{out}'",
    "import database '{out}'",
    "attach '{out}' as other",
    "from read_csv('{secret}')",
    "from read_text('{secret}')",
    "from read_blob('{secret}')",
    "from read_json('{secret}')",
    "from read_parquet('{secret}')",
    "from read_duckdb('{secret}')",
    "from '{secret}'",
    "from glob('{secret}')",
    "from sniff_csv('{secret}')",
    "select (select content from read_text('{secret}'))",
    "from duckdb_secrets()",
    # extensions and configuration
    "install httpfs",
    "load httpfs",
    "set memory_limit = '1TB'",
    "set variable x = 1",
    "reset memory_limit",
    "pragma enable_profiling",
    "pragma profiling_output = '{out}'",
    "pragma table_info('marts.sales')",
    "pragma version",
    "call enable_profiling(format = 'json', save_location = '{out}.json')",
    "from enable_profiling(format = 'json', save_location = '{out}.json')",
    "from enable_logging(storage = 'file', storage_config = {{'path': '{out}'}})",
    "from system.main.\"enable_logging\"('QueryLog')",
    "select * from (describe (from enable_logging('QueryLog')))",
    "with a as (from truncate_duckdb_logs()) from a",
    "select write_log('x')",
    "call pragma_version()",
    "use marts",
    "checkpoint",
    "from checkpoint()",
    "vacuum",
    # ways around
    "select 1; drop table marts.sales",
    "select 1; select 2",
    "",
    "-- only a comment",
    "begin",
    "prepare p as select 1",
    "execute p",
    "explain analyze create temp table other as select 1",
    "explain (analyze) insert into marts.sales values ('usd', 1)",
    "explain /* /* */ select 1 --*/ insert into marts.sales values ('usd', 1)",
    "explain copy marts.sales to '{out}'",
    "from query('from read_text(''{secret}'')')",
    "from json_execute_serialized_sql(json_serialize_sql('select 1'))",
    "from arrow_scan(1::pointer, 2::pointer, 3::pointer)",
    "from pandas_scan(1::pointer)",
    "from python_map_function()",
    "from frame",
    "select getenv('HOME')",
]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("published") / "tieout.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create schema marts; create table marts.sales as "
            "from (values ('usd', 1), ('eur', 2)) as t (currency, amount_minor)"
        )
    return path


def rows_of(database: Path, query: str) -> list[tuple[object, ...]]:
    with ask(database, query) as answer:
        return list(answer.rows)


@pytest.mark.parametrize("query", ALLOWED)
def test_reading_passes(database, query):
    assert isinstance(rows_of(database, query), list)


@pytest.mark.parametrize("query", REFUSED)
def test_everything_else_is_refused_and_leaves_nothing(database, tmp_path, query):
    frame = duckdb.connect().sql("select 1")  # noqa: F841  a replacement scan would find it by its name
    secret = tmp_path / "secret.csv"
    secret.write_text("a\nCANARY\n")
    text = query.format(out=tmp_path / "out", secret=secret)
    before = database.read_bytes()
    with pytest.raises(UsageError) as refusal:
        rows_of(database, text)
    assert "CANARY" not in str(refusal.value)
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]
    assert database.read_bytes() == before
    assert [path.name for path in database.parent.iterdir()] == ["tieout.duckdb"]


def test_the_connection_is_locked_even_without_the_statement_check(database, tmp_path):
    connection = locked_connection(database, tmp_path)
    for statement in (
        "set enable_external_access = true",
        "set lock_configuration = false",
        "set autoinstall_known_extensions = true",
        f"attach '{tmp_path / 'x'}'",
        "insert into marts.sales values ('usd', 1)",
        "install httpfs",
    ):
        with pytest.raises(duckdb.Error):
            connection.execute(statement)
    connection.close()


def test_explain_analyze_of_a_write_does_not_run_it(database):
    with pytest.raises(UsageError, match="Only a statement that reads"):
        rows_of(database, "explain analyze insert into marts.sales values ('usd', 1)")
    assert rows_of(database, "select count(*) from marts.sales") == [(2,)]


def test_instants_are_utc_whatever_the_machine_says(database, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert rows_of(database, "select current_setting('TimeZone'), '2026-01-01'::timestamptz::varchar") == [
        ("UTC", "2026-01-01 00:00:00+00")
    ]


def test_the_time_of_slow_chunks_adds_up(database):
    query = (
        "select range, sum(range) over (order by range rows between 20000 preceding and current row) "
        "from range(100000000)"
    )
    with pytest.raises(TieoutError, match="ran longer"), ask(database, query, timeout_seconds=0.4) as answer:
        list(answer.rows)


def test_a_big_sort_spills_and_leaves_nothing(database, monkeypatch, tmp_path):
    monkeypatch.setenv("TIEOUT_MEMORY_LIMIT", "60MB")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    query = "select x from (select md5(range::varchar) as x from range(2000000)) order by x limit 1 offset 1999999"
    assert len(rows_of(database, query)) == 1
    assert not list(tmp_path.iterdir())
    assert [path.name for path in database.parent.iterdir()] == ["tieout.duckdb"]
