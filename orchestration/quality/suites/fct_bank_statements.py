"""What a reader may rely on in `marts.fct_bank_statements`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_bank_statements"
KEY = ("statement_id",)


def build_suite() -> gx.ExpectationSuite:
    """Statements with their proofs; what the loader proved on the way in is asked again of what a reader sees."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(
                *KEY,
                "account_id",
                "bank_account",
                "currency",
                "opening_minor",
                "closing_minor",
                "entry_count",
                "proven_by",
                "gap_minor",
                "missing_statement_count",
            ),  # fmt: skip
            rules.has_types(
                TABLE, {"opening_minor": "BIGINT", "closing_minor": "BIGINT", "gap_minor": "BIGINT"}
            ),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY, "account_id", "bank_account", "currency", "entry_count", "proven_by"),
            rules.known_currency("currency", KEY),
            rules.one_of("statement_kind", ("booked", "intraday", "notification")),
            rules.one_of("proven_by", ("balances", "chain", "none")),
            rules.between("entry_count", 0),
            rules.between("missing_statement_count", 0),
            rules.no_rows(
                "proof_has_balances",
                "a statement that its balances prove states both",
                "select statement_id, opening_minor, closing_minor from {batch} "
                "where proven_by = 'balances' and (opening_minor is null or closing_minor is null)",
                column="proven_by",
            ),
            rules.no_rows(
                "a_period_has_an_order",
                "a period does not end before it begins",
                "select statement_id, period_start_date, period_end_date from {batch} "
                "where period_end_date < period_start_date",
                column="period_end_date",
            ),
        ],
    )
