"""What really happened, checked against hand-made days and against the simulated objects by other means."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from orchestration.sandbox.connect.forms import transfer_form
from orchestration.sandbox.payments.charges import Payment, Sale, refuse_payment, take_payment
from orchestration.sandbox.payments.disputes import open_dispute
from orchestration.sandbox.payments.refunds import refund
from orchestration.sandbox.simulation import Company, Segment, Simulation, whole_company
from orchestration.sandbox.surroundings.truth import Truth
from orchestration.sandbox.treasury.forms import payout_form
from orchestration.sandbox.world.books import Books
from orchestration.sandbox.world.history import versions
from orchestration.sandbox.world.plan import Plan

PLAN = Plan(months=3, customers=60, accounts=6, seed=11)
JANUARY_5 = 1_767_571_200
DAY = 86_400


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def told(folder: Path, books: Books, sweeps: dict | None = None, **more: object) -> Path:
    """The truth of what stands in the books, as one segment."""
    simulation = Simulation(PLAN)
    simulation.sweeps = sweeps or {}
    truth = Truth(PLAN, folder, **more)
    truth.take(Segment(books.objects, books.history, books.notes, is_last=True))
    truth.close(simulation)
    return folder


def pay(books: Books, amount: int, at: int, tenant: str = "platform", currency: str = "usd") -> Payment:
    return take_payment(books, Sale(tenant, None, amount, currency, at, "Lantern"))


def order(books: Books, order_id: str, amount: int, charges: list[str], cause: str) -> None:
    books.notes["order"].append(
        {"order_id": order_id, "amount_minor": amount, "currency": "usd", "charges": charges, "cause": cause}
    )


@pytest.fixture
def books() -> Books:
    return Books(PLAN)


@pytest.fixture(scope="module")
def company() -> Company:
    return whole_company(PLAN)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    simulation = Simulation(PLAN)
    truth = Truth(PLAN, tmp_path_factory.mktemp("inbox"))
    for segment in simulation:
        truth.take(segment)
    truth.close(simulation)
    return truth._folder.parent


def test_a_month_of_cash(books: Books, tmp_path: Path) -> None:
    """
    January   sale 100.00, fee 3.20, payout 40.00
    February  nothing
    March     refund 30.00
    """
    payment = pay(books, 10_000, JANUARY_5)
    books.post("platform", "payout", "payout", -4_000, "usd", JANUARY_5 + 3 * DAY, pooled=False)
    refund(books, payment, 3_000, JANUARY_5 + 60 * DAY)
    found = rows(told(tmp_path, books), "monthly_cash")
    columns = ("month", "gross_minor", "fee_minor", "net_minor", "payouts_minor", "closing_minor")
    assert [tuple(row[column] for column in columns) for row in found] == [
        ("2026-01-01", "10000", "320", "9680", "4000", "5680"),
        ("2026-02-01", "0", "0", "0", "0", "5680"),
        ("2026-03-01", "-3000", "0", "-3000", "0", "2680"),
    ]
    assert {(row["account_id"], row["currency"]) for row in found} == {("platform", "usd")}


def test_the_fee_of_an_instant_payout_is_a_fee_and_a_payout_that_came_back_is_none(books: Books, tmp_path: Path) -> None:
    pay(books, 10_000, JANUARY_5)
    fees = (("stripe_fee", 50, "Instant payout fee", None),)
    books.post("platform", "payout", "payout", -4_950, "usd", JANUARY_5 + DAY, fees=fees, pooled=False)
    books.post("platform", "payout_failure", "payout_reversal", 4_950, "usd", JANUARY_5 + 2 * DAY)
    january = rows(told(tmp_path, books), "monthly_cash")[0]
    assert (january["gross_minor"], january["fee_minor"], january["payouts_minor"]) == ("10000", "370", "0")
    assert january["closing_minor"] == "9630"


def test_months_of_cash_and_counts_are_those_of_the_objects(company: Company, folder: Path) -> None:
    transactions = company.objects["balance_transaction"]
    found = rows(folder, "monthly_cash")
    for row in found:
        first = datetime.fromisoformat(f"{row['month']}T00:00:00Z")
        following = (first + timedelta(days=32)).replace(day=1).timestamp()
        mine = [
            obj for tenant, obj in transactions
            if (tenant, obj["currency"]) == (row["account_id"], row["currency"]) and obj["created"] < following
        ]  # fmt: skip
        month = [obj for obj in mine if obj["created"] >= first.timestamp()]
        payouts = -sum(obj["amount"] for obj in month if obj["type"] in ("payout", "payout_failure", "payout_cancel"))
        assert int(row["closing_minor"]) == sum(obj["net"] for obj in mine)
        assert int(row["net_minor"]) == sum(obj["net"] for obj in month) + payouts
        assert int(row["fee_minor"]) == sum(obj["fee"] for obj in month)
        assert int(row["payouts_minor"]) == payouts
    assert len({(row["account_id"], row["currency"], row["month"]) for row in found}) == len(found)
    assert {row["month"] for row in found} == {"2026-01-01", "2026-02-01", "2026-03-01"}

    counts = Counter((tenant, obj["currency"], obj["reporting_category"]) for tenant, obj in transactions)
    counted = rows(folder, "transaction_counts")
    assert {tuple(row.values())[:3]: int(row["count"]) for row in counted} == counts
    assert sum(int(row["net_minor"]) for row in counted) == sum(obj["net"] for _, obj in transactions)


def invoice(books: Books, number: int, total: int, finalized_at: int | None, tax: int = 0, off: int = 0) -> dict:
    transitions = {"finalized_at": finalized_at, "paid_at": None, "voided_at": None, "marked_uncollectible_at": None}
    return books.add(
        "platform",
        {
            "id": f"in_{number}", "object": "invoice", "created": JANUARY_5, "currency": "eur", "total": total,
            "amount_remaining": total, "amount_paid_off_stripe": 0, "status_transitions": transitions,
            "total_taxes": [{"amount": tax}] if tax else [],
            "total_discount_amounts": [{"amount": off}] if off else None,
        },
    )  # fmt: skip


def moved(invoice: dict, moment: str, at: int) -> dict:
    return {**invoice["status_transitions"], moment: at}


def test_months_of_billing_follow_the_moments_of_each_thing(books: Books, tmp_path: Path) -> None:
    """
    in_1  119.00 with 19.00 tax and 10.00 off, finalized in January, paid in February, 20.00 credited in March
    in_2   50.00 finalized in January, 10.00 paid in January, voided in March
    in_3   70.00 finalized in February, written off in March
    in_4   draft
    in_5   30.00 finalized in January, paid by cheque in February
    """
    first = invoice(books, 1, 11_900, JANUARY_5, tax=1_900, off=1_000)
    second = invoice(books, 2, 5_000, JANUARY_5)
    third = invoice(books, 3, 7_000, JANUARY_5 + 30 * DAY)
    invoice(books, 4, 9_999, None)
    fifth = invoice(books, 5, 3_000, JANUARY_5)
    fifth.update(amount_paid_off_stripe=3_000, status_transitions=moved(fifth, "paid_at", JANUARY_5 + 35 * DAY))

    def paid(invoice: dict, amount: int, at: int, status: str = "paid") -> None:
        books.add("platform", {
            "id": books.new_id("inpay_"), "object": "invoice_payment", "created": at, "currency": "eur", "status": status,
            "amount_paid": amount if status == "paid" else None, "invoice": invoice["id"],
            "status_transitions": {"paid_at": at if status == "paid" else None},
        })  # fmt: skip

    def credited(amount: int, at: int, voided_at: int | None) -> None:
        books.add("platform", {
            "id": books.new_id("cn_"), "object": "credit_note", "created": at, "currency": "eur", "total": amount,
            "voided_at": voided_at,
        })  # fmt: skip

    paid(first, 11_900, JANUARY_5 + 31 * DAY)
    paid(third, 7_000, JANUARY_5 + 40 * DAY, status="open")
    paid(second, 1_000, JANUARY_5 + DAY)
    books.change(second, JANUARY_5 + DAY, "invoice.updated", amount_remaining=4_000)
    books.change(
        second, JANUARY_5 + 60 * DAY, "invoice.voided",
        amount_remaining=0, status_transitions=moved(second, "voided_at", JANUARY_5 + 60 * DAY),
    )  # fmt: skip
    gone = JANUARY_5 + 61 * DAY
    books.change(third, gone, None, status_transitions=moved(third, "marked_uncollectible_at", gone))
    credited(2_000, JANUARY_5 + 62 * DAY, None)
    credited(500, JANUARY_5, JANUARY_5 + 62 * DAY)

    found = rows(told(tmp_path, books), "monthly_billing")
    assert list(found[0]) == [
        "account_id", "currency", "month", "invoiced_minor", "tax_minor", "discount_minor", "paid_minor",
        "credited_minor", "voided_minor", "written_off_minor",
    ]  # fmt: skip
    assert [tuple(row.values())[2:] for row in found] == [
        ("2026-01-01", "19900", "1900", "1000", "1000", "500", "0", "0"),
        ("2026-02-01", "7000", "0", "0", "14900", "0", "0", "0"),
        ("2026-03-01", "0", "0", "0", "0", "1500", "4000", "7000"),
    ]


def told_by_history(company: Company) -> dict[tuple[str, str, str], Counter]:
    """Months of billing from what changed on the invoices themselves, step by step."""
    months: dict[tuple[str, str, str], Counter] = defaultdict(Counter)

    def step(tenant: str, obj: dict, at: int, column: str, amount: int) -> None:
        month = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-01")
        months[tenant, obj["currency"], month][column] += amount

    for tenant, invoice in company.objects["invoice"]:
        states = [(change.at, state) for change, state in versions(invoice, company.history[invoice["id"]])][::-1]
        before: dict = {"status": "draft", "amount_paid": 0, "amount_remaining": 0}
        for at, state in states:
            if before["status"] == "draft" != state["status"]:
                step(tenant, state, at, "invoiced_minor", state["total"])
            step(tenant, state, at, "paid_minor", state["amount_paid"] - before["amount_paid"])
            for status, column in (("void", "voided_minor"), ("uncollectible", "written_off_minor")):
                if before["status"] != status == state["status"]:
                    step(tenant, state, at, column, before["amount_remaining"])
            before = state
    return months


def test_months_of_billing_are_those_that_the_histories_of_the_invoices_tell(company: Company, folder: Path) -> None:
    expected = told_by_history(company)
    found = {tuple(row.values())[:3]: row for row in rows(folder, "monthly_billing")}
    for column in ("invoiced_minor", "paid_minor", "voided_minor", "written_off_minor"):
        months = {key: int(row[column]) for key, row in found.items() if int(row[column])}
        assert months == {key: sums[column] for key, sums in expected.items() if sums[column]}
        assert months
    lines = sum(
        sum(part["amount"] for line in invoice["lines"]["data"] for part in line["taxes"])
        for _, invoice in company.objects["invoice"] if invoice["status"] != "draft"
    )  # fmt: skip
    assert lines == sum(int(row["tax_minor"]) for row in found.values())
    credited = sum(note["total"] for _, note in company.objects["credit_note"] if note["status"] != "void")
    assert 0 < credited == sum(int(row["credited_minor"]) for row in found.values())


def payout(number: int, amount: int, status: str = "paid") -> dict:
    return {**payout_form(f"po_{number}", amount, "usd", JANUARY_5 + 2 * DAY, JANUARY_5 + 4 * DAY), "status": status}


def test_an_order_is_matched_with_its_true_charges_and_differs_for_a_reason(books: Books, tmp_path: Path) -> None:
    charge = [pay(books, 5_000, JANUARY_5 + number).charge["id"] for number in range(6)]
    order(books, "O-1", 5_000, charge[:1], "wrong_reference")
    order(books, "O-2", 12_000, charge[1:3], "partial_payment")
    order(books, "O-3", 5_000, charge[3:5], "none")
    order(books, "O-4", 4_000, charge[5:], "none")
    order(books, "O-5", 700, [], "unpaid")
    truth = told(tmp_path, books)
    assert [tuple(row.values()) for row in rows(truth, "order_matches")] == [
        ("O-1", charge[0], "wrong_reference"),
        ("O-2", charge[1], "partial_payment"),
        ("O-2", charge[2], "partial_payment"),
        ("O-3", charge[3], "none"),
        ("O-3", charge[4], "none"),
        ("O-4", charge[5], "none"),
        ("O-5", "", "unpaid"),
    ]
    assert [(row["object_id"], row["code"], row["amount_minor"]) for row in rows(truth, "residuals")] == [
        ("O-2", "missing_source", "2000"),
        ("O-3", "duplicate", "-5000"),
        ("O-4", "unexplained", "-1000"),
        ("O-5", "missing_source", "700"),
    ]


def test_what_a_payout_lacks_of_the_sales_in_it_is_told_by_code(books: Books, tmp_path: Path) -> None:
    """Sales of 300.00; of 100.00 each a refund in full, 30.00 refunded and 20.00 not captured; a dispute of 100.00; a reserve of 5.00."""
    first, second, third = (pay(books, 10_000, JANUARY_5 + number) for number in range(3))
    refund(books, first, 10_000, JANUARY_5 + DAY)
    refund(books, second, 3_000, JANUARY_5 + DAY)
    refund(books, second, 2_000, JANUARY_5 + DAY, "partial_capture")
    open_dispute(books, third, JANUARY_5 + DAY)
    books.post("platform", "reserved_funds", "risk_reserved_funds", -500, "usd", JANUARY_5 + DAY)
    pool = books.pools["platform", "usd"]
    assert max(pool) == (JANUARY_5 + 2 * DAY) // DAY
    sent = books.add("platform", payout(1, sum(pool.values()), "in_transit"))
    truth = told(tmp_path, books, {("platform", "usd"): dict.fromkeys(pool, "po_1")})
    assert [(row["pair"], row["code"], int(row["amount_minor"])) for row in rows(truth, "residuals")] == [
        ("sales_payout", "dispute", 10_000),
        ("sales_payout", "dispute_fee", 1_500),
        ("sales_payout", "fee", 3 * 320),
        ("sales_payout", "partial_refund", 5_000),
        ("sales_payout", "refund", 10_000),
        ("sales_payout", "reserve_hold", 500),
        ("payout_bank", "in_transit", sent["amount"]),
    ]


def test_money_in_a_payout_that_no_code_explains_is_said_to_be_unexplained(books: Books, tmp_path: Path) -> None:
    pay(books, 10_000, JANUARY_5)
    books.post("platform", "adjustment", "other_adjustment", -75, "usd", JANUARY_5)
    sweeps = {("platform", "usd"): dict.fromkeys(books.pools["platform", "usd"], "po_1")}
    books.add("platform", payout(1, 9_600))
    found = [(row["code"], row["amount_minor"]) for row in rows(told(tmp_path, books, sweeps), "residuals")]
    assert found == [("fee", "320"), ("unexplained", "80")]


def test_every_automatic_payout_of_the_company_is_explained_to_the_cent(company: Company, folder: Path) -> None:
    payouts = {obj["id"]: obj for _, obj in company.objects.get("payout", [])}
    sold: dict[str, int] = defaultdict(int)
    for tenant, row in company.objects["balance_transaction"]:
        payout_id = company.sweeps.get((tenant, row["currency"]), {}).get(-(-row["available_on"] // DAY))
        if payout_id and row["reporting_category"] == "charge":
            sold[payout_id] += row["amount"]
    told_apart: dict[str, int] = defaultdict(int)
    for row in rows(folder, "residuals"):
        if row["pair"] == "sales_payout":
            assert row["code"] != "unexplained", row
            told_apart[row["object_id"]] += int(row["amount_minor"])
    members = {payout_id for days in company.sweeps.values() for payout_id in days.values()}
    assert {payout_id: sold[payout_id] - payouts[payout_id]["amount"] for payout_id in members} == {
        payout_id: told_apart[payout_id] for payout_id in members
    }


def test_what_one_tenant_waits_for_at_the_end_is_in_transit(books: Books, tmp_path: Path) -> None:
    """Of three transfers one arrived, one came back and one is on its way; of two fees one has no object yet."""
    for number, payment in enumerate(("py_1", None, None), 1):
        transfer = transfer_form(f"tr_{number}", "acct_1", 700, "usd", JANUARY_5)
        books.add("platform", {**transfer, "destination_payment": payment})
    books.post("platform", "transfer_failure", "transfer_reversal", 700, "usd", JANUARY_5, source="tr_2")
    sales = [Sale("acct_1", None, 5_000, "eur", JANUARY_5, "Lantern", application_fee=400) for _ in range(2)]
    known, unknown = (take_payment(books, sale) for sale in sales)
    known.charge["application_fee"] = "fee_1"
    refuse_payment(books, sales[0])
    assert [tuple(row.values()) for row in rows(told(tmp_path, books), "residuals")] == [
        ("transfer_payment", "tr_3", "platform", "usd", "in_transit", "700"),
        ("charge_fee", unknown.charge["id"], "acct_1", "eur", "in_transit", "400"),
    ]


def test_labels_of_faults_are_kept_beside_those_of_the_lived_ones(books: Books, tmp_path: Path) -> None:
    label = {
        "defect": "late_rows", "label": "future", "table": "balance_transactions", "object_id": "txn_1",
        "account_id": "platform", "currency": "usd", "amount_minor": 5, "what": "late, by a month",
    }  # fmt: skip
    books.notes["defect"].append({**label, "defect": "price_error"})
    found = rows(told(tmp_path, books, faults=SimpleNamespace(labels=[label])), "defects")
    assert [row["defect"] for row in found] == ["price_error", "late_rows"]
    assert found[1] == {key: str(value) for key, value in label.items()}


def test_the_bank_says_which_payouts_arrived_and_what_it_kept(books: Books, tmp_path: Path) -> None:
    """po_1 arrives less a fee, po_2 with po_3 in one line, po_4 is called paid but booked after the end."""
    for number, status in enumerate(("paid", "paid", "paid", "paid", "failed"), 1):
        books.add("platform", payout(number, 1_000, status))
    books.add("acct_1", payout(6, 1_000))

    def line(payouts: str, amount: int, code: str = "", residual: int = 0) -> dict:
        return {
            "statement_file": "bank/a.sta", "entry_number": 1, "amount_minor": amount, "currency": "usd",
            "payout_ids": payouts, "topup_id": "", "residual_code": code, "residual_minor": residual,
        }  # fmt: skip

    lines = [line("po_1", 985, "bank_fee", 15), line("po_2 po_3", 2_000), line("", -42)]
    truth = told(tmp_path, books, bank=SimpleNamespace(bank_matches=lambda: lines))
    assert rows(truth, "bank_matches") == [{key: str(value) for key, value in line.items()} for line in lines]
    assert [tuple(row.values()) for row in rows(truth, "residuals")] == [
        ("payout_bank", "po_4", "platform", "usd", "in_transit", "1000"),
        ("payout_bank", "po_1", "platform", "usd", "bank_fee", "15"),
    ]


def test_the_same_seed_tells_the_same_truth(folder: Path, tmp_path: Path) -> None:
    simulation = Simulation(PLAN)
    truth = Truth(PLAN, tmp_path)
    for segment in simulation:
        truth.take(segment)
    truth.close(simulation)
    again = {path.name: path.read_bytes() for path in (tmp_path / "truth").iterdir()}
    assert again == {path.name: path.read_bytes() for path in (folder / "truth").iterdir()}
