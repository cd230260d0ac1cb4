"""What every received row must satisfy before it may stay in raw: the rules that refuse a file.

A rule is a SQL predicate that is true for a bad row. All rules of a load are counted in one scan; only when
one is broken a second query fetches the first offending rows for the message.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import duckdb

from orchestration.domain.errors import InputRefused
from orchestration.sources.catalog import Field
from orchestration.warehouse.connection import literal, quoted
from orchestration.workspace import PROJECT_ROOT

EXAMPLES = 3


@dataclass(frozen=True)
class Rule:
    """One rule on one column.

    Attributes:
        column: Column (or JSON path) as the sender names it.
        broken: SQL predicate that is true when the rule is broken.
        value: SQL expression of the offending value, for the message.
        reason: SQL expression or literal that says what is wrong.
        remedy: What to do about it.
    """

    column: str
    broken: str
    value: str
    reason: str
    remedy: str = "Correct the export and put it into the inbox again; the refused file stays in quarantine."


@cache
def supported_currencies() -> tuple[str, ...]:
    """Lower-case codes of the currency seed; anything else is refused, its exponent would be a guess."""
    with (PROJECT_ROOT / "dbt_project" / "seeds" / "currencies.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        return tuple(row["currency"] for row in csv.DictReader(file))


def instant_sql(text: str) -> str:
    """Text of Sigma (UTC timestamp) or of the API (epoch seconds) as an instant; null when unreadable."""
    return f"coalesce(try_cast({text} as timestamptz), to_timestamp(try_cast({text} as bigint)))"


def field_rules(
    field: Field, text: str, shown: str, unless: str = "false", *, is_json: bool = False
) -> list[Rule]:
    """Rules of one field.

    Args:
        field: What staging will read.
        text: SQL expression of the received text.
        shown: Name of the column or path in the message.
        unless: Predicate of rows that need not carry required fields (deleted objects).
        is_json: The text is a JSON number, where 500 and 500.0 are one and the same; in a CSV 500.0 may be major units.
    """
    rules = []
    if field.required:
        what = "empty currency" if field.kind == "currency" else f"empty {shown}"
        rules.append(Rule(shown, f"({text} is null and not ({unless}))", text, literal(what)))
    unreadable = {
        "minor": f"try_cast({text} as bigint)::varchar is distinct from {text}",
        "integer": f"(try_cast({text} as bigint) is null or (contains({text}, '.') "
        f"and not regexp_full_match({text}, '-?[0-9]+[.]0+')))",
        "decimal": f"try_cast({text} as decimal(38, 18)) is null",
        "boolean": f"try_cast({text} as boolean) is null",
        "instant": f"({instant_sql(text)} between timestamptz '1970-01-01' and timestamptz '2200-01-01') is not true",
        "instant_ms": f"(try_cast({text} as timestamptz) is null and try_cast({text} as bigint) is null)",
    }
    if is_json:
        unreadable["minor"] = (
            f"(try_cast({text} as bigint) is null or not regexp_full_match({text}, '-?[0-9]+([.]0+)?'))"
        )
    reasons = {
        "minor": f"case when contains({text}, '.') and try_cast({text} as decimal(38, 6)) is not null "
        "then 'decimals in minor units' when regexp_full_match("
        f"{text}, '[+-]?[0-9]+') and try_cast({text} as bigint) is null "
        "then 'integer beyond 64 bits' else 'unreadable amount' end",
        "integer": "'unreadable integer'",
        "decimal": "'unreadable number'",
        "boolean": "'unreadable true/false'",
        "instant": "'unreadable time'",
        "instant_ms": "'unreadable time'",
    }
    if field.kind in unreadable:
        rules.append(
            Rule(shown, f"({text} is not null and {unreadable[field.kind]})", text, reasons[field.kind])
        )
    if field.kind == "currency":
        allowed = ", ".join(literal(code) for code in supported_currencies())
        rules.append(
            Rule(
                shown,
                f"({text} is not null and not (list_contains([{allowed}], lower({text})) "
                f"or lower({text}) in (select currency from company.currencies)))",
                text,
                "'unknown currency'",
                "Correct the code, or add it with its exponent to company/currencies.csv; it is never guessed.",
            )
        )
    return rules


def net_rule(amount: str, fee: str, net: str) -> Rule:
    """Stripe guarantees net = amount - fee on every balance transaction."""
    difference = f"try_cast({amount} as hugeint) - try_cast({fee} as hugeint)"
    return Rule(
        "net",
        f"({difference} <> try_cast({net} as hugeint))",
        f"concat({net}, ' instead of ', {amount}, ' - ', {fee})",
        "'net <> amount - fee'",
    )


def check_rows(
    connection: duckdb.DuckDBPyConnection, relation: str, rules: Sequence[Rule], row_label: str, name: str
) -> int:
    """Prove all rules on a relation with the columns `_row` (1-based) and those that the rules name.

    Returns: the number of rows looked at.
    Raises:
        InputRefused: A rule is broken; names the file, the first rows, the column, the value and the rule.
    """
    counts = ", ".join(f"count(*) filter (where {rule.broken})" for rule in rules)
    row = connection.execute(f"select count(*){', ' + counts if counts else ''} from {relation}").fetchone()
    assert row is not None
    broken = [(rule, count) for rule, count in zip(rules, row[1:], strict=True) if count]
    if not broken:
        return int(row[0])
    messages = []
    for rule, count in broken[:5]:
        examples = connection.execute(
            f"select _row, {rule.reason}, {rule.value} from {relation} where {rule.broken} order by _row "
            f"limit {EXAMPLES}"
        ).fetchall()
        rows = "; ".join(f"{row_label} {number}: {_shown(value)}" for number, _, value in examples)
        messages.append(f"{examples[0][1]} in column {rule.column} ({count} of {row[0]} rows; {rows})")
    raise InputRefused("; ".join(messages), where=name, remedy=broken[0][0].remedy)


def _shown(value: object) -> str:
    return "empty" if value is None else repr(str(value)[:80])


def column_text(column: str) -> str:
    """SQL of a received column."""
    return quoted(column)
