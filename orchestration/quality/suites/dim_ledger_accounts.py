"""What a reader may rely on in `marts.dim_ledger_accounts`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.dim_ledger_accounts"
KEY = ("ledger_account",)
CLASSES = ("asset", "liability", "equity", "income", "contra_income", "expense", "clearing")


def build_suite() -> gx.ExpectationSuite:
    """The chart of accounts."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*KEY, "name", "account_class", "normal_side", "revrec_account"),
            rules.some_rows(),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY, "name", "account_class", "normal_side"),
            rules.one_of("account_class", CLASSES),
            rules.one_of("normal_side", ("debit", "credit")),
        ],
    )
