"""Checkpoints: crashes between publication and journal, cut journals, and what a copy kept elsewhere proves."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.domain.errors import TieoutError
from orchestration.warehouse import publication
from orchestration.warehouse.evidence.checkpoints import journal_file, pending_file, read_lines, settle
from orchestration.warehouse.evidence.verification import verify
from orchestration.warehouse.publication import repair_manifest
from orchestration.workspace import Workspace
from tests.unit.warehouse.evidence_workspace import make, receive_and_publish


class Killed(BaseException):
    """The machine went down."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return make(tmp_path_factory.mktemp("evidence") / "workspace", publications=1)


@pytest.fixture
def workspace(whole: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(whole.root, tmp_path / "workspace")
    return Workspace(tmp_path / "workspace")


def findings(workspace: Workspace, copy: Path | None = None) -> list[str]:
    return [finding.what for finding in verify(workspace, copy).findings]


def killed_before_its_checkpoint(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = iter([False, Killed()])

    def settle_once(places: Workspace) -> bool:
        outcome = next(calls)
        if isinstance(outcome, Killed):
            raise outcome
        return settle(places)

    with monkeypatch.context() as patch:
        patch.setattr(publication, "settle", settle_once)
        with pytest.raises(Killed):
            receive_and_publish(workspace, 1)


def test_a_crash_after_the_rename_is_mended_by_the_next_command(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_before_its_checkpoint(workspace, monkeypatch)
    assert len(read_lines(journal_file(workspace))) == 1
    assert repair_manifest(workspace)
    assert len(read_lines(journal_file(workspace))) == 2
    assert json.loads(workspace.manifest.read_text(encoding="utf-8"))["run_id"] == "run-1"
    assert findings(workspace) == []
    assert not repair_manifest(workspace)


def test_a_crash_inside_the_line_leaves_one_whole_line_after_mending(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_before_its_checkpoint(workspace, monkeypatch)
    waiting = pending_file(workspace).read_bytes()
    settle(workspace)
    body = journal_file(workspace).read_bytes()
    for cut in (body.index(b"\n") + 1, len(body) - 200, len(body) - 1, len(body)):
        journal_file(workspace).write_bytes(body[:cut])
        pending_file(workspace).write_bytes(waiting)
        assert settle(workspace)
        assert journal_file(workspace).read_bytes() == body


def test_a_crash_before_the_rename_leaves_the_publication_and_its_checkpoint(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = workspace.published_db.read_bytes()
    with monkeypatch.context() as patch:
        def fail(source: Path, target: Path, replace: object = os.replace) -> None:
            if Path(target) == workspace.published_db:
                raise OSError(28, "No space left on device")
            replace(source, target)  # type: ignore[operator]

        patch.setattr(publication.os, "replace", fail)
        with pytest.raises(TieoutError, match="could not be written"):
            receive_and_publish(workspace, 1)
    settle(workspace)
    assert not pending_file(workspace).exists()
    assert workspace.published_db.read_bytes() == before
    assert len(read_lines(journal_file(workspace))) == 1
    assert findings(workspace) == []


def test_a_journal_that_was_cut_stays_found_after_the_next_publication(workspace: Workspace) -> None:
    receive_and_publish(workspace, 1)
    lines = read_lines(journal_file(workspace))
    journal_file(workspace).write_bytes(lines[0] + b"\n")
    assert any("the journal was cut off" in what for what in findings(workspace))
    receive_and_publish(workspace, 2)
    assert any("Checkpoints before this one were cut off" in what for what in findings(workspace))


def test_a_journal_that_is_gone_stays_found_after_the_next_publication(workspace: Workspace) -> None:
    journal_file(workspace).unlink()
    assert any("it holds no checkpoint" in what for what in findings(workspace))
    receive_and_publish(workspace, 1)
    assert any("cut off" in what for what in findings(workspace))


def test_one_line_kept_elsewhere_pins_the_journal_up_to_it(workspace: Workspace, tmp_path: Path) -> None:
    receive_and_publish(workspace, 1)
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(read_lines(journal_file(workspace))[1] + b"\n")
    assert findings(workspace, copy) == []
    journal_file(workspace).write_bytes(read_lines(journal_file(workspace))[0] + b"\n")
    assert "A checkpoint of the copy is gone from the journal: it was cut off." in findings(workspace, copy)


def test_a_damaged_copy_proves_nothing_and_says_so(workspace: Workspace, tmp_path: Path) -> None:
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(journal_file(workspace).read_bytes().replace(b"run-0", b"run-9"))
    assert findings(workspace, copy) == ["The copy is damaged or holds no checkpoint."]


def test_tampering_is_not_taken_over_by_the_next_publication(workspace: Workspace) -> None:
    receipts = next(workspace.receipts.glob("*.jsonl"))
    receipts.write_text(receipts.read_text(encoding="utf-8").replace("acct_one", "acct_two"), encoding="utf-8")
    receive_and_publish(workspace, 1)
    assert any("Receipts are not those of the checkpoint" in what for what in findings(workspace))


def test_content_hashes_hold_neither_the_chain_nor_the_code_version(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def published() -> tuple[object, object, object]:
        with duckdb.connect(str(workspace.published_db), read_only=True) as connection:
            content = connection.execute("from meta.content order by all").fetchall()
            events = connection.execute("from meta.event_hashes order by all").fetchall()
            return content, events, connection.execute("select merkle_root from meta.publication").fetchall()

    first = published()
    monkeypatch.setattr("orchestration.warehouse.publication_meta.code_version", lambda: "9.9.9+other")
    with duckdb.connect(str(workspace.candidate_db)) as connection:
        connection.execute("update staging.stg_stripe__events set load_seq = load_seq + 100")
    receive_and_publish(workspace, 1)
    second = published()
    assert second[:2] == first[:2]
    assert second[2] != first[2]
