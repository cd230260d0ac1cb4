"""Files of business/ on their way into raw: what is kept as text, what a later export replaces, what is refused."""

from __future__ import annotations

import gzip
import itertools
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.domain.inbox_layout import BUSINESS_TABLES
from orchestration.sources.landing import receive
from orchestration.warehouse.business_schema import TABLES
from orchestration.warehouse.connection import connect
from orchestration.warehouse.quarantine import rebuild_quarantine
from orchestration.warehouse.raw_loader import LoadOutcome, load_landing
from orchestration.workspace import Workspace

HEADER = "order_id,ordered_at,customer_reference,amount_minor,currency,payment_reference,status\n"
FIRST = "o1,2026-03-01T10:00:00Z,cus_1,500,usd,ch_1,paid\n"
OTHER = "o2,2026-03-02T10:00:00Z,ada@example.com,900,EUR,,open\n"


def land(workspace: Workspace, inbox: Path, files: dict[str, str | bytes], day: int = 1) -> LoadOutcome:
    for name, content in files.items():
        path = inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    receive(workspace, inbox, datetime(2026, 5, day, 12, tzinfo=UTC))
    return load_landing(workspace, f"run{day}")


def loaded(tmp_path: Path, files: dict[str, str | bytes]) -> tuple[Workspace, LoadOutcome]:
    workspace = Workspace(tmp_path / "workspace")
    return workspace, land(workspace, tmp_path / "inbox", files)


def rows(workspace: Workspace, columns: str, table: str = "orders") -> list[tuple[Any, ...]]:
    with connect(workspace.raw_db) as connection:
        return connection.execute(f"select {columns} from business.{table} order by all").fetchall()


def reason(tmp_path: Path, text: str, table: str = "orders") -> str:
    """Why a file is refused; nothing of it may stay."""
    workspace, outcome = loaded(tmp_path, {f"business/{table}.csv": text})
    assert rows(workspace, "*", table) == []
    assert [refusal.is_critical for refusal in outcome.refused] == [False]
    assert outcome.refused[0].remedy
    return outcome.refused[0].reason


def test_orders_stay_text_and_belong_to_the_platform(tmp_path: Path) -> None:
    workspace, outcome = loaded(tmp_path, {"business/orders.csv": HEADER + FIRST + OTHER})
    assert outcome.refused == [] and outcome.rows == {"business.orders": 2}
    assert rows(workspace, "_account_id, order_id, amount_minor, currency, payment_reference") == [
        ("platform", "o1", "500", "usd", "ch_1"), ("platform", "o2", "900", "EUR", None),
    ]  # fmt: skip


def test_a_column_account_names_the_tenant(tmp_path: Path) -> None:
    text = HEADER.replace("\n", ",account\n") + FIRST.replace("\n", ",acct_1\n") + FIRST.replace("\n", ",\n")
    workspace, outcome = loaded(tmp_path, {"business/orders.csv": text})
    assert outcome.refused == []
    assert rows(workspace, "_account_id, order_id") == [("acct_1", "o1"), ("platform", "o1")]


def test_columns_that_no_model_reads_are_kept_and_said(tmp_path: Path) -> None:
    text = HEADER.replace("\n", ",shop\n") + FIRST.replace("\n", ",north\n")
    workspace, _ = loaded(tmp_path, {"business/orders.csv": text})
    assert rows(workspace, "other_columns") == [('{"shop":"north"}',)]
    with connect(workspace.raw_db) as connection:
        assert connection.execute("select extra_columns from meta.loads").fetchall() == [("shop",)]


def test_identical_repeats_are_one_row_and_two_truths_are_refused(tmp_path: Path) -> None:
    workspace, outcome = loaded(tmp_path / "same", {"business/orders.csv": HEADER + FIRST + FIRST})
    assert outcome.rows == {"business.orders": 2} and len(rows(workspace, "*")) == 1
    said = reason(tmp_path / "other", HEADER + FIRST + FIRST.replace("500", "501"))
    assert said == "Two different rows with one key inside one export: o1."


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (("500", "5.00"), "decimals in minor units in column amount_minor (1 of 2 rows; data row 1: '5.00')"),
        (("500", "5,"), "cannot be read as a whole"),
        (("500", ""), "empty amount_minor in column amount_minor (1 of 2 rows; data row 1: empty)"),
        (("500", "9223372036854775808"), "integer beyond 64 bits in column amount_minor"),
        (("usd", "usx"), "unknown currency in column currency (1 of 2 rows; data row 1: 'usx')"),
        (("usd", ""), "empty currency in column currency"),
        (("o1", ""), "empty order_id in column order_id (1 of 2 rows; data row 1: empty)"),
        (("o1", '" "'), "empty order_id in column order_id (1 of 2 rows; data row 1: ' ')"),
        (("2026-03-01T10:00:00Z", "01.03.2026"), "unreadable time in column ordered_at"),
        (("order_id,", "order,"), "Required column order_id is missing."),
        (("open\n", "open"), "does not end with a line break"),
    ],
)
def test_what_cannot_be_relied_on_refuses_the_file(
    tmp_path: Path, damage: tuple[str, str], said: str
) -> None:
    assert said in reason(tmp_path, (HEADER + FIRST + OTHER).replace(*damage, 1))


def test_days_and_months_are_written_as_such(tmp_path: Path) -> None:
    text = "account_id,name,official_name,from_date\nacct_1,Acme,,03/01/2026\n"
    assert "unreadable day (YYYY-MM-DD) in column from_date" in reason(tmp_path / "day", text, "account_map")
    text = "customer_id,subscription_item_id,month,quantity,active_days\ncus_1,si_1,2026-03-02,5,1\n"
    assert "not the first day of a month (YYYY-MM-01)" in reason(tmp_path / "month", text, "product_usage")


def test_a_bad_file_of_business_does_not_hold_up_the_close(tmp_path: Path) -> None:
    workspace, _ = loaded(tmp_path, {"business/orders.csv": HEADER + FIRST.replace("500", "5.0")})
    assert [(entry["name"], entry["is_critical"]) for entry in rebuild_quarantine(workspace)] == [
        ("business/orders.csv", False)
    ]


def test_names_without_a_place_are_refused_and_every_place_has_a_loader(tmp_path: Path) -> None:
    _, outcome = loaded(tmp_path, {"business/order.csv": HEADER + FIRST})
    assert [refusal.receipt.name for refusal in outcome.refused] == ["business/order.csv"]
    assert "named after account_map, contract_bills, contracts, exclusions" in outcome.refused[0].reason
    assert outcome.loaded == [] and sorted(TABLES) == list(BUSINESS_TABLES)


def test_what_is_left_out_of_revenue_needs_no_reason_and_no_account(tmp_path: Path) -> None:
    bare = "object_id,excluded_at\nin_1,2026-03-01T10:00:00Z\nch_1,2026-03-02T00:00:00+02:00\n"
    workspace, outcome = loaded(tmp_path / "bare", {"business/exclusions.csv": bare})
    assert outcome.refused == [] and outcome.rows == {"business.exclusions": 2}
    assert rows(workspace, "_account_id, object_id, reason", "exclusions") == [
        ("platform", "ch_1", None), ("platform", "in_1", None),
    ]  # fmt: skip
    full = "object_id,excluded_at,reason,account\nin_1,2026-03-01T10:00:00Z,a loan,acct_1\n"
    workspace, outcome = loaded(tmp_path / "full", {"business/exclusions.csv": full})
    assert outcome.refused == []
    assert rows(workspace, "_account_id, object_id, reason", "exclusions") == [("acct_1", "in_1", "a loan")]


FULFILMENTS = (
    "fulfilment_id,object_id,fulfilled_at,amount_minor\n"
    "f1,il_1,2026-03-01T10:00:00Z,500\n"
    "f2,il_1,2026-03-05T10:00:00Z,-100\n"
)


def test_a_fulfilment_may_take_back_and_several_may_be_of_one_line(tmp_path: Path) -> None:
    workspace, outcome = loaded(tmp_path, {"business/fulfilments.csv": FULFILMENTS})
    assert outcome.refused == [] and outcome.rows == {"business.fulfilments": 2}
    assert rows(workspace, "_account_id, fulfilment_id, object_id, amount_minor", "fulfilments") == [
        ("platform", "f1", "il_1", "500"), ("platform", "f2", "il_1", "-100"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "damage", "said"),
    [
        ("fulfilments", (",500", ",5.00"), "decimals in minor units in column amount_minor"),
        ("fulfilments", (",500", ","), "neither amount_minor nor quantity in column amount_minor"),
        ("fulfilments", ("f1,il_1", "f1,"), "empty object_id in column object_id"),
        ("fulfilments", ("f2,", "f1,"), "Two different rows with one key inside one export: f1."),
        ("fulfilments", ("2026-03-01T10", "yesterday"), "unreadable time in column fulfilled_at"),
        ("fulfilments", ("fulfilled_at", "at"), "Required column fulfilled_at is missing."),
        ("exclusions", ("excluded_at", "at"), "Required column excluded_at is missing."),
        ("exclusions", ("in_1", ""), "empty object_id in column object_id"),
        ("exclusions", ("2026-03-01T10:00:00Z", ""), "empty excluded_at in column excluded_at"),
    ],
)
def test_what_revenue_rests_on_is_refused_when_it_is_unclear(
    tmp_path: Path, table: str, damage: tuple[str, str], said: str
) -> None:
    exclusions = "object_id,excluded_at\nin_1,2026-03-01T10:00:00Z\n"
    text = {"fulfilments": FULFILMENTS, "exclusions": exclusions}[table]
    assert said in reason(tmp_path, text.replace(*damage, 1), table)


def test_gzip_and_parquet_hold_the_same_rows(tmp_path: Path) -> None:
    text = HEADER + FIRST + OTHER
    csv, parquet = tmp_path / "orders.csv", tmp_path / "orders.parquet"
    csv.write_text(text, encoding="utf-8")
    duckdb.execute(f"copy (from read_csv('{csv}', all_varchar = true)) to '{parquet}'")
    contents: dict[str, str | bytes] = {
        "orders.csv": text, "orders.csv.gz": gzip.compress(text.encode()), "orders.parquet": parquet.read_bytes(),
    }  # fmt: skip
    found = []
    for name, content in contents.items():
        workspace, outcome = loaded(tmp_path / name.replace(".", "_"), {f"business/{name}": content})
        assert outcome.refused == [] and outcome.rows == {"business.orders": 2}
        found.append(rows(workspace, "* exclude (_observed_at, _received_at)"))
    assert found[0] == found[1] == found[2]


EXPORTS = {
    "business/orders_2026-03-05.csv": HEADER + FIRST.replace("paid", "open") + OTHER,
    "business/orders_2026-03-06.csv": HEADER + FIRST,
    "business/orders_2026-03-07.csv": HEADER + FIRST.replace("paid", "refunded") + "o3" + FIRST[2:],
}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_later_export_stands_whatever_came_first(tmp_path: Path, order: tuple[int, ...]) -> None:
    workspace = Workspace(tmp_path / "workspace")
    for day, place in enumerate(order, start=1):
        name = sorted(EXPORTS)[place]
        outcome = land(workspace, tmp_path / f"inbox{day}", {name: EXPORTS[name]}, day)
        assert outcome.refused == []
    found = rows(workspace, "order_id, status, _observed_at::varchar")
    assert found == [
        ("o1", "refunded", "2026-03-07 00:00:00+00"),
        ("o2", "open", "2026-03-05 00:00:00+00"),
        ("o3", "paid", "2026-03-07 00:00:00+00"),
    ]


def test_a_row_that_says_nothing_new_keeps_its_load(tmp_path: Path) -> None:
    workspace, _ = loaded(tmp_path, {"business/orders_2026-03-05.csv": HEADER + FIRST})
    land(workspace, tmp_path / "inbox", {"business/orders_2026-03-06.csv": HEADER + FIRST + OTHER}, 2)
    assert rows(workspace, "order_id, _load_seq, _observed_at::date::varchar") == [
        ("o1", 1, "2026-03-06"), ("o2", 2, "2026-03-06"),
    ]  # fmt: skip


def test_two_parts_of_one_export_may_not_contradict_each_other(tmp_path: Path) -> None:
    parts = {
        "business/orders_2026-03-05_part1.csv": HEADER + FIRST,
        "business/orders_2026-03-05_part2.csv": HEADER + FIRST.replace("500", "700") + OTHER,
    }
    workspace, outcome = loaded(tmp_path, parts)
    assert [refusal.receipt.name for refusal in outcome.refused] == ["business/orders_2026-03-05_part2.csv"]
    assert rows(workspace, "order_id, amount_minor") == [("o1", "500")]
