"""Rows on their way into landing: one file of JSON lines per account and object, then a blob and its receipt."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orchestration.domain.errors import TieoutError
from orchestration.domain.inbox_layout import PLATFORM
from orchestration.sources.landing import keep_blob
from orchestration.sources.receipts import Receipt
from orchestration.sources.stripe_api.clock import instant_text
from orchestration.workspace import Workspace

PREFIX = "stripe-"
CURSOR = "cursor"
LARGEST_BYTES = 64 << 20


@dataclass
class Spool:
    """One file in the making. Memory holds no row of it.

    Attributes:
        observed_at: The state of every row is of this instant (Stripe's clock) or later.
    """

    path: Path
    account: str
    stem: str
    observed_at: float
    rows: int = 0
    size: int = 0
    _sha: Any = field(default_factory=hashlib.sha256)

    def append(self, lines: Sequence[bytes], asked_at: float) -> None:
        data = b"".join(lines)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            file.write(data)
        self._sha.update(data)
        self.rows += len(lines)
        self.size += len(data)
        self.observed_at = min(self.observed_at, asked_at)

    def seal(self, workspace: Workspace, received_at: str) -> Receipt:
        """Make a blob of it; what its receipt will say."""
        with self.path.open("rb") as file:
            os.fsync(file.fileno())
        sha256 = self._sha.hexdigest()
        keep_blob(workspace, self.path, sha256)
        return _receipt(
            self.account,
            self.stem,
            "api",
            sha256,
            self.size,
            instant_text(self.observed_at),
            received_at,
            self.rows,
        )


def not_landed(error: OSError, where: Path) -> TieoutError:
    """What a user can do about a full or locked disk."""
    return TieoutError(
        f"What was received cannot be landed: {error.strerror}.",
        where=str(where),
        remedy="Free disk space or mend the permissions, then run the command again.",
    )


def cursor_receipt(workspace: Workspace, account: str, data: bytes, at: str) -> Receipt:
    """Make a blob of a cursor record; its receipt."""
    sha256 = hashlib.sha256(data).hexdigest()
    temporary = workspace.landing / "incoming" / f"{PREFIX}{os.getpid()}-{account}.cursor"
    temporary.parent.mkdir(parents=True, exist_ok=True)
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    keep_blob(workspace, temporary, sha256)
    return _receipt(account, CURSOR, CURSOR, sha256, len(data), at, at, None)


def _receipt(
    account: str,
    stem: str,
    kind: str,
    sha256: str,
    size: int,
    export_time: str,
    received_at: str,
    rows: int | None,
) -> Receipt:
    folder = "stripe/api" if account == PLATFORM else f"stripe/api/{account}"
    ending = "json" if kind == CURSOR else "jsonl"
    return Receipt(
        sha256=sha256,
        size=size,
        name=f"{folder}/{stem}.{ending}",
        kind=kind,
        table=stem,
        account_id=account,
        is_connected=False,
        livemode=None,
        file_format=ending,
        problem="",
        export_time=export_time,
        export_time_from="extractor",
        modified_at=export_time,
        received_at=received_at,
        control=None if rows is None else {"rows": rows},
    )
