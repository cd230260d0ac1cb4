"""One pull at a time in a workspace; the lock is the operating system's and ends with the process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from orchestration.domain.errors import UsageError
from orchestration.workspace import Workspace


@contextmanager
def pull_lock(workspace: Workspace) -> Iterator[None]:
    """Hold the lock; `tieout run` may go on meanwhile, since landing only grows.

    Raises:
        UsageError: Another process pulls into this workspace.
    """
    workspace.landing.mkdir(parents=True, exist_ok=True)
    path = workspace.landing / "extract.lock"
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            raise UsageError(
                f"Another pull works in this workspace (process {file.read().strip() or 'unknown'}).",
                where=str(path),
                remedy="Wait for it, or end it; what it has received is kept.",
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
