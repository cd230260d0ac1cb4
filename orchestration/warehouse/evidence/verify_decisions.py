"""The journal of decisions against its own chain; checkpoints pin, besides, what stood in it at each publication."""

from __future__ import annotations

from orchestration.sources.decisions import FILE_NAME, decisions_file, inspect_decisions
from orchestration.warehouse.evidence.report import RESTORE, Report
from orchestration.workspace import Workspace


def verify_decisions(workspace: Workspace, report: Report) -> None:
    """Every decision names itself by its hash and follows the lines before it."""
    if not decisions_file(workspace).is_file():
        return
    read = inspect_decisions(workspace)
    for number, what in read.problems:
        report.found(what, f"journal/{FILE_NAME} line {number}", RESTORE.format("journal/"))
    report.looked.append(f"decisions: {len(read.records)}, each linked to those before it")
    if read.torn:
        lines = ", ".join(map(str, read.torn))
        report.notes.append(
            f"journal/{FILE_NAME} line {lines}: cut off while it was written, so it never held."
        )
