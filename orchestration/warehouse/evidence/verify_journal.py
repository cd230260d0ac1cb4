"""The journal against itself and against landing: its own chain, and what each checkpoint pins."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from orchestration.warehouse.evidence.chains import Link, extended, files_after
from orchestration.warehouse.evidence.checkpoints import (
    FILE_NAME,
    Seen,
    hash_of,
    journal_file,
    parse_line,
    read_lines,
)
from orchestration.warehouse.evidence.report import RESTORE, Report
from orchestration.workspace import Workspace

JOURNAL = RESTORE.format("journal/")
LANDING = RESTORE.format("landing/")


class JournalCheck:
    """Walks the checkpoints from the first to the last."""

    def __init__(self, workspace: Workspace, report: Report) -> None:
        self._workspace = workspace
        self._report = report
        self._seen = Seen()
        self._root = ""
        self._bodies: dict[str, bytes | None] = {}
        self._is_after_gap = False

    def run(self) -> list[dict[str, Any]]:
        """Check every line; the ones that are whole, in their order."""
        whole = []
        for at, text in enumerate(read_lines(journal_file(self._workspace)), start=1):
            where = f"journal/{FILE_NAME} line {at}"
            line = parse_line(text)
            if line is None:
                self._report.found(f"A checkpoint was edited or cut{_told_of(text)}.", where, JOURNAL)
                self._is_after_gap = True
                continue
            self._order(line, where)
            self._receipts(line, where)
            self._prefixes(line, where)
            self._seen.add(line)
            self._root, self._is_after_gap = str(line["merkle_root"]), False
            whole.append(line)
        self._since(whole)
        self._report.looked.append(
            f"journal: {len(whole)} checkpoints, {len(self._seen.files)} files of receipts in "
            f"{len(self._seen.chains)} chains of {sum(link.length for link in self._seen.chains.values())} receipts"
        )
        return whole

    def _order(self, line: dict[str, Any], where: str) -> None:
        if self._is_after_gap:
            return
        about = f"{where} (run {line['run_id']})"
        if line["number"] != self._seen.number + 1 or line["previous"] != self._seen.last_hash:
            self._report.found(
                "A checkpoint does not follow the one before it: a line was deleted, inserted or moved.",
                f"{about}, number {line['number']} after {self._seen.number}",
                JOURNAL,
            )
            self._is_after_gap = True
        elif line["replaces"] not in ("", self._root):
            self._report.found(
                "Checkpoints before this one were cut off, or a file that was not theirs had been put in place.",
                about,
                JOURNAL,
            )

    def _receipts(self, line: dict[str, Any], where: str) -> None:
        chains = dict(self._seen.chains)
        damaged = []
        for name, sha256, count in line["receipts"]:
            body = self._body(self._workspace.receipts / name)
            chains = extended(chains, body or b"")
            if body is None:
                damaged.append(f"{name} is gone ({count} receipts)")
            elif hashlib.sha256(body).hexdigest() != sha256:
                damaged.append(f"{name} has {len(body.splitlines())} receipts, {count} were received")
        if self._is_after_gap:
            return
        said = {name: Link(*link) for name, link in line["chains"].items()}
        names = {
            name for name in {*said, *chains} if name in said or chains[name] != self._seen.chains.get(name)
        }
        broken = sorted(name or "unreadable" for name in names if chains.get(name) != said.get(name))
        if damaged or broken:
            self._report.found(
                "Receipts are not those of the checkpoint: edited, deleted, inserted, moved, or of another tenant.",
                f"{'; '.join(damaged) or where}; tenants whose chain differs: {', '.join(broken) or 'none'}",
                LANDING if damaged else JOURNAL,
            )

    def _prefixes(self, line: dict[str, Any], where: str) -> None:
        for name, (length, sha256) in line["journal"].items():
            body = self._body(self._workspace.journal / name)
            if body is None or hashlib.sha256(body[:length]).hexdigest() != sha256:
                self._report.found(
                    f"Decisions that were written down are {'gone' if body is None else 'changed or cut off'}.",
                    f"journal/{name}, its first {length} bytes at {where}",
                    JOURNAL,
                )

    def _body(self, path: Path) -> bytes | None:
        key = str(path)
        if key not in self._bodies:
            self._bodies[key] = path.read_bytes() if path.is_file() else None
        return self._bodies[key]

    def _since(self, lines: list[dict[str, Any]]) -> None:
        """Receipts that no checkpoint knows are fine, unless they say that one should."""
        fresh = list(files_after(self._workspace.receipts, self._seen.files))
        if fresh:
            self._report.notes.append(f"{len(fresh)} files of receipts arrived after the last checkpoint.")
        if not lines or self._is_after_gap:
            return
        for name, body in fresh:
            if any(_is_backdated(text, str(lines[-1]["published_at"])) for text in body.splitlines()):
                self._report.found(
                    "Receipts that are dated before the last checkpoint are not in it: they were put in later.",
                    f"landing/receipts/{name}",
                    "Find out who put them there; if nobody knows, remove this file, then run tieout run.",
                )


def _told_of(text: bytes) -> str:
    """Whose line it was, if that can still be read."""
    try:
        line = json.loads(text)
        return f" (run {line['run_id']}; hash {hash_of(line)[:12]}, it says {str(line['hash'])[:12]})"
    except (ValueError, TypeError, KeyError, AttributeError):
        return ""


def _is_backdated(text: bytes, published_at: str) -> bool:
    """Whether an inbox file claims an arrival that the checkpoint would know; extractions follow Stripe's clock."""
    try:
        receipt = json.loads(text)
        return receipt["export_time_from"] != "extractor" and str(receipt["received_at"]) < published_at
    except (ValueError, TypeError, KeyError):
        return False


def compare_with_copy(lines: list[dict[str, Any]], copy: Path, report: Report) -> None:
    """The checkpoints against a copy kept elsewhere: all that the copy holds must still stand here."""
    texts = read_lines(copy)
    kept = [(at, line) for at, text in enumerate(texts, start=1) if (line := parse_line(text))]
    if len(kept) < len(texts) or not kept:
        report.found("The copy is damaged or holds no checkpoint.", str(copy), "Use another copy.")
    here = {line["number"]: line for line in lines}
    for at, line in kept:
        where = f"{copy.name} line {at}: checkpoint {line['number']} of run {line['run_id']}"
        mine = here.get(line["number"])
        if mine is None:
            report.found("A checkpoint of the copy is gone from the journal: it was cut off.", where, JOURNAL)
        elif mine != line:
            names = sorted(name for name in line if mine[name] != line[name])
            report.found(
                f"The journal was rewritten: a checkpoint differs from its copy in {', '.join(names)}.",
                where,
                "Trust the copy: restore the whole workspace from a backup of that time.",
            )
    report.looked.append(f"copy: {len(kept)} checkpoints of {copy}")
    last = max((line["number"] for _, line in kept), default=0)
    if lines and lines[-1]["number"] > last:
        report.notes.append(
            f"The copy ends at checkpoint {last}, the journal at {lines[-1]['number']}: what was published since "
            "is proven by the journal only. Copy journal/checkpoints.jsonl after every run."
        )
