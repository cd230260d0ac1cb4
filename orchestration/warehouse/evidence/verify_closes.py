"""The journal of closes against its own chain, and the frozen postings against the hashes that it pins."""

from __future__ import annotations

from orchestration.sources.closes import FILE_NAME, closes_file, frozen_file, frozen_problem, inspect_closes
from orchestration.warehouse.evidence.report import RESTORE, Report
from orchestration.workspace import Workspace

JOURNAL = RESTORE.format("journal/")


def verify_closes(workspace: Workspace, report: Report) -> None:
    """Every step names itself by its hash and follows the lines before it; every frozen file has its bytes."""
    lying = {path.name for path in frozen_file(workspace, "").glob("*") if path.is_file()}
    if not closes_file(workspace).is_file() and not lying:
        return
    read = inspect_closes(workspace)
    for number, what in read.problems:
        report.found(what, f"journal/{FILE_NAME} line {number}", JOURNAL)
    approvals = [close for close in read.records if close.action == "approve"]
    for close in approvals:
        if problem := frozen_problem(workspace, close):
            report.found(problem, f"journal/closes/{close.file}", JOURNAL)
    report.looked.append(
        f"closes: {len(read.records)} steps, each linked to those before it; {len(approvals)} files of frozen postings"
    )
    if read.torn:
        lines = ", ".join(map(str, read.torn))
        report.notes.append(
            f"journal/{FILE_NAME} line {lines}: cut off while it was written, so it never held."
        )
    if orphans := sorted(lying - {close.file for close in approvals}):
        report.notes.append(
            f"journal/closes/ holds {', '.join(orphans)}, which no close names: one that was cut off leaves such files."
        )
