"""Revenue at scale: `python -m tests.bench.revenue --help`; part of `make bench`.

The models of recognition on synthetic lines (three in four monthly, one in six annual, the rest at once) in the candidate of a
small simulated company, each timed apart: components, the waterfall from them, the schedule, the postings of billing and
recognition, the roll-forwards of balances; then the deferred balance at an instant, an increment in which only a month went
by, and one with a hundredth of new lines.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.ledger import TIEOUT
from tests.bench.run import WORK, measured

DBT = TIEOUT.with_name("dbt")
AS_OF, MONTH_LATER, LATEST = "2026-03-02T00:00:00Z", "2026-04-02T00:00:00Z", "2026-04-03T00:00:00Z"
AN_INSTANT = datetime(2025, 7, 15, 12, tzinfo=UTC)
COMPONENTS = (
    "int_revenue_components", "int_revenue_components__placed", "int_revenue_components__changed", "fct_revenue_components",
    "int_revenue_months", "int_revenue_spans",
)  # fmt: skip
POSTINGS = (
    "int_periods__days", "dim_periods", "int_revenue_changes", "int_billing__sold", "int_ledger__changed", "int_ledger__billing_changed",
    "int_ledger__recognition_postings", "int_ledger__postings", "fct_ledger_postings",
)  # fmt: skip
BALANCES = (
    "int_deferred_movements", "int_contract_balances", "int_receivables_open", "int_deferred_unpaid", "int_balance_movements",
    "agg_contract_balances",
)  # fmt: skip
STAGES = {
    "components": COMPONENTS,
    "waterfall": ("agg_revenue_waterfall",),
    "schedule": ("fct_revenue_schedule",),
    "postings": POSTINGS,
    "roll_forwards": BALANCES,
}
INCREMENT = (*COMPONENTS, "agg_revenue_waterfall", "fct_revenue_schedule", *POSTINGS)
_LINES = """
with numbered as (
    select i, (i * 2654435761) % 1000 as share, timestamptz '2023-03-02' + to_seconds((i * 40503) % (3 * 365 * 86400)) as booked,
        (1000 + (i * 7919) % 90000)::bigint as minor
    from range({first}, {last}) as listed (i)
)
select one_line.* replace (
    'platform' as account_id, 'invoice' as bill_kind, 'in_' || (i // 2) as bill_id,
    'in_' || (i // 2) || ':il_' || i as component_id, null as parent_component_id, 'invoice_line' as kind,
    'il_' || i as source_object_id, 'cus_' || (i % 500000) as customer_id, 'prod_' || (i % 50) as product_id,
    'in_' || (i // 2) as invoice_id, 'usd' as currency, minor as amount_minor, 'usd' as books_currency, minor as books_minor,
    0 as tax_minor, 0 as passthrough_minor, booked as starts_at,
    case when share < 750 then booked + interval 30 days when share < 920 then booked + interval 365 days
        else booked end as ends_at,
    case when share < 920 then 'by_instant' else 'point_in_time' end as policy,
    booked as booked_at, booked as billed_at, false as is_passed_on, booked as recorded_at, i % 2 + 1 as line_number
)
from numbered cross join one_line
"""


def prepare(folder: Path, lines: int) -> Path:
    """A candidate whose lines are `lines` synthetic ones, to which nothing happened; the workspace."""
    shutil.rmtree(folder, ignore_errors=True)
    inbox, workspace = folder / "inbox", folder / "workspace"
    simulate = [str(TIEOUT), "simulate", "--out", str(inbox), "--months", "3", "--customers", "40"]
    measured(simulate, WORK / "logs" / "revenue_simulate.log")
    run = [str(TIEOUT), "run", "--inbox", str(inbox), "--workspace", str(workspace), "--as-of", AS_OF]
    measured(run, WORK / "logs" / "revenue_run.log")
    with writing(workspace) as connection:
        for table in ("int_revenue_cuts", "int_revenue_events"):
            connection.execute(f"delete from intermediate.{table}")
        connection.execute(
            "create table main.one_line as select * from intermediate.int_revenue_lines limit 1"
        )
        lines_sql = _LINES.format(first=0, last=lines)
        connection.execute(f"create or replace table intermediate.int_revenue_lines as {lines_sql}")
    return workspace


def writing(workspace: Path) -> Any:
    """The candidate, to change its lines by hand."""
    import duckdb

    connection = duckdb.connect(str(workspace / "candidate" / "tieout.duckdb"))
    for setting in ("TimeZone = 'UTC'", "memory_limit = '6GB'", "preserve_insertion_order = false"):
        connection.execute(f"set {setting}")
    return connection


def add_lines(workspace: Path, first: int, last: int) -> None:
    """Lines that a later load would bring."""
    with writing(workspace) as connection:
        connection.execute(
            f"insert into intermediate.int_revenue_lines {_LINES.format(first=first, last=last)}"
        )


def build(
    workspace: Path, models: tuple[str, ...], name: str, as_of: str = AS_OF, previous_as_of: str = ""
) -> dict[str, Any]:
    """Seconds of each model and of all, and the peak memory of dbt; an increment when there is a previous instant."""
    candidate = workspace / "candidate"
    built_through = json.loads((candidate / "build_state.json").read_text(encoding="utf-8"))["built_through"]
    os.environ |= {
        "TIEOUT_RAW_DB": str(candidate / "raw.duckdb"), "TIEOUT_CANDIDATE_DB": str(candidate / "tieout.duckdb"),
        "TIEOUT_RUN_AS_OF": as_of, "TIEOUT_RUN_PREVIOUS_AS_OF": previous_as_of or "1970-01-01T00:00:00Z",
        "TIEOUT_RUN_BUILT_THROUGH": str(built_through) if previous_as_of else "0",
    }  # fmt: skip
    target = WORK / "revenue_target"
    command = [str(DBT), "run", "--target-path", str(target), "--select", *models]
    if not previous_as_of:
        command.insert(2, "--full-refresh")
    load_before = os.getloadavg()[0]
    _, memory = measured(command, WORK / "logs" / f"revenue_{name}.log")
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    seconds = {result["unique_id"].split(".")[2]: round(result["execution_time"], 1) for result in results}
    return {"seconds": round(sum(seconds.values()), 1), "memory_gb": round(memory, 2), "models": seconds,
            "machine_load": round(load_before, 1)}  # fmt: skip


def deferred_at_an_instant(workspace: Path) -> dict[str, Any]:
    """Seconds of the question behind `tieout ledger deferred --at`; the best of five, on the lines as built."""
    import duckdb

    from orchestration.warehouse.ledger.deferred import deferred_balances
    from orchestration.warehouse.ledger.reading import Ledger

    database = workspace / "candidate" / "tieout.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        ledger, times = Ledger(connection, database), []
        assert ledger.columns  # the catalog is read before the clock runs
        for _ in range(5):
            started = time.perf_counter()
            found = deferred_balances(ledger, AN_INSTANT)
            times.append(time.perf_counter() - started)
    return {
        "seconds": round(min(times), 3),
        "components": found[0].component_count,
        "machine_load": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    """Parse the options, measure, print and write .bench/revenue.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=10_000_000, help="number of invoice lines")
    options = parser.parse_args()
    WORK.mkdir(exist_ok=True)
    folder = WORK / "revenue"
    workspace = prepare(folder, options.lines)
    result: dict[str, Any] = {"lines": options.lines}

    def show(name: str, found: dict[str, Any]) -> None:
        result[name] = found
        print(json.dumps({name: found}), flush=True)

    for name, models in STAGES.items():
        show(name, build(workspace, models, name))
    show("deferred", deferred_at_an_instant(workspace))
    show("month", build(workspace, INCREMENT, "month", MONTH_LATER, AS_OF))
    add_lines(workspace, options.lines, options.lines + options.lines // 100)
    show("new_lines", build(workspace, INCREMENT, "new_lines", LATEST, MONTH_LATER))
    (WORK / "revenue.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
