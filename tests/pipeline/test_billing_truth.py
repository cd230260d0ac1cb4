"""The billing subledger of a simulated company of three years beside the months of billing that the simulation kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orchestration.sandbox.simulate import simulate_into
from orchestration.sandbox.world.plan import Plan
from orchestration.workspace import Workspace
from tests.pipeline.harness import rows, run

pytestmark = pytest.mark.slow

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


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Workspace]:
    folder = tmp_path_factory.mktemp("billing")
    inbox, workspace = folder / "inbox", Workspace(folder / "workspace")
    simulate_into(Plan(months=36, customers=60, accounts=3, seed=41), inbox, ("sigma-csv",))
    outcome = run(workspace, inbox)
    assert outcome.exit_code == 0, outcome.message
    return inbox, workspace


@pytest.mark.parametrize("measure", sorted(MEASURES))
def test_months_of_billing_are_those_that_the_company_lived(company: tuple[Path, Workspace], measure: str) -> None:
    inbox, workspace = company
    truth = inbox / "truth" / "monthly_billing.csv"
    query = _DIFFERENCES.format(measure=measure, truth=truth, expression=MEASURES[measure])
    found: list[tuple[Any, ...]] = rows(workspace.published_db, query)
    assert found == []
    assert rows(workspace.published_db, f"select sum({measure}_minor) > 0 from read_csv('{truth}')") == [(True,)]


def test_what_open_invoices_owe_is_the_receivable(company: tuple[Path, Workspace]) -> None:
    """Per invoice, what Stripe says remains is what the books say; while a debit is on its way Stripe still counts it."""
    _, workspace = company
    differing = rows(
        workspace.published_db,
        "with owed as (select account_id, invoice_id, case when status = 'open' then amount_remaining_minor else 0 end as minor "
        "from staging.stg_stripe__invoices where finalized_at is not null and not is_deleted), "
        "bills as (select distinct account_id, bill_id, currency = presentment_currency as is_own from marts.fct_revenue_components "
        "where bill_kind = 'invoice'), "
        "credits as (select account_id, credit_note_id as object_id, invoice_id from staging.stg_stripe__credit_notes "
        "union all select account_id, customer_balance_transaction_id, invoice_id from staging.stg_stripe__customer_balance_transactions), "
        "booked as (select postings.account_id, coalesce(credits.invoice_id, postings.source_object_id) as invoice_id, "
        "sum(debit_minor - credit_minor) as minor from marts.fct_ledger_postings as postings "
        "left join credits on postings.account_id = credits.account_id and postings.source_object_id = credits.object_id "
        "where ledger_account = 'accounts_receivable' group by all), "
        "pending as (select distinct account_id, invoice_id from marts.fct_transactions where status = 'pending' and invoice_id is not null) "
        "select owed.invoice_id, owed.minor, booked.minor from owed join bills on owed.account_id = bills.account_id "
        "and owed.invoice_id = bills.bill_id left join booked on owed.account_id = booked.account_id and owed.invoice_id = booked.invoice_id "
        "left join pending on owed.account_id = pending.account_id and owed.invoice_id = pending.invoice_id "
        "where is_own and pending.invoice_id is null and owed.minor <> coalesce(booked.minor, 0)",
    )
    assert differing == []
