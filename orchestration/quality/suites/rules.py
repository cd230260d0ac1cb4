"""The rules that suites are made of: each a Great Expectations expectation, with its meaning in words.

`meta` of every expectation carries `name` and `rule` (words for the report), and `offending`: the SQL
condition that is true of an offending row, used to count and show offenders once Great Expectations found
that there are some. Rules in SQL select their offenders themselves. `{batch}` stands for the rows that the
suite looks at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from orchestration.quality.result import Severity

if TYPE_CHECKING:
    import great_expectations as gx
    from great_expectations.expectations.expectation import Expectation


def _expectations() -> Any:
    """Return the module of built-in expectations, imported when a suite is built."""
    import great_expectations.expectations as gxe

    return gxe


def quoted(identifier: str) -> str:
    """Write the identifier as SQL: in double quotes."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: str) -> str:
    """The text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def suite_of(table: str, *, key: Sequence[str], rules: Sequence[Expectation]) -> gx.ExpectationSuite:
    """A suite over one table; `key` names the columns that tell a reader which row is meant."""
    import great_expectations as gx

    return gx.ExpectationSuite(name=table, expectations=list(rules), meta={"table": table, "key": list(key)})


def has_columns(*columns: str) -> Expectation:
    """The table has at least these columns."""
    gxe = _expectations()
    rule: Expectation = gxe.ExpectTableColumnsToMatchSet(
        column_set=list(columns),
        exact_match=False,
        meta={"name": "has_columns", "rule": f"the {len(columns)} columns of the contract are there"},
        severity="critical",
    )
    return rule


def has_types(table: str, types: Mapping[str, str]) -> Expectation:
    """The columns have these types, as `describe` spells them; an absent column is another rule."""
    schema, _, name = table.rpartition(".")
    expected = ", ".join(f"({literal(column)}, {literal(type_)})" for column, type_ in types.items())
    return no_rows(
        "has_types",
        "columns have the types of the contract (money is a 64-bit integer, instants carry a time zone)",
        f"""
        select columns.column_name as contract_column, columns.column_type as found,
            expected.column_type as expected
        from (describe {quoted(schema or "main")}.{quoted(name)}) as columns,
            (values {expected}) as expected (column_name, column_type)
        where columns.column_name = expected.column_name and columns.column_type <> expected.column_type
        /* a property of the table, not of the rows in {{batch}} */
        """,
        noun="column",
    )


def never_empty(*columns: str, severity: Severity = "critical") -> list[Expectation]:
    """Each of these columns is filled on every row."""
    gxe = _expectations()
    return [
        gxe.ExpectColumnValuesToNotBeNull(
            column=column,
            meta={
                "name": f"{column}_never_empty",
                "rule": f"{column} is filled on every row",
                "offending": f"{quoted(column)} is null",
            },
            severity=severity,
        )
        for column in columns
    ]


def one_of(column: str, values: Sequence[str], severity: Severity = "critical") -> Expectation:
    """The column holds one of the values, or nothing."""
    gxe = _expectations()
    listed = ", ".join(literal(value) for value in values)
    rule: Expectation = gxe.ExpectColumnValuesToBeInSet(
        column=column,
        value_set=list(values),
        meta={
            "name": f"{column}_is_known",
            "rule": f"{column} is one of: {', '.join(values)}",
            "offending": f"{quoted(column)} not in ({listed})",
        },
        severity=severity,
    )
    return rule


def between(column: str, low: int, high: int | None = None, severity: Severity = "critical") -> Expectation:
    """The number in the column, if any, is at least `low` and, when `high` is given, at most `high`."""
    gxe = _expectations()
    limit = f"at least {low}" if high is None else f"from {low} to {high}"
    above = "" if high is None else f" or {quoted(column)} > {high}"
    rule: Expectation = gxe.ExpectColumnValuesToBeBetween(
        column=column,
        min_value=low,
        max_value=high,
        meta={
            "name": f"{column}_in_range",
            "rule": f"{column} is {limit}",
            "offending": f"{quoted(column)} < {low}{above}",
        },
        severity=severity,
    )
    return rule


def some_rows() -> Expectation:
    """There is at least one row. A warning: an empty day is legal, and rare."""
    gxe = _expectations()
    rule: Expectation = gxe.ExpectTableRowCountToBeBetween(
        min_value=1, meta={"name": "has_rows", "rule": "there is at least one row"}, severity="warning"
    )
    return rule


def unique_key(*columns: str) -> Expectation:
    """No two rows share the values of these columns.

    Groups by a hash first: 10 million keys take 0.9 s, not the 4 s of the built-in compound expectation.
    """
    key = ", ".join(quoted(column) for column in columns)
    return no_rows(
        "key_is_unique",
        f"no two rows share the same {' and '.join(columns)}",
        f"""
        select {key}, count(*) as copies from {{batch}}
        where hash({key}) in (select hash({key}) from {{batch}} group by hash({key}) having count(*) > 1)
        group by {key} having count(*) > 1
        """,
        noun="key",
    )


def known_currency(column: str, key: Sequence[str]) -> Expectation:
    """The currency, if any, is one that `marts.dim_currencies` knows."""
    shown = ", ".join(quoted(name) for name in (*key, column))
    return no_rows(
        f"{column}_is_known",
        f"{column} is one of the currencies in marts.dim_currencies",
        f"""
        select {shown} from {{batch}} where {quoted(column)} is not null
            and {quoted(column)} not in (select currency from marts.dim_currencies where currency is not null)
        """,
        column=column,
    )


def no_rows(
    name: str,
    rule: str,
    offenders: str,
    *,
    severity: Severity = "critical",
    column: str = "",
    noun: str = "row",
) -> Expectation:
    """The SQL selects nothing. It selects the key and the columns that a reader needs to judge an offender.

    Braces other than `{batch}` are doubled, and no JOIN keyword is used: Great Expectations would then leave
    `{batch}` without the alias that it has otherwise.
    """
    meta = {"name": name, "rule": rule, "column": column, "noun": noun}
    rule_: Expectation = _expect_no_rows()(unexpected_rows_query=offenders, meta=meta, severity=severity)
    return rule_


@cache
def _expect_no_rows() -> Any:
    from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation

    class ExpectNoRows(UnexpectedRowsExpectation):
        """Counts the offenders only; the original runs the query a second time to fetch rows."""

        metric_dependencies = ("unexpected_rows_query.row_count",)

        def _validate(
            self, metrics: dict[str, Any], runtime_configuration: Any = None, execution_engine: Any = None
        ) -> dict[str, Any]:
            return {"success": metrics["unexpected_rows_query.row_count"] == 0}

    return ExpectNoRows
