"""The start of a run inside Dagster: its options come as tags, its lock is held until the process ends."""

from __future__ import annotations

import dagster as dg

from orchestration.resources import WorkspaceResource
from orchestration.run_context import RunContext
from orchestration.run_lock import hold_lock
from orchestration.steps import new_context

TAG_PREFIX = "tieout/"


def begin_run(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> RunContext:
    """Take the workspace's lock and write the context of this run.

    `as_of` is the tag `tieout/as_of`, else the time at which Dagster created the run: one instant per run,
    also when a step is retried.
    """
    hold_lock(workspace.workspace, context.run_id)
    tags = {
        name.removeprefix(TAG_PREFIX): value
        for name, value in context.run.tags.items()
        if name.startswith(TAG_PREFIX)
    }
    record = context.instance.get_run_record_by_id(context.run_id)
    run = new_context(
        context.run_id,
        as_of=tags.get("as_of", ""),
        known_at=tags.get("known_at", ""),
        allow_partial=tags.get("allow_partial") == "true",
        full_refresh=tags.get("full_refresh") == "true",
        started_at=record.create_timestamp if record else None,
    )
    run.save(workspace.workspace)
    return run
