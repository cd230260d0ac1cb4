"""The simulation's own ledger beside the published one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

_DIFFERENCES = """
with truth as (
    select account_id, currency, strftime(month, '%Y-%m') as period_id, ledger_account, is_mirror,
        debit_minor, credit_minor
    from read_csv(getvariable('truth'), types = {'month': 'date', 'is_mirror': 'boolean'})
),
ledger as (
    select account_id, currency, period_id, ledger_account, is_mirror,
        sum(debit_minor) as debit_minor, sum(credit_minor) as credit_minor
    from marts.fct_ledger_postings
    -- billing and recognition have a truth of their own
    where subledger = 'money'
    group by all
    having sum(debit_minor) + sum(credit_minor) <> 0
)
select account_id, currency, period_id, ledger_account, is_mirror,
    truth.debit_minor, ledger.debit_minor, truth.credit_minor, ledger.credit_minor
from truth full join ledger using (account_id, currency, period_id, ledger_account, is_mirror)
where truth.debit_minor is distinct from ledger.debit_minor
    or truth.credit_minor is distinct from ledger.credit_minor
order by all
"""

_OPEN_ITEMS = """
select account_id, currency, ledger_account, clearing_id, balance_minor
from marts.fct_clearing_items
where awaits in ('bank', 'stripe', 'counterparty')
order by all
"""


def wrong_balances(published: Path, truth: Path) -> list[tuple[Any, ...]]:
    """Books that differ from the truth, per tenant, currency, month, ledger account and mirror.

    The published trial balance is the same sums, which `wrong_trial_balances` proves.
    """
    with duckdb.connect(str(published), read_only=True) as connection:
        connection.execute("set variable truth = ?", [str(truth / "trial_balance.csv")])
        return connection.execute(_DIFFERENCES).fetchall()


def wrong_trial_balances(published: Path) -> list[tuple[Any, ...]]:
    """Rows of the trial balance that are not the sums of their postings."""
    with duckdb.connect(str(published), read_only=True) as connection:
        return connection.execute(
            "with sums as (select account_id, currency, ledger_account, period_id, sum(debit_minor) as debit, "
            "sum(credit_minor) as credit from marts.fct_ledger_postings group by all) "
            "select * from marts.agg_trial_balance_monthly as shown left join sums "
            "using (account_id, currency, ledger_account, period_id) "
            "where coalesce(debit, 0) <> debit_minor or coalesce(credit, 0) <> credit_minor"
        ).fetchall()


def open_items(published: Path) -> list[tuple[Any, ...]]:
    """What waits for a bank, for Stripe or for another tenant, as `truth/clearing.csv` lists it."""
    with duckdb.connect(str(published), read_only=True) as connection:
        return connection.execute(_OPEN_ITEMS).fetchall()


def true_open_items(truth: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        connection.execute("set variable truth = ?", [str(truth / "clearing.csv")])
        return connection.execute("from read_csv(getvariable('truth')) order by all").fetchall()
