"""Stripe's balance summaries (CSV) -> `reports.balance_summary`, one row per line of the file, text as received.

Amounts are in MAJOR units with decimals; staging makes minor units of them, so what it cannot convert exactly
is refused here. Everything runs inside the caller's transaction: a broken rule rolls the whole file back.
"""

from __future__ import annotations

import csv
from datetime import date, datetime
from functools import cache

import duckdb

from orchestration.domain.errors import InputRefused
from orchestration.domain.inbox_layout import PLATFORM
from orchestration.domain.report_names import ReportName
from orchestration.warehouse.connection import literal
from orchestration.warehouse.raw_gates import Rule, check_rows
from orchestration.warehouse.raw_schema import REPORT_TEXTS
from orchestration.warehouse.tabular_file import TabularLoad, file_columns, read_as_a_whole, reader
from orchestration.workspace import PROJECT_ROOT

RELATION = "reports.balance_summary"
START, END = "starting_balance", "ending_balance"
# Two decimals are what a spreadsheet writes behind any amount; more than that might be thousands.
_USUAL_DECIMALS = 2
_SEED = PROJECT_ROOT / "dbt_project" / "seeds" / "currencies.csv"
_CURRENCY_REMEDY = (
    "Correct the code, or add it with its exponent to company/currencies.csv; it is never guessed."
)


def load_file(
    connection: duckdb.DuckDBPyConnection, load: TabularLoad, name: ReportName
) -> tuple[int, list[str]]:
    """Insert one balance summary and prove it; its number of rows, and its columns that no model reads.

    Raises:
        InputRefused: A column is missing, an amount cannot be converted exactly, a balance is missing.
    """
    columns = file_columns(connection, load)
    account = _account(load, name, columns)
    missing = [column for column in REPORT_TEXTS if column not in columns]
    if missing:
        raise InputRefused(
            f"Required column {', '.join(missing)} is missing.",
            where=load.name,
            remedy=f"A {name.report_type} report has the columns {', '.join(REPORT_TEXTS)}.",
        )
    own = {
        "account_id": account,
        "starts_on": _typed("date", name.starts),
        "starts_at": _typed("timestamptz", name.starts),
        "ends_on": _typed("date", name.ends),
        "ends_at": _typed("timestamptz", name.ends),
        "source_name": literal(load.name),
        "observed_at": f"timestamptz {literal(load.observed_at)}",
        "received_at": f"timestamptz {literal(load.received_at)}",
        "load_seq": str(load.load_seq),
    }
    with read_as_a_whole(load.name):
        connection.execute(
            f"insert into {RELATION} ({', '.join([*REPORT_TEXTS, *own])}) "
            f"select {', '.join([*REPORT_TEXTS, *own.values()])} from {reader(load, columns)}",
            [str(load.path)],
        )
    rows = _prove_rows(connection, load, name)
    _prove_balances(connection, load)
    read = {*REPORT_TEXTS, "account"} if name.is_connected else {*REPORT_TEXTS}
    return rows, sorted(set(columns) - read)


def _account(load: TabularLoad, name: ReportName, columns: list[str]) -> str:
    """SQL of the tenant of a row: the column of a connected report, else what the file name states."""
    if name.is_connected and "account" in columns:
        return "coalesce(account, '')"
    if name.is_connected and not name.account_id:
        raise InputRefused(
            "Required column account is missing, and the file name states no connected account either.",
            where=load.name,
            remedy="Export the report with the column account, or end the file name with _acct_....",
        )
    return literal(name.account_id or PLATFORM)


def _typed(kind: str, moment: date) -> str:
    """SQL of a moment that is of this kind, else null."""
    is_instant = isinstance(moment, datetime)
    return f"{kind} {literal(moment.isoformat())}" if is_instant == (kind == "timestamptz") else "null"


@cache
def _built_in_exponents() -> str:
    with _SEED.open(encoding="utf-8", newline="") as file:
        return ", ".join(
            f"({literal(row['currency'])}, {int(row['exponent'])})" for row in csv.DictReader(file)
        )


def _prove_rows(connection: duckdb.DuckDBPyConnection, load: TabularLoad, name: ReportName) -> int:
    exponents = (
        "(select currency, try_cast(exponent as integer) as exponent from company.currencies union all "
        f"select currency, exponent from (values {_built_in_exponents()}) as built_in (currency, exponent) "
        "where currency not in (select currency from company.currencies))"
    )
    relation = (
        "(select mine.*, exponent, split_part(net_amount, '.', 2) as decimals, "
        "row_number() over (order by mine.rowid) as _row "
        f"from (select rowid, * from {RELATION} where load_seq = {load.load_seq}) as mine "
        f"left join {exponents} as known on lower(mine.currency) = known.currency)"
    )
    is_number = "regexp_full_match(net_amount, '-?[0-9]+([.][0-9]+)?')"
    too_fine = (
        f"(length(decimals) > greatest(exponent, {_USUAL_DECIMALS}) "
        "or rtrim(substr(decimals, exponent + 1), '0') <> '')"
    )
    too_large = "try_cast(split_part(net_amount, '.', 1) || rpad(decimals, exponent, '0') as bigint) is null"
    rules = [
        Rule("category", "category is null", "category", "'empty category'"),
        Rule("currency", "currency is null", "currency", "'empty currency'"),
        Rule(
            "currency",
            "currency is not null and exponent is null",
            "currency",
            "'unknown currency'",
            _CURRENCY_REMEDY,
        ),
        Rule("net_amount", "net_amount is null", "net_amount", "'empty net_amount'"),
        Rule("net_amount", f"not {is_number}", "net_amount", "'unreadable number'"),
        Rule(
            "net_amount",
            f"{is_number} and {too_fine}",
            "net_amount || ' ' || currency",
            "'too many decimals for its currency'",
        ),
        Rule(
            "net_amount",
            f"{is_number} and not {too_fine} and {too_large}",
            "net_amount",
            "'amount beyond 64 bits'",
        ),
    ]
    if name.is_connected:
        belongs = "regexp_full_match(account_id, 'acct_[A-Za-z0-9]+')"
        rules.append(
            Rule("account", f"not {belongs}", "account_id", "'not a connected account id (acct_...)'")
        )
        if name.account_id:
            other = f"{belongs} and account_id <> {literal(name.account_id)}"
            rules.append(Rule("account", other, "account_id", "'another account than the file name states'"))
    return check_rows(connection, relation, rules, "data row", load.name)


def _prove_balances(connection: duckdb.DuckDBPyConnection, load: TabularLoad) -> None:
    """Every currency of a summary has one starting and one ending balance; a cut file loses the last rows."""
    for category in (START, END):
        row = connection.execute(
            f"select account_id, lower(currency), count(*) filter (where category = {literal(category)}) "
            f"from {RELATION} where load_seq = {load.load_seq} group by account_id, lower(currency) "
            f"having count(distinct net_amount) filter (where category = {literal(category)}) <> 1 "
            "order by 1, 2 limit 1"
        ).fetchone()
        if row and not row[2]:
            raise InputRefused(
                f"The report holds no {category} in {row[1]} of {row[0]}, so it is not whole.",
                where=load.name,
                remedy="It may be cut or filtered; export the whole report again.",
            )
        if row:
            raise InputRefused(
                f"Two different rows with one key inside one export: {category} in {row[1]} of {row[0]}.",
                where=load.name,
                remedy="Export the report again; one of the rows is wrong and it is not ours to choose.",
            )
