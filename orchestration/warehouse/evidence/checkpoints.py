"""`journal/checkpoints.jsonl`: one line per publication that pins everything stored at that moment.

A line holds the hash of the line before it and its own. Before the publication is put in place, its line waits in
`published/checkpoint.pending`; a crash between the rename and the journal is mended from there. A publication
whose line neither stands nor waits was put there by somebody else.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from orchestration.domain.errors import TieoutError
from orchestration.run_context import write_json
from orchestration.sources.receipts import sync_folder
from orchestration.warehouse.connection import connect
from orchestration.warehouse.evidence.chains import START, Link, extended, files_after
from orchestration.workspace import Workspace

FILE_NAME = "checkpoints.jsonl"
SAID = ("run_id", "as_of", "published_at", "code_version", "merkle_root")
FIELDS = frozenset({
    *SAID, "number", "previous", "replaces", "file_sha256", "file_bytes", "receipts", "chains", "journal", "hash",
})  # fmt: skip


@dataclass
class Seen:
    """What the lines read so far pin: the receipts files, the chains, and the last line."""

    number: int = 0
    last_hash: str = START
    files: list[str] = field(default_factory=list)
    chains: dict[str, Link] = field(default_factory=dict)

    def add(self, line: dict[str, Any]) -> None:
        self.number, self.last_hash = int(line["number"]), str(line["hash"])
        self.files += [name for name, _, _ in line["receipts"]]
        self.chains.update({name: Link(*link) for name, link in line["chains"].items()})


def journal_file(workspace: Workspace) -> Path:
    return workspace.journal / FILE_NAME


def pending_file(workspace: Workspace) -> Path:
    return workspace.published / "checkpoint.pending"


def line_text(line: dict[str, Any]) -> str:
    """The one way to write a line."""
    return json.dumps(line, sort_keys=True, ensure_ascii=False)


def hash_of(line: dict[str, Any]) -> str:
    """Hash of everything in a line but its own hash."""
    rest = {name: value for name, value in line.items() if name != "hash"}
    return hashlib.sha256(line_text(rest).encode()).hexdigest()


def file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def parse_line(text: bytes) -> dict[str, Any] | None:
    """A line that is written as lines are and hashes to what it says; None for anything else."""
    try:
        line = json.loads(text)
        intact = set(line) == FIELDS and line_text(line).encode() == text and line["hash"] == hash_of(line)
    except (ValueError, TypeError, KeyError):
        return None
    return dict(line) if intact else None


def read_lines(path: Path) -> list[bytes]:
    """The lines of a file of checkpoints; a last one without its end counts too."""
    return path.read_bytes().splitlines() if path.is_file() else []


def announce(workspace: Workspace, manifest: dict[str, Any], candidate: Path) -> None:
    """Write down the checkpoint of a publication that is about to be put in place."""
    seen = Seen()
    for text in read_lines(journal_file(workspace)):
        if line := parse_line(text):  # what is no line is for `tieout verify` to find; it must not stop a run
            seen.add(line)
    receipts, chains = [], dict(seen.chains)
    for name, body in files_after(workspace.receipts, seen.files):
        receipts.append([name, hashlib.sha256(body).hexdigest(), len(body.splitlines())])
        chains = extended(chains, body)
    line = {name: manifest[name] for name in SAID}
    line |= {
        "number": seen.number + 1,
        "previous": seen.last_hash,
        "replaces": published_root(workspace),
        "file_sha256": file_hash(candidate),
        "file_bytes": candidate.stat().st_size,
        "receipts": receipts,
        "chains": {
            name: [link.length, link.head]
            for name, link in sorted(chains.items())
            if link != seen.chains.get(name)
        },
        "journal": {
            path.name: [path.stat().st_size, file_hash(path)]
            for path in sorted(workspace.journal.glob("*"))
            if path.is_file() and path.suffix == ".jsonl" and path.name != FILE_NAME
        },
    }
    write_json(pending_file(workspace), {"line": {**line, "hash": hash_of(line)}, "manifest": manifest})
    sync_folder(workspace.published)


def published_root(workspace: Workspace) -> str:
    """Merkle root that the published file states; empty without one."""
    if not workspace.published_db.is_file():
        return ""
    try:
        with connect(workspace.published_db, read_only=True) as connection:
            row = connection.execute("select merkle_root from meta.publication").fetchone()
    except duckdb.Error:
        return ""  # damaged, or written before publications had one
    return str(row[0] or "") if row else ""


def settle(workspace: Workspace) -> bool:
    """Bring journal and manifest.json up to the publication that was announced; whether anything waited.

    Raises:
        TieoutError: The journal cannot be written.
    """
    waiting = pending_file(workspace)
    try:
        pending = json.loads(waiting.read_text(encoding="utf-8"))
        line, manifest = dict(pending["line"]), pending["manifest"]
    except FileNotFoundError:
        return False
    except (ValueError, TypeError, KeyError):
        waiting.unlink()
        return False
    try:
        if workspace.published_db.is_file() and file_hash(workspace.published_db) == line["file_sha256"]:
            write_json(workspace.manifest, manifest)
            _append(workspace, line)
        waiting.unlink()  # otherwise the publication never came to be
    except OSError as error:
        raise TieoutError(
            f"The publication is in place, but not yet its checkpoint: {error.strerror}.",
            where=str(journal_file(workspace)),
            remedy="Free disk space or mend the permissions; the next command writes it.",
        ) from error
    return True


def _append(workspace: Workspace, line: dict[str, Any]) -> None:
    workspace.journal.mkdir(parents=True, exist_ok=True)
    path, body = journal_file(workspace), (line_text(line) + "\n").encode()
    with path.open("ab+") as file:
        file.seek(0)
        before = file.read()
        whole = before.rfind(b"\n") + 1
        if before.endswith(body):
            return
        if body.startswith(before[whole:]):
            file.truncate(whole)  # a crash cut this very line
        elif before[whole:]:
            body = b"\n" + body
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(workspace.journal)
