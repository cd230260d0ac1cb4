"""A run without Dagster: the same functions in the same order, several times as fast.

What a test sees is an `Outcome`; what it reads is the published file. The exit codes of the real command are
proven in `test_daily_run.py`, which starts it as users do.
"""

from __future__ import annotations

import atexit
import json
import multiprocessing
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from orchestration import build_state, gate_steps, steps
from orchestration.domain.errors import EXIT_DONE, EXIT_GATE_REFUSED, EXIT_UNEXPECTED, TieoutError
from orchestration.run_context import RunContext
from orchestration.warehouse.connection import connect
from orchestration.warehouse.content_hash import PROVENANCE_COLUMNS, TableContent, table_content
from orchestration.workspace import PROJECT_ROOT, Workspace

AS_OF = "2026-04-02T00:00:00Z"
MARTS = (
    "agg_account_balances_daily", "agg_acquisition_payback", "agg_churn_diagnosis", "agg_cohort_retention", "agg_contract_balances",
    "agg_customer_coverage", "agg_mrr_monthly", "agg_payout_cohorts_monthly",
    "agg_receivable_ageing", "agg_reconciliation_quality", "agg_remaining_obligations",
    "agg_revenue_and_cash_monthly", "agg_revenue_monthly", "agg_revenue_waterfall",
    "agg_source_completeness", "agg_timeliness", "agg_trial_balance_monthly", "dim_account_map",
    "dim_accounts", "dim_currencies", "dim_customers", "dim_gl_mapping", "dim_ledger_accounts",
    "dim_periods", "dim_products", "fct_balance_proof", "fct_bank_entries", "fct_bank_proof",
    "fct_bank_statements", "fct_churn_events", "fct_clearing_items", "fct_event_divergences", "fct_exceptions",
    "fct_ledger_postings", "fct_match_members", "fct_match_shadow", "fct_matches", "fct_mirror_proof", "fct_mrr_movements",
    "fct_object_observations", "fct_payout_members", "fct_payout_reconciliation", "fct_residuals",
    "fct_revenue_components", "fct_revenue_schedule", "fct_trace", "fct_transactions", "fct_trials",
)  # fmt: skip


@dataclass
class Outcome:
    """How a run ended.

    Attributes:
        exit_code: As the command would end.
        message: What it would print when it refuses.
        manifest: What was published; empty when nothing was.
        context: What the run knows of itself.
        broken_tests: dbt tests that failed -> number of offending rows.
        broken_gates: Suites that refused -> their findings in words.
    """

    exit_code: int
    message: str = ""
    manifest: dict[str, Any] = field(default_factory=dict)
    context: RunContext | None = None
    broken_tests: dict[str, int] = field(default_factory=dict)
    broken_gates: dict[str, list[str]] = field(default_factory=dict)

    @property
    def refused(self) -> dict[str, str]:
        """Name in the inbox -> reason, of every file in quarantine."""
        assert self.context is not None
        return {entry["name"]: entry["reason"] for entry in self.context.refused}


def load(workspace: Workspace, inbox: Path, **options: Any) -> Outcome:
    """The first half of a run: receive, land and load. Exit code 0 when a build could follow."""
    context = steps.new_context(uuid.uuid4().hex, **{"as_of": AS_OF, **options})
    try:
        steps.receive_and_load(workspace, inbox, context)
    except TieoutError as error:
        return Outcome(error.exit_code, error.as_text(), context=context)
    return Outcome(EXIT_DONE, context=context)


def run(workspace: Workspace, inbox: Path, **options: Any) -> Outcome:
    """A whole run, from the inbox to the published file."""
    outcome = load(workspace, inbox, **options)
    if outcome.exit_code:
        return outcome
    assert outcome.context is not None
    outcome.broken_gates = _broken(gate_steps.raw_gates(workspace, outcome.context))
    if outcome.broken_gates:
        return _refused(outcome)
    build(workspace, outcome)
    if outcome.exit_code:
        return outcome
    outcome.broken_gates = _broken(gate_steps.mart_gates(workspace, outcome.context))
    if outcome.broken_gates:
        return _refused(outcome)
    try:
        outcome.manifest = steps.publish_candidate(workspace, outcome.context)
    except TieoutError as error:
        outcome.exit_code, outcome.message = error.exit_code, error.as_text()
    return outcome


def build(workspace: Workspace, outcome: Outcome) -> None:
    """dbt's part of a run: every model and every dbt test, into the candidate."""
    context = outcome.context
    assert context is not None
    build_state.prepare_build(workspace, context)
    answer = run_dbt(build_state.dbt_environment(workspace, context), dbt_arguments(workspace, context))
    outcome.broken_tests = {name: found[1] for name, found in answer["tests"].items() if found[0] == "fail"}
    if outcome.broken_tests:
        outcome.exit_code, outcome.message = EXIT_GATE_REFUSED, f"dbt tests failed: {outcome.broken_tests}"
    elif not answer["success"]:
        outcome.exit_code = EXIT_UNEXPECTED
        outcome.message = "\n".join([answer["exception"], *answer["errors"]])
    else:
        build_state.finish_build(workspace, context)


def dbt_arguments(workspace: Workspace, context: RunContext) -> list[str]:
    """As `assets.models.dbt_arguments`: models without news are left as they are, every test runs."""
    arguments = ["--select", "fqn:*", "--exclude-resource-type", "unit_test", "--indirect-selection", "empty"]
    unchanged = build_state.unchanged_models(workspace, context, _dbt_manifest())
    return [*arguments, "--exclude", *unchanged, "resource_type:seed"] if unchanged else arguments


@cache
def _dbt_manifest() -> dict[str, Any]:
    """What dbt's parsing wrote; waits for the fork server, which parses when it starts."""
    first = _dbt_processes().Process(target=_nothing)
    first.start()
    first.join()
    path = Path(os.environ["TIEOUT_RUN_TEST_TARGET"]) / "manifest.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def load_and_build(workspace: Workspace, inbox: Path, **options: Any) -> Outcome:
    """A run up to the tested candidate, where only its content matters."""
    outcome = load(workspace, inbox, **options)
    if not outcome.exit_code:
        build(workspace, outcome)
    return outcome


def _broken(results: Iterable[Any]) -> dict[str, list[str]]:
    return {result.table: [item.explanation for item in result.failed if item.severity == "critical"]
            for result in results if not result.success}


def _refused(outcome: Outcome) -> Outcome:
    outcome.exit_code, outcome.message = EXIT_GATE_REFUSED, f"gates refused: {outcome.broken_gates}"
    return outcome


@cache
def _dbt_processes() -> Any:
    """A fork server that has imported dbt and parsed the project once."""
    target = tempfile.mkdtemp(prefix="tieout-dbt-")
    atexit.register(shutil.rmtree, target, ignore_errors=True)
    os.environ["TIEOUT_RUN_TEST_TARGET"] = target
    paths = [str(PROJECT_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    previous, os.environ["PYTHONPATH"] = os.environ.get("PYTHONPATH"), os.pathsep.join(paths)
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.pipeline.harness", "tests.pipeline.dbt_process"])
    processes.Process(target=_nothing).start()  # the server starts now, with this environment
    if previous is None:
        del os.environ["PYTHONPATH"]
    else:
        os.environ["PYTHONPATH"] = previous
    return processes


def _nothing() -> None:
    """Start the server."""


def _build_in_child(environment: dict[str, str], arguments: list[str], target: Path) -> None:
    from tests.pipeline.dbt_process import build as dbt_build

    dbt_build(environment, arguments, target)


def run_dbt(environment: dict[str, str], arguments: list[str]) -> dict[str, Any]:
    """`dbt build` in a process of its own; what it answered."""
    with tempfile.TemporaryDirectory(prefix="tieout-dbt-") as folder:
        process = _dbt_processes().Process(target=_build_in_child, args=(environment, arguments, Path(folder) / "target"))
        process.start()
        process.join(timeout=1200)
        answer = Path(folder) / "target" / "answer.json"
        if process.exitcode or not answer.is_file():
            raise RuntimeError(f"dbt ended with {process.exitcode} and no answer")
        return dict(json.loads(answer.read_text(encoding="utf-8")))


def content(
    workspace: Workspace, schemas: Iterable[str] = ("marts",), leave_out: Mapping[str, Iterable[str]] | None = None
) -> dict[str, TableContent]:
    """Table -> its content (rows and hashes), without the columns named for it or for `*`."""
    left_out = {table: set(columns) for table, columns in (leave_out or {}).items()}
    contents = {}
    with connect(workspace.candidate_db, read_only=True) as connection:
        columns: dict[tuple[str, str], list[str]] = {}
        for schema, table, column in connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() where schema_name in "
            "(select unnest(?)) and database_name = current_database()", [list(schemas)]).fetchall():
            if column not in left_out.get(table, set()) | left_out.get("*", set()) | PROVENANCE_COLUMNS:
                columns.setdefault((schema, table), []).append(column)
        for (schema, table), names in sorted(columns.items()):
            contents[table] = table_content(connection, schema, table, only=names)
    return contents


def differences(left: Mapping[str, TableContent], right: Mapping[str, TableContent]) -> dict[str, list[str]]:
    """Table -> what differs: `rows`, or the columns, or `row` when only whole rows do."""
    found: dict[str, list[str]] = {}
    for table in sorted({*left, *right}):
        one, other = left.get(table), right.get(table)
        if one is None or other is None:
            found[table] = ["missing"]
        elif one.row_count != other.row_count:
            found[table] = [f"rows {one.row_count} <> {other.row_count}"]
        elif one.content_hash != other.content_hash:
            names = sorted({*one.columns, *other.columns})
            found[table] = [name for name in names if one.columns.get(name) != other.columns.get(name)] or ["row"]
    return found


def rows(database: Path, query: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    """What a reader of a DuckDB file gets."""
    with duckdb.connect(str(database), read_only=True, config={"autoload_known_extensions": "false"}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        return connection.execute(query, parameters or []).fetchall()
