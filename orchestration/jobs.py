"""Jobs: the daily close does everything with what has landed; the extraction only lands; a review only decides."""

from __future__ import annotations

import dagster as dg

from orchestration.assets.review import decide_review

EXTRACTION = dg.AssetSelection.groups("extract")

daily_close = dg.define_asset_job(
    "daily_close",
    selection=dg.AssetSelection.all() - EXTRACTION,
    executor_def=dg.in_process_executor,
    description="Receive, load, build, gate and publish everything that is in the inbox or was extracted.",
)

stripe_extraction = dg.define_asset_job(
    "stripe_extraction",
    selection=EXTRACTION,
    executor_def=dg.in_process_executor,
    description="Pull what is new at Stripe into landing; the daily close that follows loads it.",
)


@dg.job(
    executor_def=dg.in_process_executor,
    description="Confirm, reject, regroup, explain or undo, as `tieout review` does; the next daily close applies it.",
)
def review_decision() -> None:
    decide_review()
