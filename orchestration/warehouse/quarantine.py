"""The quarantine folder: every refused file, or statement of a file, that still counts, with its reason beside it.

Rebuilt from what the loader recorded, so it is empty again once the causes are gone.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Sequence
from typing import Any

import duckdb

from orchestration.run_context import write_json
from orchestration.sources.receipts import Receipt, read_receipts
from orchestration.warehouse.connection import connect
from orchestration.warehouse.load_bank import refused_statements
from orchestration.workspace import Workspace


def open_refusals(connection: duckdb.DuckDBPyConnection, receipts: Sequence[Receipt]) -> list[dict[str, Any]]:
    """Refused files in force; `is_open` until an export that was received later stands in for it.

    Files received together never settle each other: another part, month or tenant of the same table says
    nothing about the money that the refused one holds.
    """
    rows = connection.execute(
        "select receipt_id, name, sha256, reason, remedy, is_critical, run_id from meta.refusals "
        "order by name, sha256"
    ).fetchall()
    statements = list(refused_statements(connection))
    if not rows:
        return statements
    loaded_ids = {row[0] for row in connection.execute("select receipt_id from meta.loads").fetchall()}
    loaded = [receipt for receipt in receipts if receipt.receipt_id in loaded_ids]
    by_id = {receipt.receipt_id: receipt for receipt in receipts}
    return [
        {
            "name": name,
            "sha256": sha256,
            "reason": reason,
            "remedy": remedy,
            "is_critical": is_critical,
            "is_open": not any(_stands_in(receipt, by_id[receipt_id]) for receipt in loaded),
            "run_id": run_id,
        }
        for receipt_id, name, sha256, reason, remedy, is_critical, run_id in rows
    ] + statements


def _stands_in(later: Receipt, refused: Receipt) -> bool:
    return (
        (later.kind, later.table, later.account_id, later.is_connected, later.livemode)
        == (refused.kind, refused.table, refused.account_id, refused.is_connected, refused.livemode)
        and later.received_at > refused.received_at
        and later.export_time >= refused.export_time
    )


def rebuild_quarantine(workspace: Workspace) -> list[dict[str, Any]]:
    """Make the folder say what the loader recorded; the refusals in force."""
    with connect(workspace.raw_db) as connection:
        refusals = open_refusals(connection, read_receipts(workspace))
    workspace.quarantine.mkdir(parents=True, exist_ok=True)
    wanted = {_folder_name(refusal): refusal for refusal in refusals}
    for folder in workspace.quarantine.iterdir():
        if folder.name not in wanted:
            shutil.rmtree(folder, ignore_errors=True)
    for folder_name, refusal in wanted.items():
        folder = workspace.quarantine / folder_name
        folder.mkdir(exist_ok=True)
        text = refusal.pop("text", None)
        write_json(folder / "reason.json", refusal)
        if text is not None:  # one statement of a file whose others are loaded
            (folder / "statement").write_text(text, encoding="utf-8")
            continue
        target = folder / "file"
        blob = workspace.blobs / refusal["sha256"][:2] / refusal["sha256"]
        if blob.is_file() and not target.exists():
            try:
                os.link(blob, target)
            except OSError:  # another file system
                shutil.copyfile(blob, target)
    return refusals


def _folder_name(refusal: dict[str, Any]) -> str:
    part = f"_statement{refusal['statement']}" if "statement" in refusal else ""
    safe = re.sub(r"[^A-Za-z0-9._-]+", "_", refusal["name"])[-80:]
    # two names may look alike once they are safe: the hash of the name tells them apart
    return f"{refusal['sha256'][:12]}_{hashlib.sha256(refusal['name'].encode()).hexdigest()[:6]}{part}_{safe}"
