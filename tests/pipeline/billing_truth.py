"""The billing subledger of a simulated company beside the months of billing that the simulation kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.pipeline.harness import rows

# Measure of the truth -> what it is in the ledger; only invoices in the currency of their books can be compared.
MEASURES = {
    "invoiced": "sum(debit) filter (entry_kind = 'invoice_finalized' and ledger_account = 'accounts_receivable')",
    "tax": "-sum(debit) filter (entry_kind = 'invoice_finalized' and ledger_account = 'tax_liability')",
    "credited": "-sum(debit) filter (entry_kind in ('credit_note', 'credit_note_void') "
    "and ledger_account in ('accounts_receivable', 'external_customer_balance'))",
    "written_off": "-sum(debit) filter (entry_kind = 'write_off' and ledger_account = 'accounts_receivable')",
}
_DIFFERENCES = """
with truth as (
    select account_id, currency, strftime(month, '%Y-%m') as period_id, {measure}_minor as minor
    from read_csv('{truth}', types = {{'month': 'date'}})
    where {measure}_minor <> 0 and currency in (select distinct currency from marts.fct_transactions where account_id = 'platform')
),
ledger as (
    select account_id, currency, period_id, ({expression})::bigint as minor
    from (
        select postings.*, debit_minor - credit_minor as debit from marts.fct_ledger_postings as postings
        where source_object_id not in (
            select source_object_id from marts.fct_revenue_components where currency <> presentment_currency
            union all select bill_id from marts.fct_revenue_components where currency <> presentment_currency
        )
    )
    group by all
)
select * from truth full join ledger using (account_id, currency, period_id)
where coalesce(truth.minor, 0) <> coalesce(ledger.minor, 0)
order by all
"""


# Per invoice, what Stripe says remains and what the books say; while a debit is on its way Stripe still counts it.
_OWED = """
with owed as (
    select account_id, invoice_id, case when status = 'open' then amount_remaining_minor else 0 end as minor
    from staging.stg_stripe__invoices where finalized_at is not null and not is_deleted
),
bills as (
    select distinct account_id, bill_id as invoice_id, currency = presentment_currency as is_own
    from marts.fct_revenue_components where bill_kind = 'invoice'
),
credits as (
    select account_id, credit_note_id as object_id, invoice_id from staging.stg_stripe__credit_notes
    union all
    select account_id, customer_balance_transaction_id, invoice_id from staging.stg_stripe__customer_balance_transactions
),
booked as (
    select postings.account_id, coalesce(credits.invoice_id, source_object_id) as invoice_id, sum(debit_minor - credit_minor) as minor
    from marts.fct_ledger_postings as postings
    left join credits on postings.account_id = credits.account_id and source_object_id = object_id
    where ledger_account = 'accounts_receivable'
    group by all
),
pending as (
    select transactions.account_id, transactions.invoice_id
    from marts.fct_transactions as transactions join staging.stg_stripe__charges as charges using (account_id, charge_id)
    where charges.status = 'pending' and transactions.invoice_id is not null
)
select invoice_id, owed.minor, booked.minor
from owed join bills using (account_id, invoice_id) left join booked using (account_id, invoice_id)
anti join pending using (account_id, invoice_id)
where is_own and owed.minor <> coalesce(booked.minor, 0)
"""


def wrong_months(database: Path, truth: Path) -> list[tuple[Any, ...]]:
    """Months whose invoices, taxes, credits or write-offs are others than those that the company lived."""
    file = truth / "monthly_billing.csv"
    found: list[tuple[Any, ...]] = []
    for measure, expression in MEASURES.items():
        assert rows(database, f"select sum({measure}_minor) > 0 from read_csv('{file}')") == [(True,)], measure
        found += rows(database, _DIFFERENCES.format(measure=measure, truth=file, expression=expression))
    return found


def wrong_receivables(database: Path) -> list[tuple[Any, ...]]:
    """Invoices that owe something else than is booked as receivable."""
    return rows(database, _OWED)
