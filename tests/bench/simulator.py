"""How fast a company is simulated and written: `python -m tests.bench.simulator --transactions N --format F`.

Prints balance transactions, seconds, transactions per second of processor time (what one core of its own
would do, however busy the machine is), bytes written and peak memory. The format `none` only simulates.
Nothing is left behind.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

from orchestration.sandbox.simulate import FORMATS, simulate_into
from orchestration.sandbox.simulation import Simulation
from orchestration.sandbox.world.plan import Plan

PROBE_CUSTOMERS = 200


def simulated(plan: Plan) -> int:
    """Live a plan without writing anything; its balance transactions."""
    transactions = 0
    for segment in Simulation(plan):
        transactions += len(segment.objects.get("balance_transaction", ()))
        del segment  # before the next one is lived
    return transactions


def customers_for(transactions: int, months: int) -> int:
    """How many customers make about so many transactions, by what a small company makes."""
    fixed = simulated(Plan(months=months, customers=0))
    each = (simulated(Plan(months=months, customers=PROBE_CUSTOMERS)) - fixed) / PROBE_CUSTOMERS
    return max(1, round((transactions - fixed) / each))


def main() -> None:
    """Measure one format."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--transactions", type=int, default=200_000)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--format", choices=(*FORMATS, "none"), default="sigma-parquet")
    given = parser.parse_args()
    plan = Plan(months=given.months, customers=customers_for(given.transactions, given.months))
    started, worked = time.perf_counter(), time.process_time()
    size = 0
    if given.format == "none":
        transactions = simulated(plan)
    else:
        with tempfile.TemporaryDirectory(prefix="tieout-bench-") as folder:
            summary = simulate_into(plan, Path(folder), [given.format])
            transactions, size = summary.transactions, summary.size
    seconds, busy = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{given.format}: {transactions:,} transactions in {seconds:.1f} s ({busy:.1f} s of processor time), "
          f"{transactions / busy:,.0f} per second, {size / 1e6:,.0f} MB written, peak memory {peak:,.0f} MB")


if __name__ == "__main__":
    main()
