"""What one run knows of itself: its instants, its options, and what happened so far.

Kept as one JSON file in candidate/, so that the steps of a run hand it on however Dagster executes them.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.workspace import Workspace


@dataclass
class RunContext:
    """One run. Instants are ISO 8601 UTC texts.

    Attributes:
        as_of: Facts after it are staged, not in marts.
        known_at: Only what was received by then counts; empty: all.
        allow_partial: Publish although files with money were refused.
        full_refresh: Rebuild every model from raw.
        company_rows: Fingerprint of the company's own seed rows.
        closes: First day that is open (`first_open_day`, empty: nothing is closed) and the closed periods (`closed`).
        decisions: How many decisions of people counted (`count`), and the id of the last one (`through`).
        not_ready: Pipeline folders without their success marker.
        skipped: Directory entries of the inbox that are no regular files.
        refused: Files in quarantine: name, sha256, reason, remedy, is_critical, is_open.
        warnings: What a person should know, one sentence each.
        dbt: Results of the models' tests: name, status, failures, description.
        gates: Results of the Great Expectations suites.
    """

    run_id: str
    as_of: str
    known_at: str = ""
    allow_partial: bool = False
    full_refresh: bool = False
    started_at: str = ""
    received: int = 0
    not_ready: list[str] = field(default_factory=list)
    skipped: list[list[str]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    settings_origins: dict[str, str] = field(default_factory=dict)
    livemode: str = ""
    company_rows: str = ""
    decisions: dict[str, Any] = field(default_factory=dict)
    closes: dict[str, Any] = field(default_factory=dict)
    first_load_seq: int = 0
    loaded_rows: dict[str, int] = field(default_factory=dict)
    dbt: list[dict[str, Any]] = field(default_factory=list)
    gates: list[dict[str, Any]] = field(default_factory=list)

    def save(self, workspace: Workspace) -> None:
        """Write it whole."""
        write_json(workspace.root / "run.json", asdict(self))

    @classmethod
    def load(cls, workspace: Workspace) -> RunContext:
        return cls(**json.loads((workspace.root / "run.json").read_text(encoding="utf-8")))


def write_json(path: Path, content: Any) -> None:
    """Replace a JSON file atomically and durably."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(content, file, indent=1, sort_keys=True, ensure_ascii=False, default=str)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def utc_text(instant: datetime) -> str:
    """ISO 8601 with microseconds and Z."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_instant(text: str) -> datetime:
    """An ISO 8601 instant; without a zone it is UTC.

    Raises:
        ValueError: Not a date or instant.
    """
    instant = datetime.fromisoformat(text)
    return (instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant).astimezone(UTC)
