"""Subscription metrics at scale: `python -m tests.bench.subscriptions --help`; part of `make bench`.

The models of recurring revenue on synthetic subscriptions of five years (three in four monthly, the rest yearly; some change
their price, three in a hundred end each month), told by what was billed of them, in the candidate of a small simulated company.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

from tests.bench.ledger import TIEOUT
from tests.bench.revenue import build, writing
from tests.bench.run import WORK, measured

AS_OF = "2026-03-02T00:00:00Z"
ROOM = ("path:dbt_project/models/intermediate/subscriptions", "path:dbt_project/models/marts/subscriptions")
MOVEMENTS = "select count(*), count(distinct movement) from marts.fct_mrr_movements"
EMPTIED = (
    "subscriptions", "subscription_items", "invoices", "invoice_line_items", "charges", "invoice_payments", "discounts",
    "invoice_items", "subscription_observations", "subscription_item_observations", "subscription_item_change_events",
)  # fmt: skip
# A subscription: when it began, how many periods of how many months it lived (up to `as_of` at most), and its two prices.
_LIVES = """
create or replace temporary table lives as
select i, 'sub_' || i as subscription_id, 'si_' || i as subscription_item_id, 'cus_' || (i * 7 // 8) as customer_id,
    case when i % 4 = 3 then 12 else 1 end as step, began, ended,
    case when i % 4 = 3 then {yearly} else {monthly} end as prices, i % 5 = 0 as changes
from (
    select i, began, case when lived < left_months then began + to_months(lived::int) end as ended
    from (
        select i, began, datediff('month', began, timestamptz '2026-03-01') as left_months,
            case when i % 4 = 3 then 12 * (1 + (i * 31) % 9) else 1 + (-ln(((i * 2654435761) % 9973 + 1) / 9974) * 33)::bigint end as lived
        from (select i, timestamptz '2021-03-02' + to_seconds((i * 40503) % (5 * 365 * 86400)) as began from range({count}) as t (i))
    )
)
"""
_PERIODS = """
create or replace temporary table periods as
select *, began + to_months((number * step)::int) as starts_at, began + to_months(((number + 1) * step)::int) as ends_at
from (select *, unnest(range(0, 1 + datediff('month', began, coalesce(ended, timestamptz '2026-03-01')) // step)) as number from lives)
where began + to_months((number * step)::int) < coalesce(ended, timestamptz '2026-03-01')
"""
_ROWS = {
    "subscriptions": """'platform' as account_id, subscription_id, customer_id, case when ended is null then 'active' else 'canceled' end
        as status, began as created_at, began as started_at, ended as ended_at, ended as canceled_at, false as is_cancel_at_period_end,
        'charge_automatically' as collection_method, false as is_deleted, timestamptz '2026-03-02' as observed_at from lives""",
    "subscription_items": """'platform' as account_id, subscription_item_id, subscription_id,
        prices[case when changes then 2 else 1 end] as price_id, 1 as quantity, 'usd' as currency, began as created_at,
        false as is_deleted, timestamptz '2026-03-02' as observed_at from lives""",
    "invoices": """'platform' as account_id, 'in_' || i || '_' || number as invoice_id, subscription_id, customer_id, 'paid' as status,
        'charge_automatically' as collection_method, 1 as attempt_count, 2900 as total_minor, 2900 as amount_due_minor,
        case when number = 0 then 'subscription_create' else 'subscription_cycle' end as billing_reason, starts_at as finalized_at,
        starts_at as paid_at, 'usd' as currency, false as is_deleted from periods""",
    "invoice_line_items": """'platform' as account_id, 'il_' || i || '_' || number as invoice_line_item_id,
        'in_' || i || '_' || number as invoice_id, subscription_id, subscription_item_id,
        prices[case when changes and number > 5 then 2 else 1 end] as price_id, 1 as quantity, 2900 as amount_minor,
        'usd' as currency, false as is_proration, starts_at as period_start_at, ends_at as period_end_at, false as is_deleted
        from periods""",
}


def prepare(folder: Path, count: int) -> tuple[Path, int]:
    """A candidate whose subscriptions are `count` synthetic ones; the workspace, and how many lines billed them."""
    shutil.rmtree(folder, ignore_errors=True)
    inbox, workspace = folder / "inbox", folder / "workspace"
    simulate = [str(TIEOUT), "simulate", "--out", str(inbox), "--months", "3", "--customers", "40"]
    measured(simulate, WORK / "logs" / "subscriptions_simulate.log")
    run = [str(TIEOUT), "run", "--inbox", str(inbox), "--workspace", str(workspace), "--as-of", AS_OF]
    measured(run, WORK / "logs" / "subscriptions_run.log")
    with writing(workspace) as connection:
        for name in EMPTIED:
            connection.execute(f"delete from staging.stg_stripe__{name}")
        prices = (
            "select list(price_id order by price_id)[:2] from staging.stg_stripe__prices "
            "where usage_type = 'licensed' and currency = 'usd' and unit_amount_minor > 0 and billing_interval = ?"
        )
        found = [connection.execute(prices, [interval]).fetchone() for interval in ("month", "year")]
        monthly, yearly = ([*row[0], row[0][0]][:2] for row in found)
        connection.execute(_LIVES.format(count=count, monthly=monthly, yearly=yearly))
        connection.execute(_PERIODS)
        for name, values in _ROWS.items():
            connection.execute(f"insert into staging.stg_stripe__{name} by name select {values}")
        lines = connection.execute("select count(*) from periods").fetchone()[0]
    return workspace, int(lines)


def main() -> None:
    """Parse the options, measure, print and write .bench/subscriptions.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscriptions", type=int, default=1_000_000, help="number of subscriptions")
    options = parser.parse_args()
    WORK.mkdir(exist_ok=True)
    folder = WORK / "subscriptions"
    workspace, lines = prepare(folder, options.subscriptions)
    result: dict[str, Any] = {"subscriptions": options.subscriptions, "lines": lines}
    result["build"] = build(workspace, ROOM, "subscriptions", AS_OF)
    with writing(workspace) as connection:
        movements, kinds = connection.execute(MOVEMENTS).fetchone()
    assert kinds > 3, kinds
    result["movements"] = movements
    print(json.dumps(result, indent=1))
    (WORK / "subscriptions.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
