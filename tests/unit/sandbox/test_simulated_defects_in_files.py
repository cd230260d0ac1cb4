"""File faults: what the injector does to a segment, and that it does nothing else."""

from __future__ import annotations

import copy
from collections import Counter
from pathlib import Path

import pytest

from orchestration.sandbox.defects import DEFECTS
from orchestration.sandbox.defects.injector import Injector
from orchestration.sandbox.payments.charges import Sale, take_payment
from orchestration.sandbox.payments.refunds import refund
from orchestration.sandbox.simulation import Segment, Simulation
from orchestration.sandbox.surroundings.truth import Truth
from orchestration.sandbox.world.books import Books
from orchestration.sandbox.world.plan import Plan

IN_FILES = (
    "duplicate_rows", "fee_error", "late_rows", "lost_rows", "orphan_refund", "wrong_currency", "wrong_tenant"
)  # fmt: skip
DAY = 86_400
Rows = list[tuple[str, dict]]


def plan(*defects: str) -> Plan:
    return Plan(months=2, customers=30, accounts=6, seed=5, defects=defects)


@pytest.fixture(scope="module")
def clean() -> Segment:
    """Three tenants with 70 payments each, every fifth refunded, and the payouts' own rows."""
    books = Books(plan())
    for number in range(70):
        for tenant in ("platform", "acct_a", "acct_b"):
            at = books.start + number * 3_600
            payment = take_payment(books, Sale(tenant, None, 1_000 + number, "usd", at, "Lantern"))
            if number % 5 == 0:
                refund(books, payment, 500, at + DAY)
            books.post(tenant, "payout", "payout", -900, "usd", at, source=f"po_{number}", pooled=False)
    return Segment(dict(books.objects), books.history, dict(books.notes), is_last=True)


def table(segment: Segment, name: str) -> Rows:
    return segment.objects[name]


def ids(rows: Rows) -> Counter:
    return Counter(row["id"] for _, row in rows)


def as_written(rows: Rows) -> list[str]:
    """What a file would hold, row by row."""
    return [f"{tenant} {sorted(row.items())}" for tenant, row in rows]


@pytest.mark.parametrize("name", IN_FILES)
def test_a_fault_strikes_the_rows_that_it_labels_and_no_other(name: str, clean: Segment) -> None:
    injector = Injector(plan(name))
    spoiled = injector.spoil(clean)
    labelled = {(label["table"], label["object_id"]) for label in injector.labels}
    differing = set()
    for kind in clean.objects:
        before, after = Counter(as_written(clean.objects[kind])), Counter(as_written(spoiled.objects[kind]))
        changed = (before - after) + (after - before)
        differing |= {(f"{kind}s", line.split("('id', '")[1].split("'")[0]) for line in changed}
    assert differing == labelled
    assert len(labelled) == len(injector.labels) >= 3
    assert (spoiled.history, spoiled.notes, spoiled.is_last) == (clean.history, clean.notes, clean.is_last)


def test_the_segment_that_is_given_stays_as_it_was(clean: Segment) -> None:
    before = copy.deepcopy(clean)
    objects = {row["id"]: row for rows in clean.objects.values() for _, row in rows}
    Injector(plan(*IN_FILES)).spoil(clean)
    assert clean == before
    assert all(row is objects[row["id"]] for rows in clean.objects.values() for _, row in rows)


def test_without_file_faults_a_segment_passes_untouched(clean: Segment) -> None:
    injector = Injector(plan("price_error"))
    assert injector.spoil(clean) is clean
    assert injector.labels == []


def test_faults_together_never_strike_one_row_twice(clean: Segment) -> None:
    injector = Injector(plan(*IN_FILES))
    injector.spoil(clean)
    assert {label["defect"] for label in injector.labels} == set(IN_FILES)
    struck = Counter((label["table"], label["object_id"]) for label in injector.labels)
    assert set(struck.values()) == {1}


def test_faults_that_run_out_of_rows_strike_all_that_are_left() -> None:
    injector = Injector(plan(*IN_FILES))
    spoiled = injector.spoil(Segment({"balance_transaction": transactions(14, "acct_a")}, {}, {}))
    assert Counter(label["defect"] for label in injector.labels) == {
        "duplicate_rows": 3, "fee_error": 3, "late_rows": 3, "lost_rows": 3, "wrong_currency": 2
    }  # fmt: skip
    assert len({label["object_id"] for label in injector.labels}) == 14
    assert sum(ids(table(spoiled, "balance_transaction")).values()) == 14 + 3 - 3


def spoil(clean: Segment, name: str) -> tuple[dict[str, Rows], list[dict]]:
    injector = Injector(plan(name))
    spoiled = injector.spoil(clean)
    rows: dict[str, Rows] = {}
    for kind in ("balance_transaction", "charge", "refund"):
        for tenant, row in table(spoiled, kind):
            rows.setdefault(row["id"], []).append((tenant, row))
    return rows, injector.labels


def truly(clean: Segment, object_id: str) -> tuple[str, dict]:
    return next(pair for rows in clean.objects.values() for pair in rows if pair[1]["id"] == object_id)


def test_lost_rows_are_in_no_list(clean: Segment) -> None:
    rows, labels = spoil(clean, "lost_rows")
    assert {label["table"] for label in labels} == {"balance_transactions", "charges"}
    for label in labels:
        tenant, row = truly(clean, label["object_id"])
        assert row["id"] not in rows
        assert label["account_id"] == tenant
        assert label["amount_minor"] == (row["net"] if label["table"] == "balance_transactions" else row["amount"])


def test_duplicates_are_the_same_row_twice_or_two_rows_with_one_id(clean: Segment) -> None:
    rows, labels = spoil(clean, "duplicate_rows")
    assert {label["label"] for label in labels} == {"identical", "conflicting"}
    for label in labels:
        (_, first), (_, second) = rows[label["object_id"]]
        assert first == truly(clean, label["object_id"])[1]
        assert (first == second) == (label["label"] == "identical")
        assert second["net"] == second["amount"] - second["fee"]
        if label["label"] == "conflicting":
            assert second["net"] - first["net"] == label["amount_minor"]


def test_a_moved_row_stands_under_another_account(clean: Segment) -> None:
    rows, labels = spoil(clean, "wrong_tenant")
    for label in labels:
        [(tenant, row)] = rows[label["object_id"]]
        assert tenant != label["account_id"] != "platform"
        assert (label["account_id"], row) == truly(clean, label["object_id"])


def test_a_fee_error_breaks_one_of_the_two_sums_by_the_amount_of_its_label(clean: Segment) -> None:
    rows, labels = spoil(clean, "fee_error")
    assert {label["label"] for label in labels} == {"fee_details", "net"}
    for label in labels:
        [(_, row)] = rows[label["object_id"]]
        off_details = sum(part["amount"] for part in row["fee_details"]) - row["fee"]
        off_net = row["net"] - row["amount"] + row["fee"]
        expected = (label["amount_minor"], 0) if label["label"] == "fee_details" else (0, label["amount_minor"])
        assert (off_details, off_net) == expected


def test_a_wrong_currency_is_another_one_or_none_at_all(clean: Segment) -> None:
    rows, labels = spoil(clean, "wrong_currency")
    said = {label["label"]: rows[label["object_id"]][0][1]["currency"] for label in labels}
    assert said["unknown"] == "zzz" and said["other"] in {"eur", "gbp", "jpy", "kwd"}
    assert {label["currency"] for label in labels} == {"usd"}


def test_late_rows_are_created_a_day_and_more_after_the_end(clean: Segment) -> None:
    rows, labels = spoil(clean, "late_rows")
    for label in labels:
        [(_, row)] = rows[label["object_id"]]
        assert row["created"] > plan().end + DAY
        assert row["available_on"] >= row["created"]


def test_an_orphan_refund_names_a_charge_that_nobody_knows(clean: Segment) -> None:
    rows, labels = spoil(clean, "orphan_refund")
    for label in labels:
        [(_, row)] = rows[label["object_id"]]
        assert row["charge"] not in rows
        assert label["amount_minor"] == row["amount"] == 500


def transactions(count: int, tenant: str) -> Rows:
    row = {
        "object": "balance_transaction", "type": "charge", "amount": 9, "fee": 1, "net": 8, "currency": "usd",
        "fee_details": [{"amount": 1, "type": "stripe_fee"}], "created": 0, "available_on": 0,
    }  # fmt: skip
    return [(tenant, {**row, "id": f"txn_{number}"}) for number in range(count)]


def test_of_many_rows_one_in_two_thousand_is_struck() -> None:
    many = transactions(14_000, "platform")
    injector = Injector(plan("late_rows"))
    injector.spoil(Segment({"balance_transaction": many}, {}, {}))
    assert len(injector.labels) == 7
    injector.spoil(Segment({"balance_transaction": many[:2]}, {}, {}))
    assert len(injector.labels) == 9


def test_every_segment_is_struck_elsewhere_and_the_same_seed_strikes_the_same(clean: Segment) -> None:
    first, second = Injector(plan(*IN_FILES)), Injector(plan(*IN_FILES))
    spoiled = [[as_written(table(injector.spoil(clean), "balance_transaction")) for _ in range(2)] for injector in (first, second)]
    assert spoiled[0] == spoiled[1]
    assert first.labels == second.labels
    assert spoiled[0][0] != spoiled[0][1]


@pytest.mark.parametrize("names", [("lost_row",), ("fee_error", "LATE_ROWS")])
def test_an_unknown_defect_is_refused_and_the_known_ones_are_named(names: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="unknown defect") as refused:
        Injector(plan(*names))
    assert all(name in str(refused.value) for name in DEFECTS)


def test_the_truth_never_sees_a_file_fault(tmp_path: Path) -> None:
    told = {}
    for name, defects in (("clean", ()), ("spoiled", IN_FILES)):
        simulation = Simulation(plan(*defects))
        injector = Injector(simulation.plan)
        truth = Truth(simulation.plan, tmp_path / name, faults=injector)
        for segment in simulation:
            truth.take(segment)
            injector.spoil(segment)
        truth.close(simulation)
        told[name] = {path.name: path.read_text() for path in (tmp_path / name / "truth").iterdir()}
    defects = {name: files.pop("defects.csv") for name, files in told.items()}
    assert told["clean"] == told["spoiled"]
    assert defects["clean"].count("\n") == 1
    assert defects["spoiled"].count("\n") - 1 == len(injector.labels) > 0
