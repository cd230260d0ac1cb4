"""What the ledger does with input that does not fit: it posts it apart, names it, and stops nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.workspace import Workspace
from tests.pipeline.company_files import write_sigma_csv
from tests.pipeline.harness import rows, run
from tests.pipeline.inboxes import Table, as_csv, company, edit_csv, file_of, put, read_csv, small_sigma

pytestmark = pytest.mark.slow
CONNECTED = "connected_account_balance_transactions"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    write_sigma_csv(company(), tmp_path / "inbox")
    return tmp_path / "inbox"


def _opening(inbox: Path, row: str) -> None:
    header = "opening_id,account_id,currency,ledger_account,clearing_id,opening_date,debit_minor,credit_minor"
    put(inbox / "company" / "opening_balances.csv", f"{header}\n{row}\n")


def test_a_row_given_to_the_wrong_tenant_is_two_clearing_items_by_name(
    inbox: Path, workspace: Workspace
) -> None:
    """A seller's payment from the platform stands in another seller's books."""
    moved: dict[str, str] = {}

    whole = {
        transfer["destination_payment"]
        for _, transfer in company().objects["transfer"]
        if not transfer["amount_reversed"]
    }

    def change(table: Table) -> None:
        sellers = sorted({row["account"] for row in table})
        row = next(row for row in table if row["source_id"] in whole and row["fee"] == "0")
        moved.update(row, wrong=next(account for account in sellers if account != row["account"]))
        row["account"] = moved["wrong"]

    edit_csv(file_of(inbox, CONNECTED), change)
    outcome = run(workspace, inbox)
    assert outcome.exit_code == 0, outcome.message
    found = rows(
        workspace.published_db,
        "select account_id, clearing_id, finding from marts.fct_clearing_items where is_overdue order by awaits desc",
    )
    assert [(account, finding) for account, _, finding in found] == [
        (moved["wrong"], f"its charge belongs to {moved['account']}"),
        ("platform", "the other tenant has no side of it"),
    ]
    assert found[0][1] == moved["source_id"]
    transfer = rows(
        workspace.published_db,
        "select transfer_id from staging.stg_stripe__transfers where destination_payment_id = ?",
        [moved["source_id"]],
    )
    assert found[1][1] == transfer[0][0]
    exceptions = rows(
        workspace.published_db,
        "select account_id, object_id from marts.fct_exceptions where kind = 'clearing_overdue' order by account_id",
    )
    assert exceptions == sorted((account, item) for account, item, _ in found)


def test_an_unknown_type_is_in_suspense_and_everything_else_is_posted(
    tmp_path: Path, workspace: Workspace
) -> None:
    inbox = small_sigma(tmp_path / "inbox")
    odd: dict[str, str] = {}

    def change(table: Table) -> None:
        table[5].update(type="moon_landing", reporting_category="moon_landing")
        odd.update(table[5])

    edit_csv(file_of(inbox, "balance_transactions"), change)
    outcome = run(workspace, inbox)
    assert outcome.exit_code == 0, outcome.message
    suspense = rows(
        workspace.published_db,
        "select clearing_id, sum(credit_minor - debit_minor)::bigint from marts.fct_ledger_postings "
        "where ledger_account = 'suspense' group by all",
    )
    assert suspense == [(odd["id"], int(odd["amount"]))]
    kinds = rows(
        workspace.published_db, "select kind from marts.fct_exceptions where object_id = ?", [odd["id"]]
    )
    assert kinds == [("unknown_transaction_type",)]


def test_an_unknown_kind_of_fee_is_in_suspense_with_a_reason(inbox: Path, workspace: Workspace) -> None:
    odd: dict[str, str] = {}

    def change(table: Table) -> None:
        table[3]["type"] = "stardust_fee"
        odd.update(table[3])

    edit_csv(file_of(inbox, "balance_transaction_fee_details"), change)
    outcome = run(workspace, inbox)
    assert outcome.exit_code == 0, outcome.message
    found = rows(
        workspace.published_db,
        "select object_id, amount_minor, reason from marts.fct_exceptions where kind = 'posted_to_suspense'",
    )
    assert [(item, amount) for item, amount, _ in found] == [
        (odd["balance_transaction_id"], int(odd["amount"]))
    ]


def test_a_history_that_starts_mid_life_begins_from_its_opening_balances(
    tmp_path: Path, workspace: Workspace
) -> None:
    """Three quarters of the rows, and the balance of the rest as an opening: the balance is the whole history's."""
    inbox = small_sigma(tmp_path / "inbox")
    cut: list[int] = []

    def change(table: Table) -> Table:
        cut.append(
            sum(int(row["net"]) for row in table if row["created"] < "2026-02" and row["currency"] == "usd")
        )
        return [row for row in table if row["created"] >= "2026-02"]

    path = file_of(inbox, "balance_transactions")
    before = sum(int(row["net"]) for row in read_csv(path) if row["currency"] == "usd")
    edit_csv(path, change)
    _opening(inbox, f"cash,platform,usd,stripe_balance,,2026-02-01,{max(cut[0], 0)},{max(-cut[0], 0)}")
    put(
        inbox / "company" / "opening_schedules.csv",
        "schedule_id,account_id,currency,ledger_account,customer_id,product_id,remaining_minor,opening_date,"
        "service_start_date,service_end_date\n"
        "annual,platform,usd,deferred_revenue,cus_1,prod_1,120000,2026-02-01,2026-02-01,2026-12-01\n",
    )
    outcome = run(workspace, inbox)
    assert outcome.exit_code == 0, outcome.message
    closing = rows(
        workspace.published_db,
        "select closing_minor from marts.agg_trial_balance_monthly where account_id = 'platform' and currency = 'usd' "
        "and ledger_account = 'stripe_balance' order by period_id desc limit 1",
    )
    assert closing == [(before,)]
    held = rows(
        workspace.published_db,
        "select available_minor + pending_minor from marts.agg_account_balances_daily where account_id = 'platform' "
        "and currency = 'usd' order by posting_date desc limit 1",
    )
    assert held == [(before,)]
    equity = rows(
        workspace.published_db,
        "select sum(credit_minor - debit_minor)::bigint from marts.fct_ledger_postings where ledger_account = 'opening_equity'",
    )
    assert equity == [(cut[0] - 120_000,)]
    deferred = rows(
        workspace.published_db,
        "select entry_kind, credit_minor, effective_at::varchar from marts.fct_ledger_postings "
        "where ledger_account = 'deferred_revenue' and subledger = 'money'",
    )
    assert deferred == [("opening_schedule", 120_000, "2026-02-01 00:00:00+00")]


def test_an_opening_inside_the_history_blocks(tmp_path: Path, workspace: Workspace) -> None:
    inbox = small_sigma(tmp_path / "inbox")
    _opening(inbox, "cash,platform,usd,stripe_balance,,2026-02-01,500,")
    outcome = run(workspace, inbox)
    assert outcome.exit_code == 4
    assert outcome.broken_tests == {"assert_openings_precede_history": 1}


def test_what_takes_back_names_its_entry_whichever_came_first(tmp_path: Path, workspace: Workspace) -> None:
    """A payout's failure is received a run before the payout's own row."""
    inbox = small_sigma(tmp_path / "inbox")
    path = file_of(inbox, "balance_transactions")
    whole = read_csv(path)
    failure = next(row for row in whole if row["type"] == "payout_failure")
    original = next(
        row for row in whole if row["source_id"] == failure["source_id"] and row["type"] == "payout"
    )
    edit_csv(path, lambda table: [row for row in table if row["id"] != original["id"]])
    question = f"select distinct reverses_entry_id from marts.fct_ledger_postings where source_object_id = '{failure['id']}'"
    assert run(workspace, inbox).exit_code == 0
    assert rows(workspace.published_db, question) == [(None,)]
    later = tmp_path / "later" / path.relative_to(inbox).parent / "balance_transactions_2026-04-01T0400.csv"
    put(later, as_csv(whole), "2026-04-01T0400")
    assert run(workspace, tmp_path / "later").exit_code == 0
    assert rows(workspace.published_db, question) == [(f"platform:{original['id']}",)]


def test_the_ledger_as_it_was_known_is_the_one_that_was_published_then(
    tmp_path: Path, workspace: Workspace
) -> None:
    """February's export comes a run later; the balances known before it are still to be had."""
    inbox = small_sigma(tmp_path / "inbox")
    path = file_of(inbox, "balance_transactions")
    whole = read_csv(path)
    edit_csv(path, lambda table: [row for row in table if row["created"] < "2026-02"])
    known = (
        "select account_id, currency, ledger_account, sum(debit_minor - credit_minor)::bigint from "
        "marts.fct_ledger_postings where recorded_at <= {instant} group by all order by all"
    )
    assert run(workspace, inbox).exit_code == 0
    first = rows(workspace.published_db, known.format(instant="now()"))
    moment = rows(workspace.published_db, "select max(recorded_at)::varchar from marts.fct_ledger_postings")[
        0
    ][0]
    later = tmp_path / "later" / path.relative_to(inbox).parent / "balance_transactions_2026-04-01T0400.csv"
    put(later, as_csv(whole), "2026-04-01T0400")
    assert run(workspace, tmp_path / "later").exit_code == 0
    assert rows(workspace.published_db, known.format(instant=f"timestamptz '{moment}'")) == first
    assert rows(workspace.published_db, known.format(instant="now()")) != first


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            "cash,platform,usd,stripe_balance,,2026-02-01,12.50,",
            "debit_minor '12.50' of 'cash' is no whole number",
        ),
        ("cash,platform,usd,stripe_balance,,February,1250,", "opening_date 'February' of 'cash' is no day"),
    ],
)
def test_an_unreadable_opening_is_refused_by_name(
    row: str, words: str, tmp_path: Path, workspace: Workspace
) -> None:
    inbox = small_sigma(tmp_path / "inbox")
    _opening(inbox, row)
    outcome = run(workspace, inbox)
    assert outcome.exit_code == 2
    assert words in outcome.message
    assert "opening_balances.csv" in outcome.message


def test_a_company_rule_replaces_a_built_in_one(tmp_path: Path, workspace: Workspace) -> None:
    inbox = small_sigma(tmp_path / "inbox")
    put(
        inbox / "company" / "posting_rules.csv",
        "rule_id,reporting_category,tenant,flow_type,leg,side,ledger_account,clearing_key,is_mirror\n"
        "fee,fee,any,any,gross,credit,network_costs,,false\n",
    )
    outcome = run(workspace, inbox)
    assert outcome.exit_code == 0, outcome.message
    found = rows(
        workspace.published_db,
        "select distinct ledger_account from marts.fct_ledger_postings as postings join marts.fct_transactions "
        "on postings.source_object_id = transaction_id where reporting_category = 'fee' and leg = 'gross'",
    )
    assert found == [("network_costs",)]
