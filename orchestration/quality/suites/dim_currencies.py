"""What a reader may rely on in `marts.dim_currencies`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.dim_currencies"
KEY = ("currency",)


def build_suite() -> gx.ExpectationSuite:
    """The currencies that money may be in, and how many decimals each has."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns("currency", "exponent"),
            rules.some_rows(),
            *rules.never_empty("currency", "exponent"),
            rules.between("exponent", 0, 4),
            rules.no_rows(
                "currency_is_lower_case",
                "currency is a lower-case code of three letters",
                "select currency from {batch} where not regexp_full_match(currency, '[a-z][a-z][a-z]')",
                column="currency",
            ),
            rules.no_rows(
                "no_row_twice",
                "no currency is listed twice",
                "select *, count(*) as copies from {batch} group by all having count(*) > 1",
                noun="currency",
            ),
            rules.no_rows(
                "one_exponent",
                "each currency has one number of decimals",
                "select currency, min(exponent) as least, max(exponent) as most from {batch} "
                "group by currency having min(exponent) <> max(exponent)",
                column="exponent",
                noun="currency",
            ),
        ],
    )
