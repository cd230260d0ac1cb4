"""Days and money as a reader of the published file sees them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from orchestration.workspace import Workspace
from tests.pipeline.company_files import write_sigma_csv
from tests.pipeline.harness import rows, run
from tests.pipeline.inboxes import Table, company, edit_csv, file_of, put, read_csv

pytestmark = pytest.mark.slow

# (id, created in UTC, currency, minor units, day in New York)
ADDED = [
    ("txn_contract_case", "2026-01-02 22:00:00.000", "usd", 4_200, "2026-01-02"),
    ("txn_last_second", "2026-02-01 04:59:59.000", "usd", 100, "2026-01-31"),
    ("txn_first_second", "2026-02-01 05:00:00.000", "usd", 100, "2026-02-01"),
    ("txn_after_the_gap", "2026-03-09 03:59:59.000", "usd", 100, "2026-03-08"),
    ("txn_yen", "2026-01-15 12:00:00.000", "jpy", 10_000, "2026-01-15"),
    ("txn_dinar", "2026-01-15 12:00:00.000", "kwd", 10_000, "2026-01-15"),
    ("txn_large", "2026-01-15 12:00:00.000", "usd", 9_007_199_254_740_993, "2026-01-15"),  # 2^53 + 1: no float
]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The simulated company reporting in New York, with a few transactions more."""
    root = tmp_path_factory.mktemp("golden")
    inbox = root / "inbox"
    write_sigma_csv(company(), inbox)
    put(inbox / "company" / "tieout.toml", 'reporting_timezone = "America/New_York"\n')

    def add(table: Table) -> None:
        blank = dict.fromkeys(table[0], "")
        table.extend(
            {**blank, "id": id_, "created": at, "available_on": at, "amount": str(minor), "fee": "0", "net": str(minor),
             "currency": currency, "type": "contribution", "reporting_category": "contribution", "status": "available"}
            for id_, at, currency, minor, _ in ADDED)

    edit_csv(file_of(inbox, "balance_transactions"), add)
    workspace = Workspace(root / "workspace")
    outcome = run(workspace, inbox)
    assert outcome.exit_code == 0, outcome.message
    assert outcome.manifest["settings"]["reporting_timezone"] == "America/New_York"
    return workspace.published_db


def test_the_day_is_that_of_the_reporting_time_zone(published: Path) -> None:
    found = dict(rows(published, "select transaction_id, reporting_date from marts.fct_transactions"))
    assert {id_: found[id_] for id_, *_ in ADDED} == {id_: date.fromisoformat(day) for id_, *_, day in ADDED}


def test_money_stays_in_minor_units(published: Path) -> None:
    found = {id_: (gross, net, currency, exponent) for id_, gross, net, currency, exponent in rows(
        published, "select transaction_id, gross_minor, net_minor, currency, exponent from marts.fct_transactions "
        "join marts.dim_currencies using (currency)")}
    assert found["txn_yen"] == (10_000, 10_000, "jpy", 0)
    assert found["txn_dinar"] == (10_000, 10_000, "kwd", 3)
    assert found["txn_contract_case"] == (4_200, 4_200, "usd", 2)
    assert found["txn_large"] == (9_007_199_254_740_993, 9_007_199_254_740_993, "usd", 2)


def test_what_was_received_is_what_is_published_per_currency(published: Path) -> None:
    """To the minor unit, per tenant and currency, without any conversion on the way."""
    expected: dict[tuple[str, str], int] = {}
    inbox = published.parent.parent.parent / "inbox"
    for table in ("balance_transactions", "connected_account_balance_transactions"):
        for row in read_csv(file_of(inbox, table)):
            key = row.get("account") or "platform", row["currency"]
            expected[key] = expected.get(key, 0) + int(row["net"])
    found = {(account, currency): int(net) for account, currency, net in rows(
        published, "select account_id, currency, sum(net_minor) from marts.fct_transactions group by all")}
    assert found == expected
    assert {currency for _, currency in found} == {"usd", "eur", "jpy", "kwd"}


def test_money_columns_are_integers(published: Path) -> None:
    kinds = {kind for (kind,) in rows(published, "select distinct data_type from duckdb_columns() "
                                      "where schema_name in ('marts', 'staging') and column_name like '%_minor' "
                                      "and column_name not like '%decimal_minor'")}
    assert kinds == {"BIGINT"}
    assert not rows(published, "select table_name, column_name from duckdb_columns() where data_type in "
                               "('DOUBLE', 'FLOAT', 'REAL') and schema_name in ('marts', 'staging')")
