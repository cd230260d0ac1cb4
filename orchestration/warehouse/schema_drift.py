"""Columns that a source began to send: kept in raw, read by no model yet, and said so."""

from __future__ import annotations

import duckdb

from orchestration.warehouse.connection import literal


def new_columns(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[str]:
    """One sentence per table that has columns in this run which no earlier load of it had."""
    loads = connection.execute(
        f"select relation, source_system, extra_columns, run_id = {literal(run_id)} from meta.loads"
    ).fetchall()
    earlier: dict[tuple[str, str], set[str]] = {}
    now: dict[tuple[str, str], set[str]] = {}
    for relation, source_system, columns, is_mine in loads:
        side = now if is_mine else earlier
        side.setdefault((relation, source_system), set()).update(filter(None, columns.split(",")))
    sentences = []
    for (relation, source_system), columns in sorted(now.items()):
        fresh = columns - earlier.get((relation, source_system), columns)
        if fresh:
            sentences.append(
                f"{relation} has new columns in {source_system}: {', '.join(sorted(fresh))}; "
                "they are kept in raw, no model reads them yet."
            )
    return sentences
