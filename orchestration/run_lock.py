"""One run at a time in a workspace. The lock is the operating system's: it ends with the process, however it ends."""

from __future__ import annotations

import fcntl
import os
from typing import IO

from orchestration.domain.errors import UsageError
from orchestration.workspace import Workspace

_held: dict[str, IO[str]] = {}


def hold_lock(workspace: Workspace, owner: str) -> None:
    """Hold the workspace until this process ends; holding it already is fine.

    Raises:
        UsageError: Another process holds it; names the process and what can still be read.
    """
    key = str(workspace.root.resolve())
    if key in _held:
        return
    workspace.root.mkdir(parents=True, exist_ok=True)
    file = workspace.lock_file.open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise UsageError(
            f"Another run works in this workspace (process {holder}).",
            where=str(workspace.lock_file),
            remedy=f"Wait for it, or end it; what is published can be read meanwhile: {workspace.published_db}",
        ) from None
    file.truncate(0)
    file.write(f"{os.getpid()}, run {owner}")
    file.flush()
    _held[key] = file


def release_lock(workspace: Workspace) -> None:
    """Let the workspace go before the process ends (tests, long-lived servers)."""
    file = _held.pop(str(workspace.root.resolve()), None)
    if file is not None:
        file.close()
