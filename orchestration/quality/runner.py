"""Run suites against a DuckDB file and say in plain words what they found.

Great Expectations only answers yes or no here (BOOLEAN_ONLY), so none of its results carries a value. What
breaks a rule is counted and shown afterwards by the SQL that stands beside it, without personal columns.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.domain.errors import GateRefused
from orchestration.quality.engine import quiet, read_only
from orchestration.quality.findings import describe, rule_name
from orchestration.quality.result import SuiteResult
from orchestration.quality.suites import MART_SUITES, load_suite

if TYPE_CHECKING:
    import great_expectations as gx
    from great_expectations.datasource.fluent.sql_datasource import SQLDatasource

__all__ = ["MART_SUITES", "Gates", "open_gates", "run_raw_suite", "run_suite", "run_suites"]


class Gates:
    """Suites over one open file; get it from `open_gates`."""

    def __init__(self, source: SQLDatasource, database: Path) -> None:
        self._source = source
        self._database = database
        self._batches = 0

    def run_suite(self, suite_name: str, *, where: str | None = None) -> SuiteResult:
        """Check a table against its suite; see the function of the same name."""
        return self._check(lambda: load_suite(suite_name), suite_name, where)

    def run_raw_suite(
        self,
        *,
        table: str,
        key: Sequence[str],
        required: Sequence[str],
        minor: Sequence[str],
        currency: str | None,
        where: str | None = None,
    ) -> SuiteResult:
        """Check a raw table as received; see the function of the same name."""
        from orchestration.quality.suites.raw_tabular import build_suite_for

        return self._check(lambda: build_suite_for(table, key, required, minor, currency), table, where)

    def _check(self, build: Any, table: str, where: str | None) -> SuiteResult:
        started = time.perf_counter()
        rows_sql = self._rows_of(table, where)
        with quiet():
            suite: gx.ExpectationSuite = build()
            rows = int(self._query(f"select count(*) from ({rows_sql}) as looked_at")[0][0])
            verdicts = self._ask_great_expectations(suite, rows_sql)
            found = tuple(
                describe(one, self._query_rows, f"({rows_sql}) as looked_at", rows, suite.meta or {})
                for one in verdicts
            )
        critical = sum(not one.success and one.severity == "critical" for one in found)
        return SuiteResult(
            suite=suite.name,
            table=table,
            success=critical == 0,
            critical_failures=critical,
            warnings=sum(not one.success and one.severity == "warning" for one in found),
            expectations=found,
            seconds=round(time.perf_counter() - started, 3),
            row_count=rows,
        )

    def _ask_great_expectations(self, suite: gx.ExpectationSuite, rows_sql: str) -> list[Any]:
        self._batches += 1
        asset = self._source.add_query_asset(f"batch_{self._batches}", query=rows_sql)
        batch = asset.add_batch_definition("rows").get_batch()
        results = batch.validate(suite, result_format="BOOLEAN_ONLY").results
        verdicts = {rule_name(one): one for one in results}
        rules = [str((rule.meta or {})["name"]) for rule in suite.expectations]
        if not rules or sorted(verdicts) != sorted(rules):
            unanswered = sorted(set(rules) - set(verdicts))
            raise GateRefused(
                f"not every rule of {suite.name} was checked: {', '.join(unanswered) or 'it has none'}",
                where=str(self._database),
                remedy="this is a defect of tieout; the gate stays closed",
            )
        return [verdicts[name] for name in rules]  # Great Expectations answers in no fixed order

    def _rows_of(self, table: str, where: str | None) -> str:
        """The SQL of the rows to look at; refuses a table that is not there, with the nearest facts."""
        schema, _, name = table.replace('"', "").rpartition(".")
        known = self._tables.get(f"{schema or 'main'}.{name}".lower())
        if known is None:
            raise GateRefused(
                f"{table} is not in {self._database.name}, so none of its rules could be checked",
                where=str(self._database),
                remedy="build the table first (for a mart: look for the failed model in the dbt log)",
            )
        condition = f" where ({where})" if where else ""
        return "select * from " + ".".join(f'"{part}"' for part in known) + condition

    @cached_property
    def _tables(self) -> dict[str, tuple[str, str]]:
        """`schema.table` in lower case -> schema and table, of everything in the file, which is only read here."""
        found = self._query("select table_schema, table_name from information_schema.tables")
        return {f"{schema}.{name}".lower(): (schema, name) for schema, name in found}

    def _query(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[Any]:
        with self._source.get_execution_engine().get_connection() as connection:
            return list(connection.exec_driver_sql(sql, parameters).fetchall())

    def _query_rows(self, sql: str) -> list[dict[str, Any]]:
        with self._source.get_execution_engine().get_connection() as connection:
            return [dict(row) for row in connection.exec_driver_sql(sql).mappings()]


@contextmanager
def open_gates(database: Path) -> Iterator[Gates]:
    """Open a DuckDB file read-only for several suites: one connection, one Great Expectations context.

    Raises:
        GateRefused: There is no such file. Nothing else in this process may hold it open for writing.
    """
    if not database.is_file():
        raise GateRefused(
            "there is no database to check", where=str(database), remedy="build it before its gates run"
        )
    with read_only(database) as source:
        yield Gates(source, database)


def run_suite(suite_name: str, database: Path, *, where: str | None = None) -> SuiteResult:
    """Check one table against its suite.

    Args:
        suite_name: One of `MART_SUITES`; also the name of the table.
        database: The DuckDB file, opened read-only.
        where: SQL condition on the rows to look at, written by us (never text from outside); None for all.
    Returns:
        Every rule and whether it holds. A rule that could not be evaluated is a critical failure.
    Raises:
        GateRefused: The file or the table does not exist.
        UsageError: There is no such suite.
    """
    with open_gates(database) as gates:
        return gates.run_suite(suite_name, where=where)


def run_suites(suite_names: Sequence[str], database: Path) -> list[SuiteResult]:
    """Check several tables on one connection, results in the order of the names; errors as `run_suite`."""
    with open_gates(database) as gates:
        return [gates.run_suite(name) for name in suite_names]


def run_raw_suite(
    *,
    table: str,
    key: Sequence[str],
    required: Sequence[str],
    minor: Sequence[str],
    currency: str | None,
    database: Path,
    where: str | None = None,
) -> SuiteResult:
    """Check a raw table as received; see `suites.raw_tabular.build_suite_for` for the rules.

    Args:
        table: Name with its schema, quoted or not: `sigma.charges`, `"sigma"."charges"`.
        where: SQL condition on the rows of this run, e.g. `_load_seq > 41`; None for all.
    Raises:
        GateRefused: The file or the table does not exist.
    """
    with open_gates(database) as gates:
        return gates.run_raw_suite(
            table=table, key=key, required=required, minor=minor, currency=currency, where=where
        )
