"""What the published file says of the revenue accounts."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from orchestration.workspace import Workspace
from tests.golden.revenue.expected import DEBIT_NATURED, Cells
from tests.golden.revenue.registry import Example
from tests.golden.revenue.tables import Tables
from tests.pipeline.harness import AS_OF, rows, run

_CHANGES = """
    select postings.account_id, postings.currency, accounts.revrec_account, postings.period_id,
        sum(postings.debit_minor - postings.credit_minor)::bigint as debit
    from marts.fct_ledger_postings as postings
    inner join marts.dim_ledger_accounts as accounts using (ledger_account)
    where accounts.revrec_account is not null
    group by all having debit <> 0
"""


def run_examples(folder: Path, examples: Iterable[Example], settings: str = "") -> Workspace:
    """One run over the inbox that tells all of them; it must publish and have nothing to complain about."""
    tables = Tables()
    tables.settings = settings
    for example in examples:
        example.write(tables)
    workspace = Workspace(folder / "workspace")
    publish(workspace, tables.write(folder / "inbox"))
    return workspace


def publish(workspace: Workspace, inbox: Path, as_of: str = AS_OF) -> None:
    outcome = run(workspace, inbox, as_of=as_of)
    assert (outcome.exit_code, outcome.refused) == (0, {}), outcome.message


def natural_changes(workspace: Workspace) -> dict[str, Cells]:
    """Tenant -> (currency, Stripe's account, period) -> natural change in minor units; zeros are left out."""
    found: dict[str, Cells] = {}
    for tenant, currency, account, period, debit in rows(workspace.published_db, _CHANGES):
        found.setdefault(tenant, {})[currency, account, period] = debit if account in DEBIT_NATURED else -debit
    return found
