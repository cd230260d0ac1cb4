"""Raw assets: one per Stripe object, received and loaded together by one step."""

from collections.abc import Iterator

import dagster as dg

from orchestration.assets.failure import deliberate_errors
from orchestration.assets.run import begin_run
from orchestration.resources import WorkspaceResource
from orchestration.sources.catalog import BANK_STATEMENTS, BUSINESS_PREFIX, stripe_catalog
from orchestration.steps import receive_and_load
from orchestration.warehouse import business_schema
from orchestration.warehouse.raw_schema import GENERIC_API

WRITER_POOL = "duckdb_writer"
OWNERS = ["team:finance-data"]


def raw_asset_names() -> list[str]:
    """Names of all raw assets, one per staging model that reads Stripe, and what the loader keeps of itself."""
    catalog = stripe_catalog()
    names = {catalog.asset_of("api", entry.relation) for entry in catalog.objects.values()}
    names |= {catalog.asset_of("sigma", table) for table in catalog.tables}
    names |= {catalog.asset_of("api", name) for name in GENERIC_API}
    names |= {catalog.asset_of("business", table) for table in business_schema.TABLES}
    return sorted(names | {"loads", BANK_STATEMENTS})


def raw_asset_key(name: str) -> dg.AssetKey:
    if name.startswith(BUSINESS_PREFIX):
        return dg.AssetKey(["business", name.removeprefix(BUSINESS_PREFIX)])
    return dg.AssetKey(["bank", "statements"] if name == BANK_STATEMENTS else ["stripe", name])


def _spec(name: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        raw_asset_key(name),
        group_name="ingest",
        kinds={"stripe", "duckdb"} if raw_asset_key(name).path[0] == "stripe" else {"duckdb"},
        owners=OWNERS,
        description=_description(name),
    )


def _description(name: str) -> str:
    if name == BANK_STATEMENTS:
        return "Statements, entries and details as parsed from camt, MT940, BAI2, OFX and declared CSV files."
    words = name.removeprefix(BUSINESS_PREFIX).replace("_", " ").capitalize()
    if name.startswith(BUSINESS_PREFIX):
        return f"{words} as the company's own systems export them; text stays text, every row knows its file."
    return (
        f"{words} as received from Sigma, Data Pipeline, API lists and events; text stays text, every row "
        "knows its file."
    )


@dg.multi_asset(name="received_files", specs=[_spec(name) for name in raw_asset_names()], pool=WRITER_POOL)
def received_files(
    context: dg.AssetExecutionContext, workspace: WorkspaceResource
) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    """Land every new file of the inbox, load it into raw in a transaction of its own, refuse what breaks a rule."""
    with deliberate_errors():
        run = begin_run(context, workspace)
        run = receive_and_load(workspace.workspace, workspace.inbox_path, run, context.log.debug)
    for warning in run.warnings:
        context.log.warning(warning)
    rows = _rows_per_asset(workspace)
    for name in raw_asset_names():
        yield dg.MaterializeResult(
            raw_asset_key(name),
            metadata={"dagster/row_count": rows.get(name, 0), "files_refused": len(run.refused)},
        )


def _rows_per_asset(workspace: WorkspaceResource) -> dict[str, int]:
    from orchestration.warehouse.connection import connect

    catalog = stripe_catalog()
    counts: dict[str, int] = {}
    with connect(workspace.workspace.raw_db) as connection:
        tables = connection.execute(
            "select schema_name, table_name, estimated_size from duckdb_tables() "
            "where schema_name in ('sigma', 'api', 'reports', 'bank', 'business', 'meta')"
        ).fetchall()
    for schema, table, size in tables:
        name = catalog.asset_of(schema, table)
        counts[name] = counts.get(name, 0) + size
    return counts
