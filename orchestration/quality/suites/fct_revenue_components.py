"""What a reader may rely on in `marts.fct_revenue_components`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_revenue_components"
KEY = ("account_id", "component_id")
TYPES = {
    "account_id": "VARCHAR",
    "component_id": "VARCHAR",
    "parent_component_id": "VARCHAR",
    "kind": "VARCHAR",
    "bill_kind": "VARCHAR",
    "bill_id": "VARCHAR",
    "event_id": "VARCHAR",
    "source_object_id": "VARCHAR",
    "party": "VARCHAR",
    "currency": "VARCHAR",
    "amount_minor": "BIGINT",
    "before_minor": "BIGINT",
    "after_minor": "BIGINT",
    "service_start_at": "TIMESTAMP WITH TIME ZONE",
    "service_end_at": "TIMESTAMP WITH TIME ZONE",
    "effective_at": "TIMESTAMP WITH TIME ZONE",
    "billed_at": "TIMESTAMP WITH TIME ZONE",
    "policy": "VARCHAR",
    "policy_version": "VARCHAR",
}
NULLABLE = ("parent_component_id", "event_id", "billed_at")
BILLS = ("invoice", "pending_item", "payment", "application_fee", "usage", "opening", "contract")
POLICIES = (
    "by_instant",
    "by_day",
    "months_even",
    "months_even_prorated",
    "point_in_time",
    "on_fulfilment",
    "by_contract",
)


def build_suite() -> gx.ExpectationSuite:
    """What was sold and what changed it: amounts, and the time in which they are earned."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*TYPES),
            rules.has_types(TABLE, TYPES),
            rules.some_rows(),
            rules.unique_key(*KEY),
            *rules.never_empty(*(name for name in TYPES if name not in NULLABLE)),
            rules.one_of("bill_kind", BILLS),
            rules.one_of("party", ("principal", "agent")),
            rules.one_of("policy", POLICIES),
            rules.known_currency("currency", KEY),
            rules.no_rows(
                "amount_is_the_change",
                "amount is after less before, and what was sold had nothing before",
                "select account_id, component_id, amount_minor, before_minor, after_minor from {batch} "
                "where amount_minor::hugeint <> after_minor::hugeint - before_minor "
                "or event_id is null and before_minor <> 0",
                column="amount_minor",
            ),
            rules.no_rows(
                "changes_have_a_parent",
                "what an event changed is a component that was sold",
                "select account_id, component_id, parent_component_id from {batch} where event_id is not null "
                "and (parent_component_id is null or (account_id, parent_component_id) not in "
                "(select (account_id, component_id) from {batch} where event_id is null))",
                column="parent_component_id",
            ),
            rules.no_rows(
                "service_has_an_order",
                "service ends after it starts, unless all is earned at once",
                "select account_id, component_id, policy, service_start_at, service_end_at from {batch} "
                "where service_end_at < service_start_at "
                "or policy = 'point_in_time' and service_end_at <> service_start_at "
                "or policy not in ('point_in_time', 'on_fulfilment', 'by_contract') "
                "and service_end_at = service_start_at",
                column="service_end_at",
            ),
        ],
    )
