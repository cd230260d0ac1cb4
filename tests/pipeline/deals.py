"""Companies of a few deals each, worked out by hand: what is sold is chosen, everything else is Stripe's mechanics."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from orchestration.sandbox.connect.account_forms import account_form, make_connected
from orchestration.sandbox.simulation import Company
from orchestration.sandbox.world.books import Books
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.money import DAY
from orchestration.sandbox.world.plan import Plan
from orchestration.workspace import Workspace
from tests.pipeline.company_files import write_sigma_csv
from tests.pipeline.harness import Outcome, rows, run

PLAN = Plan(months=4, customers=1, accounts=1, seed=11)
FEBRUARY_5 = 1_769_385_600 + 10 * DAY  # 2026


def account(books: Books, account_id: str, currency: str = "usd") -> Obj:
    form = account_form(account_id, "US", currency, "Maple Goods", books.start, "daily")
    connected = make_connected(form, "application_express", "application")
    books.add("platform", connected, "account.updated", standing=True)
    return connected


def publish(folder: Path, tell: Callable[[Books], None]) -> tuple[Workspace, Outcome]:
    """Let something happen in empty books, and run its Sigma files."""
    books = Books(PLAN)
    tell(books)
    company = Company(
        PLAN, books.platform_account, books.rates, {}, books.objects, books.history, books.notes
    )
    for name, pairs in books.standing.items():
        company.objects[name].extend(pairs)
    write_sigma_csv(company, folder / "inbox")
    workspace = Workspace(folder / "workspace")
    return workspace, run(workspace, folder / "inbox")


def balances(workspace: Workspace, where: str = "true") -> dict[tuple[str, str], int]:
    """(Tenant, ledger account) -> balance of the money subledger in minor units, debit positive; zeros are left out.

    Args:
        where: SQL condition on the postings.
    """
    return {
        (tenant, ledger_account): balance
        for tenant, ledger_account, balance in rows(
            workspace.published_db,
            "select account_id, ledger_account, sum(debit_minor - credit_minor)::bigint as balance "
            "from marts.fct_ledger_postings "
            f"where subledger = 'money' and {where} group by all having balance <> 0",
        )
    }
