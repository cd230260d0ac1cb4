"""Small warehouses to break. Great Expectations is imported once for the whole session."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.quality.runner import run_suite
from tests.unit.quality.bank_marts import GOOD_BANK
from tests.unit.quality.cohort_marts import GOOD_COHORTS
from tests.unit.quality.ledger_marts import GOOD_LEDGER
from tests.unit.quality.reconciliation_marts import GOOD_RECONCILIATION
from tests.unit.quality.revenue_marts import GOOD_REVENUE
from tests.unit.quality.subscription_marts import GOOD_SUBSCRIPTIONS

Breaker = Callable[[str], Path]

GOOD_MARTS = """
create schema marts;
create table marts.fct_transactions as
select
    'platform' as account_id, 'txn_' || i as transaction_id, 'charge' as transaction_type,
    'charge' as reporting_category, 'ch_' || i as source_object_id, 'ch_' || i as charge_id,
    null::varchar as refund_id, null::varchar as dispute_id, 'po_1' as payout_id,
    null::varchar as transfer_id,
    null::varchar as application_fee_id, 'cus_' || i as customer_id, null::varchar as invoice_id,
    null::varchar as subscription_id, 'direct' as flow_type, null::varchar as counterparty_account_id,
    'usd' as currency, 1000 * i::bigint as gross_minor, 59::bigint as fee_minor,
    1000 * i::bigint - 59 as net_minor, 'eur' as presentment_currency, 900 * i::bigint as presentment_minor,
    1.1::decimal(38, 18) as exchange_rate, 'available' as status,
    timestamptz '2026-03-01 12:00:00+00' as created_at, timestamptz '2026-03-03 00:00:00+00' as available_at,
    date '2026-03-01' as reporting_date, 'sigma' as source_system
from range(1, 41) as numbers (i);
create table marts.dim_accounts as
select 'platform' as account_id, 'acct_1' as stripe_account_id, 'platform' as kind, 'US' as country,
    'Acme' as name;
create table marts.dim_customers as
select 'platform' as account_id, 'cus_' || i as customer_id, now() as created_at, 'US' as country,
    false as is_deleted, 'ada' || i || '@example.com' as email
from range(1, 41) as numbers (i);
create table marts.dim_account_map as
select 'map_1' as account_map_id, 'platform' as account_id, 'acct_1' as stated_account_id, 'ACME' as name,
    'Acme LLC' as official_name, 'acme' as name_key, date '2026-01-01' as from_date, null::date as to_date,
    'platform' as resolved_account_id, 'acct_1' as resolved_stripe_account_id, 'id' as evidence,
    1::bigint as candidate_count, 1::decimal(6, 4) as confidence, 'stated' as status;
create table marts.dim_products as
select 'platform' as account_id, 'prod_1' as product_id, 'Pro plan' as name, true as is_active;
create table marts.dim_currencies as
select * from (values ('usd', 2), ('eur', 2), ('jpy', 0)) as listed (currency, exponent);
create table marts.fct_exceptions as
select 'platform' as account_id, 'exc_1' as exception_id, 'late_clearing' as kind, 'payout' as object_kind,
    'po_1' as object_id, 500::bigint as amount_minor, 'usd' as currency, now() as opened_at,
    3::bigint as age_days, 'payout not seen at the bank' as reason, 'ask the bank' as suggested_action,
    'explained' as status, 'dec_1' as decision_id, now() as decided_at, 'Ada' as decided_by, 'in_transit' as decided_code,
    'the bank has it' as decided_reason, 500::bigint as decided_minor;
create table marts.agg_source_completeness as
select 'platform' as account_id, 'charge' as object_kind, 'lists' as source, 40::bigint as seen, 1::bigint as missing_newer,
    0::bigint as missing_older, 0::bigint as missing_deleted, 0::bigint as unexplained;
"""

GOOD_RAW = """
create schema sigma;
create table sigma.balance_transactions as
select 'txn_' || i as id, (1000 * i)::varchar as amount, '59' as fee, (1000 * i - 59)::varchar as net,
    'USD' as currency, 'ada' || i || '@example.com' as customer_email, 'platform' as _account_id,
    (40 + i % 2)::bigint as _load_seq, timestamptz '2026-03-01 12:00:00+00' as _observed_at
from range(1, 21) as numbers (i);
"""


def _build(path: Path, *scripts: str) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for script in scripts:
            connection.execute(script)
    return path


@pytest.fixture(scope="session")
def good_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every mart and one raw table, without a defect."""
    path = tmp_path_factory.mktemp("warehouse") / "good.duckdb"
    return _build(path, GOOD_MARTS, GOOD_LEDGER, GOOD_BANK, GOOD_RECONCILIATION, GOOD_REVENUE, GOOD_SUBSCRIPTIONS, GOOD_COHORTS, GOOD_RAW)


@pytest.fixture(scope="session", autouse=True)
def _great_expectations_imported_once(good_database: Path) -> None:
    run_suite("marts.dim_currencies", good_database)


@pytest.fixture
def broken(good_database: Path, tmp_path: Path) -> Breaker:
    """A function: SQL that damages a copy of the good database -> path of the copy."""

    def damage(sql: str) -> Path:
        return _build(Path(shutil.copy(good_database, tmp_path / "broken.duckdb")), sql)

    return damage
