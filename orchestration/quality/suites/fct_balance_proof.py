"""What a reader may rely on in `marts.fct_balance_proof`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_balance_proof"
KEY = ("account_id", "currency", "posting_date")


def build_suite() -> gx.ExpectationSuite:
    """The Stripe balance day by day, beside what Stripe states of it."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*KEY, "stated_by", "ledger_minor", "stated_minor", "difference_minor"),
            rules.some_rows(),
            *rules.never_empty(*KEY, "stated_by", "ledger_minor"),
            rules.one_of("stated_by", ("api", "report", "none")),
            rules.known_currency("currency", KEY),
            rules.no_rows(
                "difference_is_ledger_less_statement",
                "the difference is the ledger less the statement, and only a statement has one",
                "select account_id, currency, posting_date, ledger_minor, stated_minor, difference_minor from {batch} "
                "where difference_minor is distinct from ledger_minor - stated_minor "
                "or (stated_by = 'none') <> (stated_minor is null)",
                column="difference_minor",
            ),
        ],
    )
