"""How the last run ended: kept by `tieout run`, otherwise concluded from what a run leaves behind."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.run_context import utc_text, write_json
from orchestration.workspace import Workspace


def _path(workspace: Workspace) -> Path:
    return workspace.dagster_home / "last_run.json"


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object, or an empty one when there is none to read."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def record_outcome(workspace: Workspace, code: int, message: str) -> None:
    """Keep the outcome beside Dagster's own records."""
    write_json(
        _path(workspace),
        {
            "run_id": read_json(workspace.root / "run.json").get("run_id", ""),
            "exit_code": code,
            "message": message,
            "ended_at": utc_text(datetime.now(UTC)),
        },
    )


def last_run(workspace: Workspace, published_run_id: str, holder: str) -> dict[str, Any] | None:
    """Run id, start, outcome and message of the last run; None when there was none.

    A run of the schedule or the UI leaves no outcome of its own; whether it published tells it.
    """
    run = read_json(workspace.root / "run.json")
    if not run:
        return None
    said = read_json(_path(workspace))
    facts = {"run_id": run.get("run_id", ""), "started_at": run.get("started_at", ""), "message": ""}
    if run.get("run_id") == published_run_id:
        return facts | {"outcome": "published"}
    if holder:
        return facts | {"outcome": "running", "message": f"process {holder}"}
    if said.get("run_id") == run.get("run_id"):
        return facts | {
            "outcome": "refused" if said.get("exit_code") in (3, 4) else "failed",
            "exit_code": said.get("exit_code"),
            "message": said.get("message", ""),
        }
    gates = read_json(workspace.quality / "gates.json")
    if gates.get("run_id") == run.get("run_id") and gates.get("verdict") == "refused":
        return facts | {"outcome": "refused", "message": "; ".join(gates.get("reasons", [])[:5])}
    return facts | {
        "outcome": "not published",
        "message": "It ended before it published; tieout ui shows its log.",
    }
