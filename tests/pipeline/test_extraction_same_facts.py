"""The same company by files, by one backfill and by a backfill with thirty daily increments: the same content."""

from __future__ import annotations

import pytest

from orchestration.domain.secret import Secret
from orchestration.sandbox.server import KEY, SandboxServer
from orchestration.sandbox.simulate import simulate_into
from orchestration.sandbox.simulation import whole_company
from orchestration.sandbox.world.plan import Plan
from orchestration.sources.stripe_api.options import Options
from orchestration.sources.stripe_api.run import extract
from orchestration.sources.stripe_api.transport import StripeTransport
from orchestration.warehouse.content_hash import TableContent
from orchestration.workspace import Workspace
from tests.pipeline.harness import content, differences, load_and_build, rows

pytestmark = pytest.mark.slow

PLAN = Plan(months=4, customers=40, accounts=3)
DAY = 86_400
LATE = 600  # seconds until the sandbox shows a new row
NOW = PLAN.end + 2 * 3600
# What two pulls at different times truly know more of than one: earlier balances, events that Stripe has forgotten
# since, and which source showed what.
TIMES_DIFFER = {"stg_stripe__unmodelled", "stg_stripe__events", "agg_source_completeness"}
# Where the event is forgotten, a change of a subscription is dated by the bill that shows it.
DATED_BY_EVENTS = {"fct_mrr_movements", "agg_mrr_monthly", "agg_churn_diagnosis"}
# Sigma fills it only for rows created since 2026-01-26.
SIGMA_LACKS = {"fct_transactions": {"exchange_rate"}}


def _pull(workspace: Workspace, server: SandboxServer, at: int) -> None:
    server.clock = at
    outcome = extract(
        workspace, Options(rate=100_000.0), lambda: StripeTransport(Secret(KEY), server.url), clock=lambda: at
    )
    assert [failure.as_text() for failure in outcome.failures] == []


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Workspace]:
    """Workspaces built from Sigma files, from one backfill, and from a backfill and thirty increments."""
    root = tmp_path_factory.mktemp("pulled")
    spaces = {name: Workspace(root / name) for name in ("sigma", "backfill", "increments")}
    with SandboxServer(whole_company(PLAN), visible_after=LATE) as server:
        _pull(spaces["backfill"], server, NOW)
        for day in range(30, -1, -1):
            _pull(spaces["increments"], server, NOW - day * DAY)
    simulate_into(PLAN, root / "files", ("sigma-parquet",))
    (root / "empty").mkdir()
    for name, workspace in spaces.items():
        outcome = load_and_build(workspace, root / ("files" if name == "sigma" else "empty"))
        assert (outcome.exit_code, outcome.refused) == (0, {}), outcome.message
    return spaces


def _compared(workspace: Workspace) -> dict[str, TableContent]:
    found = content(workspace, ("marts", "staging"))
    return {table: held for table, held in found.items() if table not in TIMES_DIFFER}


def test_increments_give_what_one_backfill_gives(built: dict[str, Workspace]) -> None:
    # each pull looks at the lists and the balance of its own moment
    looks = {"fct_object_observations", "stg_stripe__stated_balances", "fct_balance_proof"}
    looks |= {"fct_trace", "agg_reconciliation_quality"}  # events that were seen, and how far lists and events agree
    looks |= {"stg_stripe__subscription_observations", "stg_stripe__subscription_item_observations"}
    differing = set(differences(_compared(built["backfill"]), _compared(built["increments"]))) - looks - DATED_BY_EVENTS
    # what was deleted or taken off meanwhile: increments saw it come and go, a later backfill never saw it
    staged, posted = {"stg_stripe__discounts", "stg_stripe__invoice_items"}, {
        "fct_revenue_components", "fct_revenue_schedule", "fct_ledger_postings"
    }
    assert differing <= staged | posted | {"agg_trial_balance_monthly"}
    seen = "exclude (source_system, recorded_at, observed_at, load_seq) from staging.{} where not is_deleted"
    kept = "exclude (recorded_at) from marts.{} where source_object_id not in (select invoice_item_id from staging.stg_stripe__invoice_items where is_deleted)"
    for table in differing - {"agg_trial_balance_monthly"}:  # the sums of what is compared here
        query = f"select * {(seen if table in staged else kept).format(table)} order by all"
        assert rows(built["backfill"].candidate_db, query) == rows(built["increments"].candidate_db, query)


def test_a_forgotten_event_moves_the_day_of_a_movement_and_nothing_else(built: dict[str, Workspace]) -> None:
    movements = """
        select moved_at, * exclude (movement_id, moved_at, month) from marts.fct_mrr_movements
        order by customer_id, currency, change, moved_at
    """
    first_event = "select min(observed_at) from staging.stg_stripe__subscription_observations where kind = 'event'"
    once, daily = (rows(built[name].candidate_db, movements) for name in ("backfill", "increments"))
    assert [row[1:] for row in once] == [row[1:] for row in daily]
    [[remembered]] = rows(built["backfill"].candidate_db, first_event)
    moved = [(later[0], earlier[0]) for later, earlier in zip(once, daily, strict=True) if later[0] != earlier[0]]
    # the daily pulls kept an event that the one pull, later, could not get any more: it dates the change by its bill
    assert len(moved) == 1 and all(earlier < remembered < later for later, earlier in moved)


def test_the_api_gives_the_transactions_of_sigma(built: dict[str, Workspace]) -> None:
    found = {name: content(space, ("marts",), SIGMA_LACKS)["fct_transactions"] for name, space in built.items()}
    assert found["sigma"].row_count > 900
    assert differences({"t": found["sigma"]}, {"t": found["backfill"]}) == {}
    assert differences({"t": found["sigma"]}, {"t": found["increments"]}) == {}


@pytest.mark.parametrize("name", ["backfill", "increments"])
def test_lists_and_events_agree(built: dict[str, Workspace], name: str) -> None:
    assert rows(built[name].candidate_db, "from marts.fct_exceptions where kind = 'source_difference'") == []
    asked = rows(built[name].candidate_db, "select sum(seen) from marts.agg_source_completeness where source = 'events'")
    assert asked[0][0] > 100
