"""`tieout verify`: landing, journal and publication against the hashes that were written down when they were made."""

from __future__ import annotations

from pathlib import Path

from orchestration.warehouse.evidence.report import Report
from orchestration.warehouse.evidence.verify_closes import verify_closes
from orchestration.warehouse.evidence.verify_decisions import verify_decisions
from orchestration.warehouse.evidence.verify_journal import JournalCheck, compare_with_copy
from orchestration.warehouse.evidence.verify_landing import verify_landing
from orchestration.warehouse.evidence.verify_publication import verify_publication
from orchestration.workspace import Workspace


def verify(workspace: Workspace, copy: Path | None = None) -> Report:
    """Look at everything stored; nothing is written.

    Args:
        copy: Checkpoints kept elsewhere; without them a consistent rewrite of everything cannot be seen.
    """
    report = Report()
    verify_landing(workspace, report)
    lines = JournalCheck(workspace, report).run()
    verify_decisions(workspace, report)
    verify_closes(workspace, report)
    verify_publication(workspace, lines, report)
    if copy is not None:
        compare_with_copy(lines, copy, report)
    else:
        report.notes.append(
            "Whoever rewrites everything here, the journal included, leaves no trace in it. Only a copy of "
            "journal/checkpoints.jsonl kept elsewhere shows that: tieout verify --checkpoint FILE."
        )
    return report
