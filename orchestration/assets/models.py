"""The dbt models as Dagster assets: one dbt call builds and tests the candidate."""

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtCliResource,
    DbtProject,
    dbt_assets,
)
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from orchestration.assets.failure import as_failure, deliberate_errors
from orchestration.assets.metadata import table_metadata
from orchestration.assets.raw import OWNERS, WRITER_POOL, raw_asset_key
from orchestration.build_state import dbt_environment, finish_build, prepare_build, unchanged_models
from orchestration.domain.errors import GateRefused, TieoutError
from orchestration.gate_steps import write_quality_report
from orchestration.quality.engine import warm_up
from orchestration.resources import WorkspaceResource
from orchestration.run_context import RunContext
from orchestration.sources.catalog import stripe_catalog
from orchestration.workspace import PROJECT_ROOT, Workspace

dbt_project = DbtProject(project_dir=PROJECT_ROOT, profiles_dir=PROJECT_ROOT)


class TieoutTranslator(DagsterDbtTranslator):
    """dbt names -> asset keys and groups; the sources of one Stripe object are one raw asset."""

    def __init__(self) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return raw_asset_key(
                stripe_catalog().asset_of(dbt_resource_props["source_name"], dbt_resource_props["name"])
            )
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        folders = dbt_resource_props["fqn"][1:-1]
        if not folders:
            return "seeds"
        return "staging" if folders[0] == "staging" else folders[-1]

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        return OWNERS


@dbt_assets(
    manifest=dbt_project.manifest_path,
    project=dbt_project,
    pool=WRITER_POOL,
    name="dbt_models",
    dagster_dbt_translator=TieoutTranslator(),
)
def dbt_models(
    context: dg.AssetExecutionContext, workspace: WorkspaceResource, dbt: DbtCliResource
) -> Iterator[Any]:
    """Build and test every model into the candidate; dbt is its only writer."""
    run = RunContext.load(workspace.workspace)
    with deliberate_errors():
        prepare_build(workspace.workspace, run)
        arguments = dbt_arguments(workspace.workspace, run)
    os.environ.update(dbt_environment(workspace.workspace, run))
    warm_up()  # Great Expectations takes seconds to import; dbt is another process, so this core is free
    invocation = dbt.cli(
        arguments,
        context=context,
        raise_on_error=False,
        target_path=workspace.workspace.candidate / "dbt",
    )
    events = list(invocation.stream())
    succeeded = invocation.is_successful()
    run.dbt = _test_results(invocation)
    run.save(workspace.workspace)
    metadata = (
        table_metadata(workspace.workspace.candidate_db) if workspace.workspace.candidate_db.exists() else {}
    )
    for event in events:
        if isinstance(event, dg.Output) and event.output_name:
            key = context.asset_key_for_output(event.output_name).path
            yield event.with_metadata({**event.metadata, **metadata.get(tuple(key), {})})
        else:
            yield event
    if not succeeded:
        error = _failure(run, invocation)
        write_quality_report(workspace.workspace, run, "refused", error.what)
        raise as_failure(error)
    finish_build(workspace.workspace, run)


def dbt_arguments(workspace: Workspace, run: RunContext) -> list[str]:
    """Build everything but what has nothing new; every test runs, also those of models that are left as they are.

    With `--indirect-selection empty` an excluded model does not take its tests with it: `fqn:*`, which
    dagster-dbt selects, names the tests themselves.
    """
    arguments = ["build", "--exclude-resource-type", "unit_test", "--indirect-selection", "empty"]
    manifest = json.loads(dbt_project.manifest_path.read_text(encoding="utf-8"))
    unchanged = unchanged_models(workspace, run, manifest)
    # one argument: dagster-dbt takes a single value of --exclude out of the call and puts it back
    return [*arguments, "--exclude", " ".join([*unchanged, "resource_type:seed"])] if unchanged else arguments


def _test_results(invocation: Any) -> list[dict[str, Any]]:
    try:
        results = invocation.get_artifact("run_results.json")["results"]
        nodes = invocation.get_artifact("manifest.json")["nodes"]
    except (OSError, KeyError, ValueError, DagsterDbtCliRuntimeError):
        return []
    return [
        {
            "name": nodes[result["unique_id"]]["name"],
            "status": result["status"],
            "failures": result.get("failures") or 0,
            "description": nodes[result["unique_id"]].get("description") or result.get("message") or "",
        }
        for result in results
        if result["unique_id"].startswith("test.")
    ]


def _failure(run: RunContext, invocation: Any) -> TieoutError:
    broken = [test for test in run.dbt if test["status"] == "fail"]
    if broken:
        return GateRefused(
            f"{len(broken)} test(s) on the built tables failed, so nothing is published.",
            where="; ".join(f"{test['name']} ({test['failures']} rows)" for test in broken[:5]),
            remedy="quality/report.html says what was looked at and what was found.",
        )
    error = invocation.get_error()
    return TieoutError(
        "The models could not be built.",
        where=str(error)[-1500:] if error else "",
        remedy="The message above is dbt's own; logs/dbt.log has the whole of it.",
    )
