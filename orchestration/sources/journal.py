"""The journal of discards: which landed files a person left out, by whom and why; reversible by another line.

Append-only JSON lines. A decision names the blob (sha256), so it holds for every name under which it came.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.sources.receipts import sync_folder
from orchestration.workspace import Workspace


@dataclass(frozen=True)
class Discard:
    """One decision about a landed file.

    Attributes:
        action: `discard` or `restore`.
        decided_at: ISO 8601 UTC.
    """

    action: str
    sha256: str
    by: str
    reason: str
    decided_at: str


def _path(workspace: Workspace) -> Path:
    return workspace.journal / "discards.jsonl"


def read_discards(workspace: Workspace) -> list[Discard]:
    """All decisions in the order in which they were made."""
    path = _path(workspace)
    if not path.exists():
        return []
    return [
        Discard(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()
    ]


def discarded_hashes(workspace: Workspace) -> set[str]:
    """Blobs that are left out now."""
    state: dict[str, str] = {}
    for decision in read_discards(workspace):
        state[decision.sha256] = decision.action
    return {sha256 for sha256, action in state.items() if action == "discard"}


def append_discard(workspace: Workspace, decision: Discard) -> None:
    """Write one decision durably."""
    workspace.journal.mkdir(parents=True, exist_ok=True)
    with _path(workspace).open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(decision), sort_keys=True, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
    sync_folder(workspace.journal)
