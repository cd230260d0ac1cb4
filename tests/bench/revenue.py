"""Revenue at scale: `python -m tests.bench.revenue --help`; part of `make bench`.

The models of recognition on synthetic lines (three in four monthly, one in six annual, the rest at once) in the candidate of a
small simulated company: components and schedules, the waterfall, and, timed apart, the postings. What the command
line takes for the deferred balance at an instant is measured on the same lines.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
from pathlib import Path
from typing import Any

from tests.bench.ledger import TIEOUT
from tests.bench.run import WORK, measured

DBT = TIEOUT.with_name("dbt")
AS_OF = "2026-04-02T00:00:00Z"
STAGES = {
    "schedule": ("fct_revenue_components", "int_revenue_months", "fct_revenue_schedule"),
    "waterfall": ("agg_revenue_waterfall",),
    "postings": ("int_periods__days", "int_revenue_changes", "int_billing__sold", "fct_ledger_postings"),
}
_LINES = """
create or replace table intermediate.int_revenue_lines as
with numbered as (
    select i, (i * 2654435761) % 1000 as share, timestamptz '2022-01-01' + to_seconds((i * 40503) % (3 * 365 * 86400)) as booked,
        (1000 + (i * 7919) % 90000)::bigint as minor
    from range({lines}) as listed (i)
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
    import duckdb

    shutil.rmtree(folder, ignore_errors=True)
    inbox, workspace = folder / "inbox", folder / "workspace"
    simulate = [str(TIEOUT), "simulate", "--out", str(inbox), "--months", "3", "--customers", "40"]
    measured(simulate, WORK / "logs" / "revenue_simulate.log")
    run = [str(TIEOUT), "run", "--inbox", str(inbox), "--workspace", str(workspace), "--as-of", AS_OF]
    measured(run, WORK / "logs" / "revenue_run.log")
    with duckdb.connect(str(workspace / "candidate" / "tieout.duckdb")) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("set memory_limit = '6GB'")
        connection.execute("set preserve_insertion_order = false")
        for table in ("int_revenue_cuts", "int_revenue_events"):
            connection.execute(f"delete from intermediate.{table}")
        connection.execute("create temporary table one_line as select * from intermediate.int_revenue_lines limit 1")
        connection.execute(_LINES.format(lines=lines))
    return workspace


def build(workspace: Path, models: tuple[str, ...], name: str) -> dict[str, Any]:
    """Seconds of each model and of all, and the peak memory of dbt."""
    candidate = workspace / "candidate"
    os.environ |= {
        "TIEOUT_RAW_DB": str(candidate / "raw.duckdb"), "TIEOUT_CANDIDATE_DB": str(candidate / "tieout.duckdb"),
        "TIEOUT_RUN_AS_OF": AS_OF,
    }  # fmt: skip
    target = WORK / "revenue_target"
    command = [str(DBT), "run", "--full-refresh", "--target-path", str(target), "--select", *models]
    _, memory = measured(command, WORK / "logs" / f"revenue_{name}.log")
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    seconds = {result["unique_id"].split(".")[2]: round(result["execution_time"], 1) for result in results}
    return {"seconds": round(sum(seconds.values()), 1), "memory_gb": round(memory, 2), "models": seconds}


def main() -> None:
    """Parse the options, measure, print and write .bench/revenue.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=10_000_000, help="number of invoice lines")
    options = parser.parse_args()
    WORK.mkdir(exist_ok=True)
    folder = WORK / "revenue"
    workspace = prepare(folder, options.lines)
    result: dict[str, Any] = {"lines": options.lines}
    for name, models in STAGES.items():
        result[name] = build(workspace, models, name)
        print(json.dumps({name: result[name]}), flush=True)
    (WORK / "revenue.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
