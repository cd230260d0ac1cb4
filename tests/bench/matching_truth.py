"""Simulated companies whose bank truth is known: the lists that the product compares, and what is right of them.

Shared by the calibration (which writes a seed of the product) and the quality table (which only measures). The
truth is read here and by tests; the product never sees it.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration import build_state, steps
from orchestration.workspace import PROJECT_ROOT, Workspace

BIN = Path(sys.executable).parent
AS_OF = "2027-01-01T00:00:00Z"
LISTS = ("int_match_items__payouts", "int_match_items__bank")
ENTRIES = "select bank_entry_id, bank_account, booked_date::varchar, amount_minor, description from marts.fct_bank_entries"
RETURNS = (
    "select payout_id, coalesce(return_transaction_id, payout_id || ':return') from marts.fct_payout_reconciliation "
    "where returned_date is not null"
)
TOPUPS = (
    "select source_object_id, gross_minor > 0, transaction_id from marts.fct_transactions "
    "where reporting_category in ('topup', 'topup_reversal')"
)


@dataclass(frozen=True)
class Company:
    """One simulated company.

    Attributes:
        payouts, lines: The two lists of the product.
        right: Pairs (item of payouts, bank line) that belong together.
    """

    seed: int
    payouts: pa.Table
    lines: pa.Table
    right: frozenset[tuple[str, str]]


def company(seed: int, folder: Path, months: int = 8, customers: int = 400) -> Company:
    """Simulate a company, load it and build what the matcher compares; what is there already is reused."""
    base = folder / str(seed)
    workspace = Workspace(base / "workspace")
    if not (base / "built").exists():
        _build(seed, base, workspace, months, customers)
    with duckdb.connect(str(workspace.candidate_db), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        payouts, lines = (
            connection.execute(f"select * from intermediate.{name}").to_arrow_table() for name in LISTS
        )
        entries = connection.execute(ENTRIES).fetchall()
        items = dict(connection.execute(RETURNS).fetchall())
        items |= {f"{topup}{debit}": item for topup, debit, item in connection.execute(TOPUPS).fetchall()}
    return Company(seed, payouts, lines, right_pairs(base / "inbox" / "truth" / "bank_matches.csv", entries, items))


def _build(seed: int, base: Path, workspace: Workspace, months: int, customers: int) -> None:
    options = ["--months", months, "--customers", customers, "--accounts", 4, "--seed", seed]
    simulate = [str(BIN / "tieout"), "simulate", "--out", str(base / "inbox"), *map(str, options)]
    subprocess.run(simulate, check=True, capture_output=True)
    context = steps.new_context(uuid.uuid4().hex, as_of=AS_OF)
    steps.receive_and_load(workspace, base / "inbox", context)
    build_state.prepare_build(workspace, context)
    command = [str(BIN / "dbt"), "build", "--exclude-resource-type", "unit_test", "test"]
    command += ["--select", *(f"+{name}" for name in LISTS)]
    command += ["--target-path", str(base / "target"), "--log-path", str(base / "logs")]
    environment = {**os.environ, **build_state.dbt_environment(workspace, context)}
    subprocess.run(command, check=True, capture_output=True, cwd=PROJECT_ROOT, env=environment)
    (base / "built").touch()


def right_pairs(
    truth: Path, entries: list[tuple[str, str, str, int, str]], items: dict[str, str]
) -> frozenset[tuple[str, str]]:
    """Pairs by the truth's payouts; its lines are found by account, day and amount, equal ones in order of text."""
    found: dict[tuple[str, str, int], list[str]] = {}
    for entry_id, account, day, amount, _ in sorted(entries, key=lambda entry: (entry[4] or "", entry[0])):
        found.setdefault((account, day, amount), []).append(entry_id)
    with truth.open(encoding="utf-8", newline="") as stream:
        rows = sorted(csv.DictReader(stream), key=lambda row: row["text"])
    pairs = set()
    for row in rows:
        entry_id = found[row["bank_account"], row["booked_date"], int(row["amount_minor"])].pop(0)
        for payout in row["payout_ids"].split():
            pairs.add((items[payout] if row["kind"] == "payout_return" else payout, entry_id))
        if row["topup_id"]:
            pairs.add((items[f"{row['topup_id']}{int(row['amount_minor']) < 0}"], entry_id))
    return frozenset(pairs)
