"""The banks of a whole simulated company: a year, two hundred customers, the treasury's own payouts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from orchestration.sandbox.simulation import Simulation
from orchestration.sandbox.surroundings.bank import BankStatements
from orchestration.sandbox.world.books import PLATFORM
from orchestration.sandbox.world.plan import Plan
from tests.unit.sandbox.test_simulated_bank_files import READERS, Read, read_all
from tests.unit.sandbox.test_simulated_bank_payouts import is_holiday

Row = dict[str, Any]


@dataclass
class Year:
    matches: list[Row] = field(default_factory=list)
    statements: list[Read] = field(default_factory=list)
    payouts: dict[str, Row] = field(default_factory=dict)
    causes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def groups(self) -> dict[str, list[Row]]:
        """Lines by the payouts that they speak of."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.matches:
            if row["payout_ids"]:
                found[row["payout_ids"]].append(row)
        return found


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    plan, folder, result = Plan(customers=200), tmp_path_factory.mktemp("year"), Year()
    simulation, bank = Simulation(plan), BankStatements(plan, folder)
    for segment in simulation:
        bank.take(segment)
        platform = [obj for tenant, obj in segment.objects.get("payout", ()) if tenant == PLATFORM]
        result.payouts.update((payout["id"], payout) for payout in platform)
        for note in segment.notes.get("payout_cause", ()):
            if note["account"] == PLATFORM:
                result.causes[note["cause"]].append(note["payout"])
    bank.close(simulation)
    result.matches, result.statements = bank.bank_matches(), read_all(Path(folder))
    return result


def day_of(payout: Row) -> date:
    return datetime.fromtimestamp(payout["arrival_date"], UTC).date()


def test_every_statement_ties_and_every_format_carries_payouts(year: Year) -> None:
    untied = [
        read.file for read in year.statements if read.opening + sum(line.amount for line in read.lines) != read.closing
    ]
    assert untied == []
    assert {row["statement_file"].rpartition(".")[2] for row in year.matches if row["payout_ids"]} == set(READERS)


def test_lines_and_residuals_are_the_payouts(year: Year) -> None:
    groups = year.groups()
    assert len(groups) > 100
    for ids, rows in groups.items():
        payouts = [year.payouts[payout_id] for payout_id in ids.split()]
        expected = sum(payout["amount"] for payout in payouts if payout["status"] != "failed")
        assert sum(row["amount_minor"] + row["residual_minor"] for row in rows) == expected, ids


def test_exactly_what_arrived_is_on_the_statements(year: Year) -> None:
    seen = {payout_id for ids in year.groups() for payout_id in ids.split()}
    assert seen <= set(year.payouts), "a payout of a connected account"
    certain = {
        payout_id
        for payout_id, payout in year.payouts.items()
        if payout["status"] == "paid" and day_of(payout) <= date(2026, 3, 25)
    }
    assert len(certain) > 100 and certain <= seen
    never = {payout["id"] for payout in year.payouts.values() if payout["status"] in ("in_transit", "canceled")}
    assert never and not never & seen


def test_causes_of_failure_show_at_the_bank(year: Year) -> None:
    groups = year.groups()
    assert year.causes["returned"] and year.causes["refused"]
    kinds = {tuple(row["kind"] for row in groups[payout_id]) for payout_id in year.causes["returned"]}
    assert kinds == {("payout", "payout_return")}
    assert [payout_id for payout_id in year.causes["refused"] if payout_id in groups] == []


def test_nothing_is_booked_on_a_weekend_or_a_holiday(year: Year) -> None:
    assert [row for row in year.matches if is_holiday(row, row["booked_date"])] == []


def test_every_kind_of_line_occurs(year: Year) -> None:
    kinds = {row["kind"] for row in year.matches}
    assert kinds == {
        "payout", "payout_return", "payout_part", "payout_batch", "topup", "bank_fee", "interest", "unrelated"
    }  # fmt: skip
    assert "bank_fee" in {row["residual_code"] for row in year.matches}
    texts = {row["text"] for row in year.matches if row["kind"] == "payout"}
    assert {"STRIPE PAYOUT", "STRIPE PAY"} <= texts
    assert any(text.startswith("STRIPE PAYOUT T") for text in texts), "no trace id in a text"
    assert {row["value_date"] > row["booked_date"] for row in year.matches} == {True, False}
