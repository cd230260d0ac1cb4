"""The gates of a run as plain functions, and the report that says what they found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.build_state import build_state
from orchestration.code_version import code_version
from orchestration.run_context import RunContext
from orchestration.sources.catalog import stripe_catalog
from orchestration.workspace import Workspace

if TYPE_CHECKING:
    from orchestration.quality.pictures.svg import Picture
    from orchestration.quality.result import SuiteResult

# Received tables whose rows move money; each has a suite of its own on what this run loaded.
RAW_SUITE_TABLES = (
    "balance_transactions",
    "charges",
    "refunds",
    "disputes",
    "transfers",
    "application_fees",
    "topups",
)


def raw_gates(workspace: Workspace, context: RunContext) -> list[SuiteResult]:
    """Great Expectations on the money tables as received since the last whole build.

    Not since this run began: what a gate refused yesterday lies in raw today and must be refused again.
    """
    from orchestration.quality.runner import open_gates

    catalog = stripe_catalog()
    seen = int(build_state(workspace).get("built_through", 0))
    received = _received_since(workspace, seen)
    results: list[SuiteResult] = []
    if received:
        with open_gates(workspace.raw_db) as gates:
            for name in received:
                table = catalog.tables[name]
                results.append(
                    gates.run_raw_suite(
                        table=f"sigma.{name}",
                        key=list(table.key),
                        required=table.required,
                        minor=[column for column, entry in table.fields.items() if entry.kind == "minor"],
                        currency="currency" if "currency" in table.fields else None,
                        where=f"_load_seq > {seen}",
                    )
                )
    context.gates = [result.as_dict() for result in results]
    context.save(workspace)
    return results


def _received_since(workspace: Workspace, load_seq: int) -> list[str]:
    from orchestration.warehouse.connection import connect

    with connect(workspace.raw_db) as connection:
        relations = {
            row[0]
            for row in connection.execute(
                # not a bound parameter: binding makes DuckDB's client import pandas
                f"select distinct relation from meta.loads where load_seq > {int(load_seq)} and row_count > 0"
            ).fetchall()
        }
    return [name for name in RAW_SUITE_TABLES if f"sigma.{name}" in relations]


def mart_gates(workspace: Workspace, context: RunContext) -> list[SuiteResult]:
    """Great Expectations on the marts as a reader will see them; writes the report."""
    from orchestration.quality.runner import MART_SUITES, run_suites

    results = run_suites(MART_SUITES, workspace.candidate_db)
    raw = [gate for gate in context.gates if not gate["suite"].startswith("marts.")]
    context.gates = raw + [result.as_dict() for result in results]
    context.save(workspace)
    write_quality_report(workspace, context, "")
    return results


def write_quality_report(workspace: Workspace, context: RunContext, verdict: str, reason: str = "") -> Path:
    """The report of this run; the verdict is `published`, `refused` or empty (so far: passed)."""
    from orchestration.quality.report import write_report
    from orchestration.quality.result import ExpectationResult, SuiteResult

    results = [
        SuiteResult(
            **{
                **gate,
                "expectations": tuple(
                    ExpectationResult(**{**item, "examples": tuple(item["examples"])})
                    for item in gate["expectations"]
                ),
            }
        )
        for gate in context.gates
    ]
    facts: dict[str, Any] = {
        "run_id": context.run_id,
        "as_of": context.as_of,
        "code_version": code_version(),
        "quarantine": [{"file": entry["name"], "reason": entry["reason"]} for entry in context.refused],
        "inputs": _inputs(workspace),
    }
    if verdict:
        facts["verdict"] = verdict
    if reason:
        facts["reasons"] = [reason]
    # a run that was refused may have built nothing; what an earlier one built is not its picture
    pictures = [] if verdict == "refused" else pictures_of(workspace)
    return write_report(results, context.dbt, facts, workspace.quality, pictures)


def pictures_of(workspace: Workspace) -> list[Picture]:
    """Movements and cohorts of subscriptions in the candidate; none without subscribers."""
    from orchestration.quality.pictures import subscription_pictures
    from orchestration.warehouse.subscription_figures import subscription_figures

    return subscription_pictures(*subscription_figures(workspace.candidate_db))


def _inputs(workspace: Workspace) -> list[dict[str, Any]]:
    from orchestration.warehouse.connection import connect

    if not workspace.raw_db.is_file():
        return []
    with connect(workspace.raw_db) as connection:
        rows = connection.execute(
            "select name, sha256, row_count, completeness from meta.loads order by load_seq"
        ).fetchall()
    return [dict(zip(("name", "sha256", "rows", "completeness"), row, strict=True)) for row in rows]
