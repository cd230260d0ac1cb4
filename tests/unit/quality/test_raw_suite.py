"""Received rows: text is checked before any model reads it, and only the rows of this run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.domain.errors import GateRefused
from orchestration.quality.result import SuiteResult
from orchestration.quality.runner import run_raw_suite

Breaker = Callable[[str], Path]
B = "sigma.balance_transactions"


def check(
    path: Path, *, where: str | None = None, table: str = B, required: tuple[str, ...] = ("amount",)
) -> SuiteResult:
    return run_raw_suite(
        table=table, key=["id"], required=list(required), minor=["amount", "fee", "net"], currency="currency",
        database=path, where=where,
    )  # fmt: skip


def broken_rules(result: SuiteResult) -> set[str]:
    return {one.name for one in result.failed}


def test_good_rows_pass_whether_the_name_is_quoted_or_not(good_database: Path) -> None:
    assert check(good_database).success
    assert check(good_database, table='"sigma"."balance_transactions"').row_count == 20


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("amount = '12.50'", "amount_is_minor_units"),
        ("amount = '9223372036854775808'", "amount_is_minor_units"),
        ("amount = '1e3'", "amount_is_minor_units"),
        ("amount = null", "amount_never_empty"),
        ("amount = ' '", "amount_not_blank"),
        ("id = null", "id_never_empty"),
        ("id = ''", "id_not_blank"),
        ("currency = 'US$'", "currency_is_three_letters"),
        ("net = '1'", "net_is_amount_less_fee"),
        ("_account_id = null", "_account_id_never_empty"),
        ("id = 'txn_9'", "one_row_per_key"),
    ],
)
def test_a_damaged_row_is_refused(change: str, rule: str, broken: Breaker) -> None:
    result = check(broken(f"update {B} set {change} where id = 'txn_7'"))
    assert rule in broken_rules(result)
    assert not result.success


@pytest.mark.parametrize(
    "harmless",
    [
        f"insert into {B} select * replace (now() as _observed_at) from {B} where id = 'txn_7'",
        f"insert into {B} select * replace (43 as _load_seq) from {B}",  # the same objects in a later load
        f"update {B} set fee = '-59', net = (amount::bigint + 59)::varchar",
        f"update {B} set currency = 'usd', amount = '-9223372036854775808', fee = '0', net = amount"
        f"; update {B} set net = amount",
    ],
)
def test_what_is_valid_raises_no_alarm(harmless: str, broken: Breaker) -> None:
    assert broken_rules(check(broken(harmless))) == set()


def test_only_the_rows_of_this_run_are_looked_at(broken: Breaker) -> None:
    path = broken(f"update {B} set amount = 'x' where _load_seq = 40")
    assert check(path, where="_load_seq > 40").success
    assert check(path, where="_load_seq > 40").row_count == 10
    assert not check(path, where="_load_seq > 39").success


def test_a_missing_column_blocks(broken: Breaker) -> None:
    result = check(broken(f"alter table {B} drop column fee"))
    assert {"has_columns", "fee_is_minor_units", "net_is_amount_less_fee"} <= broken_rules(result)


def test_a_missing_table_is_an_error(good_database: Path) -> None:
    with pytest.raises(GateRefused, match=r"sigma\.charges is not in good\.duckdb"):
        check(good_database, table="sigma.charges")


def test_personal_values_never_leave_the_database(broken: Breaker) -> None:
    path = broken(
        f"update {B} set customer_email = ' ' where id = 'txn_7';"
        f"update {B} set id = 'ada@example.com' where id = 'txn_8';"
        f"update {B} set net = '1'"
    )
    result = check(path, required=("customer_email",))
    blank = next(one for one in result.failed if one.name == "customer_email_not_blank")
    assert (blank.unexpected_count, blank.examples) == (1, ())
    assert "example.com" not in result.as_json()
    assert "customer_email_not_blank" in result.as_json()
