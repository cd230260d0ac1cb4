"""Landing against itself: blobs against their names and receipts, receipts against the names of their files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from orchestration.sources.journal import discarded_hashes
from orchestration.warehouse.evidence.chains import chain_of, is_self_named
from orchestration.warehouse.evidence.checkpoints import file_hash
from orchestration.warehouse.evidence.report import RESTORE, Report
from orchestration.workspace import Workspace

READERS = 4
REMEDY = RESTORE.format("landing/")


def verify_landing(workspace: Workspace, report: Report) -> None:
    """Every blob has the bytes that it is named by, and every receipt has its blob."""
    named = dict(_named_blobs(workspace, report))
    blobs = {path.name: path for path in sorted(workspace.blobs.glob("*/*")) if path.is_file()}
    with ThreadPoolExecutor(READERS) as readers:
        actual = dict(zip(blobs, readers.map(file_hash, blobs.values()), strict=True))
    for sha256, path in blobs.items():
        where = f"{_relative(path, workspace)} ({named.get(sha256, ('', 0, 'in no receipt'))[2]})"
        if actual[sha256] != sha256:
            report.found("A landed file does not have the bytes that it is named by.", where, REMEDY)
        elif path.parent.name != sha256[:2]:
            report.found("A landed file lies in a folder that is not its own.", where, REMEDY)
        elif sha256 in named and path.stat().st_size != named[sha256][1]:
            report.found("A receipt states another size than its file has.", where, REMEDY)
    discarded = discarded_hashes(workspace)
    for sha256, (tenant, _, name) in named.items():
        if sha256 not in blobs:
            state = ", left out by a discard" if sha256 in discarded else ""
            where = f"{name} (tenant {tenant}, sha256 {sha256[:12]}{state})"
            report.found("A landed file is missing.", where, REMEDY)
    report.looked.append(f"landing: {len(blobs)} files read, {len(named)} of them named by receipts")
    if orphans := len(set(blobs) - set(named)):
        report.notes.append(
            f"{orphans} landed files stand in no receipt: a receiving that was cut off leaves such files."
        )


def _named_blobs(workspace: Workspace, report: Report) -> Iterator[tuple[str, tuple[str, int, str]]]:
    """sha256 -> (tenant, bytes, name) of every receipt; what is no receipt is found."""
    for path in sorted(workspace.receipts.glob("*.jsonl")):
        body = path.read_bytes()
        if not is_self_named(path, body):
            report.found(
                "A file of receipts does not have the bytes that it is named by: a receipt was edited, deleted, "
                "inserted or moved.",
                f"{_relative(path, workspace)}, {len(body.splitlines())} receipts",
                REMEDY,
            )
        for number, line in enumerate(body.splitlines(), start=1):
            try:
                receipt = json.loads(line)
                yield receipt["sha256"], (chain_of(line), int(receipt["size"]), str(receipt["name"]))
            except (ValueError, TypeError, KeyError):
                report.found(
                    "A receipt cannot be read.", f"{_relative(path, workspace)} line {number}", REMEDY
                )


def _relative(path: Path, workspace: Workspace) -> str:
    return path.relative_to(workspace.root).as_posix()
