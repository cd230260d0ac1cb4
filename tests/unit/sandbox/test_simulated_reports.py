"""Balance summaries of the simulated company: they follow from one another and from its transactions."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from orchestration.sandbox.payments.charges import Sale, take_payment
from orchestration.sandbox.simulation import Segment, Simulation, whole_company
from orchestration.sandbox.surroundings.reports import BalanceReports
from orchestration.sandbox.world.books import Books
from orchestration.sandbox.world.plan import Plan

PLAN = Plan(months=3, customers=40, accounts=2)
EXPONENTS = {"usd": 2, "eur": 2, "gbp": 2, "jpy": 0, "kwd": 3}
DAY = 86_400


def written(folder: Path, objects: dict[str, Any], plan: Plan = PLAN) -> dict[str, list[dict[str, str]]]:
    """Name of a report -> its rows."""
    sink = BalanceReports(plan, folder)
    sink.take(Segment(objects, {}, {}, is_last=True))
    sink.close(Simulation(plan))
    found = {}
    for path in sorted((folder / "stripe/reports").iterdir()):
        with path.open(encoding="utf-8", newline="") as lines:
            found[path.stem] = list(csv.DictReader(lines))
    return found


def amounts(rows: list[dict[str, str]], currency: str) -> dict[str, Decimal]:
    return {row["category"]: Decimal(row["net_amount"]) for row in rows if row["currency"] == currency}


def test_a_report_of_every_month_names_its_interval(tmp_path: Path) -> None:
    assert list(written(tmp_path, {})) == [
        "balance.summary.1_2026-01-01_2026-02-01",
        "balance.summary.1_2026-02-01_2026-03-01",
        "balance.summary.1_2026-03-01_2026-04-01",
    ]


def test_amounts_are_major_units_with_the_decimals_of_their_currency(tmp_path: Path) -> None:
    books = Books(PLAN)
    for currency, amount in (("usd", 5), ("jpy", 1500), ("kwd", 1005)):
        take_payment(books, Sale("platform", None, amount, currency, PLAN.start + DAY, "Lantern"))
    for _, row in books.objects["balance_transaction"]:
        row.update(net=row["amount"], fee=0)
    first = written(tmp_path, books.objects)["balance.summary.1_2026-01-01_2026-02-01"]
    found = {(row["category"], row["currency"]): row["net_amount"] for row in first}
    assert {currency: found["activity", currency] for currency in ("usd", "jpy", "kwd")} == {
        "usd": "0.05", "jpy": "1500", "kwd": "1.005"}
    assert found["starting_balance", "jpy"] == "0" and found["ending_balance", "usd"] == "0.05"


@pytest.mark.slow
def test_reports_chain_and_end_with_what_every_transaction_left(tmp_path: Path) -> None:
    company = whole_company(PLAN)
    reports = list(written(tmp_path, company.objects).values())
    automatic = {payout["id"] for _, payout in company.objects["payout"] if payout["automatic"]}
    mine = [row for tenant, row in company.objects["balance_transaction"] if tenant == "platform"]
    later = [row for row in mine if row["source"] in automatic and row["type"] == "payout" and row["available_on"] >= PLAN.end]
    assert later, "no payout is on its way at the end: the dating of automatic payouts is not shown"
    for currency in {row["currency"] for row in mine}:
        steps = [amounts(rows, currency) for rows in reports]
        assert all(step["starting_balance"] + step["activity"] + step["payouts"] == step["ending_balance"] for step in steps if step)
        stated = [step for step in steps if step]
        assert [step["ending_balance"] for step in stated[:-1]] == [step["starting_balance"] for step in stated[1:]]
        net = sum(row["net"] for row in mine if row["currency"] == currency)
        net -= sum(row["net"] for row in later if row["currency"] == currency)
        assert steps[-1]["ending_balance"] == Decimal(net).scaleb(-EXPONENTS[currency])
