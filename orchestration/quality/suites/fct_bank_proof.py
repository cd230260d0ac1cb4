"""What a reader may rely on in `marts.fct_bank_proof`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_bank_proof"
KEY = ("statement_id",)
MONEY = (
    "entries_minor",
    "elsewhere_minor",
    "posted_minor",
    "converted_minor",
    "open_minor",
    "unrelated_minor",
)


def build_suite() -> gx.ExpectationSuite:
    """Bank statements beside the ledger; a company without statements is legal, so no rows are asked for."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(
                *KEY, "account_id", "bank_account", "currency", "opening_minor", "closing_minor", *MONEY
            ),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY, "account_id", "bank_account", "currency", *MONEY),
            rules.known_currency("currency", KEY),
            rules.one_of("proven_by", ("balances", "chain", "none")),
            rules.no_rows(
                "entries_are_accounted_for",
                "the entries of a statement are posted, converted, open or not the processor's, and nothing else",
                "select statement_id, entries_minor, posted_minor, converted_minor, open_minor, unrelated_minor "
                "from {batch} where entries_minor <> posted_minor + converted_minor + open_minor + unrelated_minor",
                column="entries_minor",
            ),
            rules.no_rows(
                "balances_carry_the_entries",
                "a closing balance is the opening one and all entries of the statement",
                "select statement_id, opening_minor, entries_minor, elsewhere_minor, closing_minor from {batch} "
                "where closing_minor <> opening_minor + entries_minor + elsewhere_minor",
                column="closing_minor",
            ),
            rules.no_rows(
                "posted_lines_are_in_the_ledger",
                "statements count as many posted lines as the ledger has",
                "select posted_count, ledger_count from (select coalesce(sum(posted_count), 0) as posted_count, "
                "(select count(*) from (select account_id, leg from marts.fct_ledger_postings where leg like 'bank.%' "
                "group by all having sum(debit_minor) <> sum(credit_minor))) as ledger_count from {batch}) as counted "
                "where posted_count <> ledger_count",
                noun="count",
            ),
        ],
    )
