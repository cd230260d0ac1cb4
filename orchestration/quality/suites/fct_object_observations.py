"""What a reader may rely on in `marts.fct_object_observations`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_object_observations"
KEY = ("observation_id",)
TYPES = {
    "observation_id": "VARCHAR",
    "account_id": "VARCHAR",
    "object_type": "VARCHAR",
    "object_id": "VARCHAR",
    "kind": "VARCHAR",
    "event_id": "VARCHAR",
    "event_type": "VARCHAR",
    "effective_at": "TIMESTAMP WITH TIME ZONE",
    "version": "BIGINT",
    "content_hash": "VARCHAR",
    "is_deleted": "BOOLEAN",
    "recorded_at": "TIMESTAMP WITH TIME ZONE",
}
REQUIRED = tuple(name for name in TYPES if name not in ("event_id", "event_type"))


def build_suite() -> gx.ExpectationSuite:
    """The log may be empty (an inbox of Sigma tables only); what stands in it has an order and an event."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*TYPES),
            rules.has_types(TABLE, TYPES),
            rules.unique_key(*KEY),
            *rules.never_empty(*REQUIRED),
            rules.one_of("kind", ("list", "event")),
            rules.no_rows(
                "versions_have_no_gap",
                "the versions of an object are 1, 2, 3 ... without a gap",
                "select account_id, object_type, object_id, count(*) as observations from {batch} "
                "group by account_id, object_type, object_id having min(version) <> 1 or max(version) <> count(*) "
                "or count(distinct version) <> count(*)",
                column="version",
                noun="object",
            ),
            rules.no_rows(
                "events_show_one_object",
                "an event shows one object",
                "select account_id, event_id, count(*) as objects from {batch} where event_id is not null "
                "group by account_id, event_id having count(*) > 1",
                column="event_id",
                noun="event",
            ),
        ],
    )
