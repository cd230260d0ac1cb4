"""Checks of the workspace: room, permissions, lock, what was landed, what is published."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from orchestration.commands.common import nearest_existing
from orchestration.commands.findings import Finding, bad, ok, warn
from orchestration.commands.rendering import counted
from orchestration.workspace import Workspace

# Candidate, its spill and two publications beside what was landed; measured 2.4 times on 10 million rows.
ROOM_FACTOR = 4
ROOM_AT_LEAST = 500_000_000
RESTORE = "Restore landing/ from its backup, or put the original file into the inbox again."


def inbox(folder: Path) -> Iterator[Finding]:
    """Where files arrive."""
    if folder.is_dir() and os.access(folder, os.R_OK | os.X_OK):
        yield ok(f"inbox {folder}")
    elif folder.exists():
        yield bad(f"inbox {folder} cannot be read", "Mend its permissions, or name another: --inbox DIR.")
    else:
        yield bad(f"inbox {folder} does not exist", "Create the folder, or name another: --inbox DIR.")


def writable(workspace: Workspace) -> Iterator[Finding]:
    """Every folder that a run writes."""
    folders = (
        workspace.root,
        workspace.landing,
        workspace.blobs,
        workspace.receipts,
        workspace.journal,
        workspace.candidate,
        workspace.published,
        workspace.quarantine,
        workspace.quality,
        workspace.dagster_home,
    )
    closed = [
        str(folder) for folder in folders if folder.exists() and not os.access(folder, os.W_OK | os.X_OK)
    ]
    if not os.access(nearest_existing(workspace.root), os.W_OK | os.X_OK):
        closed.append(str(nearest_existing(workspace.root)))
    if closed:
        yield bad(
            f"workspace: cannot write {', '.join(sorted(set(closed)))}",
            "Mend the permissions, or name another: --workspace DIR.",
        )
    else:
        state = "" if workspace.root.exists() else " (made by the first run)"
        yield ok(f"workspace {workspace.root} can be written{state}")


def lock(workspace: Workspace) -> Iterator[Finding]:
    """A run in progress is no fault."""
    from orchestration.commands.lock_state import lock_holder

    holder = lock_holder(workspace)
    if holder:
        yield warn(f"lock: held by process {holder}", "Wait for it; what is published can be read meanwhile.")
    else:
        yield ok("lock: free")


def disk(workspace: Workspace) -> Iterator[Finding]:
    """Room for building and publishing what was landed."""
    landed = sum(path.stat().st_size for path in workspace.blobs.glob("*/*"))
    free = shutil.disk_usage(nearest_existing(workspace.root)).free
    needed = max(ROOM_AT_LEAST, ROOM_FACTOR * landed)
    text = f"disk: {free / 1e9:,.1f} GB free, {landed / 1e9:,.1f} GB landed"
    if free < needed:
        yield bad(
            text,
            f"Free at least {needed / 1e9:,.1f} GB ({ROOM_FACTOR} times what was landed); "
            "candidate/ can be deleted, it is rebuilt.",
        )
    else:
        yield ok(text)


def modes(workspace: Workspace) -> Iterator[Finding]:
    """Books are changed by their owner only, and hold names and addresses of customers."""
    if not workspace.root.exists():
        return
    watched = [
        workspace.root,
        workspace.landing,
        workspace.blobs,
        workspace.receipts,
        workspace.journal,
        workspace.published,
        *workspace.published.glob("*"),
        *workspace.journal.glob("*"),
        *workspace.receipts.glob("*"),
    ]
    loose = [str(path) for path in watched if path.exists() and path.stat().st_mode & 0o022]
    if loose:
        yield bad(f"modes: others may write {', '.join(loose[:5])}", f"chmod -R go-w {workspace.root}")
    elif workspace.root.stat().st_mode & 0o005:
        yield warn("modes: every user of this machine can read the workspace", f"chmod 700 {workspace.root}")
    else:
        yield ok("modes: only the owner can change the books")


def landing(workspace: Workspace, deep: bool) -> Iterator[Finding]:
    """Every receipt has its bytes; with `deep`, the very bytes that were received."""
    from orchestration.sources.journal import discarded_hashes
    from orchestration.sources.receipts import read_receipts

    discarded = discarded_hashes(workspace)
    receipts = {receipt.sha256: receipt for receipt in read_receipts(workspace)}
    faults: list[str] = []
    left_out: list[str] = []
    for sha256, receipt in receipts.items():
        path = receipt.blob(workspace)
        fault = ""
        if not path.is_file():
            fault = "is missing"
        elif path.stat().st_size != receipt.size:
            fault = f"has {path.stat().st_size} bytes instead of {receipt.size}"
        elif deep:
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                    fault = "was changed: its sha256 differs"
        if fault:
            (left_out if sha256 in discarded else faults).append(f"{receipt.name} ({sha256[:12]}) {fault}")
    if faults:
        yield bad(f"landing: {len(faults)} of {len(receipts)} files: {'; '.join(faults[:5])}", RESTORE)
    if left_out:
        yield warn(
            f"landing: discarded files: {'; '.join(left_out[:5])}", "Nothing, unless you want them back."
        )
    if not faults and not left_out:
        depth = "with the sha256 of their receipt" if deep else "present (--deep also reads them)"
        yield ok(f"landing: {counted(len(receipts), 'file')} {depth}")


def publication(workspace: Workspace, deep: bool) -> Iterator[Finding]:
    """The published file opens, and holds what its manifest says."""
    from orchestration.commands.lock_state import lock_holder
    from orchestration.warehouse.published_file import (
        mend_manifest,
        published_differences,
        published_manifest,
    )

    if not workspace.published_db.is_file():
        yield ok("publication: nothing is published yet")
        return
    differences = published_differences(workspace.published_db, deep=deep)
    if differences:
        yield bad(
            f"publication: {'; '.join(differences[:5])}", "Run tieout run; it publishes the file again."
        )
        return
    manifest = published_manifest(workspace) or {}
    yield ok(f"publication: run {manifest['run_id']}, as of {manifest['as_of']}, is as it says of itself")
    if not lock_holder(workspace) and mend_manifest(workspace):
        yield warn(
            "publication: manifest.json disagreed with the file (a crash parted them)",
            "Nothing; it is written again.",
        )
