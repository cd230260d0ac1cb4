"""What a reader may rely on in `marts.fct_exceptions`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_exceptions"
KEY = ("account_id", "exception_id")
TYPES = {
    "account_id": "VARCHAR",
    "exception_id": "VARCHAR",
    "kind": "VARCHAR",
    "object_kind": "VARCHAR",
    "object_id": "VARCHAR",
    "amount_minor": "BIGINT",
    "currency": "VARCHAR",
    "opened_at": "TIMESTAMP WITH TIME ZONE",
    "reason": "VARCHAR",
    "suggested_action": "VARCHAR",
    "status": "VARCHAR",
}


def build_suite() -> gx.ExpectationSuite:
    """One row per open or decided exception; an empty table is the best one, so no rows are asked for."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*TYPES, "age_days"),
            rules.has_types(TABLE, TYPES),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY, "kind", "status"),
            *rules.never_empty("reason", "suggested_action", severity="warning"),
            rules.between("age_days", 0),
            rules.known_currency("currency", KEY),
            rules.no_rows(
                "money_has_currency",
                "an amount names its currency",
                "select account_id, exception_id, amount_minor, currency from {batch} "
                "where amount_minor is not null and currency is null",
                column="currency",
            ),
        ],
    )
