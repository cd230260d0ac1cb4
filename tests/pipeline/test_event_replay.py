"""The log of what was seen of each object, the states replayed from it, and where lists say otherwise."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from orchestration import build_state
from orchestration.domain.errors import UsageError
from orchestration.sandbox.world.history import history_key
from orchestration.sandbox.world.history import state_at as true_state_at
from orchestration.sources.catalog import stripe_catalog
from orchestration.warehouse.connection import connect
from orchestration.warehouse.content_hash import TableContent
from orchestration.warehouse.object_state import ObjectState, state_at, states_at
from orchestration.workspace import PROJECT_ROOT, Workspace
from tests.pipeline.company_files import STAMP, export_time, write_api_lists
from tests.pipeline.harness import content, differences, load, rows, run_dbt
from tests.pipeline.inboxes import API, company, json_lines, put, small_sigma

pytestmark = pytest.mark.slow
EVENTS = "stripe/events/events.jsonl"
LOG, PARTED = "fct_object_observations", "fct_event_divergences"
FOUND = f"select object_type, object_id, field, from_events, from_lists, last_event_id, diverged_at from marts.{PARTED}"
# What the simulated Stripe changes without an event, as the real one does.
UNTOLD = {"customer": "next_invoice_sequence", "invoiceitem": "invoice"}
Line = dict[str, Any]


def _build(workspace: Workspace, inbox: Path, **options: Any) -> Workspace:
    """A run up to the models of the event log, with their dbt tests."""
    outcome = load(workspace, inbox, **options)
    assert (outcome.exit_code, outcome.refused) == (0, {}), outcome.message
    assert outcome.context is not None
    build_state.prepare_build(workspace, outcome.context)
    chosen = ["--select", f"+{PARTED}", "--exclude-resource-type", "unit_test"]
    answer = run_dbt(build_state.dbt_environment(workspace, outcome.context), chosen)
    assert answer["success"], (answer["exception"], answer["errors"], answer["tests"])
    build_state.finish_build(workspace, outcome.context)
    return workspace


def _content(workspace: Workspace) -> dict[str, TableContent]:
    return {name: found for name, found in content(workspace).items() if name in (LOG, PARTED)}


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lists of a whole company and the events of its last 30 days; tests must not change it."""
    folder = tmp_path_factory.mktemp("replay")
    write_api_lists(company(), folder)
    return folder


@pytest.fixture(scope="module")
def built(inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return _build(Workspace(tmp_path_factory.mktemp("replay-workspace")), inbox)


def _events(inbox: Path) -> list[Line]:
    return [json.loads(line) for line in (inbox / EVENTS).read_text(encoding="utf-8").splitlines()]


def test_every_table_of_objects_is_logged() -> None:
    macro = (PROJECT_ROOT / "dbt_project" / "macros" / "event_log.sql").read_text(encoding="utf-8")
    listed = set(re.findall(r"'([\w.]+)'", macro.partition("observed_objects")[2].partition("endmacro")[0]))
    catalog = stripe_catalog().objects.values()
    assert {entry.relation for entry in catalog} | {entry.name for entry in catalog} | {"unmodelled"} == listed


def test_every_event_and_every_listed_object_is_in_the_log(inbox: Path, built: Workspace) -> None:
    told = Counter((event["id"], event["type"], event["data"]["object"]["id"]) for event in _events(inbox))
    logged = rows(built.candidate_db, f"select event_id, event_type, object_id from marts.{LOG} where event_id is not null")
    assert len(told) > 500 and Counter(logged) == told
    listed = {line["id"] for path in (inbox / API).rglob("charge.jsonl") for line in map(json.loads, path.open())}
    seen = rows(built.candidate_db, f"select object_id from marts.{LOG} where kind = 'list' and object_type = 'charge'")
    assert len(listed) > 500 and sorted(seen) == sorted((name,) for name in listed)


@pytest.mark.parametrize("day", ["2026-03-09T1200", "2026-03-20T0000", "2026-03-31T235959"])
def test_replayed_states_are_the_true_ones(built: Workspace, day: str) -> None:
    """All objects of which an event tells, against the history of the simulation."""
    at = export_time(day)
    with connect(built.candidate_db, read_only=True) as connection:
        told = {(state.account_id, state.object_type, state.object_id): state
                for state in states_at(connection, datetime.fromtimestamp(at, UTC))}
    standings: Counter[str] = Counter()
    for pairs in company().objects.values():
        for tenant, obj in pairs:
            state = told.pop((tenant, obj["object"], obj.get("id", "")), None)
            if state is None:
                continue
            standings[state.standing] += 1
            if state.standing == "before_events":
                continue  # the event that brought it there is forgotten
            true = true_state_at(obj, company().history[history_key(obj)], at)
            assert (state.standing == "present") == (true is not None), state
            if true is not None:
                assert _comparable(state.payload, obj) == _comparable(true, obj)
    assert told == {}
    assert standings["present"] > 50


def _comparable(state: Line | None, obj: Line) -> Line:
    whole: Line = json.loads(json.dumps(state))
    return {key: value for key, value in whole.items() if key != UNTOLD.get(obj["object"])}


def test_an_object_without_events_says_so(inbox: Path, built: Workspace) -> None:
    told = {event["data"]["object"]["id"] for event in _events(inbox)}
    silent = next(obj["id"] for _, obj in company().objects["charge"] if obj["id"] not in told)
    with connect(built.candidate_db, read_only=True) as connection:
        assert state_at(connection, silent, datetime(2026, 3, 31, tzinfo=UTC)).standing == "no_events"
        with pytest.raises(UsageError, match="no observation"):
            state_at(connection, "ch_nobody", datetime(2026, 3, 31, tzinfo=UTC))


def test_lists_and_events_of_one_company_never_part(built: Workspace) -> None:
    compared = rows(built.candidate_db, f"select count(distinct object_id) from marts.{LOG} where event_id is not null")
    assert compared[0][0] > 300
    assert rows(built.candidate_db, FOUND) == []


def test_shuffled_and_split_landing_gives_the_same_log(built: Workspace, tmp_path: Path) -> None:
    write_api_lists(company(), tmp_path / "inbox", parts=4, shuffle_seed=11)
    events = tmp_path / "inbox" / "stripe" / "events"
    shutil.copy2(next(events.iterdir()), events / "once_more.jsonl")  # and some of them twice
    assert differences(_content(built), _content(_build(Workspace(tmp_path / "workspace"), tmp_path / "inbox"))) == {}


def _a_payout_that_was_paid(events: list[Line]) -> tuple[Line, Line]:
    """The event before the last of a payout, and the last, which tells that it was paid."""
    for paid in events:
        if paid["type"] == "payout.paid":
            mine = [event for event in events if event["data"]["object"]["id"] == paid["data"]["object"]["id"]]
            if len(mine) > 1 and mine[-1] is paid:
                return mine[-2], paid
    raise AssertionError("no payout was paid in the last 30 days")


def test_a_dropped_event_is_found_and_heals(inbox: Path, tmp_path: Path) -> None:
    """First the events are read to a week before the lists, then to the end but for one, then that one comes."""
    events = _events(inbox)
    before, dropped = _a_payout_that_was_paid(events)
    copy, workspace = tmp_path / "inbox", Workspace(tmp_path / "workspace")
    shutil.copytree(inbox, copy)
    early = "2026-03-25T0300"
    (copy / EVENTS).unlink()
    kept = [event for event in events if event is not dropped]
    put(copy / "stripe/events/early.jsonl", json_lines(event for event in kept if event["created"] < export_time(early)), early)
    _build(workspace, copy)
    assert rows(workspace.candidate_db, FOUND) == []  # nobody has read the events of the last week

    put(copy / "stripe/events/late.jsonl", json_lines(kept))
    _build(workspace, copy)
    state = dropped["data"]["object"]
    expected = {
        ("payout", state["id"], field, json.dumps(old), json.dumps(state[field]), before["id"],
         datetime.fromtimestamp(export_time(STAMP), UTC))
        for field, old in dropped["data"]["previous_attributes"].items()
        if field not in ("trace_id", "reconciliation_status")  # these change without an event
    }
    assert ("status", '"paid"') in {(row[2], row[4]) for row in expected}
    assert set(rows(workspace.candidate_db, FOUND)) == expected

    put(copy / "stripe/events/found.jsonl", json_lines([dropped]))
    _build(workspace, copy)
    assert rows(workspace.candidate_db, FOUND) == []
    grown = _content(workspace)
    assert differences(grown, _content(_build(workspace, copy, full_refresh=True))) == {}


def _event(name: str, created: int, obj: Line, previous: Line | None = None) -> Line:
    data: Line = {"object": obj} if previous is None else {"object": obj, "previous_attributes": previous}
    return {"id": f"evt_{created}_{name}_{len(str(obj))}", "object": "event", "api_version": "2026-10-28.endive",
            "created": created, "livemode": True, "type": f"customer.{name}", "data": data}


def test_four_versions_in_one_second_and_a_deletion_land_backwards(tmp_path: Path) -> None:
    """The last comes first, in files of their own; what was known in between differs, what is known at last does not."""
    second = export_time("2026-03-01T1000")
    born: Line = {"id": "cus_1", "object": "customer", "created": second, "livemode": True, "name": None, "tags": [], "balance": 0}
    named, tagged = {**born, "name": "Zoe"}, {**born, "name": "Zoe", "tags": ["a"]}
    retagged = {**tagged, "tags": ["a", "b"]}
    events = [
        _event("created", second, born), _event("updated", second, named, {"name": None}),
        _event("updated", second, tagged, {"tags": []}), _event("updated", second, retagged, {"tags": ["a"]}),
        _event("deleted", second + 60, {**retagged, "deleted": True}),
    ]
    inbox, workspace = tmp_path / "inbox", Workspace(tmp_path / "workspace")
    known: list[datetime] = []
    for number in (3, 1, 4, 0, 2):
        put(inbox / "stripe" / "events" / f"events_{number}.jsonl", json_lines([events[number]]))
        _build(workspace, inbox)
        known.append(rows(workspace.candidate_db, f"select max(recorded_at) from marts.{LOG}")[0][0])
    order = rows(workspace.candidate_db, f"select event_id from marts.{LOG} order by version")
    assert order == [(event["id"],) for event in events]

    def at(moment: int, known_at: datetime | None = None) -> ObjectState:
        with connect(workspace.candidate_db, read_only=True) as connection:
            return state_at(connection, "cus_1", datetime.fromtimestamp(moment, UTC), known_at)

    assert at(second - 1).standing == "not_created"
    assert (at(second).standing, at(second).payload) == ("present", retagged)
    assert at(second + 60).standing == "deleted"
    assert at(second + 60, known[1]).payload == retagged  # the deletion had not arrived yet
    assert at(second - 1, known[1]).standing == "before_events"  # nor had the creation


def test_an_inbox_without_objects_of_the_api_gives_empty_tables(tmp_path: Path) -> None:
    workspace = _build(Workspace(tmp_path / "workspace"), small_sigma(tmp_path / "inbox"))
    assert {name: found.row_count for name, found in _content(workspace).items()} == {LOG: 0, PARTED: 0}


@pytest.mark.parametrize("left_out", [API, "stripe/events"])
def test_one_side_alone_never_parts(inbox: Path, tmp_path: Path, left_out: str) -> None:
    shutil.copytree(inbox, tmp_path / "inbox")
    shutil.rmtree(tmp_path / "inbox" / left_out)
    workspace = _build(Workspace(tmp_path / "workspace"), tmp_path / "inbox")
    assert _content(workspace)[LOG].row_count > 500
    assert rows(workspace.candidate_db, FOUND) == []
