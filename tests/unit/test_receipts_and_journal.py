"""The two append-only inputs: what was received, and what a person decided about it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.domain.errors import TieoutError
from orchestration.sources.journal import Discard, append_discard, discarded_hashes, read_discards
from orchestration.sources.receipts import Receipt, read_receipts, write_receipts
from orchestration.workspace import Workspace

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
RECEIPT = Receipt(
    sha256="a" * 64,
    size=10,
    name="stripe/sigma/charges.csv",
    kind="sigma",
    table="charges",
    account_id="platform",
    is_connected=False,
    livemode=None,
    file_format="csv",
    problem="",
    export_time="2026-04-01T03:00:00.000000Z",
    export_time_from="name",
    modified_at="2026-04-01T04:00:00.000000Z",
    received_at="2026-04-01T12:00:00.000000Z",
)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def test_receipts_come_back_in_the_order_of_their_export_not_of_their_arrival(workspace: Workspace) -> None:
    earlier = replace(RECEIPT, export_time="2026-03-01T03:00:00.000000Z")
    write_receipts(workspace, [RECEIPT], NOON)
    write_receipts(workspace, [earlier], NOON.replace(hour=13))
    assert read_receipts(workspace) == [earlier, RECEIPT]


def test_a_receiving_of_nothing_writes_nothing(workspace: Workspace) -> None:
    write_receipts(workspace, [], NOON)
    assert not workspace.receipts.exists()
    assert read_receipts(workspace) == []


def test_one_observation_counts_once_and_the_earliest_arrival_stands(workspace: Workspace) -> None:
    again = replace(
        RECEIPT, received_at="2026-04-02T12:00:00.000000Z", modified_at="2026-04-02T11:00:00.000000Z"
    )
    write_receipts(workspace, [RECEIPT], NOON)
    write_receipts(workspace, [again], NOON.replace(day=2))
    assert read_receipts(workspace) == [RECEIPT]


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": "b" * 64},
        {"name": "x.csv"},
        {"export_time": "2026-05-01T00:00:00.000000Z"},
        {"control": {"rows": 1}},
    ],
)
def test_other_bytes_name_time_or_proof_are_another_observation(change: dict[str, object]) -> None:
    assert replace(RECEIPT, **change).receipt_id != RECEIPT.receipt_id  # type: ignore[arg-type]


def test_a_damaged_receipt_says_where(workspace: Workspace) -> None:
    write_receipts(workspace, [RECEIPT], NOON)
    path = next(workspace.receipts.iterdir())
    path.write_text(path.read_text(encoding="utf-8")[:40], encoding="utf-8")
    with pytest.raises(TieoutError, match="line 1"):
        read_receipts(workspace)


def decision(action: str, sha256: str = "a" * 64) -> Discard:
    return Discard(action, sha256, by="Ada", reason="a test", decided_at="2026-04-01T12:00:00Z")


def test_the_last_decision_about_a_file_stands(workspace: Workspace) -> None:
    assert discarded_hashes(workspace) == set()
    append_discard(workspace, decision("discard"))
    append_discard(workspace, decision("discard", "b" * 64))
    assert discarded_hashes(workspace) == {"a" * 64, "b" * 64}
    append_discard(workspace, decision("restore"))
    assert discarded_hashes(workspace) == {"b" * 64}


def test_decisions_are_only_ever_added(workspace: Workspace) -> None:
    append_discard(workspace, decision("discard"))
    before = (workspace.journal / "discards.jsonl").read_bytes()
    append_discard(workspace, decision("restore"))
    after = (workspace.journal / "discards.jsonl").read_bytes()
    assert after.startswith(before)
    assert [item.action for item in read_discards(workspace)] == ["discard", "restore"]
    assert json.loads(after.splitlines()[0])["by"] == "Ada"
