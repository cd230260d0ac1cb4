"""What a reader may rely on in `marts.agg_trial_balance_monthly`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.agg_trial_balance_monthly"
KEY = ("account_id", "currency", "ledger_account", "period_id")
AMOUNTS = ("opening_minor", "debit_minor", "credit_minor", "closing_minor")


def build_suite() -> gx.ExpectationSuite:
    """Trial balances that foot, and roll forward from period to period."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*KEY, *AMOUNTS),
            rules.has_types(TABLE, dict.fromkeys(AMOUNTS, "BIGINT")),
            rules.some_rows(),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY, *AMOUNTS),
            rules.known_currency("currency", KEY),
            rules.no_rows(
                "trial_balance_foots",
                "the closing balances of a tenant, currency and period sum to zero",
                "select account_id, currency, period_id, sum(closing_minor) as total from {batch} "
                "group by all having sum(closing_minor) <> 0",
                column="closing_minor",
            ),
            rules.no_rows(
                "rolls_forward",
                "a period opens with what the one before it closed with",
                "select * from (select *, lag(closing_minor, 1, 0) over (partition by account_id, currency, "
                "ledger_account order by period_id) as before from {batch}) where opening_minor <> before "
                "or closing_minor::hugeint <> opening_minor::hugeint + debit_minor - credit_minor",
                column="opening_minor",
            ),
        ],
    )
