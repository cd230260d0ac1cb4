"""What must be true of a received table before a model reads it. Raw columns are text, as they came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx
    from great_expectations.expectations.expectation import Expectation

PROVENANCE = ("_account_id", "_load_seq", "_observed_at")


def build_suite_for(
    table: str, key: Sequence[str], required: Sequence[str], minor: Sequence[str], currency: str | None
) -> gx.ExpectationSuite:
    """The suite of one raw table.

    Args:
        table: Name with its schema, e.g. `sigma.charges`.
        key: Columns that name an object inside one account; filled, and unique per account and load.
        required: Further columns that are filled on every row.
        minor: Amounts in minor units: whole numbers of 64 bits, or nothing.
        currency: The column of the currency: three letters, or nothing; None when the table has no money.
    """
    row = ("_account_id", "_load_seq", *(column for column in key if column not in PROVENANCE))
    filled = list(dict.fromkeys([*key, *required]))
    checks: list[Expectation] = [
        rules.has_columns(*dict.fromkeys([*PROVENANCE, *filled, *minor, *([currency] if currency else [])])),
        *rules.never_empty(*dict.fromkeys([*PROVENANCE, *filled])),
        *(_not_blank(column, row) for column in filled if column not in PROVENANCE),
        _one_row_per_key(row),
        *(_whole_number(column, row) for column in minor),
    ]
    if currency:
        checks.append(_currency_code(currency, row))
    if table.replace('"', "").rpartition(".")[2] == "balance_transactions":
        checks.append(_net_is_amount_less_fee(row))
    return rules.suite_of(table, key=row, rules=checks)


def _select(row: Sequence[str], *columns: str) -> str:
    shown = ", ".join(rules.quoted(name) for name in dict.fromkeys([*row, *columns]))
    return f"select {shown} from {{batch}} where"


def _not_blank(column: str, row: Sequence[str]) -> Expectation:
    return rules.no_rows(
        f"{column}_not_blank",
        f"{column} is more than blanks",
        f"{_select(row, column)} trim({rules.quoted(column)}) = ''",
        column=column,
    )


def _one_row_per_key(row: Sequence[str]) -> Expectation:
    """Rows that are alike in everything but the instant of observation are one row, not a conflict."""
    key = ", ".join(rules.quoted(column) for column in row)
    return rules.no_rows(
        "one_row_per_key",
        f"no two different rows of one load share the same {' and '.join(row[2:])}",
        f"""
        select {key}, count(*) as versions
        from (
            select distinct * exclude (_observed_at) from {{batch}}
            where hash({key}) in (select hash({key}) from {{batch}} group by hash({key}) having count(*) > 1)
        ) as candidates
        group by {key} having count(*) > 1
        """,
        noun="key",
    )


def _whole_number(column: str, row: Sequence[str]) -> Expectation:
    value = rules.quoted(column)
    return rules.no_rows(
        f"{column}_is_minor_units",
        f"{column} is a whole number of minor units that fits 64 bits",
        f"{_select(row, column)} {value} is not null and {value} <> '' "
        f"and (not regexp_full_match({value}, '-?[0-9]{{{{1,19}}}}') or try_cast({value} as bigint) is null)",
        column=column,
    )


def _currency_code(column: str, row: Sequence[str]) -> Expectation:
    return rules.no_rows(
        f"{column}_is_three_letters",
        f"{column} is a code of three letters",
        f"{_select(row, column)} {rules.quoted(column)} <> '' "
        f"and not regexp_full_match({rules.quoted(column)}, '[A-Za-z]{{{{3}}}}')",
        column=column,
    )


def _net_is_amount_less_fee(row: Sequence[str]) -> Expectation:
    """Unreadable numbers are another rule's finding; here they must not stop the check."""
    return rules.no_rows(
        "net_is_amount_less_fee",
        "net is amount less fee on every row",
        f"{_select(row, 'amount', 'fee', 'net')} "
        "try_cast(net as hugeint) <> try_cast(amount as hugeint) - try_cast(fee as hugeint)",
        column="net",
    )
