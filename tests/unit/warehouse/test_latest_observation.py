"""Which row of a table is current: the latest observation, whatever the order in which exports arrive."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.sources.landing import receive
from orchestration.warehouse.connection import connect
from orchestration.warehouse.raw_loader import LoadOutcome, load_landing
from orchestration.workspace import Workspace

HEADER = "id,amount,fee,net,currency,type,created,status"
NARROW = "id,amount,fee,net,currency,type,created"


def _row(transaction_id: str, status: str | None = None) -> str:
    row = f"{transaction_id},100,3,97,usd,charge,2026-01-01 00:00:00.000"
    return row if status is None else f"{row},{status}"


EXPORTS = {
    "balance_transactions_2026-01-01.csv": f"{HEADER}\n{_row('txn_1', 'pending')}\n{_row('txn_2', 'pending')}\n",
    "balance_transactions_2026-01-02.csv": f"{HEADER}\n{_row('txn_1', 'available')}\n",
    "balance_transactions_2026-01-03.csv": f"{NARROW}\n{_row('txn_1')}\n{_row('txn_3')}\n",
}


def _load(workspace: Workspace, inbox: Path, *names: str) -> LoadOutcome:
    folder = inbox / "stripe" / "sigma"
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text(EXPORTS[name], encoding="utf-8")
    receive(workspace, inbox, datetime.now(UTC))
    return load_landing(workspace, "run")


def _statuses(workspace: Workspace) -> list[tuple[str, str | None]]:
    with connect(workspace.raw_db) as connection:
        return connection.execute("select id, status from sigma.balance_transactions order by id").fetchall()


@pytest.mark.parametrize("order", list(itertools.permutations(sorted(EXPORTS))))
def test_the_latest_export_wins_and_a_narrower_one_erases_nothing(order: tuple[str, ...], tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    for name in order:
        outcome = _load(workspace, tmp_path / "inbox", name)
        assert not outcome.refused
    assert _statuses(workspace) == [("txn_1", "available"), ("txn_2", "pending"), ("txn_3", None)]


def test_a_row_that_says_nothing_new_changes_nothing(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    first = "balance_transactions_2026-01-01.csv"
    _load(workspace, tmp_path / "inbox", first)
    EXPORTS["balance_transactions_2026-01-05.csv"] = EXPORTS[first]
    _load(workspace, tmp_path / "inbox", "balance_transactions_2026-01-05.csv")
    with connect(workspace.raw_db) as connection:
        rows = connection.execute(
            "select id, _load_seq, _observed_at::date::varchar from sigma.balance_transactions order by id").fetchall()
    assert rows == [("txn_1", 1, "2026-01-04"), ("txn_2", 1, "2026-01-04")]
