"""The company's own rows for built-in seeds: what a file may leave out, and what is refused with file, row and remedy."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from orchestration.domain.errors import UsageError
from orchestration.sources.landing import receive
from orchestration.warehouse.company_seeds import OPTIONAL, seed_columns
from orchestration.warehouse.company_values import CHOICES, LIMITS, NEEDS, ONE_OF, REQUIRED, TYPES
from orchestration.warehouse.connection import connect
from orchestration.warehouse.raw_loader import load_landing
from orchestration.workspace import Workspace


def land(tmp_path: Path, files: dict[str, str]) -> Workspace:
    workspace, inbox = Workspace(tmp_path / "workspace"), tmp_path / "inbox"
    for name, text in files.items():
        path = inbox / "company" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    receive(workspace, inbox, datetime(2026, 5, 1, 12, tzinfo=UTC))
    load_landing(workspace, "run1")
    return workspace


def rows(workspace: Workspace, query: str) -> list[tuple[Any, ...]]:
    with connect(workspace.raw_db) as connection:
        return connection.execute(query).fetchall()


def refusal(tmp_path: Path, files: dict[str, str]) -> UsageError:
    with pytest.raises(UsageError) as refused:
        land(tmp_path, files)
    return refused.value


def test_a_revenue_rule_needs_no_more_than_its_name(tmp_path: Path) -> None:
    columns = seed_columns()["revenue_rules"]
    assert OPTIONAL["revenue_rules"] == frozenset(columns) - {"rule_id"}
    workspace = land(tmp_path, {"revenue_rules.csv": "rule_id\nr1\n"})
    assert rows(workspace, "select * from company.revenue_rules") == [("r1", *(None for _ in columns[1:]))]


def test_what_a_file_leaves_empty_or_out_is_null(tmp_path: Path) -> None:
    text = "rule_id,price_id,recognition_policy,window_months,treatment,treatment_bps\nr1,price_1,months_even,12,,\nr2,,,,tax,10000\n"
    workspace = land(tmp_path, {"revenue_rules.csv": text})
    found = "select rule_id, price_id, recognition_policy, window_months, treatment, treatment_bps, party from company.revenue_rules"
    assert rows(workspace, found) == [
        ("r1", "price_1", "months_even", "12", None, None, None),
        ("r2", None, None, None, "tax", "10000", None),
    ]


def test_every_policy_is_accepted(tmp_path: Path) -> None:
    policies = ["by_instant", "by_day", "months_even", "months_even_prorated", "point_in_time", "on_fulfilment"]
    text = "".join(f"{policy},{policy}\n" for policy in policies)
    workspace = land(tmp_path, {"revenue_rules.csv": "rule_id,recognition_policy\n" + text})
    assert rows(workspace, "select recognition_policy from company.revenue_rules order by rowid") == [(policy,) for policy in policies]


@pytest.mark.parametrize(
    ("column", "value", "said", "remedy"),
    [
        ("recognition_policy", "daily", "is not known", "One of: by_instant, by_day, months_even, months_even_prorated, point_in_time, on_fulfilment."),
        ("recognition_policy", "By_Day", "is not known", "One of: by_instant"),
        ("treatment", "vat", "is not known", "One of: revenue, tax, passthrough."),
        ("party", "seller", "is not known", "One of: principal, agent."),
        ("treatment_bps", "5000", "means nothing without treatment", "Fill treatment"),
        ("treatment_bps", "10001", "is out of range", "from 0 to 10000"),
        ("treatment_bps", "-1", "is out of range", "from 0 to 10000"),
        ("treatment_bps", "50.5", "is no whole number", "Correct the file."),
        ("window_months", "0", "is out of range", "1 or more"),
        ("window_months", "a year", "is no whole number", "Correct the file."),
        ("from_date", "01.02.2026", "is no day (YYYY-MM-DD)", "Correct the file."),
        ("to_date", "2026-02-30", "is no day (YYYY-MM-DD)", "Correct the file."),
        ("metadata_value", "yes", "means nothing without metadata_key", "Fill metadata_key"),
    ],
)
def test_a_wrong_value_of_a_revenue_rule_is_refused(
    tmp_path: Path, column: str, value: str, said: str, remedy: str
) -> None:
    text = f"rule_id,{column}\ngood,\nwrong,{value}\n"
    error = refusal(tmp_path, {"revenue_rules.csv": text})
    assert error.what == f"{column} {value!r} of 'wrong' {said}."
    assert error.where == "company/revenue_rules.csv" and remedy in error.remedy


def test_a_rule_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    text = "rule_id,from_date,to_date\ngood,2026-02-01,2026-02-01\nwrong,2026-02-01,2026-01-31\n"
    assert refusal(tmp_path, {"revenue_rules.csv": text}).what == "to_date '2026-01-31' of 'wrong' lies before its from_date."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rule_id,price\nr1,price_1\n", "The columns are rule_id, price."),
        ("price_id\nprice_1\n", "The columns are price_id."),
        ("rule_id\nr1\nr1\n", "rule_id 'r1' is empty or stands twice."),
        ("rule_id,party\n,agent\n", "rule_id '' is empty or stands twice."),
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str, said: str) -> None:
    assert refusal(tmp_path, {"revenue_rules.csv": text}).what == said


PRICES = "standalone_price_id,product_id,currency,unit_price_minor\n"


def test_a_standalone_price_is_of_a_product_or_a_price_and_has_a_known_currency(tmp_path: Path) -> None:
    own = {"currencies.csv": "currency,exponent,name\nxts,2,Test money\n"}
    workspace = land(tmp_path / "good", own | {"standalone_prices.csv": PRICES + "s1,prod_1,usd,0\ns2,prod_1,xts,500\n"})
    assert rows(workspace, "select standalone_price_id, currency, unit_price_minor, from_date from company.standalone_prices") == [
        ("s1", "usd", "0", None), ("s2", "xts", "500", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("s1,prod_1,xts,500", "currency 'xts' of 's1' is not known."),
        ("s1,prod_1,USD,500", "currency 'USD' of 's1' is not known."),
        ("s1,prod_1,,500", "currency empty of 's1' is missing."),
        ("s1,prod_1,usd,", "unit_price_minor empty of 's1' is missing."),
        ("s1,prod_1,usd,-5", "unit_price_minor '-5' of 's1' is out of range."),
        ("s1,prod_1,usd,5.00", "unit_price_minor '5.00' of 's1' is no whole number."),
        ("s1,,usd,500", "price_id empty of 's1' says nothing."),
    ],
)
def test_a_wrong_standalone_price_is_refused(tmp_path: Path, row: str, said: str) -> None:
    error = refusal(tmp_path, {"standalone_prices.csv": PRICES + row + "\n"})
    assert (error.what, error.where) == (said, "company/standalone_prices.csv")


def test_what_is_said_of_columns_is_said_of_columns_that_exist() -> None:
    seeds = seed_columns()
    every = {column for columns in seeds.values() for column in columns}
    assert set(TYPES) <= every and set(LIMITS) <= set(TYPES)
    for table in (CHOICES, NEEDS, OPTIONAL, ONE_OF, REQUIRED):
        for seed, columns in table.items():
            assert set(columns) <= set(seeds[seed]), seed
