"""What a reader may rely on in `marts.fct_revenue_schedule`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_revenue_schedule"
KEY = ("account_id", "component_id", "service_month")
TYPES = {
    "account_id": "VARCHAR",
    "component_id": "VARCHAR",
    "currency": "VARCHAR",
    "kind": "VARCHAR",
    "is_base": "BOOLEAN",
    "service_month": "DATE",
    "period_id": "VARCHAR",
    "is_unbilled": "BOOLEAN",
    "recognized_minor": "BIGINT",
    "contra_minor": "BIGINT",
    "recognized_at": "TIMESTAMP WITH TIME ZONE",
    "is_posted": "BOOLEAN",
}


def build_suite() -> gx.ExpectationSuite:
    """Months of revenue; that each component adds up is proven where it is written, here each tenant and currency."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*TYPES),
            rules.has_types(TABLE, TYPES),
            rules.some_rows(),
            rules.unique_key(*KEY),
            *rules.never_empty(*TYPES),
            rules.known_currency("currency", KEY),
            rules.no_rows(
                "months_are_first_days",
                "service_month is one day for each period, and of a calendar month the first",
                "select period_id, min(service_month) as first_day, max(service_month) as last_day from {batch} "
                "group by period_id having min(service_month) <> max(service_month) or not contains(period_id, 'P') "
                "and max(extract(day from service_month)) <> 1",
                column="service_month",
                noun="period",
            ),
            rules.no_rows(
                "only_changes_take_back",
                "contra revenue comes from what changed a sale, never from the sale",
                "select account_id, component_id, service_month, contra_minor from {batch} "
                "where is_base and contra_minor <> 0",
                column="contra_minor",
            ),
            rules.no_rows(
                "posted_is_past",
                "what is posted was recognized before anything that is not",
                "select account_id, component_id, service_month, recognized_at from {batch} where is_posted "
                "and recognized_at >= (select min(recognized_at) from {batch} where not is_posted)",
                column="is_posted",
            ),
            rules.no_rows(
                "schedules_are_the_amounts",
                "all months of a tenant and currency recognize, less contra, what its components amount to",
                "select account_id, currency, sum(scheduled) as scheduled_minor, sum(amount) as amount_minor from ("
                "select account_id, currency, recognized_minor::hugeint - contra_minor as scheduled, 0 as amount "
                "from {batch} "
                "union all select account_id, currency, 0, amount_minor from marts.fct_revenue_components "
                "where policy <> 'by_contract') "
                "group by all having sum(scheduled) <> sum(amount)",
                noun="book",
            ),
        ],
    )
