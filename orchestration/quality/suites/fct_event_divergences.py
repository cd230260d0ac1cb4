"""What a reader may rely on in `marts.fct_event_divergences`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_event_divergences"
KEY = ("account_id", "object_type", "object_id", "field")
VALUES = ("from_events", "from_lists", "last_event_id", "diverged_at")


def build_suite() -> gx.ExpectationSuite:
    """Differences between listed states and replayed events; each names its event and its moment."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*KEY, *VALUES),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY, *VALUES),
            rules.no_rows(
                "sides_differ",
                "the two sides differ",
                "select account_id, object_type, object_id, field from {batch} where from_events = from_lists",
                column="from_lists",
            ),
            rules.no_rows(
                "parted_after_the_event",
                "lists and events part after the last event",
                "select found.account_id, found.object_type, found.object_id, found.field from {batch} as found "
                "join marts.fct_object_observations as log on found.account_id = log.account_id "
                "and found.last_event_id = log.event_id where found.diverged_at <= log.effective_at",
                column="diverged_at",
            ),
        ],
    )
