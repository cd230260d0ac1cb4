"""The published file against its own batches, its root, its manifest and its checkpoint."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import duckdb

from orchestration.run_context import utc_text
from orchestration.warehouse.connection import connect, literal
from orchestration.warehouse.evidence.batches import BATCH_COLUMNS, measure, root_of
from orchestration.warehouse.evidence.changed_rows import changed_rows
from orchestration.warehouse.evidence.checkpoints import SAID, file_hash
from orchestration.warehouse.evidence.report import Report
from orchestration.workspace import Workspace

AGAIN = "Keep the file if you want to look into it, then run tieout run: it publishes anew from landing/ and journal/."
MOST_BATCHES = 20


def verify_publication(workspace: Workspace, lines: list[dict[str, Any]], report: Report) -> None:
    """What readers query is what the last checkpoint says; `lines` are the whole checkpoints in order."""
    path = workspace.published_db
    if not path.is_file():
        if lines:
            report.found("The published file is gone.", str(path), AGAIN)
        else:
            report.notes.append("Nothing is published yet.")
        return
    try:
        with connect(":memory:") as connection:
            connection.execute(f"attach {literal(str(path))} as pub (read_only)")
            _verify_file(connection, workspace, lines, report)
    except duckdb.Error as error:
        report.found(f"The published file cannot be verified: {str(error).splitlines()[0]}", str(path), AGAIN)
    if lines and file_hash(path) != lines[-1]["file_sha256"]:
        report.found(
            "The published file is not, byte for byte, the one of the last checkpoint. If nothing else is found in "
            "it: another table, the order of rows, a comment or a view was changed, or it was opened for writing.",
            f"{path}, checkpoint {lines[-1]['number']}",
            AGAIN,
        )


def _verify_file(
    connection: duckdb.DuckDBPyConnection, workspace: Workspace, lines: list[dict[str, Any]], report: Report
) -> None:
    where = str(workspace.published_db)
    columns = connection.execute(
        "select count(*) from duckdb_columns() where database_name = 'pub' and column_name = 'merkle_root'"
    ).fetchone()
    if columns == (0,):
        report.found("The published file carries no evidence: an older tieout wrote it.", where, AGAIN)
        return
    said = connection.execute(
        "select run_id, as_of, known_at, published_at, code_version, is_complete, merkle_root, manifest "
        "from pub.meta.publication"
    ).fetchall()
    if len(said) != 1:
        report.found(f"meta.publication holds {len(said)} rows instead of one.", where, AGAIN)
        return
    _batches(connection, workspace, report)
    _publication(said[0], workspace, report)
    stated = {
        "of the rows": _measured_root(connection),
        "in meta.batches": root_of(connection, "pub.meta.batches"),
    }
    for name, root in stated.items():
        if root != said[0][6]:
            report.found(
                f"The Merkle root {name} is not the one of meta.publication.", f"{where}: {root}", AGAIN
            )
    _against_checkpoint(said[0], lines, where, report)


def _measured_root(connection: duckdb.DuckDBPyConnection) -> str:
    return root_of(connection, "measured")


def _batches(connection: duckdb.DuckDBPyConnection, workspace: Workspace, report: Report) -> None:
    connection.execute(f"create temp table measured ({BATCH_COLUMNS})")
    measure(connection, "measured")
    key = "(table_name, coalesce(account_id, ''), coalesce(month::varchar, ''))"
    differing = connection.execute(
        "select coalesce(s.table_name, m.table_name) as name, coalesce(s.account_id, m.account_id) as account, "
        "coalesce(s.month, m.month) as month, s.row_count, m.row_count, s.batch_hash from "
        f"(select *, {key} as key from pub.meta.batches) as s "
        f"full join (select *, {key} as key from measured) as m on s.key = m.key "
        "where s.batch_hash is distinct from m.batch_hash or s.row_count is distinct from m.row_count "
        "order by name, account nulls first, month nulls first"
    ).fetchall()
    for name, account, month, before, after, batch_hash in differing[:MOST_BATCHES]:
        place = (
            name + (f", tenant {account}" if account else "") + (f", month {str(month)[:7]}" if month else "")
        )
        rows = changed_rows(connection, workspace, name, account, month, batch_hash)
        told = (
            f"{_rows(after)} instead of {_rows(before)}" if before != after else f"{_rows(before)}, changed"
        )
        report.found("Rows are not those that were published.", f"{place}: {told}{rows}", AGAIN)
    if len(differing) > MOST_BATCHES:
        report.notes.append(f"{len(differing) - MOST_BATCHES} more batches differ.")
    counted = connection.execute(
        "select count(distinct table_name), count(*), coalesce(sum(row_count), 0)::bigint from measured"
    ).fetchone() or (0, 0, 0)
    report.looked.append(f"published file: {counted[0]} tables, {counted[1]} batches, {counted[2]} rows")


def _rows(count: int | None) -> str:
    return "no rows" if not count else "1 row" if count == 1 else f"{count} rows"


def _publication(said: tuple[Any, ...], workspace: Workspace, report: Report) -> None:
    """meta.publication, the manifest inside it and manifest.json say the same."""
    where = f"meta.publication of {workspace.published_db}"
    try:
        manifest = dict(json.loads(said[7]))
    except (ValueError, TypeError):
        report.found("The manifest inside the published file cannot be read.", where, AGAIN)
        return
    told = {
        "run_id": said[0],
        "as_of": utc_text(said[1]),
        "known_at": utc_text(said[2]) if said[2] else None,
        "published_at": utc_text(said[3]),
        "code_version": said[4],
        "merkle_root": said[6],
    }
    names = [name for name, value in told.items() if not _is_same(manifest.get(name), value)]
    if said[5] != (not manifest.get("incomplete")):
        names.append("is_complete")
    if names:
        report.found(f"The manifest inside the published file says another {', '.join(names)}.", where, AGAIN)
    copy = None
    with suppress(OSError, ValueError):
        copy = json.loads(workspace.manifest.read_text(encoding="utf-8"))
    if copy != manifest:
        report.found(
            "manifest.json is not what the published file says of itself.",
            str(workspace.manifest),
            "Run tieout status: it writes the copy again from the file.",
        )


def _is_same(written: Any, value: Any) -> bool:
    if isinstance(written, str) and isinstance(value, str) and value.endswith("Z"):
        return written.removesuffix("Z").replace("+00:00", "") in (
            value[:-1],
            value[:-1].removesuffix(".000000"),
        )
    return bool(written == value)


def _against_checkpoint(
    said: tuple[Any, ...], lines: list[dict[str, Any]], where: str, report: Report
) -> None:
    told = dict(zip(SAID, (said[0], utc_text(said[1]), utc_text(said[3]), said[4], said[6]), strict=True))
    if lines and all(_is_same(lines[-1][name], value) for name, value in told.items()):
        return
    earlier = [line["number"] for line in lines[:-1] if line["merkle_root"] == told["merkle_root"]]
    if earlier:
        report.found(f"An older publication was put back: that of checkpoint {earlier[-1]}.", where, AGAIN)
        return
    names = ", ".join(name for name in SAID if lines and not _is_same(lines[-1][name], told[name]))
    report.found(
        "The published file is not the one of the last checkpoint: the file was replaced, or the journal was cut "
        f"off{f'; they differ in {names}' if names else ', it holds no checkpoint'}.",
        where,
        f"Restore journal/ from its backup if it was cut off. {AGAIN}",
    )
