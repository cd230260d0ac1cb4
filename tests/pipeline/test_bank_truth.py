"""Every line of every bank statement of a simulated company is in the marts: all five formats, to the cent and the day."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from pathlib import Path

import pytest

from orchestration.sandbox.simulate import simulate_into
from orchestration.sandbox.world.plan import Plan
from orchestration.workspace import DEFAULT_INBOX, Workspace
from tests.pipeline.harness import load_and_build, rows
from tests.pipeline.inboxes import read_csv

pytestmark = pytest.mark.slow

Lines = Counter[tuple[str, str, str, str, str]]
COLUMNS = ("bank_account", "booked_date", "value_date", "amount_minor", "currency")


def _bank_of(inbox: Path, target: Path) -> Path:
    for folder in ("bank", "company"):
        shutil.copytree(inbox / folder, target / folder)
    return target


def _truth(inbox: Path) -> Lines:
    return Counter(tuple(row[column] for column in COLUMNS) for row in read_csv(inbox / "truth/bank_matches.csv"))  # type: ignore[misc]


def _found(workspace: Workspace) -> Lines:
    listed = ", ".join(f"cast({column} as varchar)" for column in COLUMNS)
    return Counter(rows(workspace.candidate_db, f"select {listed} from marts.fct_bank_entries where entry_status = 'booked'"))  # type: ignore[arg-type]


@pytest.fixture(scope="module", params=["sample", "simulated"])
def inbox(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The committed sample, and another company with connected accounts."""
    if request.param == "sample":
        return DEFAULT_INBOX
    folder = tmp_path_factory.mktemp("company")
    simulate_into(Plan(months=4, customers=60, accounts=2, seed=23), folder / "inbox", ("sigma-csv-gz",))
    return folder / "inbox"


def test_every_line_is_found_and_balances_chain_without_a_gap(inbox: Path, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    outcome = load_and_build(workspace, _bank_of(inbox, tmp_path / "inbox"))
    assert outcome.exit_code == 0 and outcome.refused == {}, outcome.message
    truth = _truth(inbox)
    assert _found(workspace) == truth and truth.total() > 100
    proofs = rows(workspace.candidate_db, "select count(*), count(*) filter (proven_by = 'balances'), sum(abs(gap_minor)), "
                  "sum(missing_statement_count) from marts.fct_bank_statements")
    ((statements, proven, gap, missing),) = proofs
    assert statements == proven > 10 and (gap, missing) == (0, 0)
    assert rows(workspace.candidate_db, "select count(*) from marts.fct_exceptions where kind like 'bank_%'") == [(0,)]
    payouts = "select count(*) from marts.fct_bank_entries where counterparty ilike '%stripe%' and end_to_end_id is not null"
    assert rows(workspace.candidate_db, payouts)[0][0] > 10


def test_files_that_come_twice_in_any_order_change_nothing(tmp_path: Path) -> None:
    inbox = _bank_of(DEFAULT_INBOX, tmp_path / "inbox")
    paths = sorted((inbox / "bank").iterdir())
    random.Random(5).shuffle(paths)
    for number, path in enumerate(paths):
        if path.suffix != ".csv":  # the layout names them
            shutil.copy(path, path.with_name(f"{number:03}_{path.name}"))
    workspace = Workspace(tmp_path / "workspace")
    assert load_and_build(workspace, inbox).exit_code == 0
    assert _found(workspace) == _truth(DEFAULT_INBOX)


def test_a_month_that_is_not_there_is_a_gap_of_its_money(tmp_path: Path) -> None:
    inbox = _bank_of(DEFAULT_INBOX, tmp_path / "inbox")
    (inbox / "bank/eur_2025-07.xml").unlink()
    workspace = Workspace(tmp_path / "workspace")
    assert load_and_build(workspace, inbox).exit_code == 0
    lost = sum(int(row["amount_minor"]) for row in read_csv(DEFAULT_INBOX / "truth/bank_matches.csv")
               if row["statement_file"] == "bank/eur_2025-07.xml")
    assert rows(workspace.candidate_db, "select kind, amount_minor from marts.fct_exceptions where kind like 'bank_%'") == [
        ("bank_statement_gap", lost)]
