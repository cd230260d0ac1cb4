"""The suites by name: one readable module per table, imported when its suite is asked for."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from orchestration.domain.errors import UsageError

if TYPE_CHECKING:
    import great_expectations as gx

MART_SUITES = (
    "marts.fct_transactions",
    "marts.dim_accounts",
    "marts.dim_customers",
    "marts.dim_products",
    "marts.dim_currencies",
    "marts.fct_exceptions",
    "marts.agg_source_completeness",
    "marts.dim_periods",
    "marts.dim_ledger_accounts",
    "marts.fct_ledger_postings",
    "marts.agg_trial_balance_monthly",
    "marts.fct_clearing_items",
    "marts.fct_mirror_proof",
    "marts.fct_balance_proof",
    "marts.agg_account_balances_daily",
    "marts.fct_object_observations",
    "marts.fct_event_divergences",
    "marts.dim_gl_mapping",
    "marts.fct_bank_statements",
    "marts.fct_bank_entries",
    "marts.fct_bank_proof",
    "marts.fct_payout_members",
    "marts.fct_payout_reconciliation",
    "marts.agg_payout_cohorts_monthly",
    "marts.fct_matches",
    "marts.fct_match_members",
    "marts.fct_residuals",
    "marts.fct_match_shadow",
    "marts.fct_trace",
    "marts.agg_reconciliation_quality",
    "marts.agg_timeliness",
    "marts.dim_account_map",
    "marts.fct_revenue_components",
    "marts.fct_revenue_schedule",
    "marts.agg_revenue_waterfall",
    "marts.agg_contract_balances",
    "marts.agg_remaining_obligations",
    "marts.agg_receivable_ageing",
    "marts.agg_revenue_monthly",
    "marts.agg_revenue_and_cash_monthly",
    "marts.fct_mrr_movements",
    "marts.agg_mrr_monthly",
    "marts.fct_churn_events",
    "marts.fct_trials",
    "marts.agg_cohort_retention",
    "marts.agg_churn_diagnosis",
    "marts.agg_customer_coverage",
    "marts.agg_acquisition_payback",
)


def load_suite(name: str) -> gx.ExpectationSuite:
    """The suite of that name.

    Raises:
        UsageError: There is no such suite; the message lists those there are.
    """
    if name not in MART_SUITES:
        raise UsageError(f"there is no suite {name!r}", remedy=f"use one of: {', '.join(MART_SUITES)}")
    module = importlib.import_module(f"{__name__}.{name.partition('.')[2]}")
    suite: gx.ExpectationSuite = module.build_suite()
    return suite
