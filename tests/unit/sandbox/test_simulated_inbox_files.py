"""What surrounds the rows of a simulated inbox: events of single objects, the CSV dialect, the folder itself."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from pathlib import Path

import pyarrow as pa
import pytest

from orchestration.domain.errors import UsageError
from orchestration.sandbox.inbox.csv_text import csv_lines
from orchestration.sandbox.inbox.events import events_of
from orchestration.sandbox.simulate import simulate_into
from orchestration.sandbox.simulation import whole_company
from orchestration.sandbox.world.history import Change, Obj, history_key
from orchestration.sandbox.world.plan import Plan

SMALL = Plan(months=1, customers=8, accounts=1)


def files_of(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def rewound(after: Obj, told: Obj) -> Obj:
    """An object as it was before an event that told `previous_attributes`."""
    before = dict(after)
    for key, old in told.items():
        inner = isinstance(old, dict) and isinstance(after.get(key), dict)
        before[key] = rewound(after[key], old) if inner else old
    return before


def without_nulls(value: object) -> object:
    if isinstance(value, dict):
        return {key: without_nulls(part) for key, part in value.items() if part is not None}
    return [without_nulls(part) for part in value] if isinstance(value, list) else value


@pytest.fixture
def customer() -> tuple[Obj, list[Change]]:
    """Born at 10, renamed without an event at 20, changed at 30 and 40, deleted at 50."""
    obj = {"id": "cus_1", "object": "customer", "address": {"city": "Bonn", "line1": None}, "balance": -500,
           "metadata": {"tier": "gold"}, "name": "Ada", "preferred_locales": ["de", "en"]}
    changes = [
        Change(10, "customer.created", None),
        Change(20, None, {"name": "A."}),
        Change(30, "customer.updated", {"balance": 0, "metadata": {}}),
        Change(40, "customer.updated", {"address": {"city": "Köln", "line1": None}, "preferred_locales": ["de"]}),
        Change(50, "customer.deleted", {}, deleted=True),
    ]
    return obj, changes


def test_an_event_shows_the_object_of_its_moment(customer: tuple[Obj, list[Change]]) -> None:
    events = list(events_of("platform", *customer))
    assert [(event["created"], event["type"]) for event in events] == [
        (50, "customer.deleted"), (40, "customer.updated"), (30, "customer.updated"), (10, "customer.created")]
    deleted, moved, charged, created = (event["data"]["object"] for event in events)
    assert deleted == {**customer[0], "deleted": True}
    assert (moved["address"]["city"], moved["balance"]) == ("Bonn", -500)
    assert (charged["address"]["city"], charged["balance"], charged["name"]) == ("Köln", -500, "Ada")
    assert (created["balance"], created["metadata"], created["name"]) == (0, {}, "A.")


def test_previous_attributes_name_only_what_differs(customer: tuple[Obj, list[Change]]) -> None:
    told = [event["data"].get("previous_attributes") for event in events_of("platform", *customer)]
    assert told == [
        None,
        {"address": {"city": "Köln"}, "preferred_locales": ["de"]},
        {"balance": 0, "metadata": {"tier": None}},
        None,
    ]


def test_events_of_a_range_are_the_same_events(customer: tuple[Obj, list[Change]]) -> None:
    every = list(events_of("acct_1", *customer))
    assert list(events_of("acct_1", *customer, since=40)) == every[:2]
    assert {event["account"] for event in every} == {"acct_1"}
    assert all("account" not in event for event in events_of("platform", *customer))
    assert len({event["id"] for event in every}) == 4
    assert all(len(event["id"]) == len("evt_1") + 16 for event in every)


def test_previous_attributes_lead_back_from_event_to_event() -> None:
    company = whole_company(SMALL)
    steps: dict[str, int] = defaultdict(int)
    for name, pairs in company.objects.items():
        for tenant, obj in pairs:
            changes = company.history.get(history_key(obj), [])
            if any(change.event is None for change in changes):
                continue
            events = list(events_of(tenant, obj, changes))
            for later, earlier in zip(events, events[1:], strict=False):
                after = {key: part for key, part in later["data"]["object"].items() if key != "deleted"}
                before = rewound(after, later["data"].get("previous_attributes", {}))
                assert without_nulls(before) == without_nulls(earlier["data"]["object"])
                steps[name] += 1
    assert sum(steps.values()) > 20, steps


@pytest.mark.parametrize("text", ["plain", "a, b", 'say "no"', "two\nlines", "cr\rcr", "ü €", '"', ","])
def test_csv_is_read_back_as_it_was(text: str) -> None:
    batch = pa.record_batch({"id": ["x", "y"], "text": [text, None], "number": [1, None], "flag": [True, None]})
    written = csv_lines(batch).decode()
    assert list(csv.reader(io.StringIO(written, newline=""))) == [["x", text, "1", "true"], ["y", "", "", ""]]
    assert ('"' in written) == (text not in ("plain", "ü €"))


def test_instants_are_printed_as_sigma_prints_them() -> None:
    batch = pa.record_batch({"at": pa.array([1_775_001_600, None], pa.timestamp("s")).cast(pa.timestamp("ms"))})
    assert csv_lines(batch) == b"2026-04-01 00:00:00.000\n\n"


def test_a_later_simulation_replaces_the_earlier_one_only(tmp_path: Path) -> None:
    simulate_into(SMALL, tmp_path, ["api"])
    mine = tmp_path / "company" / "chart_of_accounts.csv"
    mine.write_text("mine")
    summary = simulate_into(Plan(months=1, customers=8, accounts=1, seed=8), tmp_path, ["sigma-csv"])
    assert files_of(tmp_path) == {*summary.files, "truth/files.txt", "company/chart_of_accounts.csv"}
    assert mine.read_text() == "mine"
    assert not (tmp_path / "stripe" / "api").exists()
    assert Plan.read(tmp_path / "truth").seed == 8


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match="not a simulation"):
        simulate_into(SMALL, tmp_path)
    assert files_of(tmp_path) == {"thesis.txt"}


def test_an_interrupted_simulation_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulate_into(SMALL, tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in files_of(tmp_path)}

    def interrupt(transactions: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate_into(Plan(months=1, customers=9, accounts=1), tmp_path, progress=interrupt)
    assert {name: (tmp_path / name).read_bytes() for name in files_of(tmp_path)} == before


def test_a_list_of_files_never_reaches_out_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("precious")
    folder = tmp_path / "inbox"
    simulate_into(SMALL, folder)
    with (folder / "truth" / "files.txt").open("a") as names:
        names.write("../precious.txt\n")
    simulate_into(SMALL, folder)
    assert (tmp_path / "precious.txt").read_text() == "precious"


def test_faults_reach_the_files_and_never_the_truth(tmp_path: Path) -> None:
    simulate_into(SMALL, tmp_path / "clean")
    simulate_into(Plan(months=1, customers=8, accounts=1, defects=("lost_rows",)), tmp_path / "spoiled")
    sigma = "stripe/sigma/balance_transactions_2026-04-01T0300.csv"
    clean, spoiled = ((tmp_path / name / sigma).read_text().splitlines() for name in ("clean", "spoiled"))
    assert set(spoiled) < set(clean)
    counts = "truth/transaction_counts.csv"
    assert (tmp_path / "clean" / counts).read_bytes() == (tmp_path / "spoiled" / counts).read_bytes()
    assert len((tmp_path / "spoiled" / "truth" / "defects.csv").read_text().splitlines()) > 1
    assert json.loads((tmp_path / "spoiled" / "truth" / "company.json").read_text())["defects"] == ["lost_rows"]


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'excel'"):
        simulate_into(SMALL, tmp_path / "new", ["excel"])
    assert not (tmp_path / "new").exists()
