"""When runs start because something arrived."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from orchestration.domain.errors import TieoutError
from orchestration.extraction_step import newest_event
from orchestration.jobs import daily_close, stripe_extraction
from orchestration.resources import StripeApiResource, WorkspaceResource

# A file that is still being written must not be received half: it has to be left alone this long.
QUIET_SECONDS = 60


def inbox_state(inbox: Path, now: float) -> tuple[str, bool]:
    """A fingerprint of names, sizes and times of the inbox, and whether the last change is long enough ago."""
    digest = hashlib.sha256()
    newest = 0.0
    for folder, folders, names in os.walk(inbox):
        folders.sort()
        for name in sorted(names):
            path = Path(folder) / name
            if path.is_symlink() or not path.is_file():
                continue
            stat = path.stat()
            newest = max(newest, stat.st_mtime)
            digest.update(f"{os.fsencode(path)!r} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:32], now - newest >= QUIET_SECONDS


@dg.sensor(
    job=daily_close,
    minimum_interval_seconds=30,
    name="inbox_sensor",
    description="Run when new files lie in the inbox and nothing was written to it for a minute.",
)
def inbox_sensor(
    context: dg.SensorEvaluationContext, workspace: WorkspaceResource
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    import time

    state, is_quiet = inbox_state(workspace.inbox_path, time.time())
    if state == context.cursor:
        yield dg.SkipReason("Nothing new in the inbox.")
    elif not is_quiet:
        yield dg.SkipReason(
            f"Files changed less than {QUIET_SECONDS} seconds ago; waiting for the sender to finish."
        )
    else:
        context.update_cursor(state)
        yield dg.RunRequest(run_key=state)


@dg.sensor(
    job=stripe_extraction,
    minimum_interval_seconds=300,
    name="stripe_events_sensor",
    description="Pull from Stripe when the platform has a new event: one request every five minutes.",
)
def stripe_events_sensor(
    context: dg.SensorEvaluationContext, stripe_api: StripeApiResource
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    try:
        newest = newest_event(stripe_api.base_url)
    except TieoutError as error:
        yield dg.SkipReason(error.as_text())
        return
    if not newest or newest == context.cursor:
        yield dg.SkipReason("Stripe tells of nothing new.")
        return
    context.update_cursor(newest)
    yield dg.RunRequest(run_key=newest)


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitored_jobs=[stripe_extraction],
    request_job=daily_close,
    name="extraction_landed_sensor",
    description="Close when a pull from Stripe has landed.",
)
def extraction_landed_sensor(context: dg.RunStatusSensorContext) -> dg.RunRequest:
    return dg.RunRequest(run_key=context.dagster_run.run_id)
