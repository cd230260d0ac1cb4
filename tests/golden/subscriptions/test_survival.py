"""Cohorts and their survival: stories with a known answer, and random lives beside a statistics library."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.workspace import Workspace
from tests.golden.revenue.tables import Tables, instant
from tests.golden.subscriptions.random_lives import AS_OF, RandomLives
from tests.golden.subscriptions.story import Subscriber
from tests.pipeline.harness import load_and_build, rows
from tests.pipeline.survival import KEY, assert_equal, expected, published

pytestmark = pytest.mark.slow

def test_survival_is_that_of_an_independent_library(random_lives: tuple[list[RandomLives], Path]) -> None:
    lives, database = random_lives
    wanted = expected([life for one in lives for life in one.lives], AS_OF)
    assert sum(len(table) for table in wanted.values()) > 1_000
    assert {cohort[3] for cohort in wanted} == {"month", "year", "3 months", "week", "2 weeks", "10 days"}
    assert {cohort[4] for cohort in wanted} == {"0", "1-7", "8-14", "15-30", "> 30"}
    assert assert_equal(published(database), wanted) <= 1e-12


def test_who_comes_back_pays_again_and_stays_lost(random_lives: tuple[list[RandomLives], Path]) -> None:
    """Everybody of a cohort pays the same, so revenue is kept in the share of those who pay."""
    lives, database = random_lives
    columns = "cycle, reactivated, starting_mrr, mrr, mrr_retention"
    found = rows(database, f"select {', '.join(KEY)}, {columns} from marts.agg_cohort_retention where not is_pending")
    payers = {cohort: one.payers for one in lives for cohort in {life.cohort for life in one.lives}}
    back = 0
    for *key, cycle, reactivated, starting, mrr, retention in found:
        old_enough, paying, again = payers[tuple(key)](tuple(key), cycle)
        assert (reactivated, mrr * old_enough) == (again, starting * paying), (key, cycle)
        assert retention == round(mrr / starting, 6), (key, cycle)
        back += again
    assert back > 50


def test_payments_of_the_first_ninety_days_sort_customers(tmp_path: Path) -> None:
    """One customer per pattern, and some whose trouble is none: an inquiry, an expired card that was replaced, a decline on day 91."""
    tables = Tables()
    story = Subscriber(tables, "PAY")
    price = story.price("10")
    told = {}
    for name, failed, paid, code, dispute in (
        ("clean", "", "2024-02-10 01:00", "", ""), ("soft_recovered", "2024-02-10 01:00", "2024-02-13 09:00", "expired_card", ""),
        ("soft_lost", "2024-02-10 01:00", "", "insufficient_funds", ""), ("hard_decline", "2024-02-10 01:00", "2024-02-12", "lost_card", ""),
        ("disputed", "2024-02-10 01:00", "2024-02-12", "stolen_card", "lost"), ("clean", "", "2024-02-10 01:00", "", "warning_closed"),
        ("disputed", "", "2024-02-10 01:00", "", "needs_response"), ("clean", "2024-04-10 01:00", "2024-04-13", "card_declined", ""),
    ):  # fmt: skip
        customer = story.new_customer()
        told[customer] = name
        sub = story.subscribe([(price, 1)], "2024-01-10 01:00")
        invoice = story.invoice(sub, failed or "2024-02-10 01:00", [(sub.items[0], "", 1, "2024-02-10", "2024-03-10")], paid=paid,
                                failed=[failed] if failed else [])  # fmt: skip
        if failed:
            tables.stripe["charges", True][-1]["failure_code"] = code
        if dispute:
            charge = story.add("charges", id=story.id("ch"), created=instant(paid), amount=1000, amount_refunded=0, currency="usd", status="succeeded",
                               paid=True, captured=True, refunded=False, customer_id=customer, invoice_id=invoice["id"], payment_method_type="card")  # fmt: skip
            story.add("disputes", id=story.id("dp"), charge_id=charge["id"], amount=1000, currency="usd", created=instant("2024-03-20"),
                      status=dispute, reason="general")  # fmt: skip
    outcome = load_and_build(Workspace(tmp_path / "workspace"), tables.write(tmp_path / "inbox"), as_of="2024-08-01T00:00:00Z")
    assert outcome.exit_code == 0, outcome.message
    found = rows(Workspace(tmp_path / "workspace").candidate_db, "select customer_id, payment_pattern from intermediate.int_cohort_members")
    assert dict(found) == told
