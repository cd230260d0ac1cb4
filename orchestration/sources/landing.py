"""Receive the inbox: copy every file to an immutable blob named by its sha256, and write its receipt.

Nothing is parsed here. A file that the layout has no place for is landed too; the loader refuses it with
its reason, so that nothing that arrived is lost.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from orchestration.domain.errors import LandingDamaged, TieoutError, UsageError
from orchestration.domain.inbox_layout import CONTROL_SUFFIX, PIPELINE_MARKER, Placement, place
from orchestration.sources.receipts import Receipt, read_receipts, sync_folder, write_receipts
from orchestration.workspace import Workspace

CHUNK_BYTES = 1 << 20
IGNORED_NAMES = frozenset({".DS_Store", "Thumbs.db", ".gitkeep"})
# What a simulated company really did: whoever is to find it out must never have seen it.
IGNORED_FOLDERS = frozenset({"truth"})


@dataclass
class Receiving:
    """What one receiving did.

    Attributes:
        received: New receipts of this receiving.
        not_ready: Pipeline folders without their success marker.
        skipped: (name, reason) of directory entries that are no regular files, links above all.
    """

    received: list[Receipt] = field(default_factory=list)
    not_ready: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)


def receive(
    workspace: Workspace, inbox: Path, now: datetime, progress: Callable[[str], None] = lambda name: None
) -> Receiving:
    """Land every file of the inbox that is not landed yet.

    Raises:
        UsageError: The inbox does not exist.
        TieoutError: A blob cannot be written (disk full); what was landed before stays.
    """
    if not inbox.is_dir():
        raise UsageError(
            f"There is no inbox at {inbox}.", remedy="Create the folder, or name another: --inbox DIR."
        )
    outcome = Receiving()
    known = {
        (receipt.name, receipt.sha256, receipt.modified_at): receipt for receipt in read_receipts(workspace)
    }
    files = dict(_files_of(inbox, outcome))
    ready = {PurePosixPath(name).parent for name in files if PurePosixPath(name).name == PIPELINE_MARKER}
    landed: list[tuple[str, Placement, Path, str, int, str]] = []
    for name, path in files.items():
        placement = place(PurePosixPath(name))
        if placement.kind in ("control", "marker"):
            continue
        if placement.kind == "pipeline" and PurePosixPath(name).parent.parent not in ready:
            folder = str(PurePosixPath(name).parent.parent)
            if folder not in outcome.not_ready:
                outcome.not_ready.append(folder)
            continue
        modified_at = _iso(datetime.fromtimestamp(path.stat().st_mtime_ns / 1e9, UTC))
        progress(name)
        sha256, size = _land(workspace, path, {key[1] for key in known if key[0] == name})
        control = files.get(name + CONTROL_SUFFIX)
        previous = known.get((name, sha256, modified_at))
        if previous is not None and previous.control == _read_control(control):
            continue
        landed.append((name, placement, path, sha256, size, modified_at))
    known_ids = {receipt.receipt_id for receipt in known.values()}
    outcome.received = [new for new in _receipts(landed, files, now) if new.receipt_id not in known_ids]
    write_receipts(workspace, outcome.received, now)
    return outcome


def verified_blob(workspace: Workspace, receipt: Receipt) -> Path:
    """The blob of a receipt, its bytes proven to be those that were received.

    Raises:
        LandingDamaged: The blob is gone or its bytes changed since (a flipped bit, an edit).
    """
    path = receipt.blob(workspace)
    if not path.is_file():
        raise LandingDamaged(
            "A landed file is missing.",
            where=f"{receipt.name} ({path.name})",
            remedy="Restore landing/ from its backup.",
        )
    with path.open("rb") as file:
        actual = hashlib.file_digest(file, "sha256").hexdigest()
    if actual != receipt.sha256:
        raise LandingDamaged(
            "A landed file changed since it was received: its sha256 differs.",
            where=f"{receipt.name}: {actual} instead of {receipt.sha256}",
            remedy="Restore landing/ from its backup, or put the original into the inbox again.",
        )
    return path


def _files_of(inbox: Path, outcome: Receiving) -> Iterator[tuple[str, Path]]:
    for folder, folders, names in os.walk(inbox, followlinks=False):
        if Path(folder) == inbox:
            folders[:] = set(folders) - IGNORED_FOLDERS
        folders.sort()
        for name in [*folders, *names]:
            path = Path(folder) / name
            if path.is_symlink():
                outcome.skipped.append((_relative(path, inbox), "a link; put the file itself into the inbox"))
        for name in sorted(names):
            path = Path(folder) / name
            if path.is_symlink() or name in IGNORED_NAMES:
                continue
            if not path.is_file():
                outcome.skipped.append((_relative(path, inbox), "not a regular file"))
                continue
            yield _relative(path, inbox), path


def _relative(path: Path, inbox: Path) -> str:
    # A name that is not valid UTF-8 must still be representable in a receipt.
    return path.relative_to(inbox).as_posix().encode("utf-8", "backslashreplace").decode("utf-8")


def _land(workspace: Workspace, path: Path, known_hashes: set[str]) -> tuple[str, int]:
    """Copy a file to its blob unless it is there; (sha256, bytes)."""
    if known_hashes:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        if sha256 in known_hashes:
            return sha256, path.stat().st_size
    incoming = workspace.landing / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    temporary = incoming / f"{os.getpid()}.part"
    try:
        shutil.copyfile(path, temporary, follow_symlinks=False)
        with temporary.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        size = temporary.stat().st_size
        keep_blob(workspace, temporary, sha256)
    except OSError as error:
        raise TieoutError(
            f"A file could not be landed: {error.strerror}.",
            where=str(path),
            remedy="Free disk space or mend the file's permissions, then run again.",
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    return sha256, size


def keep_blob(workspace: Workspace, temporary: Path, sha256: str) -> None:
    """Make a file, already synced to disk, the immutable blob of its sha256."""
    target = workspace.blobs / sha256[:2] / sha256
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary.chmod(0o444)
    os.replace(temporary, target)
    sync_folder(target.parent)


def _receipts(
    landed: list[tuple[str, Placement, Path, str, int, str]], files: dict[str, Path], now: datetime
) -> list[Receipt]:
    """Receipts of this receiving; a file without a stamp takes the newest time of its table's files."""
    newest: dict[tuple[str, str, bool, str], str] = {}
    for _, placement, _, _, _, modified_at in landed:
        group = _group(placement)
        newest[group] = max(newest.get(group, ""), modified_at)
    receipts = []
    for name, placement, _, sha256, size, modified_at in landed:
        stamp = _iso(placement.stamp) if placement.stamp else newest[_group(placement)]
        receipts.append(
            Receipt(
                sha256=sha256,
                size=size,
                name=name,
                kind=placement.kind,
                table=placement.table,
                account_id=placement.account_id,
                is_connected=placement.is_connected,
                livemode=placement.livemode,
                file_format=placement.file_format,
                problem=placement.problem,
                export_time=stamp,
                export_time_from="name" if placement.stamp else "modification time",
                modified_at=modified_at,
                received_at=_iso(now),
                control=_read_control(files.get(name + CONTROL_SUFFIX)),
            )
        )
    return receipts


def _group(placement: Placement) -> tuple[str, str, bool, str]:
    return placement.kind, placement.table, placement.is_connected, placement.account_id


def _read_control(path: Path | None) -> dict[str, object] | None:
    if path is None:
        return None
    try:
        control = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        return {"unreadable": str(error)}
    return control if isinstance(control, dict) else {"unreadable": "not a JSON object"}


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
