"""The ledger at scale: `python -m tests.bench.ledger --help`; part of `make bench`.

Sigma files of many tenants through `tieout run`; then what the ledger's models took, the balance of one tenant
at an instant through the command line, and the same publication built again from landing and journal alone.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.bench.run import ROOT, WORK, floor_seconds, measured

TIEOUT = Path(sys.executable).with_name("tieout")
AS_OF = "2026-06-01"
# What turns transactions into postings and proves them; everything else is there without a ledger too.
POSTINGS = "fct_ledger_postings"
PROOFS = (
    *("fct_clearing_items", "fct_mirror_proof", "fct_balance_proof", "agg_trial_balance_monthly"),
    *("agg_account_balances_daily", "assert_entries_balance", "assert_the_stripe_balance_is_the_sum_of_nets"),
    *("assert_postings_use_the_chart_of_accounts", "unique_key_fct_ledger_postings"),
)


def run(inbox: Path, workspace: Path, name: str) -> tuple[float, float]:
    command = [str(TIEOUT), "run", "--inbox", str(inbox), "--workspace", str(workspace), "--as-of", AS_OF]
    return measured(command, WORK / "logs" / f"{name}.log")


def model_seconds(workspace: Path) -> dict[str, float]:
    """Seconds of each dbt node of the last run, by its name without the package."""
    results = json.loads((workspace / "candidate" / "dbt" / "run_results.json").read_text(encoding="utf-8"))
    return {result["unique_id"].split(".")[2]: result["execution_time"] for result in results["results"]}


def tables(workspace: Path) -> dict[str, Any]:
    return dict(json.loads((workspace / "published" / "manifest.json").read_text(encoding="utf-8"))["tables"])


def balance_seconds(workspace: Path, tenant: str) -> float:
    """The median of five calls of `tieout ledger balance` for one tenant, starting Python included."""
    command = [str(TIEOUT), "ledger", "balance", "--at", "2023-03-01", "--account", tenant]
    times = []
    for _ in range(5):
        started = time.perf_counter()
        subprocess.run([*command, "--workspace", str(workspace)], check=True, capture_output=True, cwd=ROOT)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def bench(rows: int, tenants: int) -> dict[str, Any]:
    """One size; see the module."""
    from orchestration.sandbox.big import write_big

    inbox, workspace = WORK / "ledger_inbox", WORK / "ledger_workspace"
    for folder in (inbox, workspace):
        shutil.rmtree(folder, ignore_errors=True)
    write_big(inbox, rows, "parquet", tenants=tenants)
    floor = floor_seconds(inbox, "parquet")
    first, memory = run(inbox, workspace, "ledger_first")
    nodes = model_seconds(workspace)
    proofs = sum(seconds for name, seconds in nodes.items() if name.startswith(PROOFS))
    before = tables(workspace)
    balance = balance_seconds(workspace, "acct_B0000000001")
    (empty := WORK / "ledger_empty").mkdir(exist_ok=True)
    for folder in ("candidate", "published"):
        shutil.rmtree(workspace / folder)
    replay, _ = run(empty, workspace, "ledger_replay")
    posted = before[f"marts.{POSTINGS}"]["rows"]
    result = {
        "transactions": rows, "tenants": tenants, "postings": posted, "floor_s": round(floor, 1),
        "first_s": round(first, 1), "memory_gb": round(memory, 2),
        "postings_s": round(nodes[POSTINGS], 1), "postings_per_s": round(posted / nodes[POSTINGS]),
        "proofs_s": round(proofs, 1), "ledger_to_floor": round((nodes[POSTINGS] + proofs) / floor, 2),
        "balance_of_one_tenant_s": round(balance, 2), "replay_s": round(replay, 1),
        "replay_is_identical": tables(workspace) == before,
    }  # fmt: skip
    for folder in (inbox, workspace, empty):
        shutil.rmtree(folder, ignore_errors=True)
    return result


def main() -> None:
    """Parse the options, measure, print and write .bench/ledger.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000, help="number of balance transactions")
    parser.add_argument("--tenants", type=int, default=10_000, help="connected accounts")
    options = parser.parse_args()
    WORK.mkdir(exist_ok=True)
    result = bench(options.rows, options.tenants)
    print(json.dumps(result, indent=1), flush=True)
    (WORK / "ledger.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
