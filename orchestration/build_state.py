"""What the candidate was built from, and so whether the next build may continue from it or starts anew."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.code_version import models_fingerprint
from orchestration.run_context import RunContext, write_json
from orchestration.workspace import Workspace

# Settings that models read, as `run_value(name)`.
MODEL_SETTINGS = (
    "books",
    "catch_up",
    "churn_timing",
    "credit_losses",
    "customer_balance_adjustments",
    "fiscal_calendar",
    "fiscal_year_end_month",
    "fiscal_year_end_rule",
    "fiscal_year_end_weekday",
    "fiscal_year_named_by",
    "functional_currency",
    "fx_remeasure",
    "late_policy",
    "max_unexplained_bps",
    "metrics_mode",
    "past_due_days",
    "recognition_policy",
    "refund_tax",
    "reporting_timezone",
)


def dbt_environment(workspace: Workspace, context: RunContext) -> dict[str, str]:
    """What the dbt of a run must know: where to build, from which load on, up to which instant."""
    previous = {} if needs_full_build(workspace, context) else build_state(workspace)
    return {
        "TIEOUT_RAW_DB": str(workspace.raw_db),
        "TIEOUT_CANDIDATE_DB": str(workspace.candidate_db),
        "TIEOUT_RUN_RUN_ID": context.run_id,
        "TIEOUT_RUN_AS_OF": context.as_of,
        "TIEOUT_RUN_PREVIOUS_AS_OF": previous.get("as_of", "1970-01-01T00:00:00Z"),
        "TIEOUT_RUN_BUILT_THROUGH": str(previous.get("built_through", 0)),
        "TIEOUT_RUN_LIVEMODE": context.livemode,
        **{f"TIEOUT_RUN_{name.upper()}": _as_text(context.settings[name]) for name in MODEL_SETTINGS},
        "TIEOUT_RUN_FIRST_OPEN_DAY": context.closes.get("first_open_day", ""),
    }


def _as_text(value: Any) -> str:
    """A switch is `true` or `false`, as in tieout.toml."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def build_state(workspace: Workspace) -> dict[str, Any]:
    """What the last whole build of this candidate had seen; empty when there is none."""
    path = workspace.candidate / "build_state.json"
    if not path.is_file() or not workspace.candidate_db.is_file():
        return {}
    return dict(json.loads(path.read_text(encoding="utf-8")))


def needs_full_build(workspace: Workspace, context: RunContext) -> bool:
    """Incremental building needs the same code, settings, mode and closed periods, and an `as_of` not moved back."""
    state = build_state(workspace)
    return bool(
        context.full_refresh
        or not state
        or state["models"] != models_fingerprint()
        or state["settings"] != _settings_fingerprint(context)
        or state.get("closed", []) != _closed(context)
        or state["as_of"] > context.as_of
    )


def prepare_build(workspace: Workspace, context: RunContext) -> None:
    """A full build starts from an empty file: no leftovers, no bloat."""
    from orchestration.warehouse.connection import create_database, opens

    from_scratch = needs_full_build(workspace, context)
    # waits until a dbt that outlived a killed run has let go; what it left may be beyond repair
    if workspace.candidate_db.is_file() and not opens(workspace.candidate_db):
        from_scratch = True
    if from_scratch:
        for path in (
            workspace.candidate_db,
            Path(f"{workspace.candidate_db}.wal"),
            workspace.candidate / "build_state.json",
        ):
            path.unlink(missing_ok=True)
        create_database(workspace.candidate_db)


def finish_build(workspace: Workspace, context: RunContext) -> None:
    """Record what a whole, tested build has seen; the next one continues from here."""
    from orchestration.warehouse.connection import connect

    with connect(workspace.raw_db) as connection:
        row = connection.execute("select coalesce(max(load_seq), 0) from meta.loads").fetchone()
    write_json(
        workspace.candidate / "build_state.json",
        {
            "built_through": row[0] if row else 0,
            "as_of": context.as_of,
            "models": models_fingerprint(),
            "settings": _settings_fingerprint(context),
            "closed": _closed(context),
        },
    )


def unchanged_models(workspace: Workspace, context: RunContext, manifest: Mapping[str, Any]) -> list[str]:
    """Staging models whose raw tables hold nothing newer than the last whole build: there is nothing to do for them.

    Args:
        manifest: dbt's manifest; says which raw tables each model reads.
    """
    from orchestration.warehouse.connection import connect, quoted

    if needs_full_build(workspace, context):
        return []
    built_through = int(build_state(workspace)["built_through"])
    fresh = set()
    with connect(workspace.raw_db) as connection:
        tables = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() "
            "where column_name in ('_load_seq', 'load_seq') "
            "and schema_name in ('sigma', 'api', 'reports', 'bank', 'business')"
        ).fetchall()
        for schema, table, column in tables:
            row = connection.execute(f"select max({column}) from {schema}.{quoted(table)}").fetchone()
            if row and row[0] is not None and row[0] > built_through:
                fresh.add((schema, table))
    return sorted(
        str(node["name"])
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model"
        and "staging" in node["fqn"]
        and not fresh & _raw_tables(manifest, key)
    )


def _raw_tables(manifest: Mapping[str, Any], key: str) -> set[tuple[str, str]]:
    """The raw tables that a node rests on, also through other models."""
    if key in manifest["sources"]:
        source = manifest["sources"][key]
        return {(source["source_name"], source["name"])}
    parents = manifest["nodes"][key]["depends_on"].get("nodes", ())
    return {table for parent in parents for table in _raw_tables(manifest, parent)}


def _settings_fingerprint(context: RunContext) -> str:
    shaping = {name: value for name, value in context.settings.items() if name != "debug"}
    return json.dumps([shaping, context.livemode, context.company_rows], sort_keys=True)


def _closed(context: RunContext) -> list[str]:
    """The frozen postings of closed periods, by the sha256 of their files."""
    return [entry["sha256"] for entry in context.closes.get("closed", [])]
