"""Whatever is changed in whatever store, `tieout verify` finds it; an untouched workspace is whole."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.sources.journal import Discard, append_discard
from orchestration.sources.receipts import write_receipts
from orchestration.warehouse.evidence.report import Report
from orchestration.warehouse.evidence.verification import verify
from orchestration.workspace import Workspace
from tests.unit.warehouse.evidence_workspace import (
    EVENTS,
    KINDS,
    POSTINGS,
    START,
    STORES,
    make,
    receipt_of,
    receive_and_publish,
    tamper,
)  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return make(tmp_path_factory.mktemp("evidence") / "workspace")


@pytest.fixture
def workspace(whole: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(whole.root, tmp_path / "workspace")
    return Workspace(tmp_path / "workspace")


def told(report: Report) -> str:
    return "\n".join(" ".join(asdict(finding).values()) for finding in report.findings)


def test_what_nobody_touched_is_whole_and_says_what_was_looked_at(whole: Workspace) -> None:
    report = verify(whole, whole.journal / "checkpoints.jsonl")
    assert told(report) == ""
    assert "18 files read" in report.looked[0]
    assert "3 checkpoints, 3 files of receipts in 3 chains of 18 receipts" in report.looked[1]


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_found_in_every_store(kind: str, store: str, workspace: Workspace) -> None:
    """At one place each; the sweep goes everywhere."""
    touched = tamper(workspace, store, kind, f"{kind} {store}")
    report = verify(workspace)
    assert report.findings, f"{kind} of {touched} in {store} was not found"
    if store in ("events", "postings"):
        table = EVENTS if store == "events" else POSTINGS
        assert f"{table}, tenant " in told(report)
        if kind not in ("truncate", "reorder"):
            assert touched in told(report)


def test_what_came_later_is_no_finding(workspace: Workspace) -> None:
    before = (workspace.journal / "checkpoints.jsonl").read_bytes()
    copy = workspace.root.parent / "copy.jsonl"
    copy.write_bytes(before)
    later = START + timedelta(days=9)
    write_receipts(workspace, [receipt_of(workspace, "stripe/api/late.jsonl", "platform", later)], later)
    append_discard(workspace, Discard("discard", "0" * 64, "Ada", "later", later.isoformat()))
    received = verify(workspace, copy)
    assert told(received) == ""
    assert "1 files of receipts arrived after the last checkpoint." in received.notes
    receive_and_publish(workspace, 10)
    published = verify(workspace, copy)
    assert told(published) == ""
    assert any("The copy ends at checkpoint 3, the journal at 4" in note for note in published.notes)


def test_receipts_dated_before_the_last_checkpoint_were_put_in_later(workspace: Workspace) -> None:
    past = START + timedelta(hours=1)
    write_receipts(workspace, [receipt_of(workspace, "stripe/api/forged.jsonl", "acct_one", past)], past)
    assert "were put in later" in told(verify(workspace))


def test_decisions_that_were_written_down_stay(workspace: Workspace) -> None:
    path = workspace.journal / "discards.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("reason 1", "reason 9"), encoding="utf-8")
    assert "discards.jsonl, its first" in told(verify(workspace))


@pytest.mark.parametrize("change", [
    "update meta.publication set as_of = as_of - interval 1 day",
    "update meta.publication set code_version = 'other'",
    "update meta.publication set manifest = replace(manifest, 'run-2', 'run-9')",
    "update meta.settings set value = 'test'",
    "update meta.batches set row_count = row_count + 1 where account_id = 'acct_one'",
    "update meta.batches set batch_hash = md5(batch_hash) where account_id = 'acct_two'",
    "update meta.event_hashes set event_hash = 'x' where event_id = 'evt_3'",
    "delete from meta.publication",
    "drop table marts.dim_currencies",
    "create table marts.another as select 1 as n",
    "alter table marts.fct_ledger_postings rename column debit_minor to credited",
    "create or replace table marts.fct_ledger_postings as from marts.fct_ledger_postings order by posting_id desc",
    "update staging.stg_stripe__charges set charge_id = 'ch_x' where charge_id = 'ch_1'",
    "create view marts.v as select 1",
])
def test_the_rest_of_the_published_file_is_guarded_too(change: str, workspace: Workspace) -> None:
    with duckdb.connect(str(workspace.published_db)) as connection:
        connection.execute(change)
    assert verify(workspace).findings


def test_files_that_are_gone_replaced_or_unreadable_are_found(workspace: Workspace) -> None:
    kept = workspace.published_db.read_bytes()
    workspace.published_db.write_bytes(kept[:1000])
    assert "cannot be verified" in told(verify(workspace))
    workspace.published_db.unlink()
    assert "The published file is gone." in told(verify(workspace))
    workspace.published_db.write_bytes(kept)
    workspace.manifest.write_text("{}", encoding="utf-8")
    assert "manifest.json is not what the published file says" in told(verify(workspace))


def test_an_older_publication_that_was_put_back_is_told_by_its_number(workspace: Workspace) -> None:
    older = workspace.published_db.read_bytes()
    receive_and_publish(workspace, 5)
    workspace.published_db.write_bytes(older)
    assert "An older publication was put back: that of checkpoint 3." in told(verify(workspace))


def test_a_rewrite_of_everything_shows_only_against_a_copy_kept_elsewhere(
    whole: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.unit.warehouse import evidence_workspace

    monkeypatch.setattr(evidence_workspace, "CANDIDATE", evidence_workspace.CANDIDATE.replace("100 + i", "900 + i"))
    rewritten = make(tmp_path / "rewritten")
    alone = verify(rewritten)
    assert alone.findings == []
    assert any("leaves no trace in it. Only a copy" in note for note in alone.notes)
    compared = told(verify(rewritten, whole.journal / "checkpoints.jsonl"))
    assert compared.count("The journal was rewritten") == 3
    assert "merkle_root" in compared
