"""What a reader may rely on in `marts.agg_contract_balances`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.agg_contract_balances"
KEY = ("account_id", "currency", "period_id", "balance_kind")
MONEY = (
    "opening_minor",
    "billed_minor",
    "recognized_minor",
    "recognized_from_opening_minor",
    "adjusted_minor",
    "settled_minor",
    "reclassified_minor",
    "fx_minor",
    "closing_minor",
    "unpaid_deferred_minor",
)
KINDS = (
    "receivable",
    "unbilled_receivable",
    "contract_asset",
    "contract_liability",
    "refund_liability",
    "customer_balance",
)


def build_suite() -> gx.ExpectationSuite:
    """Roll-forwards that add up and go on from period to period."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*KEY, *MONEY),
            rules.has_types(TABLE, dict.fromkeys(MONEY, "BIGINT")),
            rules.some_rows(),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY, *MONEY),
            rules.one_of("balance_kind", KINDS),
            rules.known_currency("currency", KEY),
            rules.no_rows(
                "columns_add_up",
                "opening, billed, recognized, adjusted and fx make the closing balance",
                "select * from {batch} where closing_minor::hugeint <> opening_minor::hugeint + adjusted_minor "
                "+ fx_minor + "
                "case when balance_kind in ('unbilled_receivable', 'contract_asset') "
                "then recognized_minor::hugeint - billed_minor else billed_minor::hugeint - recognized_minor end",
                column="closing_minor",
            ),
            rules.no_rows(
                "rolls_forward",
                "a period opens with what the one before it closed with",
                "select * from (select *, lag(closing_minor, 1, 0) over (partition by account_id, currency, "
                "balance_kind order by period_id) as before from {batch}) where opening_minor <> before",
                column="opening_minor",
            ),
            rules.no_rows(
                "contracts_have_one_side",
                "contract assets, contract liabilities and unbilled receivables are never negative",
                "select * from {batch} where closing_minor < 0 "
                "and balance_kind in ('contract_asset', 'contract_liability', 'unbilled_receivable')",
                column="closing_minor",
            ),
            rules.no_rows(
                "earned_from_opening",
                "revenue out of the opening balance is a part of an opening contract liability",
                "select * from {batch} where recognized_from_opening_minor < 0 or recognized_from_opening_minor > "
                "case balance_kind when 'contract_liability' then opening_minor else 0 end",
                column="recognized_from_opening_minor",
            ),
            rules.no_rows(
                "unpaid_is_deferred",
                "only contract liabilities are deferred and unpaid",
                "select * from {batch} where unpaid_deferred_minor < 0 "
                "or unpaid_deferred_minor <> 0 and balance_kind <> 'contract_liability'",
                column="unpaid_deferred_minor",
            ),
        ],
    )
