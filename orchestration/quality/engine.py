"""Great Expectations in SQL inside one read-only DuckDB file: the only place that knows how.

Great Expectations 1.24.1 has no DuckDB engine, and its SQL engine closes the connection before the rows are
fetched. The classes below hold one connection and buffer each result; `tests/unit/quality` is their contract.
"""

from __future__ import annotations

import importlib
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

if TYPE_CHECKING:
    import sqlalchemy
    from great_expectations.data_context.data_context.ephemeral_data_context import EphemeralDataContext
    from great_expectations.datasource.fluent.sql_datasource import SQLDatasource

MEMORY_LIMIT = "1500MB"  # 10 million rows and 20 rules stay below 2 GB resident
# Imported by Great Expectations for statistics and charts that no suite uses; 2.5 of its 6 seconds.
_DEFERRED = ("scipy.stats", "altair")
_context_lock = threading.Lock()


class _Deferred(ModuleType):
    """Stands in for a module and imports it when something in it is first used."""

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), attribute)


@contextmanager
def _deferred(names: tuple[str, ...]) -> Iterator[None]:
    """Within the block, an import of these modules costs nothing; afterwards they import as usual."""
    absent = [name for name in names if name not in sys.modules]
    sys.modules.update({name: _Deferred(name) for name in absent})
    try:
        yield
    finally:
        for name in absent:
            if isinstance(sys.modules.get(name), _Deferred):
                del sys.modules[name]


@contextmanager
def quiet() -> Iterator[None]:
    """Within the block Great Expectations neither warns nor logs: what matters is in the result."""
    logger = logging.getLogger("great_expectations")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


@cache
def _datasource_class() -> type[SQLDatasource]:
    """The DuckDB data source; defining it registers `context.data_sources.add_duckdb`."""
    from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
    from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine

    class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
        @contextmanager
        def get_connection(self) -> Iterator[sqlalchemy.Connection]:
            if self._connection is None:
                self._connection = self.engine.connect()
                # not a connect-time setting: DuckDB refuses it before icu is loaded
                self._connection.exec_driver_sql("SET TimeZone = 'UTC'")
            yield self._connection

        def execute_query(self, query: Any) -> Any:
            with self.get_connection() as connection:
                return connection.execute(query).freeze()()

        def close(self) -> None:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            super().close()

    class DuckDBDatasource(SQLDatasource):
        type: Literal["duckdb"] = "duckdb"  # type: ignore[assignment]

        @property
        def execution_engine_type(self) -> Any:
            return DuckDBExecutionEngine

    return DuckDBDatasource


def shared_context() -> EphemeralDataContext:
    """The one Great Expectations context of this process: in memory, no files, no progress bars."""
    with _context_lock:
        return _new_context()


@cache
def _new_context() -> EphemeralDataContext:
    with _deferred(_DEFERRED):
        import great_expectations as gx
        from great_expectations.data_context.types.base import (
            DataContextConfig,
            InMemoryStoreBackendDefaults,
            ProgressBarsConfig,
        )

        context = gx.get_context(
            mode="ephemeral",
            project_config=DataContextConfig(
                store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
                progress_bars=ProgressBarsConfig(globally=False),
            ),
        )
        _datasource_class()
    # An eighth of the gates of a small run (2026-11): every new batch writes a configuration that nobody keeps.
    context._save_project_config = lambda: None  # type: ignore[method-assign]
    return context


def warm_up() -> threading.Thread:
    """Start importing Great Expectations in the background, e.g. while dbt runs in its own process."""
    thread = threading.Thread(target=shared_context, name="great-expectations-import", daemon=True)
    thread.start()
    return thread


@contextmanager
def read_only(database: Path) -> Iterator[SQLDatasource]:
    """One read-only connection to a DuckDB file, as a Great Expectations data source.

    Nothing else in this process may hold the file open for writing: DuckDB refuses the second handle.
    Sorts and groupings beyond the memory limit spill next to the file, as DuckDB does by itself.
    """
    settings = {
        "memory_limit": MEMORY_LIMIT,
        "enable_external_access": "false",
        "autoinstall_known_extensions": "false",
    }
    context = shared_context()
    name = str(database)
    with quiet():
        source: SQLDatasource = context.data_sources.add_duckdb(
            name=name,
            # quoted: SQLAlchemy reads it as a URL, and Great Expectations would fill in `$NAME`
            connection_string=f"duckdb:///{quote(name)}",
            kwargs={"connect_args": {"read_only": True, "config": settings}},
        )
        try:
            yield source
        finally:
            source.get_execution_engine().close()
            source.get_engine().dispose()
            context.data_sources.delete(name)
