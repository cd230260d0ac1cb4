"""A gate that must fail does fail, with words that a controller can use."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.domain.errors import GateRefused, UsageError
from orchestration.quality.result import ExpectationResult, SuiteResult
from orchestration.quality.runner import MART_SUITES, run_suite, run_suites
from tests.unit.quality.bank_marts import BANK_DAMAGE
from tests.unit.quality.cohort_marts import COHORT_DAMAGE
from tests.unit.quality.ledger_marts import LEDGER_DAMAGE
from tests.unit.quality.reconciliation_marts import RECONCILIATION_DAMAGE
from tests.unit.quality.revenue_marts import REVENUE_DAMAGE
from tests.unit.quality.subscription_marts import SUBSCRIPTION_DAMAGE

pytestmark = pytest.mark.slow

Breaker = Callable[[str], Path]
T = "marts.fct_transactions"
X = "marts.fct_exceptions"
S = "marts.agg_source_completeness"


def one_row(change: str) -> str:
    """SQL that changes one transaction; the table is filled in later."""
    return f"update {{}} set {change} where transaction_id = 'txn_7'"


def finding(result: SuiteResult, name: str) -> ExpectationResult:
    """The one broken rule of that name."""
    return next(one for one in result.failed if one.name == name)


def test_good_marts_pass_without_a_warning_and_every_rule_was_asked(good_database: Path) -> None:
    results = run_suites(MART_SUITES, good_database)
    assert [result.suite for result in results] == list(MART_SUITES)
    assert [result.failed for result in results] == [()] * len(MART_SUITES)
    assert all(result.success and result.expectations for result in results)
    assert [result.row_count for result in results] == [
        40, 1, 40, 1, 3, 1, 1, 2, 3, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 40, 2, 1, 1, 2, 3, 3, 6, 3, 6, 12, 2, 3, 6, 1, 2, 3, 2, 2, 2,
    ]  # fmt: skip


def test_results_come_in_the_order_of_the_suite_every_time(good_database: Path) -> None:
    names = [[one.name for one in run_suite(T, good_database).expectations] for _ in range(2)]
    assert names[0] == names[1]
    assert names[0][:4] == ["has_columns", "has_types", "has_rows", "key_is_unique"]


@pytest.mark.parametrize(
    ("suite", "damage", "rule", "count"),
    [
        (T, "update {} set net_minor = 0 where transaction_id > 'txn_8'", "net_is_gross_less_fee", 1),
        (T, "insert into {0} select * from {0} where transaction_id = 'txn_7'", "key_is_unique", 1),
        (T, one_row("reporting_category = null"), "reporting_category_never_empty", 1),
        (T, one_row("transaction_id = null"), "transaction_id_never_empty", 1),
        (T, "update {} set flow_type = 'sideways' where transaction_id < 'txn_2'", "flow_type_is_known", 11),
        (T, one_row("status = 'lost'"), "status_is_known", 1),
        (T, one_row("source_system = 'excel'"), "source_system_is_known", 1),
        (T, one_row("currency = 'zzz'"), "currency_is_known", 1),
        (T, one_row("presentment_currency = 'zzz'"), "presentment_currency_is_known", 1),
        (T, one_row("presentment_currency = null"), "presentment_has_currency", 1),
        (T, "alter table {} drop column invoice_id", "has_columns", 1),
        (T, "alter table {} alter gross_minor type double", "has_types", 1),
        ("marts.dim_accounts", "insert into {0} from {0}", "key_is_unique", 1),
        ("marts.dim_customers", "insert into {0} from {0} limit 3", "key_is_unique", 3),
        ("marts.dim_products", "update {} set product_id = null", "product_id_never_empty", 1),
        ("marts.dim_currencies", "update {} set exponent = 9 where currency = 'jpy'", "exponent_in_range", 1),
        ("marts.dim_currencies", "insert into {} values ('usd', 0)", "one_exponent", 1),
        ("marts.dim_currencies", "insert into {} values ('usd', 2)", "no_row_twice", 1),
        ("marts.dim_currencies", "insert into {} values ('GBP', 2)", "currency_is_lower_case", 1),
        (S, "update {} set seen = -1", "seen_in_range", 1),
        (S, "update {} set unexplained = 2", "unexplained_is_listed", 1),
        (S, "insert into {0} from {0}", "key_is_unique", 1),
        (X, "update {} set age_days = -1", "age_days_in_range", 1),
        (X, "update {} set kind = null", "kind_never_empty", 1),
        (X, "update {} set status = 'forgotten'", "status_is_known", 1),
        (X, "update {} set decided_by = null", "explained_has_decision", 1),
        (X, "update {} set decided_minor = 499", "explained_has_decision", 1),
        (X, "update {} set currency = null", "money_has_currency", 1),
        (X, "insert into {0} from {0}", "key_is_unique", 1),
        *LEDGER_DAMAGE,
        *RECONCILIATION_DAMAGE,
        *BANK_DAMAGE,
        *REVENUE_DAMAGE,
        *SUBSCRIPTION_DAMAGE,
        *COHORT_DAMAGE,
    ],
)  # fmt: skip
def test_a_defect_blocks_and_is_counted(
    suite: str, damage: str, rule: str, count: int, broken: Breaker
) -> None:
    result = run_suite(suite, broken(damage.format(suite)))
    found = finding(result, rule)
    assert not result.success
    assert result.critical_failures >= 1
    assert (found.severity, found.unexpected_count) == ("critical", count)
    assert found.rule in found.explanation or "contract are missing: " in found.explanation


@pytest.mark.parametrize(
    ("suite", "damage", "rule"),
    [
        (T, one_row("available_at = created_at - interval 25 hour"), "available_after_creation"),
        (T, one_row("flow_type = 'fee'"), "fees_carry_no_fee"),
        (T, one_row("flow_type = 'payout', payout_id = null"), "payouts_name_their_payout"),
        (T, "delete from {}", "has_rows"),
        ("marts.dim_accounts", "update {} set stripe_account_id = null", "stripe_account_id_never_empty"),
    ],
)  # fmt: skip
def test_a_warning_is_shown_but_does_not_block(suite: str, damage: str, rule: str, broken: Breaker) -> None:
    result = run_suite(suite, broken(damage.format(suite)))
    assert finding(result, rule).severity == "warning"
    assert (result.success, result.critical_failures, result.warnings) == (True, 0, 1)


@pytest.mark.parametrize(
    "harmless",
    [
        f"update {T} set fee_minor = -59, net_minor = gross_minor + 59",  # fees given back
        f"update {T} set available_at = created_at - interval 24 hour, payout_id = null",
        f"update {T} set presentment_currency = null, presentment_minor = null, exchange_rate = null",
        f"alter table {T} add column later_column varchar",
        f"delete from {X}",
    ],
)
def test_what_is_valid_raises_no_alarm(harmless: str, broken: Breaker) -> None:
    path = broken(harmless)
    assert [result.failed for result in run_suites([T, X], path)] == [(), ()]


def test_examples_name_the_row_and_both_sides_of_the_sum(broken: Breaker) -> None:
    path = broken(f"update {T} set net_minor = net_minor + 1 where transaction_id = 'txn_7'")
    found = finding(run_suite(T, path), "net_is_gross_less_fee")
    assert (
        found.explanation
        == "1 of 40 rows breaks the rule: net_minor is gross_minor less fee_minor on every row."
    )
    assert found.unexpected_percent == 2.5
    assert [dict(one) for one in found.examples] == [
        {"account_id": "platform", "transaction_id": "txn_7", "currency": "usd",
         "gross_minor": 7000, "fee_minor": 59, "net_minor": 6942}
    ]  # fmt: skip


def test_a_rule_that_cannot_be_evaluated_blocks_and_does_not_hide_its_neighbours(broken: Breaker) -> None:
    path = broken(
        f"alter table {X} alter age_days type varchar;"
        f"update {X} set age_days = 'ada@example.com', kind = null"
    )
    result = run_suite(X, path)
    found = finding(result, "age_days_in_range")
    assert found.severity == "critical"
    assert found.explanation.startswith(
        "Could not be checked, so it counts as broken: age_days is at least 0"
    )
    assert "ada@example.com" not in result.as_json()
    assert finding(result, "kind_never_empty").unexpected_count == 1


def test_a_warning_that_cannot_be_evaluated_blocks_too(broken: Breaker) -> None:
    result = run_suite(X, broken(f"alter table {X} drop column reason"))
    assert finding(result, "reason_never_empty").severity == "critical"
    assert finding(result, "has_columns").explanation == "Columns of the contract are missing: reason."
    assert "there is no column reason" in finding(result, "reason_never_empty").explanation


def test_an_unknown_currency_table_blocks(broken: Breaker) -> None:
    result = run_suite(T, broken("drop table marts.dim_currencies"))
    assert finding(result, "currency_is_known").explanation.startswith("Could not be checked")


def test_an_amount_at_the_edge_of_64_bits_is_a_finding_not_an_overflow(broken: Breaker) -> None:
    path = broken(f"update {T} set gross_minor = -9223372036854775808 where transaction_id = 'txn_7'")
    assert finding(run_suite(T, path), "net_is_gross_less_fee").unexpected_count == 1


def test_a_missing_table_or_file_or_suite_is_an_error_never_a_pass(broken: Breaker, tmp_path: Path) -> None:
    with pytest.raises(GateRefused, match=r"marts\.dim_products is not in broken\.duckdb"):
        run_suite("marts.dim_products", broken("drop table marts.dim_products"))
    with pytest.raises(GateRefused, match="no database to check"):
        run_suite(T, tmp_path / "absent.duckdb")
    with pytest.raises(UsageError, match=r"use one of: marts\.fct_transactions"):
        run_suite("marts.fct_unheard_of", broken("create table marts.fct_unheard_of as select 1 as one"))


def test_checking_neither_writes_nor_prints(good_database: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = hashlib.sha256(good_database.read_bytes()).hexdigest()
    run_suite(T, good_database)
    assert hashlib.sha256(good_database.read_bytes()).hexdigest() == before
    assert [path.name for path in good_database.parent.iterdir()] == ["good.duckdb"]
    assert capfd.readouterr() == ("", "")


def test_the_file_can_be_written_again_after_the_gates(broken: Breaker) -> None:
    import duckdb

    path = broken("select 1")
    run_suite(T, path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table afterwards as select 1 as one")
        assert connection.execute("from afterwards").fetchall() == [(1,)]


def test_metadata_and_json_are_plain_values(broken: Breaker) -> None:
    result = run_suite(T, broken(f"update {T} set available_at = timestamptz '2020-01-01 00:00:00+02'"))
    told = json.loads(result.as_json())
    assert told["expectations"][-1]["examples"][0]["available_at"] == "2019-12-31T22:00:00Z"
    assert json.loads(json.dumps(result.as_metadata())) == result.as_metadata()
    assert result.as_metadata()["findings"] == [f"warning: {result.failed[0].explanation}"]
