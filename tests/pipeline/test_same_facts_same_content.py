"""The same facts give the same content, whichever way they come: by format, order, batch, repetition or run."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from orchestration.warehouse.content_hash import TableContent
from orchestration.workspace import Workspace
from tests.pipeline.carried import not_carried_by_both
from tests.pipeline.company_files import (
    STAMP,
    export_time,
    write_api_lists,
    write_pipeline,
    write_sigma_csv,
    write_sigma_parquet,
)
from tests.pipeline.harness import MARTS, content, differences, load, load_and_build, rows
from tests.pipeline.inboxes import SIGMA, as_csv, company, file_of, put, read_csv, transactions

pytestmark = pytest.mark.slow
ALL = ("marts", "staging")

# Marts: what only one kind of source carries.
MART_COLUMNS = {
    # Sigma fills this column only for rows created since 2026-01-26; API lists always do
    "fct_transactions": {"exchange_rate"},
    # Sigma does not state how fast a payout was sent, nor whether Stripe has listed its members
    "fct_payout_reconciliation": {"method", "reconciliation_status"},
    # only the API has events
    "fct_trace": {"event_id"},
    # API lists do not say which account is the platform's own; Sigma's `accounts` does (connected rows: below)
    "dim_accounts": {"stripe_account_id", "country", "name"},
}
# Staging: columns that both kinds of source carry and that may differ all the same.
STAGED_COLUMNS = {
    "stg_stripe__balance_transactions": {"exchange_rate"},
    # Sigma lists a deleted customer with `deleted`; the API no longer lists it and tells by an event
    "stg_stripe__customers": {"is_deleted"},
}
# Staging models whose rows only one kind of source has.
ONE_SIDED = {
    "agg_source_completeness",  # says which source showed what
    "agg_reconciliation_quality",  # measures that too
    "stg_stripe__events", "stg_stripe__unmodelled",  # API only
    "fct_object_observations", "fct_event_divergences",  # API only: the log of lists and events
    "stg_stripe__stated_balances", "fct_balance_proof",  # API only here: what Stripe states of its balances
    "stg_stripe__subscription_observations", "stg_stripe__subscription_item_observations",  # API only: what events showed
    "fct_mrr_movements", "agg_mrr_monthly",  # events tell a change without a proration at its time, exports with its next bill
    "stg_stripe__payout_members",  # API only: Sigma states the payout on the transaction
    "stg_stripe__credit_note_refunds",  # API only: Sigma has one refund on the credit note
    "stg_stripe__own_account", "stg_stripe__exchange_rates",  # Sigma only
    "stg_stripe__accounts",  # the API lists the own account among the others
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("facts")


def _built(root: Path, name: str, inbox: Path) -> dict[str, TableContent]:
    workspace = Workspace(root / name)
    outcome = load_and_build(workspace, inbox)
    assert (outcome.exit_code, outcome.refused) == (0, {}), outcome.message
    return content(workspace, ALL)


@pytest.fixture(scope="module")
def csv_inbox(root: Path) -> Path:
    write_sigma_csv(company(), root / "csv")
    return root / "csv"


@pytest.fixture(scope="module")
def golden(root: Path, csv_inbox: Path) -> dict[str, TableContent]:
    """Content of the Sigma CSV inbox; everything else is compared with it."""
    found = _built(root, "golden", csv_inbox)
    assert set(MARTS) <= set(found)
    assert found["fct_transactions"].row_count == transactions()
    return found


@pytest.fixture(scope="module")
def api_inbox(root: Path, csv_inbox: Path) -> Path:
    write_api_lists(company(), root / "api")
    # the API has no list of the rates by which invoices are booked
    rates = file_of(csv_inbox, "exchange_rates_from_usd")
    put(root / "api" / SIGMA / rates.name, rates.read_bytes())
    return root / "api"


@pytest.fixture(scope="module")
def api(root: Path, api_inbox: Path) -> Workspace:
    outcome = load_and_build(Workspace(root / "api-workspace"), api_inbox)
    assert (outcome.exit_code, outcome.refused) == (0, {}), outcome.message
    return Workspace(root / "api-workspace")


def _left_out(csv_inbox: Path, api_inbox: Path) -> dict[str, set[str]]:
    left_out = {**not_carried_by_both(csv_inbox, api_inbox), **{k: set(v) for k, v in MART_COLUMNS.items()}}
    for table, columns in STAGED_COLUMNS.items():
        left_out[table] = left_out.get(table, set()) | columns
    return left_out


def _compared(tables: Mapping[str, TableContent], without: Iterable[str]) -> dict[str, TableContent]:
    return {name: found for name, found in tables.items() if name not in set(without)}


def test_parquet(root: Path, golden: dict[str, TableContent]) -> None:
    write_sigma_parquet(company(), root / "parquet")
    assert differences(golden, _built(root, "parquet-workspace", root / "parquet")) == {}


def test_data_pipeline(root: Path, golden: dict[str, TableContent]) -> None:
    write_pipeline(company(), root / "pipeline")
    assert differences(golden, _built(root, "pipeline-workspace", root / "pipeline")) == {}


def test_api_lists(csv_inbox: Path, api_inbox: Path, api: Workspace, root: Path, golden: dict[str, TableContent]) -> None:
    left_out = _left_out(csv_inbox, api_inbox)
    sigma = content(Workspace(root / "golden"), ALL, left_out)
    listed = content(api, ALL, left_out)
    skipped = ONE_SIDED | {"dim_accounts"}
    assert differences(_compared(sigma, skipped), _compared(listed, skipped)) == {}
    assert sum(len(found.columns) for name, found in sigma.items() if name.startswith("stg_")) > 400
    query = ("select account_id, kind, stripe_account_id, country, name from marts.dim_accounts "
             "where account_id in (select account_id from marts.fct_transactions) and kind = 'connected' order by all")
    connected = rows(Workspace(root / "golden").candidate_db, query)
    assert connected == rows(api.candidate_db, query)
    assert len(connected) == 2


def test_the_platform_is_no_connected_account(api: Workspace) -> None:
    """API lists do not hold the platform's own account, so its Stripe id is unknown, not guessed."""
    query = "select account_id, kind, stripe_account_id from marts.dim_accounts where kind = 'platform' or stripe_account_id = ?"
    assert rows(api.candidate_db, query, [company().platform_account]) == [("platform", "platform", None)]


def test_both_sources_at_once(root: Path, csv_inbox: Path, golden: dict[str, TableContent]) -> None:
    write_sigma_csv(company(), root / "both")
    write_api_lists(company(), root / "both")
    workspace = Workspace(root / "both-workspace")
    outcome = load_and_build(workspace, root / "both")
    assert (outcome.exit_code, outcome.refused) == (0, {}), outcome.message
    left_out = {table: MART_COLUMNS[table] for table in ("fct_transactions", "fct_payout_reconciliation", "fct_trace")}
    both = content(workspace, ("marts",), left_out)
    assert both.pop("agg_source_completeness").row_count > 50  # only where two sources tell is there a comparison
    assert both.pop("fct_object_observations").row_count > 5_000  # only lists and events are observations
    both.pop("fct_balance_proof")  # beside what API lists state
    assert both.pop("fct_mrr_movements").row_count and both.pop("agg_mrr_monthly").row_count  # events tell more of the past
    assert both.pop("agg_reconciliation_quality").row_count > 80  # also how far two sources agree
    one = {table: found for table, found in content(Workspace(root / "golden"), ("marts",), left_out).items()
           if table in both}
    assert len(one) == len(both) > 10
    assert differences(one, both) == {}
    # and the column that Sigma lacks comes from the API
    rates = "select transaction_id, exchange_rate from marts.fct_transactions where exchange_rate is not null order by 1"
    assert rows(workspace.candidate_db, rates) == rows(Workspace(root / "api-workspace").candidate_db, rates)


def test_shuffled_split_into_seven_and_zipped_with_controls(root: Path, golden: dict[str, TableContent]) -> None:
    write_sigma_csv(company(), root / "seven", parts=7, gzip=True, shuffle_seed=3, control=True)
    assert differences(golden, _built(root, "seven-workspace", root / "seven")) == {}


@pytest.mark.nightly
def test_split_into_a_hundred_files(root: Path, csv_inbox: Path, golden: dict[str, TableContent]) -> None:
    """The transactions in a hundred shuffled files, some of them zipped; the other tables whole."""
    import gzip

    inbox = root / "hundred"
    for path in (csv_inbox / SIGMA).iterdir():
        if not path.name.startswith("balance_transactions_2"):
            put(inbox / SIGMA / path.name, path.read_bytes())
    table = read_csv(file_of(csv_inbox, "balance_transactions"))
    random.Random(5).shuffle(table)
    for number in range(100):
        data = as_csv(table[number::100]).encode()
        name = f"balance_transactions_{STAMP}_part{number + 1}.csv"
        put(inbox / SIGMA / (f"{name}.gz" if number % 3 == 0 else name),
            gzip.compress(data) if number % 3 == 0 else data)
    assert len(list((inbox / SIGMA).glob("balance_transactions_2*"))) == 100
    assert differences(golden, _built(root, "hundred-workspace", inbox)) == {}


@pytest.mark.nightly
def test_shuffled_api_lists_in_parts(root: Path, csv_inbox: Path, api: Workspace) -> None:
    write_api_lists(company(), root / "api-parts", parts=5, shuffle_seed=8)
    rates = file_of(csv_inbox, "exchange_rates_from_usd")
    put(root / "api-parts" / SIGMA / rates.name, rates.read_bytes())
    assert differences(content(api, ALL), _built(root, "api-parts-workspace", root / "api-parts")) == {}


def test_everything_three_times(root: Path, csv_inbox: Path, golden: dict[str, TableContent]) -> None:
    """Copies under other names and with later stamps: received, loaded, and no row more."""
    inbox = root / "thrice"
    for path in (csv_inbox / SIGMA).iterdir():
        data = path.read_bytes()
        put(inbox / SIGMA / path.name, data)
        put(inbox / SIGMA / path.name.replace(STAMP, "2026-04-01T0900"), data, "2026-04-01T0900")
        put(inbox / SIGMA / path.name.replace(".csv", "_part2.csv"), data)
    assert differences(golden, _built(root, "thrice-workspace", inbox)) == {}


def test_incremental_equals_a_build_from_nothing(root: Path, csv_inbox: Path, golden: dict[str, TableContent]) -> None:
    """A month of rows first and an earlier as_of, an older state of some, then the rest; then rebuilt whole."""
    inbox, workspace = root / "increments", Workspace(root / "increments-workspace")
    early = "2026-02-15T0300"
    for path in (csv_inbox / SIGMA).iterdir():
        table = path.name.split(f"_{STAMP}")[0]
        found = read_csv(path)
        first = [row for row in found if row.get("created", row.get("date", "")) < "2026-02-15"]
        if table == "charges":  # as they were then: not yet refunded
            first = [{**row, "amount_refunded": "0", "refunded": "false"} for row in first]
        if table.startswith(("transfers", "connected_account_transfers")):
            first = [{**row, "status": "in_transit"} for row in first]
        if table.endswith("balance_transactions"):  # paid out later
            first = [{**row, "automatic_transfer_id": "", "status": "pending"} for row in first]
        if first:
            put(file_of(inbox, table, early), as_csv(first), early)
    outcome = load_and_build(workspace, inbox, as_of="2026-02-01T00:00:00Z")
    assert outcome.exit_code == 0, outcome.message
    begun = content(workspace)["fct_transactions"].row_count
    assert 50 < begun == _born_until("2026-02-01")
    outcome = load_and_build(workspace, inbox, as_of="2026-02-15T00:00:00Z")  # nothing new but the instant
    assert outcome.exit_code == 0, outcome.message
    assert begun < content(workspace)["fct_transactions"].row_count == _born_until("2026-02-15")

    # what an old export says and the new one no longer does stays out of the comparison: nothing was deleted
    for path in sorted((csv_inbox / SIGMA).iterdir(), key=lambda path: path.name[::-1]):
        put(inbox / SIGMA / path.name, path.read_bytes())
    outcome = load_and_build(workspace, inbox)
    assert (outcome.exit_code, outcome.refused) == (0, {}), outcome.message
    assert (workspace.candidate / "build_state.json").is_file()
    assert differences(golden, content(workspace, ALL)) == {}

    outcome = load_and_build(workspace, inbox, full_refresh=True)
    assert outcome.exit_code == 0, outcome.message
    assert differences(golden, content(workspace, ALL)) == {}


def _born_until(day: str) -> int:
    """Transactions of the company up to a midnight."""
    return sum(obj["created"] <= export_time(day) for _, obj in company().objects["balance_transaction"])


def test_the_same_inbox_again_loads_nothing(root: Path, csv_inbox: Path, golden: dict[str, TableContent]) -> None:
    workspace = Workspace(root / "golden")
    outcome = load(workspace, csv_inbox)
    assert outcome.context is not None
    assert (outcome.context.received, outcome.context.loaded_rows) == (0, {})


def test_replay_from_landing_and_journal_alone(root: Path, golden: dict[str, TableContent]) -> None:
    """Landing and journal are all there is to back up."""
    import shutil

    backup = root / "restored"
    shutil.copytree(root / "golden" / "landing", backup / "landing")
    os.makedirs(root / "nothing", exist_ok=True)
    assert differences(golden, _built(root, "restored", root / "nothing")) == {}
