"""What one source shows and another lacks is explained or raised, never passed over."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orchestration.workspace import Workspace
from tests.pipeline.company_files import write_api_lists, write_sigma_csv
from tests.pipeline.harness import load_and_build, rows
from tests.pipeline.inboxes import API, company, edit_csv, edit_json_lines, file_of

pytestmark = pytest.mark.slow
EVENTS = "stripe/events/events.jsonl"
Line = dict[str, Any]


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """The same facts as an export, as lists and as the events of the last 30 days."""
    write_sigma_csv(company(), tmp_path / "inbox")
    write_api_lists(company(), tmp_path / "inbox")
    return tmp_path / "inbox"


def _exceptions(tmp_path: Path, inbox: Path) -> list[tuple[Any, ...]]:
    workspace = Workspace(tmp_path / "workspace")
    outcome = load_and_build(workspace, inbox)
    assert (outcome.exit_code, outcome.refused) == (0, {}), outcome.message
    found = rows(workspace.candidate_db,
                 "select object_kind, object_id, reason from marts.fct_exceptions where kind = 'source_difference'")
    counted = rows(workspace.candidate_db, "select sum(unexplained) from marts.agg_source_completeness")
    assert counted[0][0] == sum(reason.count(",") for _, _, reason in found)
    return found


def _last(name: str, keep: Callable[[Line], bool] = lambda obj: True) -> str:
    """The last platform object of a kind before the very last one, so that both sides go on after it."""
    found = sorted((obj["created"], obj["id"]) for tenant, obj in company().objects[name]
                   if tenant == "platform" and keep(obj))
    return str(found[-2][1])


def test_sources_that_tell_the_same_raise_nothing(tmp_path: Path, inbox: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    outcome = load_and_build(workspace, inbox)
    assert outcome.exit_code == 0, outcome.message
    assert rows(workspace.candidate_db, "from marts.fct_exceptions where kind = 'source_difference'") == []
    seen = dict(rows(workspace.candidate_db, "select source, sum(seen) from marts.agg_source_completeness "
                                             "where object_kind = 'charge' group by source"))
    charges = len(company().objects["charge"])
    assert seen["sigma"] == seen["lists"] == charges
    assert 0 < seen["events"] < charges


def test_an_object_that_the_lists_lost_is_named(tmp_path: Path, inbox: Path) -> None:
    lost = _last("balance_transaction")
    edit_json_lines(inbox / API / "balance_transaction.jsonl",
                    lambda lines: lines.remove(next(line for line in lines if line["id"] == lost)))
    assert [(kind, name) for kind, name, _ in _exceptions(tmp_path, inbox)] == [("balance_transaction", lost)]


def test_an_object_that_the_export_lost_is_named(tmp_path: Path, inbox: Path) -> None:
    lost = _last("customer", lambda obj: not company().history[obj["id"]][-1].deleted)
    edit_csv(file_of(inbox, "customers"), lambda table: [row for row in table if row["id"] != lost])
    found = _exceptions(tmp_path, inbox)
    assert [(kind, name) for kind, name, _ in found] == [("customer", lost)]
    assert "missing from sigma" in found[0][2]


def test_an_event_that_never_came_is_noticed(tmp_path: Path, inbox: Path) -> None:
    events = [json.loads(line) for line in (inbox / EVENTS).read_text(encoding="utf-8").splitlines()]
    payouts = sorted((event["created"], event["data"]["object"]["id"]) for event in events
                     if event["type"] == "payout.created" and not event.get("account"))
    silent = payouts[len(payouts) // 2][1]

    def silence(lines: list[Line]) -> None:
        lines[:] = [line for line in lines if line["data"]["object"]["id"] != silent]

    edit_json_lines(inbox / EVENTS, silence)
    found = _exceptions(tmp_path, inbox)
    assert [(kind, name) for kind, name, _ in found] == [("payout", silent)]
    assert found[0][2] == "missing from events, although Sigma lists hold it"
