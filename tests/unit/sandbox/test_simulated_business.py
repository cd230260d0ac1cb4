"""The company's own files: orders, usage, attribution, tickets and the drifting names of its sellers."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

from orchestration.sandbox.simulation import Segment, Simulation
from orchestration.sandbox.surroundings.business import BusinessFiles
from orchestration.sandbox.world.plan import Plan

PLAN = Plan(months=3, customers=60, accounts=6, seed=11)
JANUARY_2 = 1_767_312_000  # 2026-01-02T00:00:00Z
DAY = 86_400
CAUSES = ("none", "missing_reference", "wrong_reference", "repeated_reference", "partial_payment", "unpaid")


def order(number: int, cause: str = "none", reference: str = "pi_1") -> dict:
    return {
        "order_id": f"SO-{number}", "ordered_at": JANUARY_2 + number * 8_131, "customer_reference": 'Müller, "Ute"',
        "amount_minor": 1999 * number, "currency": "eur", "payment_reference": reference, "status": "paid",
        "charges": [f"ch_{number}"], "cause": cause,
    }  # fmt: skip


def written(folder: Path, *segments: dict) -> Path:
    files = BusinessFiles(PLAN, folder)
    for notes in segments:
        files.take(Segment({}, {}, notes))
    files.close(Simulation(PLAN))
    return folder / "business"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_an_order_comes_back_from_its_file_as_it_went_in(tmp_path: Path) -> None:
    notes = [order(number, cause) for number, cause in enumerate(CAUSES, 1)]
    notes[1]["payment_reference"] = ""
    found = rows(written(tmp_path, {"order": notes[:2]}, {"order": notes[2:]}) / "orders.csv")

    assert [row["order_id"] for row in found] == [f"SO-{number}" for number in range(1, 7)]
    for row, note in zip(found, notes, strict=True):
        assert datetime.fromisoformat(row["ordered_at"]).timestamp() == note["ordered_at"]
        assert int(row["amount_minor"]) == note["amount_minor"]
        for column in ("customer_reference", "currency", "payment_reference", "status"):
            assert row[column] == note[column]


def test_orders_have_the_columns_of_the_contract_and_tell_nothing_that_a_shop_cannot_know(tmp_path: Path) -> None:
    path = written(tmp_path, {"order": [order(1, "repeated_reference")]}) / "orders.csv"
    header, line = path.read_text(encoding="utf-8").splitlines()
    assert header == "order_id,ordered_at,customer_reference,amount_minor,currency,payment_reference,status"
    assert "2026-01-02T02:15:31Z" in line
    assert "ch_1" not in line and "repeated_reference" not in line


def test_usage_is_told_by_month_and_item(tmp_path: Path) -> None:
    def use(day: int, quantity: int, item: str = "si_1") -> dict:
        return {"customer": "cus_1", "subscription_item": item, "day": JANUARY_2 + day * DAY, "quantity": quantity}

    notes = [use(0, 5), use(29, 7), use(30, 1), use(30, 4, "si_2")]
    found = rows(written(tmp_path, {"usage": notes}) / "product_usage.csv")
    assert [(row["subscription_item_id"], row["month"], row["quantity"], row["active_days"]) for row in found] == [
        ("si_1", "2026-01-01", "12", "2"),
        ("si_1", "2026-02-01", "1", "1"),
        ("si_2", "2026-02-01", "4", "1"),
    ]


def test_tickets_are_numbered_through_all_segments(tmp_path: Path) -> None:
    def ticket(customer: str) -> dict:
        return {"customer": customer, "at": JANUARY_2, "kind": "billing"}

    folder = written(tmp_path, {"ticket": [ticket("cus_1"), ticket("cus_2")]}, {"ticket": [ticket("cus_3")]})
    found = rows(folder / "support_tickets.csv")
    assert [(row["ticket_id"], row["customer_id"], row["opened_at"]) for row in found] == [
        ("T-000001", "cus_1", "2026-01-02T00:00:00Z"),
        ("T-000002", "cus_2", "2026-01-02T00:00:00Z"),
        ("T-000003", "cus_3", "2026-01-02T00:00:00Z"),
    ]


def test_a_seller_has_a_row_for_every_name_that_it_was_known_by(tmp_path: Path) -> None:
    seller = {
        "account": "acct_1", "official_name": "Süd Optics GmbH",
        "names": [("2025-10-01", "SÜD Optics"), ("2026-01-17", "SüdOptics")],
    }  # fmt: skip
    channel = {"customer": "cus_1", "channel": "search", "campaign": "autumn", "at": JANUARY_2}
    folder = written(tmp_path, {"seller": [seller], "channel": [channel]})
    assert [tuple(row.values()) for row in rows(folder / "account_map.csv")] == [
        ("acct_1", "SÜD Optics", "Süd Optics GmbH", "2025-10-01"),
        ("acct_1", "SüdOptics", "Süd Optics GmbH", "2026-01-17"),
    ]
    assert rows(folder / "marketing_attribution.csv") == [
        {"customer_id": "cus_1", "channel": "search", "campaign": "autumn", "attributed_at": "2026-01-02T00:00:00Z"}
    ]


def test_a_company_without_notes_still_has_readable_files(tmp_path: Path) -> None:
    folder = written(tmp_path, {})
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "orders.csv", "product_usage.csv", "marketing_attribution.csv", "support_tickets.csv", "account_map.csv"
    }  # fmt: skip
    assert all(rows(path) == [] and path.read_text(encoding="utf-8").count("\n") == 1 for path in folder.iterdir())


def test_files_of_a_simulated_company_hold_its_notes_and_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    notes: dict[str, list[dict]] = {}
    accounts: list[str] = []
    for name in ("first", "second"):
        simulation = Simulation(PLAN)
        files = BusinessFiles(PLAN, tmp_path / name)
        for segment in simulation:
            files.take(segment)
            notes = {kind: notes.get(kind, []) + segment.notes.get(kind, []) for kind in (*notes, *segment.notes)}
            accounts += [account["id"] for _, account in segment.objects.get("account", ())]
        files.close(simulation)
    first, second = (sorted((tmp_path / name / "business").iterdir()) for name in ("first", "second"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]

    folder = tmp_path / "first" / "business"
    orders = rows(folder / "orders.csv")
    assert {note["cause"] for note in notes["order"]} >= set(CAUSES)
    assert len({row["order_id"] for row in orders}) == len(orders) == len(notes["order"]) // 2
    assert {row["payment_reference"] == "" for row in orders} == {True, False}
    mapped = {row["account_id"] for row in rows(folder / "account_map.csv")}
    assert mapped < set(accounts) and len(mapped) == PLAN.accounts
    for kind, table, amount in (("usage", "product_usage", "quantity"), ("channel", "marketing_attribution", None)):
        found = rows(folder / f"{table}.csv")
        assert {row["customer_id"] for row in found} == {note["customer"] for note in notes[kind]}
        if amount:
            assert 2 * sum(int(row[amount]) for row in found) == sum(note[amount] for note in notes[kind])
    assert len(rows(folder / "support_tickets.csv")) == len(notes["ticket"]) // 2 > 0
