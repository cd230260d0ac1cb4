"""A decision about an exception outlives every way of building again, and ends with its undo."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from orchestration.sources.decisions import Decision, append_decisions
from orchestration.workspace import Workspace
from tests.pipeline.harness import Outcome, rows, run
from tests.pipeline.inboxes import edit_csv, file_of, small_sigma

pytestmark = pytest.mark.slow
NOW = "2026-04-03T08:00:00.000000Z"


def _exceptions(workspace: Workspace) -> list[tuple[Any, ...]]:
    return rows(workspace.published_db, "select status, decided_by, decided_code, decided_reason, decided_minor "
                                        "from marts.fct_exceptions where kind = 'unknown_transaction_type'")


def _done(outcome: Outcome) -> Outcome:
    assert outcome.exit_code == 0, outcome.message
    return outcome


def test_an_explained_exception_stays_explained_until_it_is_undone(tmp_path: Path) -> None:
    inbox, workspace = small_sigma(tmp_path / "inbox"), Workspace(tmp_path / "workspace")

    def odd_type(table: list[dict[str, str]]) -> None:
        table[5]["type"] = "lunar_adjustment"

    edit_csv(file_of(inbox, "balance_transactions"), odd_type)
    _done(run(workspace, inbox))
    (exception_id, object_id, amount, currency), = rows(
        workspace.published_db, "select exception_id, object_id, amount_minor, currency from marts.fct_exceptions "
                                "where kind = 'unknown_transaction_type'")
    assert _exceptions(workspace) == [("open", None, None, None, None)]

    explanation = Decision("explain", "Ada Byron", "booked by hand", exception_id=exception_id, left=(object_id,),
                           code="missing_source", amount_minor=amount, currency=currency)
    decision, = append_decisions(workspace, [explanation], NOW)
    explained = [("explained", "Ada Byron", "missing_source", "booked by hand", amount)]
    outcome = _done(run(workspace, inbox))
    assert _exceptions(workspace) == explained
    assert outcome.manifest["decisions"] == {"count": 1, "through": decision.decision_id}
    members = rows(workspace.candidate_db, "from intermediate.int_decision_members")
    assert members == [(decision.decision_id, "explain", None, "Ada Byron", "booked by hand", "left", object_id)]
    in_increment = outcome.manifest["tables"]["marts.fct_exceptions"]["content_hash"]

    _done(run(workspace, inbox, full_refresh=True))
    assert _exceptions(workspace) == explained
    shutil.rmtree(workspace.candidate)
    again = _done(run(workspace, inbox))
    assert _exceptions(workspace) == explained
    assert again.manifest["tables"]["marts.fct_exceptions"]["content_hash"] == in_increment

    append_decisions(workspace, [Decision("undo", "Ada Byron", "it was wrong", undoes=decision.decision_id)], NOW)
    _done(run(workspace, inbox))
    assert _exceptions(workspace) == [("open", None, None, None, None)]

    # another amount than the one that was explained is another question
    append_decisions(workspace, [Decision(**{**vars(explanation), "amount_minor": amount + 1})], NOW)
    _done(run(workspace, inbox))
    assert _exceptions(workspace) == [("open", "Ada Byron", "missing_source", "booked by hand", amount + 1)]
