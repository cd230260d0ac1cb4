"""Run the `daily_close` job in this process, the same job that the schedule, the sensor and the UI run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.domain.errors import EXIT_DONE, EXIT_GATE_REFUSED, EXIT_UNEXPECTED, TieoutError
from orchestration.run_lock import hold_lock
from orchestration.workspace import PROJECT_ROOT, Workspace

if TYPE_CHECKING:
    import dagster as dg

CRASHED_STATES = ("STARTED", "STARTING", "CANCELING")


def prepare_dagster_home(workspace: Workspace) -> None:
    """Put the committed instance configuration into the workspace, and telemetry off before Dagster is imported."""
    workspace.dagster_home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(PROJECT_ROOT / "orchestration" / "dagster.yaml", workspace.dagster_home / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(workspace.dagster_home.resolve())
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"


def ensure_manifest() -> None:
    """Let dbt parse the project when its manifest is missing or older than a model.

    Raises:
        TieoutError: The project does not parse; the message is dbt's.
    """
    if manifest_is_current():
        return
    result = subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")),
            "--quiet",
            "parse",
            "--project-dir",
            str(PROJECT_ROOT),
            "--profiles-dir",
            str(PROJECT_ROOT),
        ],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise TieoutError("The dbt project does not parse.", where=(result.stdout + result.stderr)[-2000:])
    manifest_path().touch()


def manifest_path() -> Path:
    return PROJECT_ROOT / "target" / "manifest.json"


def manifest_is_current() -> bool:
    """Whether dbt's manifest is newer than everything it was made from."""
    if not manifest_path().is_file():
        return False
    made = manifest_path().stat().st_mtime_ns
    sources = [
        PROJECT_ROOT / "dbt_project.yml",
        PROJECT_ROOT / "profiles.yml",
        *(PROJECT_ROOT / "dbt_project").rglob("*.*"),
    ]
    return all(source.stat().st_mtime_ns <= made for source in sources)


def run_daily_close(
    workspace: Workspace, inbox: Path, tags: dict[str, str], on_event: Callable[[Any], None] | None = None
) -> tuple[int, str]:
    """Execute the job; (exit code, message of a refusal or failure).

    `on_event` is called with every entry of Dagster's event log as it happens.

    Raises:
        UsageError: Another run holds the workspace.
    """
    hold_lock(workspace, "starting")
    prepare_dagster_home(workspace)
    ensure_manifest()
    import dagster as dg

    from orchestration.definitions import build_defs
    from orchestration.resources import WorkspaceResource

    with dg.DagsterInstance.get() as instance:
        _end_crashed_runs(instance)
        places = WorkspaceResource(root=str(workspace.root.resolve()), inbox=str(inbox.resolve()))
        job = build_defs({"workspace": places}).get_job_def("daily_close")
        # the console belongs to the person who called; the event log keeps everything
        run_config = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
        run_id = str(uuid.uuid4())
        if on_event is not None:
            instance.add_event_listener(run_id, on_event)
        result = job.execute_in_process(
            instance=instance,
            run_id=run_id,
            raise_on_error=False,
            run_config=run_config,
            tags={f"tieout/{name}": value for name, value in tags.items()},
        )
        return _outcome(result)


def _end_crashed_runs(instance: dg.DagsterInstance) -> None:
    """A killed run stays `STARTED` forever without the daemon; the lock proves that none is alive."""
    import dagster as dg

    alive = dg.RunsFilter(statuses=[dg.DagsterRunStatus[state] for state in CRASHED_STATES])
    for run in instance.get_runs(filters=alive):
        instance.report_run_failed(run, "The process of this run ended before the run did.")
    for run in instance.get_runs(filters=dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE]), limit=5):
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)


def _outcome(result: Any) -> tuple[int, str]:
    if result.success:
        return EXIT_DONE, ""
    failed_checks = [check for check in result.get_asset_check_evaluations() if not check.passed]
    for event in result.all_events:
        if not event.is_step_failure:
            continue
        data = event.event_specific_data
        user = data.user_failure_data
        if user is not None and "exit_code" in user.metadata:
            return int(user.metadata["exit_code"].value), str(user.description)
    if failed_checks:
        names = ", ".join(f"{check.asset_key.path[-1]}" for check in failed_checks[:5])
        findings = [finding for check in failed_checks for finding in _findings(check)]
        return EXIT_GATE_REFUSED, "\n".join(
            [
                f"A gate refused {names}, so nothing is published.",
                *[f"  - {finding}" for finding in findings[:8]],
                "  do:    quality/report.html says what was looked at and what was found.",
            ]
        )
    errors = [event.event_specific_data.error.message for event in result.all_events if event.is_step_failure]
    return EXIT_UNEXPECTED, "\n".join(errors) or "The run failed without a message; see the Dagster log."


def _findings(check: Any) -> list[str]:
    value = check.metadata.get("findings")
    return [str(item) for item in getattr(value, "data", None) or getattr(value, "value", None) or []]
