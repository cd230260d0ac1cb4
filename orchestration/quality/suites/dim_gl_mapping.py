"""What a reader may rely on in `marts.dim_gl_mapping`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.dim_gl_mapping"
KEY = ("ledger_account",)
COLUMNS = ("ledger_account", "gl_code", "gl_name", "class", "department", "location")


def build_suite() -> gx.ExpectationSuite:
    """The company's names for ledger accounts; a company that maps nothing has no rows."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*COLUMNS),
            rules.has_types(TABLE, dict.fromkeys(COLUMNS, "VARCHAR")),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY),
            rules.no_rows(
                "account_is_known",
                "a mapped account is in the chart of accounts",
                "select ledger_account from {batch} "
                "where ledger_account not in (select ledger_account from marts.dim_ledger_accounts)",
                severity="warning",
                column="ledger_account",
                noun="account",
            ),
        ],
    )
