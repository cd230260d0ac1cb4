"""What Stripe states as its balances, in staging: files of the API and reports of every kind, in any order."""

from __future__ import annotations

import itertools
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from orchestration import build_state
from orchestration.sandbox.simulate import simulate_into
from orchestration.sandbox.world.plan import Plan
from orchestration.workspace import Workspace
from tests.pipeline.harness import load, rows, run, run_dbt

pytestmark = pytest.mark.slow

NEW_YORK = 'reporting_timezone = "America/New_York"\n'
MARCH = "stripe/reports/balance.summary.1_2026-03-01_2026-04-01.csv"
APRIL = "stripe/reports/balance.summary.1_2026-04-01_2026-05-01.csv"
SELLERS = "stripe/reports/connected_account_balance.summary.1_2026-03-08_2026-03-09T0400.csv"
STATED = "account_id, currency, stated_at::varchar, stated_by, stated_minor, available_minor, pending_minor, connect_reserved_minor"


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def summary(*balances: tuple[str, str, str], header: str = "category,description,net_amount,currency") -> str:
    lines = [line for start, end, currency in balances
             for line in (f"starting_balance,,{start},{currency}", f"ending_balance,,{end},{currency}")]
    return "\n".join([header, *lines]) + "\n"


def balance(available: dict[str, int], pending: dict[str, int], reserved: dict[str, int] | None = None) -> str:
    parts = {"available": available, "pending": pending, **({"connect_reserved": reserved} if reserved else {})}
    lists = {name: [{"amount": amount, "currency": currency} for currency, amount in part.items()]
             for name, part in parts.items()}
    return json.dumps({"object": "balance", "livemode": True, **lists}) + "\n"


def put(inbox: Path, name: str, text: str, modified: str = "2026-05-02T00:00:00") -> None:
    path = inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (at(modified), at(modified)))


def build(workspace: Workspace, inbox: Path, *more: str) -> None:
    """Load what lies in the inbox, and build the one model (and more)."""
    outcome = load(workspace, inbox)
    assert (outcome.exit_code, outcome.refused) == (0, {})
    assert outcome.context is not None
    build_state.prepare_build(workspace, outcome.context)
    environment = build_state.dbt_environment(workspace, outcome.context)
    selected = ["--select", "currencies", "stg_stripe__stated_balances", *more, "--indirect-selection", "empty"]
    answer = run_dbt(environment, selected)
    assert answer["success"], answer["errors"]


def stated(workspace: Workspace, columns: str = STATED) -> list[tuple[Any, ...]]:
    query = f"select {columns} from staging.stg_stripe__stated_balances order by account_id, stated_by, stated_at, currency"
    return rows(workspace.candidate_db, query)


def test_reports_become_minor_units_at_local_midnight(tmp_path: Path) -> None:
    """March in New York begins at 05:00 UTC and ends at 04:00 UTC; yen have no decimals, dinars three."""
    workspace, inbox = Workspace(tmp_path / "workspace"), tmp_path / "inbox"
    put(inbox, "company/tieout.toml", NEW_YORK)
    put(inbox, MARCH, summary(("-0.07", "90071992547409.93", "usd"), ("1500", "0", "JPY"), ("1.005", "2.5", "kwd")))
    put(inbox, SELLERS, summary(("1.00", "2", "eur"), header="category,description,net_amount,currency,account")
        .replace(",eur", ",eur,acct_a"))
    build(workspace, inbox)
    nothing = (None, None, None)
    assert stated(workspace) == [
        ("acct_a", "eur", "2026-03-08 05:00:00+00", "report", 100, *nothing),
        ("acct_a", "eur", "2026-03-09 04:00:00+00", "report", 200, *nothing),
        ("platform", "jpy", "2026-03-01 05:00:00+00", "report", 1500, *nothing),
        ("platform", "kwd", "2026-03-01 05:00:00+00", "report", 1005, *nothing),
        ("platform", "usd", "2026-03-01 05:00:00+00", "report", -7, *nothing),
        ("platform", "jpy", "2026-04-01 04:00:00+00", "report", 0, *nothing),
        ("platform", "kwd", "2026-04-01 04:00:00+00", "report", 2500, *nothing),
        ("platform", "usd", "2026-04-01 04:00:00+00", "report", 9007199254740993, *nothing),
    ]
    assert {row[0] for row in stated(workspace, "source_name")} == {MARCH, SELLERS}


def test_every_fetch_of_the_api_is_a_statement_of_its_own(tmp_path: Path) -> None:
    workspace, inbox = Workspace(tmp_path / "workspace"), tmp_path / "inbox"
    first = balance({"usd": 1000, "jpy": 0}, {"usd": 250}, {"usd": 30})
    put(inbox, "stripe/api/balance.jsonl", first, "2026-03-01T10:00:00")
    put(inbox, "stripe/api/acct_a/balance.jsonl", balance({"eur": -5}, {"eur": 2}), "2026-03-01T10:00:01")
    build(workspace, inbox)
    build(workspace, inbox)  # the same files again
    put(inbox, "stripe/api/balance.jsonl", first, "2026-03-02T10:00:00")  # unchanged a day later
    build(workspace, inbox)
    assert stated(workspace) == [
        ("acct_a", "eur", "2026-03-01 10:00:01+00", "api", -3, -5, 2, 0),
        ("platform", "jpy", "2026-03-01 10:00:00+00", "api", 0, 0, 0, 0),
        ("platform", "usd", "2026-03-01 10:00:00+00", "api", 1250, 1000, 250, 30),
        ("platform", "jpy", "2026-03-02 10:00:00+00", "api", 0, 0, 0, 0),
        ("platform", "usd", "2026-03-02 10:00:00+00", "api", 1250, 1000, 250, 30),
    ]


def test_order_and_repetition_change_nothing(tmp_path: Path) -> None:
    """The end of March stands in two reports; the one that was exported later counts."""
    files = [
        (MARCH, summary(("1", "5.00", "usd")), "2026-04-02T00:00:00"),
        (APRIL, summary(("5.01", "7", "usd")), "2026-05-02T00:00:00"),
        ("stripe/api/balance.jsonl", balance({"usd": 501}, {}), "2026-04-01T00:00:00"),
    ]
    found = []
    for number, order in enumerate(itertools.permutations(files)):
        if number in (1, 4):  # six builds would say the same as four
            continue
        workspace, inbox = Workspace(tmp_path / f"workspace{number}"), tmp_path / f"inbox{number}"
        for name, text, modified in order:
            put(inbox, name, text, modified)
            load(workspace, inbox)
        put(inbox, *files[0][:2], "2026-04-03T00:00:00")  # once more, touched
        build(workspace, inbox)
        found.append(stated(workspace, STATED + ", source_name"))
    assert found == [found[0]] * 4
    assert [row[:5] for row in found[0]] == [
        ("platform", "usd", "2026-04-01 00:00:00+00", "api", 501),
        ("platform", "usd", "2026-03-01 00:00:00+00", "report", 100),
        ("platform", "usd", "2026-04-01 00:00:00+00", "report", 501),
        ("platform", "usd", "2026-05-01 00:00:00+00", "report", 700),
    ]


def test_reports_of_the_simulated_company_state_what_its_transactions_sum_to(tmp_path: Path) -> None:
    """Reports date a transaction by its creation, but an automatic payout by its `available_on`."""
    workspace = Workspace(tmp_path / "workspace")
    simulate_into(Plan(months=4, customers=60, accounts=2), tmp_path / "inbox")
    build(workspace, tmp_path / "inbox", "stg_stripe__balance_transactions", "stg_stripe__payouts")
    found = rows(workspace.candidate_db, """
        with dated as (
            select t.account_id, t.currency, t.net_minor, t.created_at,
                case when p.is_automatic and t.transaction_type = 'payout' then t.available_at else t.created_at end as dated_at
            from staging.stg_stripe__balance_transactions as t
            left join staging.stg_stripe__payouts as p on t.account_id = p.account_id and t.source_object_id = p.payout_id
        )
        select any_value(stated_minor), sum(net_minor) filter (where dated_at < stated_at),
            sum(net_minor) filter (where created_at < stated_at)
        from staging.stg_stripe__stated_balances as stated inner join dated using (account_id, currency)
        where stated_by = 'report' and stated_minor <> 0 group by account_id, currency, stated_at""")
    assert len(found) >= 5
    assert [row for row in found if row[0] != row[1]] == []
    assert [row for row in found if row[0] != row[2]] != [], "no payout was on its way at the end of a month"


def test_a_refused_report_stops_nothing_and_is_said(tmp_path: Path) -> None:
    workspace, inbox = Workspace(tmp_path / "workspace"), tmp_path / "inbox"
    put(inbox, MARCH, summary(("1.005", "2", "usd")))
    put(inbox, APRIL, summary(("2", "3", "usd")))
    outcome = run(workspace, inbox)
    assert outcome.exit_code == 0, outcome.message
    said, = outcome.manifest["incomplete"]
    assert said["name"] == MARCH and "too many decimals" in said["reason"] and not said["is_critical"]
    published = rows(workspace.published_db, "select stated_minor from staging.stg_stripe__stated_balances order by 1")
    assert published == [(200,), (300,)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (balance({"usd": 1}, {}) + balance({"usd": 2}, {}), "Two different balances of platform in one file"),
        ('{"object": "balance", "available": []}\n', "no list `pending`"),
        (balance({"usd": 1}, {}).replace('"amount": 1,', '"amount": 1.5,'), "decimals in minor units"),
        (balance({"xxx": 1}, {}), "unknown currency"),
        ('{"object": "balance", "available": [{"currency": "usd"}], "pending": []}\n', "empty balance.available[].amount"),
    ],
)
def test_a_balance_that_states_nothing_certain_is_refused(text: str, said: str, tmp_path: Path) -> None:
    put(tmp_path / "inbox", "stripe/api/balance.jsonl", text)
    put(tmp_path / "inbox", APRIL, summary(("2", "3", "usd")))
    outcome = load(Workspace(tmp_path / "workspace"), tmp_path / "inbox")
    assert outcome.exit_code == 0
    assert said in outcome.refused["stripe/api/balance.jsonl"]
