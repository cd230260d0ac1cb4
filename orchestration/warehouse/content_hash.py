"""Content hashes of tables: the same facts give the same hash, whatever the order, the batches or the run.

A hash is the number of rows and the sum modulo 2^128 of the md5 of each row's canonical text (instants to the
second in UTC). Provenance is left out: it says how a fact came, not what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from orchestration.warehouse.connection import literal, quoted, scalar

PROVENANCE_COLUMNS = frozenset(
    {
        "source_system",
        "source_systems",
        "source_name",
        "recorded_at",
        "observed_at",
        "received_at",
        "load_seq",
        "load_id",
        "run_id",
        "recorded_after_p50_hours",
        "recorded_after_p95_hours",
        "recorded_after_p99_hours",
    }
)
LOW_64 = "18446744073709551615::uhugeint"
# Below this share of distinct values it is cheaper to hash each value once (10 million rows: 2.0 s -> 0.2 s).
FEW_DISTINCT_SHARE = 0.05


@dataclass(frozen=True)
class TableContent:
    """Rows and hash of a table, and the hash of each of its columns (32 hexadecimal characters)."""

    schema: str
    table: str
    row_count: int
    content_hash: str
    columns: dict[str, str]

    @classmethod
    def of(
        cls,
        schema: str,
        table: str,
        row_count: int,
        columns: Iterable[str],
        sums: Iterable[tuple[str, int, int]],
    ) -> TableContent:
        """The content whose digests sum up so; `sums` has (column, low, high) as `digest_sums`, none without rows."""
        hashes = {name: _hash_text(low, high) for name, low, high in sums}
        empty = _hash_text(0, 0)
        return cls(
            schema,
            table,
            row_count,
            hashes.get("", empty),
            {name: hashes.get(name, empty) for name in columns},
        )


def hashed_columns(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    """Column -> type, by name, without provenance."""
    # duckdb_columns() would bind every view of every attached file: 20 ms a table (2026-11)
    described = connection.execute(f"describe {relation}").fetchall()
    return {name: kind for name, kind, *_ in sorted(described) if name not in PROVENANCE_COLUMNS}


def canonical_texts(columns: Mapping[str, str]) -> dict[str, str]:
    """Column -> SQL of its canonical text, from column -> type; "" is the whole row."""
    texts = {name: _canonical_text(name, kind) for name, kind in columns.items()}
    return {**texts, "": f"concat_ws(chr(31), {', '.join(texts.values())})"}


def _canonical_text(column: str, data_type: str) -> str:
    """SQL of a value's canonical text; null has a text of its own."""
    name = quoted(column)
    if data_type.startswith("TIMESTAMP"):
        return f"coalesce(epoch({name})::bigint::varchar, chr(0))"
    return f"coalesce({name}::varchar, chr(0))"


def table_content(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    table: str,
    *,
    only: Sequence[str] | None = None,
    database: str | None = None,
) -> TableContent:
    """Hash a table.

    Args:
        only: Restrict the hash to these columns, for a comparison across sources that carry different ones.
        database: Attached database; the current one by default.
    """
    relation = f"{quoted(database) + '.' if database else ''}{quoted(schema)}.{quoted(table)}"
    columns = {
        name: kind
        for name, kind in hashed_columns(connection, relation).items()
        if only is None or name in only
    }
    count = int(scalar(connection, f"select count(*) from {relation}"))
    sums = " union all ".join(digest_sums(connection, canonical_texts(columns), relation, count))
    found = connection.execute(f"select column_name, low, high from ({sums})").fetchall()
    return TableContent.of(schema, table, count, columns, found)


def digest_sums(
    connection: duckdb.DuckDBPyConnection,
    texts: Mapping[str, str],
    relation: str,
    count: int,
    part: str = "null::date",
) -> list[str]:
    """SQL of (part, column_name, low, high): the sums of the digests of each column, once per value of `part`.

    All columns share one pass over the rows, for most of a small table's time is in the statements; a column of
    few distinct values has its own, which hashes each value once.

    Args:
        texts: What `canonical_texts` gives.
        count: Rows of the relation.
    """
    distinct = _distinct_counts(connection, [name for name in texts if name], relation, count)
    few = [name for name in texts if name and distinct[name] < count * FEW_DISTINCT_SHARE]
    digests = [(name, text) for name, text in texts.items() if name not in few]
    columns = ", ".join(f"md5_number({text}) as d{place}" for place, (_, text) in enumerate(digests))
    statements = [
        _sums_of([name for name, _ in digests], f"select {part} as part, 1 as n, {columns} from {relation}")
    ]
    for name in few:
        values = f"select {part} as part, {texts[name]} as value, count(*) as n from {relation} group by all"
        statements.append(_sums_of([name], f"select part, n, md5_number(value) as d0 from ({values})"))
    return statements


def _sums_of(names: list[str], digests: str) -> str:
    """SQL that sums the digests d0, d1, ... of the named columns, each taken n times."""
    sums = ", ".join(
        f"{{'name': {literal(name)}, 'low': sum((d{place} & {LOW_64})::hugeint * n), "
        f"'high': sum((d{place} >> 64)::hugeint * n)}}"
        for place, name in enumerate(names)
    )
    per_part = f"select part, unnest([{sums}]) as it from ({digests}) group by part"
    return f"select part, it.name as column_name, it.low as low, it.high as high from ({per_part})"


def _hash_text(low: int, high: int) -> str:
    """Sums of the lower and upper halves of the digests as one hash of 32 hexadecimal characters."""
    return f"{(low + (high << 64)) % (1 << 128):032x}"


def _distinct_counts(
    connection: duckdb.DuckDBPyConnection, columns: list[str], relation: str, count: int
) -> dict[str, int]:
    """About how many values each column has; the number of rows where that is not worth a look."""
    if count < 10_000 or not columns:
        return dict.fromkeys(columns, count)
    counts = connection.execute(
        f"select {', '.join(f'approx_count_distinct({quoted(name)})' for name in columns)} from {relation}"
    ).fetchone()
    return dict(zip(columns, counts or (), strict=True))
