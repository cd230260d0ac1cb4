"""What dbt and Dagster print goes to a file while they run; the terminal stays ours.

They write to the file descriptors, children included, so the descriptors themselves are turned.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import IO


def open_log(path: Path) -> IO[str]:
    """A fresh log; the one before it is kept under `.previous`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        os.replace(path, path.with_name(path.name + ".previous"))
    return path.open("a", encoding="utf-8", errors="backslashreplace", buffering=1)


@contextmanager
def printing_into(log: IO[str]) -> Iterator[IO[str]]:
    """Everything printed goes to the log; yields the caller's own stderr."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(1), os.dup(2)]
    own_error = (
        os.fdopen(os.dup(2), "w", encoding="utf-8", buffering=1)
        if sys.stderr is sys.__stderr__
        else sys.stderr
    )
    try:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        with redirect_stdout(log), redirect_stderr(log):
            yield own_error
    finally:
        log.flush()
        for descriptor, original in enumerate(kept, start=1):
            os.dup2(original, descriptor)
            os.close(original)
        if own_error is not sys.stderr:
            own_error.close()
