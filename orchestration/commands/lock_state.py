"""Who holds a workspace, without taking it."""

from __future__ import annotations

import fcntl

from orchestration.workspace import Workspace


def lock_holder(workspace: Workspace) -> str:
    """The process that works in the workspace, as it wrote itself down; empty when none does."""
    try:
        file = workspace.lock_file.open(encoding="utf-8")
    except OSError:
        return ""
    with file:
        try:
            # shared and for a moment only: a run that starts just now must not find the workspace taken
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return file.read().strip() or "unknown"
        fcntl.flock(file, fcntl.LOCK_UN)
    return ""
