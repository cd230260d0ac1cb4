"""What a reader may rely on in `marts.fct_match_shadow`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_match_shadow"
KEY = ("match_kind", "left_ids", "right_ids")
CHANGES = ("new", "lost", "changed")


def build_suite() -> gx.ExpectationSuite:
    """Changes only; none is the usual case, so no rows are asked for."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*KEY, "change", "amount_minor", "currency", "live_status", "shadow_status"),
            rules.has_types(TABLE, {"amount_minor": "BIGINT"}),
            *rules.never_empty(*KEY, "change", "account_id", "currency", "amount_minor"),
            rules.one_of("change", CHANGES),
            rules.known_currency("currency", KEY),
            rules.unique_key(*KEY),
            rules.no_rows(
                "changes_change",
                "what is listed is another status, or another match",
                "select left_ids, right_ids from {batch} where live_status = shadow_status "
                "or (live_status is null) <> (change = 'new') or (shadow_status is null) <> (change = 'lost')",
                column="change",
            ),
        ],
    )
