"""Contracts told apart from their bills: what is earned, what is owed back, and which side the contract stands on."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.workspace import Workspace
from tests.golden.revenue.contract_stories import billed
from tests.golden.revenue.published import publish, run_examples
from tests.golden.revenue.registry import EXAMPLES, Example
from tests.golden.revenue.stories import CONTRACTED, IN_WHOLE_MONTHS
from tests.golden.revenue.story import Story
from tests.golden.revenue.tables import Tables, minor
from tests.pipeline.closing import close
from tests.pipeline.harness import AS_OF, rows

pytestmark = pytest.mark.slow

# Account -> natural changes month by month from 2019-01: credits of revenue and of what is owed, debits of goods and costs.
CREDITS = ("revenue", "contract_balances", "refund_liability")
EXPECTED: dict[str, dict[str, str]] = {
    "KC1": {"revenue": "6000 6000 2850", "contract_balances": "6000 -3150 -2850"},
    "KC2": {"revenue": "6000 1900 5600", "contract_balances": "6000 -400 -5600"},
    "KC3": {"revenue": "12000 7750", "contract_balances": "4000 -4000"},
    "KP": {"revenue": "103.33 80.75 89.40 86.52", "contract_balances": "256.67 -80.75 -89.40 -86.52"},
    "KU": {"revenue": "103.33 73.67 93", "contract_balances": "166.67 -73.67 -93"},
    # 1,000 over 60 days from Jan 10
    "KC9": {"revenue": "1166.67 466.66 166.67", "contract_balances": "633.33 -466.66 -166.67"},
    "KC10": {"revenue": "0 0 36000 0 0 93600", "contract_balances": "0"},
    "KC6": {"revenue": "68807.34 12844.04 18348.62", "contract_balances": "31192.66 -12844.04 -18348.62"},
    "KC8": {"revenue": "33.33 16.67 50", "contract_balances": "66.67 -16.67 -50"},
    "KC11": {
        "revenue": "9700", "refund_liability": "300 -300", "return_assets": "180 -180", "cost_of_sales": "5820",
        "inventory": "-6000 180", "contract_balances": "0",
    },
    "KC12": {
        "revenue": "48500", "refund_liability": "1500", "return_assets": "900", "cost_of_sales": "29100",
        "inventory": "-30000", "contract_balances": "0",
    },
    "KC13": {
        "revenue": "1850000 0 150000", "refund_liability": "150000 0 -150000", "return_assets": "120000 0 -120000",
        "cost_of_sales": "1480000 0 120000", "inventory": "-1600000", "contract_balances": "0",
    },
    "KC16": {"revenue": "400 0 600", "contract_balances": "-400 0 400", "accounts_receivable": "0 0 1000"},
}  # fmt: skip


def changes(workspace: Workspace, name: str) -> dict[str, dict[str, int]]:
    """Account -> period -> natural change in minor units; zeros are left out."""
    query = (
        "select ledger_account, period_id, sum(debit_minor - credit_minor)::bigint from marts.fct_ledger_postings "
        "where account_id = ? group by all having sum(debit_minor - credit_minor) <> 0"
    )
    found: dict[str, dict[str, int]] = {}
    for account, period, debit in rows(workspace.published_db, query, [f"acct_1{name}"]):
        found.setdefault(account, {})[period] = -debit if account in CREDITS else debit
    return found


@pytest.fixture(scope="module")
def whole_months(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    told = [EXAMPLES[name] for name in IN_WHOLE_MONTHS]
    return run_examples(tmp_path_factory.mktemp("whole_months"), told, 'recognition_policy = "months_even"\n')


def test_every_contract_has_its_expectation() -> None:
    assert sorted([*EXPECTED, *IN_WHOLE_MONTHS, "KS"]) == CONTRACTED


@pytest.mark.parametrize("name", EXPECTED)
def test_a_contract_earns_by_its_own_terms(name: str, workspace: Workspace) -> None:
    found = changes(workspace, name)
    for account, texts in EXPECTED[name].items():
        months = {f"2019-{number:02}": minor(text) for number, text in enumerate(texts.split(), 1)}
        assert found.get(account, {}) == {month: amount for month, amount in months.items() if amount}, account
    assert "deferred_revenue" not in found


def test_a_contract_says_in_which_year_it_is_earned(whole_months: Workspace) -> None:
    yearly = (
        "select account_id, year(service_month), sum(credit_minor - debit_minor)::bigint from marts.fct_ledger_postings "
        "where ledger_account = 'revenue' group by all order by all"
    )
    found: dict[str, list[int]] = {}
    for tenant, _, amount in rows(whole_months.published_db, yearly):
        found.setdefault(tenant.removeprefix("acct_1"), []).append(amount)
    wanted = {
        "KC4": ["100000", "100000", *["70000"] * 4], "KC5": ["150000", "150000", *["105000"] * 4],
        "KC19": ["465000", "135000"], "KD8": ["1500"],
    }  # fmt: skip
    assert found == {name: [minor(amount) for amount in amounts] for name, amounts in wanted.items()}


@pytest.mark.parametrize(("name", "month", "amount"), [("KC19", "2019-09", "55000"), ("KC19", "2019-10", "45000"), ("KD8", "2019-06", "100"), ("KD8", "2019-07", "150")])  # fmt: skip
def test_new_terms_leave_the_months_before_them(name: str, month: str, amount: str, whole_months: Workspace) -> None:
    assert changes(whole_months, name)["revenue"][month] == minor(amount)


# Closing balance of each side by month.
SIDES = {
    ("KC16", "contract_asset"): {"2019-01": "400", "2019-02": "400", "2019-03": "0"},
    ("KC1", "contract_liability"): {"2019-01": "6000", "2019-02": "2850", "2019-03": "0"},
    ("KC11", "refund_liability"): {"2019-01": "300", "2019-02": "0"},
}


@pytest.mark.parametrize(("name", "kind"), SIDES)
def test_a_contract_is_an_asset_or_a_liability(name: str, kind: str, workspace: Workspace) -> None:
    query = "select period_id, closing_minor from marts.agg_contract_balances where account_id = ? and balance_kind = ?"
    found = dict(rows(workspace.published_db, query, [f"acct_1{name}", kind]))
    wanted = {month: minor(amount) for month, amount in SIDES[name, kind].items()}
    assert {month: found.get(month) for month in wanted} == wanted


def test_a_subscription_binds_all_that_it_bills(workspace: Workspace) -> None:
    """365 days of 1,200; the invoice of another sale is no part of it."""
    found = changes(workspace, "KS")
    assert found["revenue"]["2019-01"] == round(minor("1200") * 31 / 365)
    assert sum(found["contract_balances"].values()) == 0
    assert found["revenue"]["2019-02"] == round(minor("1200") * 59 / 365) - round(minor("1200") * 31 / 365) + minor("50")
    assert sum(found["revenue"].values()) == minor("1250")


def test_what_a_contract_will_earn_remains_to_be_earned(workspace: Workspace) -> None:
    """KP at the end of January, under the terms of then: 300 less 103.33."""
    query = (
        "select sum(amount_minor)::bigint from marts.agg_remaining_obligations "
        "where account_id = 'acct_1KP' and as_of_date = date '2019-01-31'"
    )
    assert rows(workspace.published_db, query) == [(minor("196.67"),)]


ALL_POSTINGS = (
    "select account_id, ledger_account, period_id, sum(debit_minor - credit_minor)::bigint from marts.fct_ledger_postings "
    "where account_id in (select unnest(?)) group by all having sum(debit_minor - credit_minor) <> 0 order by all"
)


def test_contracts_come_to_the_same_day_after_day(workspace: Workspace, tmp_path: Path) -> None:
    """Each run builds on the one before; terms, transfers and bills of later days are not known in it."""
    tables, stepwise = Tables(), Workspace(tmp_path / "workspace")
    told = [name for name in CONTRACTED if name not in IN_WHOLE_MONTHS]
    for name in told:
        EXAMPLES[name].write(tables)
    inbox, tenants = tables.write(tmp_path / "inbox"), [f"acct_1{name}" for name in told]
    publish(stepwise, inbox, as_of="2019-01-31T23:59:59Z")
    january = [row for row in rows(workspace.published_db, ALL_POSTINGS, [tenants]) if row[2] == "2019-01"]
    assert rows(stepwise.published_db, ALL_POSTINGS, [tenants]) == january
    publish(stepwise, inbox, as_of="2019-02-15T12:00:00Z")
    publish(stepwise, inbox, as_of=AS_OF)
    assert rows(stepwise.published_db, ALL_POSTINGS, [tenants]) == rows(workspace.published_db, ALL_POSTINGS, [tenants])


def quarter(story: Story) -> None:
    story.agree("service", "2019-01-01", "300", ("2019-01-01", "2019-04-01"))
    billed(story, "300", "2019-01-01")


def cheaper(story: Story) -> None:
    """The same, and on Jan 16 the price of all of it has become 270."""
    story.agree("service", "2019-01-16", "270", ("2019-01-01", "2019-04-01"), treatment="catch_up")
    quarter(story)


def test_terms_that_come_late_leave_a_closed_month(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    for tell, stamp in ((quarter, "2026-04-01T0300"), (cheaper, "2026-04-01T0500")):
        tables = Tables()
        Example("KL", tell).write(tables)
        publish(workspace, tables.write(tmp_path / stamp, stamp))
        if tell is quarter:
            close(workspace, "2019-01")
    query = (
        "select period_id, entry_kind, sum(credit_minor - debit_minor)::bigint from marts.fct_ledger_postings "
        "where ledger_account = 'revenue' group by all order by all"
    )
    # 300 x 31 / 90 stood in January, 270 x 31 / 90 is what it ought to be
    assert rows(workspace.published_db, query) == [
        ("2019-01", "recognition", 10_333), ("2019-02", "correction", -1_033), ("2019-02", "recognition", 8_400),
        ("2019-03", "recognition", 9_300),
    ]  # fmt: skip


def unclear(story: Story) -> None:
    """One obligation that says nothing of when it is earned, one whose new terms do not say how they act, one that is well."""
    story.agree("silent", "2019-01-01", "10")
    story.agree("changed", "2019-01-01", "20", ("2019-01-01", "2019-02-01"))
    story.agree("changed", "2019-01-10", "30", ("2019-01-01", "2019-02-01"))
    units = story.agree("units", "2019-01-01", "50", quantity=5)
    story.transfer(units, "2019-01-20", 7)
    billed(story, "40", "2019-01-01")
    story.bill("in_nobody")


def without_terms(story: Story) -> None:
    billed(story, "40", "2019-01-01")


def abroad(story: Story) -> None:
    story.agree("X", "2019-01-01", "40", ("2019-01-01", "2019-01-01"), currency="eur")
    billed(story, "40", "2019-01-01")


def test_what_contracts_leave_open_is_listed(tmp_path: Path) -> None:
    told = [Example("KX1", unclear), Example("KX2", without_terms), Example("KX3", abroad)]
    published = run_examples(tmp_path, told).published_db
    query = (
        "select account_id, kind, object_id, currency, amount_minor from marts.fct_exceptions "
        "where kind like 'contract%' order by all"
    )
    assert rows(published, query) == [
        ("acct_1KX1", "contract_bill_unknown", "in_nobody", None, None),
        ("acct_1KX1", "contract_overfulfilled", "KX1-units", "usd", None),
        ("acct_1KX1", "contract_terms_unclear", "KX1-changed", "usd", 3_000),
        ("acct_1KX1", "contract_terms_unclear", "KX1-silent", "usd", 1_000),
        ("acct_1KX1", "contract_uneven", "K-KX1", "usd", -1_000),
        ("acct_1KX2", "contract_without_terms", "K-KX2", "usd", 4_000),
        ("acct_1KX3", "contract_currency", "K-KX3:usd", "usd", 4_000),
        ("acct_1KX3", "contract_uneven", "K-KX3", "eur", -4_000),
        ("acct_1KX3", "contract_uneven", "K-KX3:usd", "usd", 4_000),
    ]
