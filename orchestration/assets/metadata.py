"""What an asset page shows of a table: rows, columns with their descriptions, and a look at the first rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dagster as dg

PREVIEW_ROWS = 5
PREVIEW_SCHEMAS = ("marts",)  # staging holds names and addresses of customers


def table_metadata(database: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """(schema, table) -> Dagster metadata, for every table and view of a database."""
    from orchestration.warehouse.connection import connect, quoted

    found: dict[tuple[str, str], dict[str, Any]] = {}
    with connect(database, read_only=True) as connection:
        columns: dict[tuple[str, str], list[dg.TableColumn]] = {}
        for schema, table, column, kind, comment in connection.execute(
            "select schema_name, table_name, column_name, data_type, comment from duckdb_columns() "
            "where database_name = current_database() and not internal order by schema_name, table_name, column_index"
        ).fetchall():
            columns.setdefault((schema, table), []).append(dg.TableColumn(column, kind, description=comment))
        sizes = {
            (schema, table): size
            for schema, table, size in connection.execute(
                "select schema_name, table_name, estimated_size from duckdb_tables() "
                "where database_name = current_database()"
            ).fetchall()
        }
        for key, table_columns in columns.items():
            entry: dict[str, Any] = {"dagster/column_schema": dg.TableSchema(columns=table_columns)}
            if key in sizes:
                entry["dagster/row_count"] = sizes[key]
            if key[0] in PREVIEW_SCHEMAS:
                cursor = connection.execute(
                    f"select * from {quoted(key[0])}.{quoted(key[1])} limit {PREVIEW_ROWS}"
                )
                names = [item[0] for item in cursor.description]
                entry["preview"] = dg.MetadataValue.md(_markdown(names, cursor.fetchall()))
            found[key] = entry
    return found


def _markdown(names: list[str], rows: list[tuple[Any, ...]]) -> str:
    def cell(value: Any) -> str:
        return "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")

    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(cell(value) for value in row) + " |" for row in rows]
    return "\n".join(lines)
