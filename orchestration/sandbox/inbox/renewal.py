"""A folder that holds one simulation and nothing else that a simulation would overwrite.

Everything is written beside the old files and put in their place at the end: who is interrupted keeps what
was there. What a simulation wrote is listed in `truth/files.txt`, so that the next one removes just that.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.domain.errors import UsageError
from orchestration.sandbox.world.plan import PLAN_FILE

TRUTH = "truth"
_LIST = Path(TRUTH, "files.txt")
_UNFINISHED = ".simulating-"


@contextmanager
def renewed(folder: Path, modified_at: int) -> Iterator[Path]:
    """A folder to write into; when it is left without an exception, its files replace those of `folder`.

    Args:
        modified_at: Epoch seconds that every file shows as its time.

    Raises:
        UsageError: `folder` cannot be written, or holds something that no simulation wrote.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _refuse_foreign(folder)
        for rest in folder.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(rest)
        fresh = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=folder))
    except OSError as error:
        raise UsageError(
            f"The folder cannot be written: {error.strerror}.",
            where=str(folder),
            remedy="Name a folder that you may write: --out DIR.",
        ) from None
    try:
        yield fresh
        _exchange(fresh, folder, modified_at)
    finally:
        shutil.rmtree(fresh)


def _refuse_foreign(folder: Path) -> None:
    names = [path.name for path in folder.iterdir() if not path.name.startswith(_UNFINISHED)]
    if names and not (folder / TRUTH / PLAN_FILE).is_file():
        raise UsageError(
            "The folder is not empty, and what it holds is not a simulation.",
            where=str(folder),
            remedy="Name a new or empty folder: --out DIR.",
        )


def _exchange(fresh: Path, folder: Path, modified_at: int) -> None:
    """Remove the files of the earlier simulation and move the new ones in, their list first."""
    names = sorted(path.relative_to(fresh).as_posix() for path in fresh.rglob("*") if path.is_file())
    (fresh / _LIST).write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
    _remove_listed(folder)
    for name in (_LIST.as_posix(), *names):
        os.utime(fresh / name, (modified_at, modified_at))
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(fresh / name, target)


def _remove_listed(folder: Path) -> None:
    """Remove what the list names, and folders that are empty then; only below `folder`."""
    try:
        names = (folder / _LIST).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return
    root = folder.resolve()
    for name in names:
        path = (root / name).resolve()
        if path.is_relative_to(root):
            path.unlink(missing_ok=True)
            for parent in path.parents:
                if parent == root or not parent.is_dir() or any(parent.iterdir()):
                    break
                parent.rmdir()
