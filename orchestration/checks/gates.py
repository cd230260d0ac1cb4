"""Blocking asset checks: Great Expectations on raw as received, and on the marts as a reader sees them."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import dagster as dg

from orchestration.assets.failure import deliberate_errors
from orchestration.assets.raw import WRITER_POOL, raw_asset_key
from orchestration.gate_steps import RAW_SUITE_TABLES, mart_gates, raw_gates, write_quality_report
from orchestration.resources import WorkspaceResource
from orchestration.run_context import RunContext

if TYPE_CHECKING:
    from orchestration.quality.result import SuiteResult

MART_TABLES = (
    "agg_source_completeness",
    "dim_accounts",
    "dim_currencies",
    "dim_customers",
    "dim_products",
    "fct_exceptions",
    "fct_transactions",
)


def _spec(key: dg.AssetKey, what: str) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        name=f"gx_{key.path[-1]}",
        asset=key,
        blocking=True,
        description=f"Great Expectations suite of {what}; a broken critical rule stops the publication.",
    )


@dg.multi_asset_check(
    name="raw_gates",
    pool=WRITER_POOL,
    specs=[_spec(raw_asset_key(name), f"{name} as received") for name in RAW_SUITE_TABLES],
)
def raw_gate_checks(
    context: dg.AssetCheckExecutionContext, workspace: WorkspaceResource
) -> Iterator[dg.AssetCheckResult]:
    """Look at what this run received before any model reads it."""
    run = RunContext.load(workspace.workspace)
    with deliberate_errors():
        results = raw_gates(workspace.workspace, run)
        if any(not result.success for result in results):
            write_quality_report(workspace.workspace, run, "refused")
    yield from _checks(results, {f"sigma.{name}": raw_asset_key(name) for name in RAW_SUITE_TABLES})


@dg.multi_asset_check(
    name="mart_gates",
    pool=WRITER_POOL,
    specs=[_spec(dg.AssetKey(["marts", name]), f"marts.{name}") for name in MART_TABLES],
)
def mart_gate_checks(
    context: dg.AssetCheckExecutionContext, workspace: WorkspaceResource
) -> Iterator[dg.AssetCheckResult]:
    """Look at the marts the way a reader will, before they are published."""
    run = RunContext.load(workspace.workspace)
    with deliberate_errors():
        results = mart_gates(workspace.workspace, run)
    yield from _checks(results, {f"marts.{name}": dg.AssetKey(["marts", name]) for name in MART_TABLES})


def _checks(results: "Sequence[SuiteResult]", keys: dict[str, dg.AssetKey]) -> Iterator[dg.AssetCheckResult]:
    """One result per declared check; a table that this run did not receive has nothing to look at and says so."""
    by_table = {result.table.replace('"', ""): result for result in results}
    for table, key in keys.items():
        result = by_table.get(table)
        metadata = (
            result.as_metadata() if result else {"looked_at": "nothing: no rows of this table in this run"}
        )
        yield dg.AssetCheckResult(
            passed=result is None or result.success,
            asset_key=key,
            check_name=f"gx_{key.path[-1]}",
            severity=dg.AssetCheckSeverity.ERROR,
            metadata=metadata,
        )
