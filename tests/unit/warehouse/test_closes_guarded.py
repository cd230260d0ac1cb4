"""Frozen postings are guarded by the journal, the journal by its chain, and the end of the chain by the checkpoints."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import duckdb
import pytest
import yaml

from orchestration.close_step import approve, prepare, reopen
from orchestration.domain.errors import InputRefused
from orchestration.sources.closes import Periods, closes_file, frozen_file
from orchestration.warehouse.evidence.verification import verify
from orchestration.warehouse.load_closes import POSTINGS, load_closes
from orchestration.workspace import PROJECT_ROOT, Workspace
from tests.unit.closing_books import publish_sales

SALES = {"txn_1": ("2026-01-05", 1000), "txn_2": ("2026-02-05", 2000)}
END = "2026-04-02T00:00:00.000000Z"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "workspace")
    publish_sales(workspace, SALES)
    for period in ("2026-01", "2026-02"):
        prepare(workspace, period, "Ada Byron")
        approve(workspace, period, "Grace Hopper")
    return workspace


def load(workspace: Workspace, known_at: str = "", as_of: str = END, mode: str = "live") -> Periods:
    return load_closes(workspace, known_at=known_at, as_of=as_of, mode=mode)


def raw(workspace: Workspace, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(workspace.raw_db), read_only=True) as connection:
        return connection.execute(query).fetchall()


def found(workspace: Workspace) -> str:
    return "\n".join(" ".join(asdict(finding).values()) for finding in verify(workspace).findings)


def test_what_was_frozen_stands_in_raw_as_it_was(workspace: Workspace) -> None:
    assert list(load(workspace).closed) == ["2026-01", "2026-02"]
    assert raw(workspace, "select posting_id, debit_minor, service_month from journal.closed_postings order by all") == [
        ("platform:txn_1:balance", 1000, None), ("platform:txn_1:gross", 0, None),
        ("platform:txn_2:balance", 2000, None), ("platform:txn_2:gross", 0, None)]  # fmt: skip
    assert raw(workspace, "select period_id, status, prepared_by, approved_by from journal.closes") == [
        ("2026-01", "closed", "Ada Byron", "Grace Hopper"), ("2026-02", "closed", "Ada Byron", "Grace Hopper")]  # fmt: skip


def test_raw_follows_the_journal(workspace: Workspace) -> None:
    count = "select count(*) from journal.closed_postings"
    load(workspace)
    load(workspace, as_of="2026-02-03T00:00:00.000000Z")
    assert raw(workspace, count) == [(2,)]
    load(workspace, mode="test")
    assert raw(workspace, count) == [(0,)]
    reopen(workspace, "2026-02", "Mary Jackson", "late")
    prepare(workspace, "2026-02", "Ada 'the first' Byron")
    load(workspace)
    assert raw(workspace, count) == [(2,)]
    assert raw(workspace, "select status, prepared_by from journal.closes") == [
        ("closed", "Ada Byron"), ("prepared", "Ada 'the first' Byron")]  # fmt: skip
    load(workspace, known_at="2026-01-01T00:00:00.000000Z")
    assert (raw(workspace, count), raw(workspace, "from journal.closes")) == ([(0,)], [])


def test_postings_in_raw_have_the_columns_of_the_ledger() -> None:
    path = PROJECT_ROOT / "dbt_project" / "models" / "marts" / "ledger" / "fct_ledger_postings.yml"
    columns = yaml.safe_load(path.read_text(encoding="utf-8"))["models"][0]["columns"]
    assert {column["name"]: column["data_type"].upper() for column in columns} == POSTINGS


def test_a_column_that_was_added_after_a_close_is_empty_in_what_it_froze(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(workspace)
    monkeypatch.setitem(POSTINGS, "cost_center", "VARCHAR")
    load(workspace)
    assert raw(workspace, "select count(*), count(cost_center) from journal.closed_postings") == [(4, 0)]


def _flip(path: Path) -> None:
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(bytes(body))


@pytest.mark.parametrize(("damage", "message"), [
    (lambda path: path.unlink(), "The frozen postings of 2026-01 are missing."),
    (_flip, "The frozen postings of 2026-01 do not have the bytes that were approved."),
    (lambda path: path.write_bytes(b""), "The frozen postings of 2026-01 do not have the bytes"),
], ids=["missing", "a bit", "empty"])  # fmt: skip
def test_frozen_postings_that_are_gone_or_damaged_are_refused_and_found(
    workspace: Workspace, damage: Callable[[Path], None], message: str
) -> None:
    load(workspace)
    damage(frozen_file(workspace, "2026-01-1.parquet"))
    with pytest.raises(InputRefused, match=message) as refused:
        load(workspace)
    assert "journal/closes/2026-01-1.parquet" in refused.value.as_text()
    assert "Restore journal/ from its backup" in refused.value.as_text()
    assert message in found(workspace)


def test_frozen_postings_of_another_period_do_not_pass(workspace: Workspace) -> None:
    other = frozen_file(workspace, "2026-02-1.parquet").read_bytes()
    frozen_file(workspace, "2026-01-1.parquet").write_bytes(other)
    with pytest.raises(InputRefused, match="2026-01 do not have the bytes"):
        load(workspace)


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [lines[0].replace(b"Ada", b"Eve"), *lines[1:]],
        lambda lines: lines[1:],
        lambda lines: [*lines[:2], *lines[3:]],
        lambda lines: [lines[0], lines[2], lines[1], lines[3]],
        lambda lines: [*lines[:3], lines[3].replace(b"2026-02-1.parquet", b"2026-01-1.parquet")],
    ],
)
def test_a_close_changed_before_any_checkpoint_is_refused_and_found(
    workspace: Workspace, change: object
) -> None:
    path = closes_file(workspace)
    path.write_bytes(b"".join(line + b"\n" for line in change(path.read_bytes().splitlines())))  # type: ignore[operator]
    assert "journal/closes.jsonl line " in found(workspace)
    with pytest.raises(InputRefused):
        load(workspace)


@pytest.mark.parametrize("left", [0, 1, 3])
def test_closes_cut_off_after_a_checkpoint_are_refused_and_found(workspace: Workspace, left: int) -> None:
    """The chain alone cannot show that its end is gone: without the checkpoint, February would open by itself."""
    publish_sales(workspace, SALES)
    path = closes_file(workspace)
    lines = path.read_bytes().splitlines()[:left]
    path.write_bytes(b"".join(line + b"\n" for line in lines)) if left else path.unlink()
    assert "journal/closes.jsonl" in found(workspace)
    with pytest.raises(InputRefused, match="gone or changed"):
        load(workspace)


def test_what_a_crash_left_behind_holds_nothing_and_is_told(workspace: Workspace) -> None:
    publish_sales(workspace, SALES)
    frozen_file(workspace, "2026-03-1.parquet").write_bytes(b"half")
    with closes_file(workspace).open("ab") as file:
        file.write(json.dumps({"action": "approve"}).encode()[:9])
    report = verify(workspace)
    assert report.findings == []
    assert any("2026-03-1.parquet" in note for note in report.notes)
    assert any("closes.jsonl line 5: cut off" in note for note in report.notes)
    assert list(load(workspace).closed) == ["2026-01", "2026-02"]
