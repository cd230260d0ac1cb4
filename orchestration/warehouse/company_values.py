"""What the columns of company/<seed>.csv may hold, and the refusal of what they may not.

A wrong word would match nothing, or cast to nothing, in the models, which know neither file nor row.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

import duckdb

from orchestration.domain.errors import UsageError
from orchestration.settings import CHOICES as SETTING_CHOICES
from orchestration.warehouse.connection import literal, quoted
from orchestration.workspace import PROJECT_ROOT

SEED_FOLDER = PROJECT_ROOT / "dbt_project" / "seeds"
# Columns of seeds that are not text; the models cast them, and a cast that fails there names no file.
TYPES = {
    "clears_within_days": "integer",
    "credit_minor": "bigint",
    "debit_minor": "bigint",
    "exponent": "integer",
    "from_date": "date",
    "holiday_date": "date",
    "is_mirror": "boolean",
    "opening_date": "date",
    "remaining_minor": "bigint",
    "service_end_date": "date",
    "service_start_date": "date",
    "to_date": "date",
    "treatment_bps": "integer",
    "unit_price_minor": "bigint",
    "window_months": "integer",
}
WORDS = {
    "bigint": "whole number",
    "boolean": "true or false",
    "date": "day (YYYY-MM-DD)",
    "integer": "whole number",
}
# Seed -> column -> the words that it may hold; empty is allowed where REQUIRED does not say otherwise.
CHOICES = {
    "revenue_rules": {
        "recognition_policy": (*SETTING_CHOICES["recognition_policy"], "point_in_time", "on_fulfilment"),
        "treatment": ("revenue", "tax", "passthrough"),
        "party": ("principal", "agent"),
    },
}
# Column -> condition on its value, and the same in words.
LIMITS = {
    "treatment_bps": ("between 0 and 10000", "from 0 to 10000 (all of the amount)"),
    "unit_price_minor": (">= 0", "0 or more"),
    "window_months": (">= 1", "1 or more"),
}
# Seed -> columns that are filled on every row, besides its key.
REQUIRED = {"standalone_prices": ("currency", "unit_price_minor")}
# Seed -> columns of which at least one is filled on every row.
ONE_OF = {"standalone_prices": ("price_id", "product_id")}
# Seed -> column -> the column without which it means nothing.
NEEDS = {"revenue_rules": {"metadata_value": "metadata_key", "treatment_bps": "treatment"}}
# Seeds whose currencies must be known; others read them in any case.
WITH_CURRENCY = ("standalone_prices",)


def refuse_wrong_values(
    connection: duckdb.DuckDBPyConnection, seed: str, columns: tuple[str, ...], name: str
) -> None:
    """Prove the rows of `company.<seed>` as they were just inserted, text as received.

    Raises:
        UsageError: A value cannot be read or is not allowed; says which, of which row, and what is.
    """
    for column, condition, said, remedy in (*_unreadable(columns), *_not_allowed(connection, seed, columns)):
        bad = connection.execute(
            f"select {columns[0]}, {column} from company.{quoted(seed)} where {condition} order by rowid limit 1"
        ).fetchone()
        if bad:
            value = "empty" if bad[1] is None else repr(bad[1])
            raise UsageError(f"{column} {value} of {bad[0]!r} {said}.", where=name, remedy=remedy)


def _unreadable(columns: tuple[str, ...]) -> Iterator[tuple[str, str, str, str]]:
    """(column, condition of a bad row, what is wrong, what to do)."""
    for column in columns:
        kind = TYPES.get(column)
        if kind is None:
            continue
        condition = f"try_cast({column} as {kind}) is null"
        # a decimal point would be rounded away by the cast
        if kind in ("bigint", "integer"):
            condition += f" or not regexp_full_match({column}, '-?[0-9]+')"
        yield column, f"{column} is not null and ({condition})", f"is no {WORDS[kind]}", "Correct the file."


def _not_allowed(
    connection: duckdb.DuckDBPyConnection, seed: str, columns: tuple[str, ...]
) -> Iterator[tuple[str, str, str, str]]:
    """As `_unreadable`; every value can be read by now."""
    for column, allowed in CHOICES.get(seed, {}).items():
        yield column, _is_none_of(column, allowed), "is not known", f"One of: {', '.join(allowed)}."
    if seed in WITH_CURRENCY:
        unknown = _is_none_of("currency", known_currencies(connection))
        remedy = "Codes are lower case, as in dim_currencies; company/currencies.csv adds others."
        yield "currency", unknown, "is not known", remedy
    for column in columns:
        if column in LIMITS:
            condition, words = LIMITS[column]
            wrong = f"not (cast({column} as {TYPES[column]}) {condition})"
            yield column, wrong, "is out of range", f"It must be {words}."
    for column in REQUIRED.get(seed, ()):
        yield column, f"{column} is null", "is missing", "Fill it on every row."
    if either := ONE_OF.get(seed):
        empty = " and ".join(f"{column} is null" for column in either)
        yield either[0], empty, "says nothing", f"Fill {' or '.join(either)} on every row."
    for column, needed in NEEDS.get(seed, {}).items():
        without = f"{column} is not null and {needed} is null"
        yield column, without, f"means nothing without {needed}", f"Fill {needed}, or leave {column} empty."
    if {"from_date", "to_date"} <= set(columns):
        backward = "cast(to_date as date) < cast(from_date as date)"
        yield "to_date", backward, "lies before its from_date", "Correct the days."


def _is_none_of(column: str, allowed: tuple[str, ...]) -> str:
    return f"{column} not in ({', '.join(map(literal, allowed))})"


def known_currencies(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The built-in currencies and the company's own, which are loaded before the seeds that name them."""
    own = connection.execute("select lower(currency) from company.currencies").fetchall()
    with (SEED_FOLDER / "currencies.csv").open(encoding="utf-8", newline="") as file:
        built_in = {row["currency"] for row in csv.DictReader(file)}
    return tuple(sorted(built_in | {row[0] for row in own}))
