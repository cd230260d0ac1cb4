"""The launchpad of Dagster decides as `tieout review` does: same journal, same refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from orchestration.daily_run import ensure_manifest
from orchestration.resources import WorkspaceResource
from orchestration.sources.decisions import read_decisions
from orchestration.workspace import Workspace
from tests.unit.commands.review_file import EXCEPTIONS_SQL, MATCHES_SQL

pytestmark = pytest.mark.slow


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "workspace")
    workspace.published.mkdir(parents=True)
    with duckdb.connect(str(workspace.published_db)) as connection:
        connection.execute(
            "create schema marts; create schema staging; create table marts.fct_exceptions (a int); "
            "create table marts.dim_currencies as from (values ('usd', 2)) as t (currency, exponent);"
            + EXCEPTIONS_SQL + MATCHES_SQL)
    return workspace


def _launch(workspace: Workspace, **config: Any) -> dg.ExecuteInProcessResult:
    ensure_manifest()
    from orchestration.definitions import build_defs

    job = build_defs({"workspace": WorkspaceResource(root=str(workspace.root))}).resolve_job_def("review_decision")
    with dg.DagsterInstance.ephemeral() as instance:
        return job.execute_in_process(
            instance=instance, run_config={"ops": {"decide_review": {"config": config}}}, raise_on_error=False)


def test_a_decision_from_the_launchpad_stands_in_the_journal(workspace: Workspace) -> None:
    result = _launch(workspace, action="explain", ids=["x_odd"], code="fee", by="Ada", reason="it is one")
    assert result.success
    decision, = read_decisions(workspace)
    assert (decision.exception_id, decision.code, decision.amount_minor, decision.by) == ("x_odd", "fee", -125, "Ada")
    assert result.output_for_node("decide_review") == [decision.decision_id]
    assert _launch(workspace, action="undo", ids=[decision.decision_id], by="Ada", reason="no").success
    assert _launch(workspace, action="regroup", left=["po_4"], right=["be_3"], by="Ada", reason="seen").success
    assert [item.action for item in read_decisions(workspace)] == ["explain", "undo", "regroup"]


@pytest.mark.parametrize("config", [
    {"action": "confirm", "ids": ["nothing"], "by": "Ada"},
    {"action": "approve", "ids": ["m_review"], "by": "Ada", "reason": "r"},
    {"action": "reject", "ids": ["m_review"], "by": "Ada"},
])
def test_what_the_command_refuses_fails_with_its_exit_code_and_words(workspace: Workspace, config: dict[str, Any]) -> None:
    result = _launch(workspace, **config)
    failure, = (event for event in result.all_events if event.is_step_failure)
    data = failure.step_failure_data.user_failure_data
    assert data is not None and data.metadata["exit_code"].value == 2
    assert read_decisions(workspace) == []
