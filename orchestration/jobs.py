"""Jobs. One job does everything: the command line, the schedule, the sensor and the UI all run it."""

from __future__ import annotations

import dagster as dg

daily_close = dg.define_asset_job(
    "daily_close",
    selection=dg.AssetSelection.all(),
    executor_def=dg.in_process_executor,
    description="Receive, load, build, gate and publish everything that is in the inbox.",
)
