"""Receipts: what was received, under which name, as of which time. The blobs hold the bytes.

One file of receipts per receiving, renamed into place after every blob that it names is on disk, so a crash
leaves either the whole receiving or none of it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration.domain.errors import TieoutError
from orchestration.workspace import Workspace


@dataclass(frozen=True)
class Receipt:
    """One file as received; the same blob seen with a later export time is another receipt.

    `export_time`, `received_at` and `modified_at` are ISO 8601 UTC texts, so that they sort as instants.
    """

    sha256: str
    size: int
    name: str
    kind: str
    table: str
    account_id: str
    is_connected: bool
    livemode: bool | None
    file_format: str
    problem: str
    export_time: str
    export_time_from: str
    modified_at: str
    received_at: str
    control: dict[str, Any] | None = None

    @property
    def receipt_id(self) -> str:
        """Identity of the observation: same bytes, name, export time and control totals."""
        facts = [self.sha256, self.name, self.export_time, self.control]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:24]

    @property
    def sort_key(self) -> tuple[str, str, str]:
        """The order in which receipts are loaded; never the order of arrival."""
        return (self.export_time, self.name, self.sha256)

    def blob(self, workspace: Workspace) -> Path:
        return workspace.blobs / self.sha256[:2] / self.sha256


def read_receipts(workspace: Workspace) -> list[Receipt]:
    """All receipts in loading order; the earliest arrival stands for one identity."""
    found: dict[str, Receipt] = {}
    for path in sorted(workspace.receipts.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                receipt = Receipt(**json.loads(line))
            except (ValueError, TypeError) as error:
                raise TieoutError(
                    "A receipt cannot be read.",
                    where=f"{path.name} line {number}: {error}",
                    remedy="Restore landing/ from its backup.",
                ) from None
            found.setdefault(receipt.receipt_id, receipt)
    return sorted(found.values(), key=lambda receipt: receipt.sort_key)


def write_receipts(workspace: Workspace, receipts: Iterable[Receipt], received_at: datetime) -> None:
    """Append one receiving, whole or not at all."""
    lines = [json.dumps(asdict(receipt), sort_keys=True, ensure_ascii=False) for receipt in receipts]
    if not lines:
        return
    workspace.receipts.mkdir(parents=True, exist_ok=True)
    body = ("\n".join(lines) + "\n").encode()
    stem = received_at.strftime("%Y%m%dT%H%M%S%fZ")
    target = workspace.receipts / f"{stem}_{hashlib.sha256(body).hexdigest()[:12]}.jsonl"
    temporary = target.with_suffix(".tmp")
    with temporary.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, target)
    sync_folder(workspace.receipts)


def sync_folder(folder: Path) -> None:
    """Make renames inside a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
