"""A decision is guarded twice: by its own chain at once, by the next checkpoint for good."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from orchestration.sources.decisions import Decision, append_decisions, decisions_file
from orchestration.warehouse.evidence.report import Report
from orchestration.warehouse.evidence.verification import verify
from orchestration.workspace import Workspace
from tests.unit.warehouse.evidence_workspace import make, receive_and_publish

AT = "2026-04-01T12:00:00.000000Z"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = make(tmp_path / "workspace", publications=1)
    decide(workspace, "po_1", "po_2", "po_3")
    return workspace


def decide(workspace: Workspace, *payouts: str) -> None:
    append_decisions(workspace, [Decision("confirm", "Ada", match_kind="payout_bank", left=(name,), right=("be_1",))
                                 for name in payouts], AT)


def told(report: Report) -> str:
    return "\n".join(" ".join(asdict(finding).values()) for finding in report.findings)


def test_decisions_that_nobody_touched_are_whole(workspace: Workspace) -> None:
    report = verify(workspace)
    assert told(report) == ""
    assert "decisions: 3, each linked to those before it" in report.looked
    receive_and_publish(workspace, 1)
    decide(workspace, "po_4")
    assert told(verify(workspace)) == ""


@pytest.mark.parametrize("change", [
    lambda lines: [lines[0].replace(b"Ada", b"Eve"), *lines[1:]],
    lambda lines: [*lines[:2], lines[2].replace(b"po_3", b"po_9")],
    lambda lines: [lines[0], lines[2]],
    lambda lines: lines[1:],
    lambda lines: [lines[0], lines[2], lines[1]],
])
def test_a_decision_changed_before_any_checkpoint_is_found(workspace: Workspace, change: object) -> None:
    path = decisions_file(workspace)
    path.write_bytes(b"".join(line + b"\n" for line in change(path.read_bytes().splitlines())))  # type: ignore[operator]
    assert "journal/decisions.jsonl line " in told(verify(workspace))


@pytest.mark.parametrize("left", [0, 1, 2])
def test_decisions_cut_off_after_a_checkpoint_are_found(workspace: Workspace, left: int) -> None:
    """The chain alone cannot show that its end is gone; the checkpoint can."""
    receive_and_publish(workspace, 1)
    path = decisions_file(workspace)
    path.write_bytes(b"".join(line + b"\n" for line in path.read_bytes().splitlines()[:left]))
    assert "journal/decisions.jsonl, its first" in told(verify(workspace))


def test_a_journal_that_is_gone_is_found(workspace: Workspace) -> None:
    receive_and_publish(workspace, 1)
    decisions_file(workspace).unlink()
    assert "journal/decisions.jsonl, its first" in told(verify(workspace))


def test_what_a_crash_cut_is_a_note_and_no_finding(workspace: Workspace) -> None:
    path = decisions_file(workspace)
    path.write_bytes(path.read_bytes() + b'{"action": "conf')
    receive_and_publish(workspace, 1)
    decide(workspace, "po_4")
    report = verify(workspace)
    assert told(report) == ""
    assert any("decisions.jsonl line 4: cut off while it was written" in note for note in report.notes)
