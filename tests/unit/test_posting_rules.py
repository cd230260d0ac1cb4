"""Posting rules and chart of accounts are complete: nothing that Stripe documents falls into suspense."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from orchestration.domain.journal_accounts import ROOTS, account_names
from orchestration.quality.suites.dim_ledger_accounts import CLASSES

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT / "dbt_project" / "seeds"
FACTS = ROOT.parent / "shared" / "reference" / "stripe-facts.md"
EXAMPLES = FACTS.with_name("revrec-worked-examples.md")
# Types of fee details in Stripe's SDK 16.1.0, and `fee` for an export without details.
FEES = {"stripe_fee", "tax", "application_fee", "payment_method_passthrough_fee", "withheld_tax", "fee"}


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


RULES = seed("posting_rules")
GROSS = {rule["reporting_category"] for rule in RULES if rule["leg"] == "gross"}


def documented() -> tuple[set[str], set[str]]:
    """Reporting categories and types that the facts list in section 2.1; names in words only are no names."""
    section = FACTS.read_text(encoding="utf-8").partition("### 2.1")[2].partition("### 2.2")[0]
    rows = [
        line.split("|")[1:3]
        for line in section.splitlines()
        if line.startswith("| ") and "reporting_category" not in line
    ]
    certain = [row for row in rows if "seen elsewhere" not in row[0] and "not verified" not in row[0]]
    categories = {
        name
        for first, _ in certain
        for name in re.findall(r"\b[a-z]+(?:_[a-z]+)*\b", re.sub(r" / _\w+", "", first))
    }
    names = {name for pair in rows for name in re.findall(r"\b[a-z]+_[a-z_]+\b", " ".join(pair))}
    return categories, names


def test_every_category_of_a_known_type_has_a_rule_of_its_own() -> None:
    categories = {row["reporting_category"] for row in seed("balance_transaction_types")}
    assert sorted(categories - GROSS) == []
    assert {rule["leg"] for rule in RULES if rule["reporting_category"] == "any"} == FEES


@pytest.mark.skipif(not FACTS.is_file(), reason="../shared is not here: the list of what Stripe documents")
def test_every_documented_category_and_type_is_known() -> None:
    categories, names = documented()
    assert len(categories) > 25
    assert sorted(categories - GROSS) == []
    known = {row["transaction_type"] for row in seed("balance_transaction_types")} | GROSS
    # parts of a sentence, and names that the facts abbreviate
    words = {
        "disputed_amount",
        "climate_order",
        "climate_reservation",
        "climate_order_",
        "climate_reservation_",
    }
    missing = {name for name in names - known - words if not name.endswith("_")}
    assert sorted(missing) == []


def test_rules_post_to_accounts_of_the_chart() -> None:
    accounts = {row["ledger_account"]: row for row in seed("chart_of_accounts")}
    assert sorted({rule["ledger_account"] for rule in RULES} - accounts.keys()) == []
    keyed = {rule["ledger_account"] for rule in RULES if rule["clearing_key"]}
    clearing = {name for name, row in accounts.items() if row["account_class"] == "clearing"}
    assert keyed <= clearing
    assert {rule["ledger_account"] for rule in RULES if not rule["clearing_key"]}.isdisjoint(clearing)


def test_no_two_rules_want_the_same_leg() -> None:
    keys = Counter(
        (rule["reporting_category"], rule["tenant"], rule["flow_type"], rule["leg"]) for rule in RULES
    )
    assert [key for key, count in keys.items() if count > 1] == []


def test_accounts_say_what_closes_their_items() -> None:
    for row in seed("chart_of_accounts"):
        assert bool(row["awaits"]) == (row["account_class"] == "clearing"), row["ledger_account"]


SIDES = {
    "asset": "debit", "expense": "debit", "contra_income": "debit",
    "liability": "credit", "equity": "credit", "income": "credit",
}  # fmt: skip


def test_accounts_stand_together_by_class_and_on_the_side_of_their_class() -> None:
    rows = [row for row in seed("chart_of_accounts") if row["account_class"] != "clearing"]
    assert [row["ledger_account"] for row in rows if row["normal_side"] != SIDES[row["account_class"]]] == []
    order = ["asset", "liability", "equity", "income", "contra_income", "expense"]
    classes = [order.index(row["account_class"]) for row in rows]
    assert classes == sorted(classes) and set(classes) == set(range(len(order)))


def test_every_class_has_a_root_in_plain_text_accounting_and_no_two_accounts_share_a_name() -> None:
    accounts = [("platform", row["ledger_account"], row["account_class"]) for row in seed("chart_of_accounts")]
    assert {account_class for _, _, account_class in accounts} == set(ROOTS) == set(CLASSES)
    names = account_names(accounts)
    assert names["platform", "credit_notes"] == "Income:Stripe:Platform:CreditNotes"
    assert names["platform", "revenue"] == "Income:Stripe:Platform:Revenue"
    assert names["platform", "fx_loss"] == "Expenses:Stripe:Platform:FxLoss"
    assert len(set(names.values())) == len(accounts)


@pytest.mark.skipif(not EXAMPLES.is_file(), reason="../shared is not here: Stripe's examples of revenue recognition")
def test_every_account_of_stripes_examples_is_in_the_chart_on_its_side() -> None:
    """Stripe prints the change of each account in its natural direction."""
    text = EXAMPLES.read_text(encoding="utf-8")
    debit, credit = (
        set(re.findall(r"\b[A-Z][A-Za-z]+\b", re.sub(r"\(\w+\)", "", re.search(rf"{side}-natured: ([^.]+)\.", text)[1])))  # type: ignore[index]
        for side in ("Debit", "Credit")
    )
    # not ours: a payment under way is a clearing item, an underpayment an exception
    debit -= {"PendingCash", "Underpayments"}
    found = {
        side: {row["revrec_account"] for row in seed("chart_of_accounts")
               if row["normal_side"] == side and row["account_class"] != "clearing"} - {""}
        for side in ("debit", "credit")
    }  # fmt: skip
    assert len(debit) > 15 and found == {"debit": debit, "credit": credit}
