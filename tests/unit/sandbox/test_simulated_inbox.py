"""A simulated company in every format: the same facts, each once, however the simulation is cut up."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from orchestration.domain.inbox_layout import place
from orchestration.sandbox import simulation
from orchestration.sandbox.simulate import FORMATS, simulate_into
from orchestration.sandbox.simulation import Company, whole_company
from orchestration.sandbox.world.history import Obj, history_key
from orchestration.sandbox.world.money import DAY
from orchestration.sandbox.world.plan import Plan

pytestmark = pytest.mark.slow

PLAN = Plan(months=4, customers=60, accounts=4)
STAMP = "2026-04-01T0300"
Row = dict[str, str]


@pytest.fixture(scope="module")
def company() -> Company:
    return whole_company(PLAN)


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulated")
    simulate_into(PLAN, folder, FORMATS)
    return folder


@pytest.fixture(scope="module")
def cut_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same company, given away in many small segments."""
    folder = tmp_path_factory.mktemp("cut_up")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(simulation, "SEGMENT_TRANSACTIONS", 100)
        simulate_into(PLAN, folder, FORMATS)
    return folder


def printed(value: Any) -> str:
    """A typed value as Sigma prints it in its CSV."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.000")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def csv_tables(folder: Path) -> dict[str, list[Row]]:
    tables = {}
    for path in sorted((folder / "stripe/sigma").glob(f"*_{STAMP}.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            tables[path.name.removesuffix(f"_{STAMP}.csv")] = list(csv.DictReader(lines))
    return tables


def parquet_rows(path: Path) -> list[Row]:
    rows = pq.ParquetFile(path).read().to_pylist()
    return [{name: printed(value) for name, value in row.items()} for row in rows]


def counted(rows: list[Row]) -> Counter[tuple[tuple[str, str], ...]]:
    return Counter(tuple(sorted(row.items())) for row in rows)


def api_objects(folder: Path) -> Iterator[tuple[str, str, Obj]]:
    """(tenant, name of the file, object) of all lists."""
    api = folder / "stripe/api"
    for path in sorted(api.rglob("*.jsonl")):
        tenant = "platform" if path.parent == api else path.parent.name
        for line in path.read_text(encoding="utf-8").splitlines():
            yield tenant, path.stem, json.loads(line)


def both_kinds(tables: dict[str, list[Row]], name: str) -> list[Row]:
    connected = tables.get(f"connected_account_{name}", [])
    return [{"account": "platform", **row} for row in tables[name]] + connected


def test_parquet_and_pipeline_hold_the_rows_of_the_csv(inbox: Path) -> None:
    tables = csv_tables(inbox)
    assert len(tables) > 40
    run = inbox / "stripe/pipeline/2026040103/livemode"
    assert (run / "coreapi_SUCCESS").is_file()
    assert {path.name for path in run.iterdir()} == {*tables, "coreapi_SUCCESS"}
    for name, rows in tables.items():
        expected = counted(rows)
        assert counted(parquet_rows(inbox / f"stripe/sigma/{name}_{STAMP}.parquet")) == expected, name
        shared = parquet_rows(run / name / "part-00000.parquet")
        stamps = {(row.pop("batch_timestamp"), row.pop("merchant_id")) for row in shared}
        assert stamps == {("2026-04-01 03:00:00.000", tables["accounts"][0]["id"])}
        assert counted(shared) == expected, name


def test_typed_columns_have_the_types_of_sigma(inbox: Path) -> None:
    schema = pq.read_schema(inbox / f"stripe/sigma/balance_transactions_{STAMP}.parquet")
    kinds = {name: str(schema.field(name).type) for name in schema.names}
    assert kinds["amount"] == kinds["fee"] == kinds["net"] == "int64"
    assert kinds["created"] == kinds["available_on"] == "timestamp[ms]"
    assert kinds["exchange_rate"] == "double"
    assert kinds["id"] == kinds["automatic_transfer_id"] == "string"


def test_the_layout_of_the_inbox_knows_every_file(inbox: Path) -> None:
    for path in inbox.rglob("*"):
        name = path.relative_to(inbox)
        if path.is_file() and name.parts[0] in ("stripe", "company"):
            assert place(name).kind != "unknown", name
            assert datetime.fromtimestamp(path.stat().st_mtime).timestamp() == PLAN.end + 3 * 3600


def test_every_object_that_is_not_deleted_is_listed_once(inbox: Path, company: Company) -> None:
    listed = Counter(
        (tenant, obj["object"], obj.get("id"))
        for tenant, name, obj in api_objects(inbox)
        if name != "payout_balance_transactions"
    )
    gone = {obj_id for obj_id, changes in company.history.items() if changes[-1].deleted}
    expected = {
        (tenant, name, obj.get("id"))
        for name, pairs in company.objects.items()
        for tenant, obj in pairs
        if obj.get("id") not in gone | {company.platform_account}
    }
    assert gone
    assert set(listed) == expected
    assert set(listed.values()) == {1}


def test_sigma_keeps_a_deleted_customer_and_forgets_other_deleted_objects(inbox: Path, company: Company) -> None:
    tables = csv_tables(inbox)
    gone = {obj_id for obj_id, changes in company.history.items() if changes[-1].deleted}
    customers = both_kinds(tables, "customers")
    assert {row["id"] for row in customers if row["deleted"] == "true"} == {
        obj["id"] for _, obj in company.objects["customer"] if obj["id"] in gone
    }
    assert len(customers) == len(company.objects["customer"])
    items = {row["id"] for row in tables["invoice_items"]}
    assert items == {obj["id"] for _, obj in company.objects["invoiceitem"]} - gone


def test_members_of_a_payout_add_up_to_it_in_both_sources(inbox: Path) -> None:
    transactions, payouts = {}, {}
    members: dict[tuple[str, str], set[str]] = defaultdict(set)
    for tenant, name, obj in api_objects(inbox):
        if name == "balance_transaction":
            transactions[obj["id"]] = obj
        elif name == "payout":
            payouts[tenant, obj["id"]] = obj
        elif name == "payout_balance_transactions":
            assert obj["balance_transaction"] not in members[tenant, obj["payout"]]
            members[tenant, obj["payout"]].add(obj["balance_transaction"])
    automatic = {key for key, payout in payouts.items() if payout["automatic"]}
    assert len(automatic) > 50
    assert set(members) == automatic
    for key, ids in members.items():
        assert payouts[key]["balance_transaction"] in ids
        assert sum(transactions[member]["net"] for member in ids) == 0
    in_sigma: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in both_kinds(csv_tables(inbox), "balance_transactions"):
        if row["automatic_transfer_id"]:
            in_sigma[row["account"], row["automatic_transfer_id"]].add(row["id"])
    assert in_sigma == {key: ids - {payouts[key]["balance_transaction"]} for key, ids in members.items()}


def test_sigma_says_what_the_api_says(inbox: Path) -> None:
    tables = csv_tables(inbox)
    listed: dict[str, dict[str, Obj]] = defaultdict(dict)
    for _, name, obj in api_objects(inbox):
        listed[name][obj.get("id", "")] = obj
    invoices = {row["id"]: row for row in tables["invoices"]}
    paid_by = {
        obj["invoice"]: listed["payment_intent"][obj["payment"]["payment_intent"]]["latest_charge"]
        for obj in listed["invoice_payment"].values()
        if obj["payment"]["type"] == "payment_intent"
    }
    for obj in listed["invoice"].values():
        row = invoices[obj["id"]]
        assert row["total"] == str(obj["total"])
        assert row["tax"] == str(sum(part["amount"] for part in obj["total_taxes"]))
        assert row["charge_id"] == (paid_by.get(obj["id"]) or "")
    assert len(invoices) == len(listed["invoice"]) and paid_by
    lines = {row["id"]: row for row in tables["invoice_line_items"]}
    for line in (line for obj in listed["invoice"].values() for line in obj["lines"]["data"]):
        row = lines[line["id"]]
        kind, details = row["line_item_parent_type"], line["parent"][line["parent"]["type"]]
        assert row["source_type"] == ("invoiceitem" if kind == "invoice_item_details" else "subscription")
        assert row["source_id"] in (details["invoice_item"], details["subscription"])
        assert row["plan_id"] in ("", row["price_id"])
        assert (row["plan_id"] in listed["plan"]) or not row["plan_id"]
    for row in both_kinds(tables, "charges"):
        assert row["dispute_id"] == "" or listed["dispute"][row["dispute_id"]]["charge"] == row["id"]


def test_rates_of_conversion_are_known_since_january_2026(inbox: Path) -> None:
    known = {(row["exchange_rate"] != "", row["created"] >= "2026-01-26")
             for row in both_kinds(csv_tables(inbox), "balance_transactions")}
    assert (True, True) in known
    assert (True, False) not in known
    days = [row["date"] for row in csv_tables(inbox)["exchange_rates_from_usd"]]
    assert days[0] == "2025-11-30 00:00:00.000" and days[-1] == "2026-03-31 00:00:00.000"


def test_segments_change_no_row(inbox: Path, cut_up: Path) -> None:
    whole, parts = csv_tables(inbox), csv_tables(cut_up)
    assert {name: counted(rows) for name, rows in parts.items()} == {
        name: counted(rows) for name, rows in whole.items()}
    for path in (inbox / "stripe").rglob("*"):
        other = cut_up / path.relative_to(inbox)
        if path.suffix == ".jsonl":
            assert Counter(other.read_text("utf-8").splitlines()) == Counter(path.read_text("utf-8").splitlines())
        elif path.suffix == ".parquet":
            assert counted(parquet_rows(other)) == counted(parquet_rows(path))


def test_the_same_plan_gives_the_same_bytes(inbox: Path, tmp_path: Path) -> None:
    simulate_into(PLAN, tmp_path, FORMATS)
    names = {path.relative_to(inbox) for path in inbox.rglob("*") if path.is_file()}
    assert {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()} == names
    assert [name for name in sorted(names) if (inbox / name).read_bytes() != (tmp_path / name).read_bytes()] == []


def told(folder: Path) -> list[Obj]:
    lines = (folder / "stripe/events/events.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_events_are_those_of_the_last_thirty_days(inbox: Path, company: Company) -> None:
    events = told(inbox)
    since = PLAN.end - 30 * DAY
    expected = Counter(
        (change.event, change.at, obj["id"], None if tenant == "platform" else tenant)
        for pairs in company.objects.values()
        for tenant, obj in pairs
        for change in company.history.get(history_key(obj), [])
        if change.event is not None and change.at >= since
    )
    assert len(expected) > 500
    assert expected == Counter(
        (event["type"], event["created"], event["data"]["object"]["id"], event.get("account")) for event in events)
    assert len({event["id"] for event in events}) == len(events)
    assert {event["api_version"] for event in events} == {"2026-10-28.endive"}


def test_events_end_in_the_listed_state(inbox: Path, company: Company) -> None:
    objects = [event["data"]["object"] for event in told(inbox)]
    latest = {(obj["object"], obj["id"]): obj for obj in objects}
    seen = Counter()
    for _, name, obj in api_objects(inbox):
        changes = company.history.get(history_key(obj)) if "object" in obj else None
        if changes and changes[-1].event is not None and changes[-1].at >= PLAN.end - 30 * DAY:
            assert latest[name, obj["id"]] == obj
            seen[name] += 1
    assert {"charge", "payout", "invoice", "refund", "subscription", "transfer"} <= set(seen)
    deleted = [obj for obj in latest.values() if obj.get("deleted")]
    assert {company.history[obj["id"]][-1].deleted for obj in deleted} == {True}
