"""The stories of this folder in the books of a retailer: 4-5-4 weeks to the Saturday nearest to the end of January.

What they have to give is worked out by hand; that nothing is lost by another cut of time is told by the calendar months.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from pathlib import Path

import pytest

from orchestration.domain.fiscal_calendar import FiscalCalendar
from orchestration.warehouse.ledger.deferred import DEFERRED_TABLES, deferred_balances
from orchestration.warehouse.ledger.reading import reading
from orchestration.workspace import Workspace
from tests.golden.revenue.expected import Cells, assert_same, imbalance
from tests.golden.revenue.more_expected import books
from tests.golden.revenue.published import natural_changes, publish, run_examples
from tests.golden.revenue.registry import EXAMPLES
from tests.golden.revenue.stories import IN_WHOLE_MONTHS, WITHOUT_CATCH_UP
from tests.golden.revenue.tables import Tables
from tests.pipeline.closing import close, done, reopen
from tests.pipeline.harness import rows, run

pytestmark = pytest.mark.slow
RETAIL = FiscalCalendar("4-5-4", 1, "nearest", "saturday", "start")
SETTINGS = (
    'fiscal_calendar = "4-5-4"\nfiscal_year_end_month = 1\nfiscal_year_end_rule = "nearest"\nfiscal_year_named_by = "start"\n'
)


def weeks(first: str, **accounts: str) -> Cells:
    """As `books`, by the periods of a fiscal year: `2018-11` is its eleventh."""
    named = books(first, **accounts)
    return {(currency, account, f"{period[:4]}-P{period[5:]}"): value for (currency, account, period), value in named.items()}


# 2018-P11 is Dec 2 to Jan 5, 2018-P12 to Feb 2, 2019-P01 to Mar 2, 2019-P02 to Apr 6.
EXPECTED: dict[str, Cells] = {
    # Jan 15 to Feb 2 are 19 days of 31
    "S01": weeks("2018-12", Cash="31", Revenue="19 12", DeferredRevenue="12 -12"),
    # of Jan 1 to 5 the refund of Feb 1 makes contra revenue
    "C03": weeks("2018-11", Cash="90 -90", Revenue="5", DeferredRevenue="85 -85", Refunds=". 5"),
    "C04": weeks(
        "2018-11", Cash="90 -9", Revenue="5 25.20 25.20 26.10", DeferredRevenue="85 -33.70 -25.20 -26.10", Refunds=". 0.50"
    ),
    # May 1 alone, to May 29, to Jul 3, July: 1/31, 29/31 and 3/31 of months of 100
    "D2": weeks("2021-03", Cash="300", Revenue="3.23 90.32 116.13 90.32", DeferredRevenue="296.77 -90.32 -116.13 -90.32"),
    # 6 days of July (30.66), 3 of August (30.66), 5 of the 12.5 days of October (12.50)
    "A04": weeks(
        "2024-05", Cash="120", Revenue="21.43 27.70 27.69 35.68 7.50", DeferredRevenue="98.57 -27.70 -27.69 -35.68 -7.50"
    ),
    # 28, 28, 35 ... days of 365; 2023 has 53 weeks, and Dec 31 lies in its last period
    "D6": {
        **weeks("2022-12", Cash="1200", Revenue="92.05", DeferredRevenue="1107.95"),
        **weeks(
            "2023-01", Revenue="92.06 115.07 92.05 92.06 115.07 92.05 92.06 115.06 92.06 92.05 115.07 3.29",
            DeferredRevenue="-92.06 -115.07 -92.05 -92.06 -115.07 -92.05 -92.06 -115.06 -92.06 -92.05 -115.07 -3.29",
        ),
    },
    # 1.20 a day; measured again on Jan 5 (1.20), Feb 2 (1.15) and Mar 2 (1.25)
    "FR1": weeks(
        "2018-11", AccountsReceivable="108 -4.50 9 -112.50", Cash=". . . 99", Revenue="6 33.60 33.60 34.80",
        DeferredRevenue="102 -33.60 -33.60 -34.80", FxLoss=". 4.50 -9 13.50",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def retail(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    told = [story for name, story in EXAMPLES.items() if name not in [*WITHOUT_CATCH_UP, *IN_WHOLE_MONTHS]]
    return run_examples(tmp_path_factory.mktemp("retail"), told, SETTINGS + "fx_remeasure = true\n")


@pytest.mark.parametrize("name", EXPECTED)
def test_the_published_changes_by_weeks(name: str, retail: Workspace) -> None:
    assert imbalance(EXPECTED[name]) == {}
    assert_same(natural_changes(retail)[f"acct_1{name}"], EXPECTED[name])


def test_periods_are_those_of_the_calendar(retail: Workspace) -> None:
    found = rows(retail.published_db, "select period_id, fiscal_year, fiscal_quarter, fiscal_period, starts_at, ends_at "
                 "from marts.dim_periods order by starts_at")
    assert len(found) == 90  # from October 2018 to April 2026
    for period_id, year, quarter, period, start, end in found:
        first, following = start.astimezone(UTC).date(), end.astimezone(UTC).date()
        assert (period_id, (year, period)) == (RETAIL.period_id(first), RETAIL.place(first))
        assert quarter == (period - 1) // 3 + 1
        assert RETAIL.begins_period(first) and RETAIL.period_id(following - timedelta(days=1)) == period_id
    assert len({row[0] for row in found}) == len(found)


def test_nothing_is_lost_by_another_cut_of_time(retail: Workspace, workspace: Workspace) -> None:
    """All that is ever recognized, taken back and left over is the same; FX apart, which other ends measure otherwise."""
    totals = ("select account_id, currency, ledger_account, sum(debit_minor - credit_minor)::bigint from marts.fct_ledger_postings "
              "where entry_kind <> 'fx_remeasurement' and ledger_account not in "
              "('revenue', 'refunds', 'disputes', 'credit_notes', 'voids', 'bad_debt', 'recoverables', 'deferred_revenue', "
              "'unbilled_receivable', 'unbilled_voids', 'other_loss', 'exclusions') "
              "group by all having sum(debit_minor) <> sum(credit_minor) order by all")  # fmt: skip
    assert rows(retail.published_db, totals) == rows(workspace.published_db, totals) != []
    net = "select account_id, currency, sum(recognized_minor - contra_minor)::bigint from marts.fct_revenue_schedule group by all order by all"
    assert rows(retail.published_db, net) == rows(workspace.published_db, net) != []


def test_schedules_stand_in_the_periods_of_the_ledger(retail: Workspace) -> None:
    found = rows(retail.published_db, "select distinct service_month, period_id from marts.fct_revenue_schedule")
    assert len(found) > 50
    assert [row for row in found if RETAIL.period_id(row[0]) != row[1] or not RETAIL.begins_period(row[0])] == []
    posted = ("select count(*), count(*) filter (postings.period_id <> schedule.period_id) from marts.fct_ledger_postings as postings "
              "inner join marts.fct_revenue_schedule as schedule on postings.account_id = schedule.account_id and postings.entry_id = "
              "concat(schedule.account_id, ':', schedule.component_id, ':', schedule.period_id) where postings.leg = 'revenue'")
    [(count, elsewhere)] = rows(retail.published_db, posted)
    assert (count > 500, elsewhere) == (True, 0)


def test_deferred_revenue_at_the_end_of_every_period_is_the_ledgers(retail: Workspace) -> None:
    ends = rows(retail.published_db, "select period_id, ends_at from marts.dim_periods "
                "where ends_at <= (select as_of from meta.publication) order by all")[::9]
    ledger = {(tenant, currency, period, account): amount for tenant, currency, period, account, amount in rows(
        retail.published_db, "select account_id, currency, period_id, ledger_account, closing_minor "
        "from marts.agg_trial_balance_monthly where ledger_account in ('deferred_revenue', 'unbilled_receivable')")}
    checked, wrong = 0, []
    with reading(retail, DEFERRED_TABLES) as published:
        for period, end in ends:
            for row in deferred_balances(published, (end - timedelta(seconds=1)).astimezone(UTC)):
                balances = [ledger.get((row.account_id, row.currency, period, name), 0)
                            for name in ("deferred_revenue", "unbilled_receivable")]
                checked += 1
                if [-row.deferred_minor, row.unbilled_minor] != balances:
                    wrong.append((period, row, balances))
    assert (checked > 100, wrong) == (True, [])


def test_another_year_end_changes_the_names_of_years_only(changes: dict[str, Cells], tmp_path: Path) -> None:
    told = ["C04", "D2"]
    workspace = run_examples(tmp_path, [EXAMPLES[name] for name in told], "fiscal_year_end_month = 6\n")
    found = natural_changes(workspace)
    for name in told:
        assert_same(found[f"acct_1{name}"], changes[f"acct_1{name}"])
    years = rows(workspace.published_db, "select period_id, fiscal_year, fiscal_quarter, fiscal_period from marts.dim_periods "
                 "where period_id in ('2019-06', '2019-07', '2020-01') order by all")
    assert years == [("2019-06", 2019, 4, 12), ("2019-07", 2020, 1, 1), ("2020-01", 2020, 3, 7)]


@pytest.mark.nightly
def test_periods_of_weeks_close_and_their_calendar_stays(tmp_path: Path) -> None:
    tables, workspace = Tables(), Workspace(tmp_path / "workspace")
    tables.settings = SETTINGS
    EXAMPLES["C04"].write(tables)
    publish(workspace, tables.write(tmp_path / "one"))
    assert close(workspace, "2018-P11").first_open_day == "2019-01-06"

    other = tables.settings.replace("4-5-4", "4-4-5")
    (tmp_path / "other" / "company").mkdir(parents=True)
    (tmp_path / "other" / "company" / "tieout.toml").write_text(other, encoding="utf-8")
    refused = run(workspace, tmp_path / "other")
    assert (refused.exit_code, "2018-P11 is closed" in refused.message) == (2, True), refused.message

    EXAMPLES["D1"].write(tables)
    EXAMPLES["C16"].write(tables)  # a payment of Jan 1, of which nobody had told
    done(run(workspace, tables.write(tmp_path / "two", "2026-04-01T0500")))
    late = rows(workspace.published_db, "select period_id, posting_date::varchar, service_month::varchar, ledger_account, "
                "(credit_minor - debit_minor)::bigint from marts.fct_ledger_postings "
                "where entry_kind = 'correction' and account_id = 'acct_1C16' and ledger_account = 'revenue'")
    assert late == [("2018-P12", "2019-01-06", "2018-12-02", "revenue", 9_000)]
    [(closed, opened)] = rows(workspace.published_db, "select count(*) filter (status = 'closed'), min(period_id) filter (status = 'open') "
                              "from marts.dim_periods")
    assert (closed, opened) == (1, "2018-P12")
    reopen(workspace, "2018-P11")
    done(run(workspace, tmp_path / "two"))
