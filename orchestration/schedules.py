"""When runs start by the clock."""

from __future__ import annotations

import dagster as dg

from orchestration.jobs import daily_close, stripe_extraction

# Stripe's daily tables are complete by about 28 hours after the day ends; scheduled queries arrive at 14:00 UTC.
daily_close_schedule = dg.ScheduleDefinition(
    name="daily_close_schedule",
    job=daily_close,
    cron_schedule="30 14 * * *",
    execution_timezone="UTC",
    description="Close every day half an hour after Stripe's scheduled queries are due.",
)

# Balance transactions turn available and get their payout without an event: only lists tell, so they are read daily
# even when no event arrives. At 01:00 UTC the payouts of the new day are there, and the day before is whole.
stripe_extraction_schedule = dg.ScheduleDefinition(
    name="stripe_extraction_schedule",
    job=stripe_extraction,
    cron_schedule="0 1 * * *",
    execution_timezone="UTC",
    description="Pull what is new at Stripe once a day. Needs STRIPE_API_KEY.",
)
