"""Balance summaries on their way into raw: what is kept as text, and what is refused with which reason."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from orchestration.assets.raw import raw_asset_names
from orchestration.sources.catalog import stripe_catalog
from orchestration.sources.landing import receive
from orchestration.warehouse.connection import connect
from orchestration.warehouse.quarantine import rebuild_quarantine
from orchestration.warehouse.raw_loader import LoadOutcome, load_landing
from orchestration.workspace import Workspace

HEADER = "category,description,net_amount,currency\n"
MARCH = "balance.summary.1_2026-03-01_2026-04-01"


def summary(start: str, end: str, currency: str = "usd") -> str:
    return (
        f"starting_balance,Starting balance,{start},{currency}\n"
        f"activity,Net change,1.00,{currency}\n"
        f"ending_balance,Ending balance,{end},{currency}\n"
    )


def load_files(folder: Path, files: dict[str, str]) -> tuple[Workspace, LoadOutcome]:
    workspace = Workspace(folder / "workspace")
    for name, text in files.items():
        path = folder / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    receive(workspace, folder / "inbox", datetime(2026, 5, 1, 12, tzinfo=UTC))
    return workspace, load_landing(workspace, "run")


def rows(workspace: Workspace, columns: str) -> list[tuple[Any, ...]]:
    with connect(workspace.raw_db) as connection:
        return connection.execute(f"select {columns} from reports.balance_summary order by rowid").fetchall()


def report(stem: str, text: str) -> dict[str, str]:
    return {f"stripe/reports/{stem}.csv": text}


def test_a_summary_stays_text_with_the_interval_of_its_name(tmp_path: Path) -> None:
    text = HEADER + summary("-0.50", "1234.5")
    workspace, outcome = load_files(tmp_path, report(MARCH, text))
    assert outcome.refused == [] and outcome.rows == {"reports.balance_summary": 3}
    assert rows(workspace, "category, net_amount, account_id, starts_on::varchar, ends_on::varchar, starts_at, ends_at") == [
        ("starting_balance", "-0.50", "platform", "2026-03-01", "2026-04-01", None, None),
        ("activity", "1.00", "platform", "2026-03-01", "2026-04-01", None, None),
        ("ending_balance", "1234.5", "platform", "2026-03-01", "2026-04-01", None, None),
    ]


def test_instants_and_the_account_stand_in_the_name(tmp_path: Path) -> None:
    stem = "balance.summary.1_2026-03-01T0530_2026-03-02T053015_acct_1Abc"
    workspace, outcome = load_files(tmp_path, report(stem, HEADER + summary("1", "2")))
    assert outcome.refused == []
    assert set(rows(workspace, "account_id, starts_at::varchar, ends_at::varchar, starts_on, ends_on")) == {
        ("acct_1Abc", "2026-03-01 05:30:00+00", "2026-03-02 05:30:15+00", None, None)
    }


def test_a_connected_report_names_its_tenants_in_a_column(tmp_path: Path) -> None:
    header = "account," + HEADER
    lines = [f"acct_{name},{line}" for name in ("a", "b") for line in summary("1", "2").splitlines()]
    stem = "connected_account_balance.summary.1_2026-03-01_2026-04-01"
    workspace, outcome = load_files(tmp_path, report(stem, header + "\n".join(lines) + "\n"))
    assert outcome.refused == []
    assert [row[0] for row in rows(workspace, "account_id")] == ["acct_a"] * 3 + ["acct_b"] * 3


def test_fetched_and_reported_balances_are_one_raw_asset() -> None:
    """What builds the staging model waits for the loader, whichever of the two arrived."""
    names = {stripe_catalog().asset_of("api", "balance"), stripe_catalog().asset_of("reports", "balance_summary")}
    assert names == {"stated_balances"} and names <= set(raw_asset_names())


def test_other_reports_wait_unread(tmp_path: Path) -> None:
    files = {**report("payouts.itemized.3_2026-03-01_2026-04-01", "anything\n"), **report("balance.summary.12", "x\n")}
    workspace, outcome = load_files(tmp_path, files)
    assert (outcome.loaded, outcome.refused) == ([], [])
    assert len(list(workspace.blobs.glob("*/*"))) == 2


def test_a_column_of_no_interest_is_named_and_an_empty_report_states_nothing(tmp_path: Path) -> None:
    files = report(MARCH, "reference," + HEADER)
    workspace, outcome = load_files(tmp_path, files)
    assert outcome.refused == [] and rows(workspace, "*") == []
    with connect(workspace.raw_db) as connection:
        assert connection.execute("select extra_columns, completeness from meta.loads").fetchall() == [("reference", "unproven")]


@pytest.mark.parametrize(
    ("stem", "text", "said"),
    [
        (MARCH, HEADER + summary("10.005", "1"), "too many decimals for its currency in column net_amount"),
        (MARCH, HEADER + summary("10.50", "1", "jpy"), "too many decimals"),
        (MARCH, HEADER + summary("1.000", "1", "jpy"), "too many decimals"),  # may be a thousand
        (MARCH, HEADER + summary("1.000", "1"), "too many decimals"),
        (MARCH, HEADER + summary("1.0001", "1", "kwd"), "too many decimals"),
        (MARCH, HEADER + summary("1", "1", "xxx"), "unknown currency in column currency"),
        (MARCH, HEADER + summary("1", "1", ""), "empty currency"),
        (MARCH, HEADER + summary("", "1"), "empty net_amount"),
        (MARCH, HEADER + summary('"1,000.00"', "1"), "unreadable number in column net_amount"),
        (MARCH, HEADER + summary("1e3", "1"), "unreadable number"),
        (MARCH, HEADER + summary("(1.00)", "1"), "unreadable number"),
        (MARCH, HEADER + summary("92233720368547758.08", "1"), "amount beyond 64 bits"),
        (MARCH, "category,description,currency\nstarting_balance,x,usd\n", "Required column net_amount is missing"),
        (MARCH, HEADER + "starting_balance,x,1.00,usd\n", "holds no ending_balance in usd of platform"),
        (MARCH, HEADER + summary("1", "2") + summary("1", "3"), "Two different rows with one key inside one export"),
        (MARCH, HEADER + summary("1", "2").rstrip("\n"), "does not end with a line break"),
        (MARCH, HEADER + summary("1", "2") + "ending_balance,x\n", "cannot be read as a whole"),
        (MARCH, "", "empty"),
        ("balance.summary.1", HEADER + summary("1", "2"), "states no interval"),
        ("balance.summary.1 (1)", HEADER + summary("1", "2"), "states no interval"),
        ("balance.summary.1_2026-03-01", HEADER + summary("1", "2"), "states no interval"),
        ("balance.summary.1_2026-03-01_2026-04-01_2", HEADER + summary("1", "2"), "states no interval"),
        ("balance.summary.1_2026-02-29_2026-04-01", HEADER + summary("1", "2"), "does not exist"),
        ("balance.summary.1_2026-04-01_2026-04-01", HEADER + summary("1", "2"), "before it has begun"),
        ("connected_account_balance.summary.1_2026-03-01_2026-04-01", HEADER + summary("1", "2"), "column account is missing"),
        (
            "connected_account_balance.summary.1_2026-03-01_2026-04-01_acct_a",
            "account," + HEADER + "acct_b,starting_balance,x,1,usd\nacct_b,ending_balance,x,1,usd\n",
            "another account than the file name states",
        ),
        (
            "connected_account_balance.summary.1_2026-03-01_2026-04-01",
            "account," + HEADER + ",starting_balance,x,1,usd\n,ending_balance,x,1,usd\n",
            "not a connected account id",
        ),
    ],
)
def test_what_cannot_be_read_exactly_is_refused_whole(stem: str, text: str, said: str, tmp_path: Path) -> None:
    good = "balance.summary.1_2026-01-01_2026-02-01"
    workspace, outcome = load_files(tmp_path, {**report(stem, text), **report(good, HEADER + summary("1", "2"))})
    refused, = outcome.refused
    assert said in refused.reason and not refused.is_critical
    assert {row[0] for row in rows(workspace, "source_name")} == {f"stripe/reports/{good}.csv"}
    quarantined, = rebuild_quarantine(workspace)
    assert quarantined["name"] == f"stripe/reports/{stem}.csv" and said in quarantined["reason"]


def test_a_currency_of_the_companys_own_is_read_with_its_exponent(tmp_path: Path) -> None:
    files = report(MARCH, HEADER + summary("1.12345678", "2", "xbt"))
    assert "unknown currency" in load_files(tmp_path, files)[1].refused[0].reason
    workspace, outcome = load_files(tmp_path, {"company/currencies.csv": "currency,exponent,name\nxbt,8,Bitcoin\n"})
    assert outcome.refused == [] and len(rows(workspace, "*")) == 3


def test_a_control_file_speaks_in_major_units_too(tmp_path: Path) -> None:
    control = {f"stripe/reports/{MARCH}.csv.control.json": '{"rows": 3, "sums": {"net_amount": 4.5}}'}
    workspace, outcome = load_files(tmp_path, {**report(MARCH, HEADER + summary("1.50", "2.00")), **control})
    assert outcome.refused == []
    with connect(workspace.raw_db) as connection:
        assert connection.execute("select completeness from meta.loads").fetchall() == [("proven",)]


def test_a_control_file_that_states_another_total_refuses_the_report(tmp_path: Path) -> None:
    control = {f"stripe/reports/{MARCH}.csv.control.json": '{"sums": {"net_amount": "4.51"}}'}
    _, outcome = load_files(tmp_path, {**report(MARCH, HEADER + summary("1.50", "2.00")), **control})
    assert "The control file disagrees: sum of net_amount 4.51 stated" in outcome.refused[0].reason
