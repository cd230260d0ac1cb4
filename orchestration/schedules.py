"""When runs start by the clock."""

from __future__ import annotations

import dagster as dg

from orchestration.jobs import daily_close

# Stripe's daily tables are complete by about 28 hours after the day ends; scheduled queries arrive at 14:00 UTC.
daily_close_schedule = dg.ScheduleDefinition(
    name="daily_close_schedule",
    job=daily_close,
    cron_schedule="30 14 * * *",
    execution_timezone="UTC",
    description="Close every day half an hour after Stripe's scheduled queries are due.",
)
