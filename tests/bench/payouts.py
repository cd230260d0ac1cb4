"""Payouts at scale: `python -m tests.bench.payouts --help`; part of `make bench`.

Sigma files of many tenants through `tieout run`, once with the ids of payouts on every transaction and once
without any, so that each payout has to be inferred; then one more day of rows. What the models of payouts took.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

from tests.bench.ledger import model_seconds, run, tables
from tests.bench.run import WORK, floor_seconds

MODELS = (
    *("int_payouts__dated", "int_payouts__sweep_steps", "int_payouts__sweeps", "fct_payout_members"),
    *("fct_payout_reconciliation", "int_payout_residuals", "int_payout_returns", "int_payout_cohorts"),
    *("agg_payout_cohorts_monthly", "unique_key_fct_payout_members", "unique_key_fct_payout_reconciliation"),
)


def forget_payouts(inbox: Path) -> None:
    """Blank `automatic_transfer_id` in every file of balance transactions."""
    import duckdb

    for path in sorted((inbox / "stripe" / "sigma").glob("*balance_transactions_2*.parquet")):
        blanked = path.with_suffix(".blanked")
        with duckdb.connect() as connection:
            connection.execute("set memory_limit = '2GB'")
            connection.execute("set preserve_insertion_order = false")
            connection.read_parquet(str(path)).create_view("rows")
            connection.execute(
                "copy (select * replace (null::varchar as automatic_transfer_id) from rows) "
                f"to '{blanked}' (format parquet)"
            )
        shutil.copystat(path, blanked)
        blanked.replace(path)


def statuses(workspace: Path) -> dict[str, int]:
    """Status -> payouts of the published file."""
    import duckdb

    with duckdb.connect(str(workspace / "published" / "tieout.duckdb"), read_only=True) as connection:
        query = "select status, count(*) from marts.fct_payout_reconciliation group by all order by all"
        return dict(connection.execute(query).fetchall())


def measured_models(workspace: Path) -> dict[str, float]:
    nodes = model_seconds(workspace)
    return {name: round(seconds, 1) for name in MODELS for node, seconds in nodes.items()
            if node == name or (name.startswith("unique") and node.startswith(name))}  # fmt: skip


def bench(rows: int, tenants: int, forget: bool) -> dict[str, Any]:
    """One size; see the module."""
    from orchestration.sandbox.big import write_big

    inbox, workspace = WORK / "payouts_inbox", WORK / "payouts_workspace"
    for folder in (inbox, workspace):
        shutil.rmtree(folder, ignore_errors=True)
    write_big(inbox, rows, "parquet", tenants=tenants)
    if forget:
        forget_payouts(inbox)
    floor = floor_seconds(inbox, "parquet")
    seconds, memory = run(inbox, workspace, "payouts_first")
    models = measured_models(workspace)
    result = {
        "transactions": rows, "tenants": tenants, "ids": "none" if forget else "on every transaction",
        "members": tables(workspace)["marts.fct_payout_members"]["rows"], "payouts": statuses(workspace),
        "floor_s": round(floor, 1), "run_s": round(seconds, 1), "memory_gb": round(memory, 2),
        "payouts_s": round(sum(models.values()), 1), "models_s": models,
    }  # fmt: skip
    if not forget:
        write_big(inbox, max(rows // 100, 1), "parquet", increment_of=rows, tenants=tenants)
        more, more_memory = run(inbox, workspace, "payouts_more")
        again = measured_models(workspace)
        result |= {
            "more_run_s": round(more, 1), "more_memory_gb": round(more_memory, 2),
            "more_payouts_s": round(sum(again.values()), 1), "more_models_s": again,
        }  # fmt: skip
    for folder in (inbox, workspace):
        shutil.rmtree(folder, ignore_errors=True)
    return result


def main() -> None:
    """Parse the options, measure, print and write .bench/payouts.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000, help="number of balance transactions")
    parser.add_argument("--tenants", type=int, default=10_000, help="connected accounts")
    options = parser.parse_args()
    WORK.mkdir(exist_ok=True)
    results = []
    for forget in (False, True):
        results.append(bench(options.rows, options.tenants, forget))
        print(json.dumps(results[-1], indent=1), flush=True)
    (WORK / "payouts.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
