"""What is landed is what is true at Stripe: after one pull, after many, whatever changed in between."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.sandbox.server import FaultPlan, SandboxServer
from orchestration.sandbox.world.books import PLATFORM, list_of
from orchestration.workspace import Workspace
from tests.unit.sources.stripe_pull import (
    DAY,
    fresh,
    landed_rows,
    landed_state,
    pull,
    small_company,
    unbalanced_payouts,
    wrong,
    wrong_lists,
)
from tests.unit.sources.stripe_story import START, Story

pytestmark = pytest.mark.slow

COMPANY = small_company()
END = COMPANY.plan.end + DAY


def pulls(folder: Path, story: Story, *moments: int) -> Workspace:
    """A workspace into which the story was pulled at these moments."""
    workspace = fresh(folder)
    with SandboxServer(story.company()) as server:
        for server.clock in moments:
            outcome = pull(server, workspace)
            assert outcome.failures == []
    return workspace


def test_a_first_pull_lands_every_object_as_it_is(tmp_path: Path) -> None:
    workspace = fresh(tmp_path)
    with SandboxServer(COMPANY, now=END) as server:
        outcome = pull(server, workspace)
    assert outcome.failures == []
    assert wrong(workspace, COMPANY, END) == {}
    assert wrong_lists(workspace, COMPANY, END) == {}
    assert unbalanced_payouts(workspace) == {}
    assert outcome.complete == outcome.accounts == [PLATFORM, *(obj["id"] for _, obj in COMPANY.objects["account"][1:])]


def test_many_pulls_end_where_one_pull_ends(tmp_path: Path) -> None:
    workspace = fresh(tmp_path)
    with SandboxServer(COMPANY, visible_after=600) as server:
        for day in (34, 12, 7, 5, 4, 2, 0):
            server.clock = END - day * DAY
            outcome = pull(server, workspace)
            assert outcome.failures == []
            assert outcome.open_questions == 0
    assert wrong(workspace, COMPANY, END) == {}
    assert wrong_lists(workspace, COMPANY, END) == {}
    assert unbalanced_payouts(workspace) == {}


def test_a_subscription_canceled_between_two_pulls_is_canceled(tmp_path: Path) -> None:
    story = Story()
    subscription, old = story.subscription(), story.subscription(status="canceled")
    story.change(subscription, END - 2 * DAY, "customer.subscription.deleted", status="canceled")
    workspace = pulls(tmp_path, story, END - 5 * DAY, END)
    assert {key[2]: obj["status"] for key, obj in landed_state(workspace).items()} == {
        subscription["id"]: "canceled", old["id"]: "canceled"}


def test_what_was_deleted_between_two_pulls_is_gone(tmp_path: Path) -> None:
    story = Story()
    customer, item, kept = story.customer(), story.invoiceitem(), story.customer()
    story.delete(customer, END - 2 * DAY, "customer.deleted")
    story.delete(item, END - 2 * DAY, "invoiceitem.deleted")
    workspace = pulls(tmp_path, story, END - 5 * DAY, END)
    assert [key[2] for key in landed_state(workspace)] == [kept["id"]]


def test_two_changes_within_one_second_leave_the_last_one_standing(tmp_path: Path) -> None:
    story = Story()
    subscription = story.subscription()
    story.change(subscription, END - 2 * DAY, "customer.subscription.updated", status="past_due")
    story.change(subscription, END - 2 * DAY, "customer.subscription.updated", status="unpaid")
    workspace = pulls(tmp_path, story, END - 5 * DAY, END)
    assert landed_state(workspace)["platform", "subscription", subscription["id"]]["status"] == "unpaid"


def test_an_item_taken_out_of_a_subscription_is_not_in_its_newest_list(tmp_path: Path) -> None:
    story = Story()
    subscription = story.subscription(items=3)
    left = list_of(subscription["items"]["data"][1:], "/v1/subscription_items")
    story.change(subscription, END - 2 * DAY, "customer.subscription.updated", items=left)
    workspace = pulls(tmp_path, story, END - 5 * DAY, END)
    rows = [row for _, row in landed_rows(workspace, "subscription")]
    assert [part["id"] for part in rows[-1]["items"]["data"]] == [part["id"] for part in left["data"]]


def test_an_invoice_item_that_changes_on_a_draft_is_read_again(tmp_path: Path) -> None:
    story = Story()
    invoice = story.invoice(lines=0)
    item = story.invoiceitem(invoice=invoice["id"])
    line = story.thing("line_item", "il", invoice_item=item["id"])
    story.change(invoice, START + 60, None, lines=list_of([line], "/v1/lines"))
    story.change(item, END - 2 * DAY, None, amount=250)
    story.change(invoice, END - 2 * DAY, "invoice.updated", lines=list_of([{**line, "amount": 250}], "/v1/lines"))
    workspace = pulls(tmp_path, story, END - 5 * DAY, END)
    assert landed_state(workspace)["platform", "invoiceitem", item["id"]]["amount"] == 250


def test_items_of_a_deleted_draft_and_items_taken_off_a_draft_are_read_again(tmp_path: Path) -> None:
    story = Story()
    kept, dropped = story.invoice(lines=0), story.invoice(lines=0)
    items = [story.invoiceitem(invoice=invoice["id"]) for invoice in (kept, dropped)]
    for invoice, item in zip((kept, dropped), items, strict=True):
        line = story.thing("line_item", "il", invoice_item=item["id"])
        story.change(invoice, START + 60, None, lines=list_of([line], "/v1/lines"))
        story.change(item, END - 2 * DAY, None, invoice=None)
    story.change(kept, END - 2 * DAY, "invoice.updated", lines=list_of([], "/v1/lines"))
    story.delete(dropped, END - 2 * DAY, "invoice.deleted")
    state = landed_state(pulls(tmp_path, story, END - 5 * DAY, END))
    assert [state["platform", "invoiceitem", item["id"]]["invoice"] for item in items] == [None, None]


def test_a_pending_item_that_is_billed_without_an_event_is_read_again(tmp_path: Path) -> None:
    story = Story()
    item = story.invoiceitem()
    story.change(item, END - 2 * DAY, None, invoice="in_1")
    workspace = pulls(tmp_path, story, END - 5 * DAY, END)
    assert landed_state(workspace)["platform", "invoiceitem", item["id"]]["invoice"] == "in_1"


def test_a_coupon_redeemed_without_an_event_is_read_again(tmp_path: Path) -> None:
    story = Story()
    coupon = story.coupon()
    story.change(coupon, END - 2 * DAY, None, times_redeemed=1)
    workspace = pulls(tmp_path, story, END - 5 * DAY, END)
    assert landed_state(workspace)["platform", "coupon", coupon["id"]]["times_redeemed"] == 1


def test_a_customer_whose_balance_moved_has_its_balance_transactions(tmp_path: Path) -> None:
    story = Story()
    customer = story.customer()
    late = story.thing("customer_balance_transaction", "cbtxn", END - 2 * DAY, customer=customer["id"], amount=5, invoice=None)
    story.add(late)
    story.change(customer, END - 2 * DAY, "customer.updated", balance=5)
    workspace = pulls(tmp_path, story, END - 5 * DAY, END)
    assert [row["id"] for _, row in landed_rows(workspace, "customer_balance_transaction")] == [late["id"]]


def test_rows_that_appear_ten_minutes_late_are_never_lost(tmp_path: Path) -> None:
    story = Story()
    rows = {story.transaction(END - 6 * 3600 + 90 * number)["id"] for number in range(200)}
    workspace = fresh(tmp_path)
    with SandboxServer(story.company(), visible_after=600) as server:
        for hour in range(-6, 2):
            server.clock = END + hour * 3600
            pull(server, workspace, objects=frozenset({"balance_transaction"}))
    assert {row["id"] for _, row in landed_rows(workspace, "balance_transaction")} == rows


def test_a_row_that_says_nothing_new_is_not_landed_again(tmp_path: Path) -> None:
    story = Story()
    story.transaction(END - 2 * DAY, available_on=END + 5 * DAY)
    workspace = pulls(tmp_path, story, END - DAY, END, END + DAY)
    assert len(landed_rows(workspace, "balance_transaction")) == 1
    with SandboxServer(story.company(), now=END + 6 * DAY) as server:
        pull(server, workspace)
    assert [row["status"] for _, row in landed_rows(workspace, "balance_transaction")] == ["pending", "available"]


def test_after_a_month_without_a_pull_everything_is_listed_again_and_that_is_said(tmp_path: Path) -> None:
    story = Story()
    customer = story.customer()
    story.change(customer, END - 35 * DAY, "customer.updated", email="b@example.com")
    workspace = fresh(tmp_path)
    with SandboxServer(story.company(), now=END - 40 * DAY) as server:
        pull(server, workspace)
        server.clock = END
        outcome = pull(server, workspace)
    assert landed_state(workspace)["platform", "customer", customer["id"]]["email"] == "b@example.com"
    assert any("Everything is listed again" in remark for remark in outcome.remarks)


def test_an_object_that_only_events_tell_of_is_an_open_question_until_it_is_explained(tmp_path: Path) -> None:
    story = Story()
    customer, item = story.customer(END - DAY), story.invoiceitem(END - DAY)
    for obj, name in ((customer, "customer"), (item, "invoiceitem")):
        story.delete(obj, END - 200, f"{name}.deleted")  # too young to be read by the first pull
    workspace = fresh(tmp_path)
    with SandboxServer(story.company(), now=END) as server:
        first = pull(server, workspace)
        server.clock = END + DAY
        second = pull(server, workspace)
    # a deleted customer still answers by its id, an invoice item does not
    assert (first.found_by_id, first.open_questions) == (1, 1)
    assert any(item["id"] in remark for remark in first.remarks)
    assert second.open_questions == 0
    assert landed_state(workspace) == {}


def test_a_transaction_that_no_list_shows_is_found_by_the_object_that_caused_it(tmp_path: Path) -> None:
    story = Story()
    hidden = story.transaction(END - 5 * DAY)
    story.add(story.thing("charge", "ch", END - 5 * DAY, balance_transaction=hidden["id"], billing_details={}, metadata={}), "charge.succeeded")
    workspace = fresh(tmp_path)
    faults = FaultPlan.of({"rules": [{"kind": "insert", "path": "/v1/balance_transactions"}]})
    with SandboxServer(story.company(), now=END, faults=faults) as server:
        outcome = pull(server, workspace)
    assert (outcome.found_by_id, outcome.open_questions) == (1, 0)
    assert [row["id"] for _, row in landed_rows(workspace, "balance_transaction")] == [hidden["id"]]
