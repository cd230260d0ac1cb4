"""The quarantine folder: every refused file that still counts, with its reason beside it.

Rebuilt from what the loader recorded, so it is empty again once the causes are gone.
"""

from __future__ import annotations

import os
import re
import shutil
from typing import Any

import duckdb

from orchestration.run_context import write_json
from orchestration.warehouse.connection import connect
from orchestration.workspace import Workspace


def open_refusals(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Refused files in force; `is_open` until a later file of the same table has loaded."""
    rows = connection.execute(
        "select r.name, r.sha256, r.reason, r.remedy, r.is_critical, not exists (select 1 from meta.loads as l "
        "where l.relation = r.relation and l.load_seq > r.after_load_seq) as is_open, r.run_id "
        "from meta.refusals as r order by r.name, r.sha256"
    ).fetchall()
    names = ("name", "sha256", "reason", "remedy", "is_critical", "is_open", "run_id")
    return [dict(zip(names, row, strict=True)) for row in rows]


def rebuild_quarantine(workspace: Workspace) -> list[dict[str, Any]]:
    """Make the folder say what the loader recorded; the refusals in force."""
    with connect(workspace.raw_db) as connection:
        refusals = open_refusals(connection)
    workspace.quarantine.mkdir(parents=True, exist_ok=True)
    wanted = {_folder_name(refusal): refusal for refusal in refusals}
    for folder in workspace.quarantine.iterdir():
        if folder.name not in wanted:
            shutil.rmtree(folder, ignore_errors=True)
    for folder_name, refusal in wanted.items():
        folder = workspace.quarantine / folder_name
        folder.mkdir(exist_ok=True)
        write_json(folder / "reason.json", refusal)
        target = folder / "file"
        blob = workspace.blobs / refusal["sha256"][:2] / refusal["sha256"]
        if blob.is_file() and not target.exists():
            try:
                os.link(blob, target)
            except OSError:  # another file system
                shutil.copyfile(blob, target)
    return refusals


def _folder_name(refusal: dict[str, Any]) -> str:
    safe = re.sub(r"[^A-Za-z0-9._-]+", "_", refusal["name"])[-80:]
    return f"{refusal['sha256'][:12]}_{safe}"
