"""The journal of decisions as a table of raw: every known decision, and which of them hold."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from orchestration.domain.errors import InputRefused
from orchestration.sources.decisions import Decision, append_decisions, decisions_file
from orchestration.warehouse.connection import connect
from orchestration.warehouse.raw_loader import LoadOutcome, load_landing
from orchestration.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def rows(workspace: Workspace, query: str) -> list[tuple[Any, ...]]:
    with connect(workspace.raw_db, read_only=True) as connection:
        return connection.execute(query).fetchall()


def load(workspace: Workspace, known_at: datetime | None = None) -> LoadOutcome:
    return load_landing(workspace, "run", known_at)


def test_an_absent_journal_is_an_empty_table(workspace: Workspace) -> None:
    assert load(workspace).decisions == []
    assert rows(workspace, "from journal.decisions") == []


def test_decisions_are_loaded_with_types_and_in_their_order(workspace: Workspace) -> None:
    decisions = [
        Decision("confirm", "Ada", match_kind="payout_bank", left=("po_1",), right=("be_1", "be_2")),
        Decision("explain", "Ada", "it's a \"fee\"\n", exception_id="x", left=("txn_1",), code="fee",
                 amount_minor=-(2**62), currency="usd"),
    ]
    written = append_decisions(workspace, decisions, "2026-04-01T12:00:00.250000Z")
    append_decisions(workspace, [Decision("undo", "Bob", "no", undoes=written[0].decision_id)], "2026-04-02T00:00:00.000000Z")
    outcome = load(workspace)
    assert outcome.decisions[:2] == [item.decision_id for item in written]
    assert rows(workspace, "select decision_number, action, decided_by, left_ids, right_ids, code, amount_minor, currency, "
                "exception_id, reason, epoch_ms(decided_at) % 1000, is_in_force from journal.decisions order by 1") == [
        (1, "confirm", "Ada", ["po_1"], ["be_1", "be_2"], None, None, None, None, None, 250, False),
        (2, "explain", "Ada", ["txn_1"], [], "fee", -(2**62), "usd", "x", "it's a \"fee\"\n", 250, True),
        (3, "undo", "Bob", [], [], None, None, None, None, "no", 0, False),
    ]
    assert rows(workspace, "select undoes_decision_id from journal.decisions where action = 'undo'") == [
        (written[0].decision_id,)]


def test_what_was_decided_after_known_at_is_not_loaded(workspace: Workspace) -> None:
    early = append_decisions(workspace, [Decision("confirm", "Ada", match_kind="k", left=("a",), right=("b",))],
                             "2026-04-01T00:00:00.000000Z")
    append_decisions(workspace, [Decision("undo", "Ada", "no", undoes=early[0].decision_id)], "2026-04-03T00:00:00.000000Z")
    outcome = load(workspace, datetime(2026, 4, 2, tzinfo=UTC))
    assert outcome.decisions == [early[0].decision_id]
    assert rows(workspace, "select action, is_in_force from journal.decisions") == [("confirm", True)]
    load(workspace)
    assert rows(workspace, "select action, is_in_force from journal.decisions order by decision_number") == [
        ("confirm", False), ("undo", False)]


def test_a_changed_journal_stops_the_run(workspace: Workspace) -> None:
    append_decisions(workspace, [Decision("confirm", "Ada", match_kind="k", left=("a",), right=("b",))], "2026-04-01")
    path = decisions_file(workspace)
    path.write_bytes(path.read_bytes().replace(b"Ada", b"Eve"))
    with pytest.raises(InputRefused, match="decisions.jsonl line 1"):
        load(workspace)
