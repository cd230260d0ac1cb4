"""The only Dagster definitions of this project; everything in them is defined elsewhere."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.assets.extraction import extractions
from orchestration.assets.models import dbt_models, dbt_project
from orchestration.assets.publication import publication
from orchestration.assets.raw import received_files
from orchestration.checks.gates import mart_gate_checks, raw_gate_checks
from orchestration.dbt_resource import LocalDbtResource
from orchestration.jobs import daily_close, review_decision, stripe_extraction
from orchestration.resources import StripeApiResource, WorkspaceResource
from orchestration.schedules import daily_close_schedule, stripe_extraction_schedule
from orchestration.sensors import extraction_landed_sensor, inbox_sensor, stripe_events_sensor
from orchestration.sources.stripe_api.key import STRIPE
from orchestration.workspace import DEFAULT_INBOX, DEFAULT_WORKSPACE

# dbt of the same environment, whether or not that is on PATH
DBT = str(Path(sys.executable).with_name("dbt"))


def build_defs(resources: dict[str, Any] | None = None) -> dg.Definitions:
    """Assemble the definitions; tests replace resources."""
    places = WorkspaceResource(
        root=os.environ.get("TIEOUT_WORKSPACE", str(DEFAULT_WORKSPACE)),
        inbox=os.environ.get("TIEOUT_INBOX", str(DEFAULT_INBOX)),
    )
    return dg.Definitions(
        assets=[*extractions, received_files, dbt_models, publication],
        asset_checks=[raw_gate_checks, mart_gate_checks],
        jobs=[daily_close, stripe_extraction, review_decision],
        schedules=[daily_close_schedule, stripe_extraction_schedule],
        sensors=[inbox_sensor, stripe_events_sensor, extraction_landed_sensor],
        resources={
            "workspace": places,
            "stripe_api": StripeApiResource(base_url=os.environ.get("TIEOUT_STRIPE_API_URL", STRIPE)),
            # the resource takes a whole project too; its annotation is that of the stored field
            "dbt": LocalDbtResource(project_dir=dbt_project, dbt_executable=DBT),  # type: ignore[arg-type]
            **(resources or {}),
        },
        executor=dg.in_process_executor,
    )


defs = build_defs()
