"""Seeded defects that only show between tables: blocked by a test on the built tables, or published as an exception."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.workspace import Workspace
from tests.pipeline.company_files import write_sigma_csv
from tests.pipeline.defects import BALANCE, control_of
from tests.pipeline.harness import Outcome, rows, run
from tests.pipeline.inboxes import Table, company, edit_csv, file_of, put, read_csv, small_sigma, transactions

pytestmark = pytest.mark.slow


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    write_sigma_csv(company(), tmp_path / "inbox")
    return tmp_path / "inbox"


def _blocked(outcome: Outcome, tests: set[str], workspace: Workspace) -> None:
    """Each of the tests found one row, no other test found any, and nothing is published."""
    assert outcome.exit_code == 4
    assert outcome.broken_tests == dict.fromkeys(tests, 1)
    assert not workspace.published_db.exists()


def test_amounts_that_contradict_each_other_and_a_day_to_come_block(inbox: Path, workspace: Workspace) -> None:
    """A payout that is not its own transaction, a fee that is not the sum of its details, tomorrow's transaction."""

    def another_payout(table: Table) -> None:
        payout = next(row for row in table if row["id"].startswith("po_") and row["automatic"] == "true")
        payout["amount"] = str(int(payout["amount"]) + 1)

    def another_fee(table: Table) -> None:
        table[5]["amount"] = str(int(table[5]["amount"]) - 1)

    edit_csv(file_of(inbox, "transfers"), another_payout)
    edit_csv(file_of(inbox, "balance_transaction_fee_details"), another_fee)
    edit_csv(file_of(inbox, BALANCE), lambda table: table[5].update(created="2126-03-01 10:00:00.000"))
    found = {
        "assert_a_payout_equals_its_own_transaction",
        "assert_fee_is_the_sum_of_its_details",
        "assert_nothing_is_created_in_the_future",
    }
    _blocked(run(workspace, inbox), found, workspace)


def test_a_dangling_id_in_a_complete_table_blocks(inbox: Path, workspace: Workspace) -> None:
    """A charge is missing from an export whose control file says that it is whole."""
    charge = _charge_with_one_transaction(inbox)
    edit_csv(file_of(inbox, "charges"), lambda table: [row for row in table if row["id"] != charge["id"]])
    control_of(file_of(inbox, "charges"))
    _blocked(run(workspace, inbox), {"assert_no_reference_dangles_in_a_complete_table"}, workspace)


def _charge_with_one_transaction(inbox: Path) -> dict[str, str]:
    """A charge that is neither refunded nor disputed, so that exactly one row names it.

    Not the first: what lies before the first charge of an export may simply be older than the export.
    """
    found = [row for row in read_csv(file_of(inbox, "charges"))
             if row["balance_transaction_id"] and row["status"] == "succeeded" and row["amount_refunded"] == "0"
             and not row["dispute_id"]]
    return sorted(found, key=lambda row: row["created"])[len(found) // 2]


def test_what_needs_a_person_is_published_and_listed_with_its_money(inbox: Path, workspace: Workspace) -> None:
    charge = _charge_with_one_transaction(inbox)
    edit_csv(file_of(inbox, "charges"), lambda table: [row for row in table if row["id"] != charge["id"]])
    balance = read_csv(file_of(inbox, BALANCE))
    orphan = next(row for row in balance if row["source_id"] == charge["id"])
    strange = next(row for row in balance if row["type"] == "charge" and row is not orphan)
    lost = next(row for row in balance if row["type"] == "charge" and row["automatic_transfer_id"]
                and row["automatic_transfer_id"] not in (orphan["automatic_transfer_id"],)
                and row not in (orphan, strange))

    def change(table: Table) -> Table:
        for row in table:
            if row["id"] == strange["id"]:
                row["type"] = "moon_base_rent"
        return [row for row in table if row["id"] != lost["id"]]

    edit_csv(file_of(inbox, BALANCE), change)
    outcome = run(workspace, inbox)
    assert outcome.exit_code == 0, outcome.message
    found = {(kind, object_id): (amount, currency, reason, age) for kind, object_id, amount, currency, reason, age in rows(
        workspace.published_db,
        "select kind, object_id, amount_minor, currency, reason, age_days from marts.fct_exceptions")}
    assert set(found) == {
        ("orphan_reference", orphan["id"]), ("unknown_transaction_type", strange["id"]),
        ("payout_members_differ", lost["automatic_transfer_id"])}
    assert found["orphan_reference", orphan["id"]][:2] == (int(orphan["net"]), orphan["currency"])
    assert charge["id"] in found["orphan_reference", orphan["id"]][2]
    assert found["unknown_transaction_type", strange["id"]][:2] == (int(strange["net"]), strange["currency"])
    assert "moon_base_rent" in found["unknown_transaction_type", strange["id"]][2]
    assert found["payout_members_differ", lost["automatic_transfer_id"]][:2] == (-int(lost["net"]), lost["currency"])
    assert all(age > 0 for _, _, _, age in found.values())
    # published all the same: the transaction of the unknown type is in the mart with its money
    assert rows(workspace.published_db, "select transaction_type, net_minor from marts.fct_transactions "
                "where transaction_id = ?", [strange["id"]]) == [("moon_base_rent", int(strange["net"]))]


def test_after_a_refused_file_a_corrected_export_publishes(tmp_path: Path, workspace: Workspace) -> None:
    inbox = small_sigma(tmp_path / "inbox")
    path = file_of(inbox, BALANCE)
    whole = path.read_bytes()
    put(path, whole[:-30])
    assert run(workspace, inbox).exit_code == 3
    put(path, whole)
    outcome = run(workspace, inbox)
    assert outcome.exit_code == 0, outcome.message
    assert outcome.manifest["tables"]["marts.fct_transactions"]["rows"] == transactions()
    assert outcome.manifest["incomplete"] == []
    assert rows(workspace.published_db, "select is_complete from meta.publication") == [(True,)]
