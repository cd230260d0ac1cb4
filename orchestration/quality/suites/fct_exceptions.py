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
    "decision_id": "VARCHAR",
    "decided_at": "TIMESTAMP WITH TIME ZONE",
    "decided_by": "VARCHAR",
    "decided_code": "VARCHAR",
    "decided_reason": "VARCHAR",
    "decided_minor": "BIGINT",
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
            rules.one_of("status", ("open", "explained")),
            rules.known_currency("currency", KEY),
            rules.no_rows(
                "explained_has_decision",
                "what is explained names who explained it, why, and exactly this amount",
                "select account_id, exception_id, status, decision_id from {batch} where status = 'explained' "
                "and (decision_id is null or decided_by is null or decided_code is null "
                "or decided_minor is distinct from amount_minor)",
                column="status",
            ),
            rules.no_rows(
                "money_has_currency",
                "an amount names its currency",
                "select account_id, exception_id, amount_minor, currency from {batch} "
                "where amount_minor is not null and currency is null",
                column="currency",
            ),
        ],
    )
