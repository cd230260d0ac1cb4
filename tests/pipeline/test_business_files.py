"""Orders and the account map of simulated companies: matched with what the simulation knows, however they arrive."""

from __future__ import annotations

import csv
import gzip
import random
import shutil
from pathlib import Path

import pytest

from orchestration.sandbox.simulate import simulate_into
from orchestration.sandbox.world.plan import Plan
from orchestration.workspace import Workspace
from tests.pipeline.harness import content, differences, load_and_build, rows

pytestmark = pytest.mark.slow

CAUSES = {
    "none",
    "double_payment",
    "missing_reference",
    "partial_payment",
    "repeated_reference",
    "wrong_reference",
}
PAIRS = """
    select a.item_id, b.item_id, a.status
    from intermediate.int_match_groups__order_charge as a
    inner join intermediate.int_match_groups__order_charge as b on a.group_number = b.group_number
    where a.side = 'left' and b.side = 'right'
"""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Workspace]:
    """Inbox and built workspace of a year with eight sellers: every cause of a fault occurs."""
    folder = tmp_path_factory.mktemp("business")
    inbox, workspace = folder / "inbox", Workspace(folder / "workspace")
    simulate_into(Plan(months=12, customers=70, accounts=8, seed=5), inbox, ("sigma-csv",))
    outcome = load_and_build(workspace, inbox)
    assert outcome.exit_code == 0, outcome.message
    return inbox, workspace


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, found: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, found[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)


def test_orders_meet_the_charges_that_paid_them(company: tuple[Path, Workspace]) -> None:
    inbox, workspace = company
    truth = read(inbox / "truth" / "order_matches.csv")
    captured = {
        charge
        for (charge,) in rows(workspace.candidate_db, "select id from intermediate.int_match_items__charges")
    }
    true = {
        (row["order_id"], row["charge_id"]): row["cause"] for row in truth if row["charge_id"] in captured
    }
    assert set(true.values()) == CAUSES
    found = {(order, charge): status for order, charge, status in rows(workspace.candidate_db, PAIRS)}
    sure = {pair for pair, status in found.items() if status == "auto"}
    assert sure - set(true) == set()
    missed = {pair: true[pair] for pair in set(true) - sure}
    assert 100 * len(missed) <= len(true), missed


def test_orders_that_nobody_paid_stay_without_a_charge(company: tuple[Path, Workspace]) -> None:
    inbox, workspace = company
    unpaid = {
        row["order_id"] for row in read(inbox / "truth" / "order_matches.csv") if row["cause"] == "unpaid"
    }
    matched = {order for order, _, _ in rows(workspace.candidate_db, PAIRS)}
    assert unpaid and unpaid & matched == set()
    expecting = rows(workspace.candidate_db,
                     "select id from intermediate.int_match_items__orders where expects_payment")  # fmt: skip
    assert unpaid & {order for (order,) in expecting} == set()


def test_every_row_of_the_company_is_staged(company: tuple[Path, Workspace]) -> None:
    inbox, workspace = company
    for path in sorted((inbox / "business").glob("*.csv")):
        staged = rows(workspace.candidate_db, f"select count(*) from staging.stg_business__{path.stem}")
        assert staged == [(len(read(path)),)], path.stem


def test_stated_accounts_are_taken_as_stated(company: tuple[Path, Workspace]) -> None:
    inbox, workspace = company
    found = rows(workspace.candidate_db, "select status, stated_account_id = resolved_account_id, to_date is null "
                 "from marts.dim_account_map")  # fmt: skip
    assert len(found) == len(read(inbox / "business" / "account_map.csv"))
    assert {row[:2] for row in found} == {("stated", True)}
    assert sum(row[2] for row in found) == 8  # one name of each account is the latest


@pytest.fixture(scope="module")
def careless(company: tuple[Path, Workspace], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Workspace]:
    """The same company as a careless clerk keeps it: accounts by name, an order lost, an order that nobody paid."""
    folder = tmp_path_factory.mktemp("careless")
    inbox, workspace = folder / "inbox", Workspace(folder / "workspace")
    shutil.copytree(company[0], inbox)
    business = inbox / "business"
    stated = read(business / "account_map.csv")
    nobody = {"account_id": "acct_1Nobody", "name": "Quite Another", "official_name": "", "from_date": "2025-05-01"}
    typed = {"account_id": "", "name": stated[0]["name"][:-1], "official_name": "", "from_date": "2025-05-02"}
    write(business / "account_map.csv", [*({**row, "account_id": ""} for row in stated), nobody, typed])
    orders = read(business / "orders.csv")
    unpaid = {**orders[-1], "order_id": "LH-UNPAID", "amount_minor": "7654321", "status": "paid",
              "payment_reference": "", "customer_reference": ""}  # fmt: skip
    kept = [row for row in orders if row["order_id"] != lost_order(company)[0]]
    write(business / "orders.csv", [*kept, unpaid])
    outcome = load_and_build(workspace, inbox)
    assert outcome.exit_code == 0, outcome.message
    return inbox, workspace


def lost_order(company: tuple[Path, Workspace]) -> tuple[str, str, int]:
    """The first order with a charge of its own that no invoice bills: order, charge, money."""
    return rows(
        company[1].candidate_db,
        f"select pairs.* exclude (status), charges.amount_minor from ({PAIRS}) as pairs (order_id, charge_id, status) "
        "join intermediate.int_match_items__charges as charges on charges.id = charge_id "
        "where invoice_id is null and status = 'auto' order by order_id limit 1",
    )[0]  # type: ignore[return-value]


def test_names_lead_to_accounts_where_ids_are_missing(
    company: tuple[Path, Workspace], careless: tuple[Path, Workspace]
) -> None:
    inbox, workspace = careless
    stated = read(company[0] / "business" / "account_map.csv")
    true = {(row["name"], row["from_date"]): row["account_id"] for row in stated}
    found = rows(workspace.candidate_db, "select name, from_date::varchar, resolved_account_id, status "
                 "from marts.dim_account_map")  # fmt: skip
    sure = {(name, day): account for name, day, account, status in found if status in ("stated", "matched")}
    assert sure == true
    others = {name: status for name, day, _, status in found if (name, day) not in true}
    assert others == {"Quite Another": "unmatched", stated[0]["name"][:-1]: "review"}
    said = rows(
        workspace.candidate_db,
        "select reason from marts.fct_exceptions where kind = 'account_unknown' order by all",
    )
    assert len(said) == 2 and "acct_1Nobody, which no source knows" in said[1][0]


def test_what_lacks_its_counterpart_is_called_by_its_side(
    company: tuple[Path, Workspace], careless: tuple[Path, Workspace]
) -> None:
    said = "select kind, object_kind, object_id, amount_minor, reason from marts.fct_exceptions where kind like '%without%'"
    before, after = (set(rows(workspace.candidate_db, said)) for _, workspace in (company, careless))
    _, charge, money = lost_order(company)
    assert after - before == {
        ("order_without_charge", "order", "LH-UNPAID", 7654321, "no charge pays this order"),
        ("charge_without_order", "charge", charge, money, "no order is behind this charge"),
    }


def test_split_shuffled_and_repeated_files_are_the_same_facts(
    company: tuple[Path, Workspace], tmp_path: Path
) -> None:
    inbox, built = company
    shutil.copytree(inbox, tmp_path / "inbox")
    rng = random.Random(3)
    for path in sorted((tmp_path / "inbox" / "business").glob("*.csv")):
        found = read(path)
        path.unlink()
        rng.shuffle(found)
        halves = [found[: len(found) // 2 + 5], found[len(found) // 2 - 5 :] + found[:3]]
        for number, half in enumerate(halves, start=1):
            part = path.with_name(f"{path.stem}_2026-04-0{number}_part{number}.csv")
            write(part, half)
            if number == 2:
                part.with_name(f"{part.name}.gz").write_bytes(gzip.compress(part.read_bytes()))
                part.unlink()
    workspace = Workspace(tmp_path / "workspace")
    outcome = load_and_build(workspace, tmp_path / "inbox")
    assert outcome.exit_code == 0, outcome.message
    one, other = (content(place, ("marts", "staging")) for place in (built, workspace))
    assert "stg_business__orders" in one
    assert differences(one, other) == {}
    for table in ("int_match_items__orders", "int_match_items__charges", "int_match_groups__order_charge"):
        query = f"select * from intermediate.{table} order by all"
        assert rows(built.candidate_db, query) == rows(workspace.candidate_db, query), table
