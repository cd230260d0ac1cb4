"""The sandbox shows the company as of its clock: nothing of the future, and the past as it was then."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import pytest
import stripe

from orchestration.sandbox.server import KEY, SandboxServer
from orchestration.sandbox.simulation import Company
from orchestration.sandbox.world.money import DAY
from orchestration.sandbox.world.plan import END
from tests.unit.sandbox.server_company import CHARGES, Story, get, ids, small_company


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer(small_company()) as running:
        yield running


def test_the_clock_shows_objects_as_they_were(server):
    assert get(server, "/v1/charges/ch_24")["amount_refunded"] == 124
    server.clock = END - DAY // 2 - 1
    assert get(server, "/v1/charges/ch_24")["amount_refunded"] == 0
    assert get(server, "/v1/charges?limit=1")["data"][0]["refunded"] is False
    server.clock = END - DAY // 2
    assert get(server, "/v1/charges?limit=1")["data"][0]["refunded"] is True


def test_every_answer_is_dated_by_the_clock(server):
    """Whoever extracts takes Stripe's time from it: a machine of 2030 must not ask for the events of 2030."""
    server.clock = END - 3 * DAY
    with urllib.request.urlopen(urllib.request.Request(
            f"{server.url}/v1/charges", headers={"Authorization": f"Bearer {KEY}"})) as answer:
        assert parsedate_to_datetime(answer.headers["Date"]).timestamp() == END - 3 * DAY


def test_nothing_is_listed_before_it_exists(server):
    server.clock = END - 23 * DAY
    assert ids(get(server, "/v1/charges")) == ["ch_02", "ch_01", "ch_00"]
    with pytest.raises(stripe.InvalidRequestError, match="No such charge: 'ch_03'"):
        get(server, "/v1/charges/ch_03")
    with pytest.raises(stripe.InvalidRequestError):
        get(server, "/v1/charges?starting_after=ch_03")


def test_balance_transactions_become_available_and_the_balance_moves_with_them(server):
    row = get(server, "/v1/balance_transactions?source=ch_20")["data"][0]
    assert row["status"] == "available"
    server.clock = row["available_on"] - 1
    assert get(server, f"/v1/balance_transactions/{row['id']}")["status"] == "pending"
    before = get(server, "/v1/balance")
    server.clock += 1
    assert get(server, f"/v1/balance_transactions/{row['id']}")["status"] == "available"
    after = get(server, "/v1/balance")
    assert after["available"][0]["amount"] - before["available"][0]["amount"] == row["net"]
    assert before["pending"][0]["amount"] - after["pending"][0]["amount"] == row["net"]


def test_the_balance_is_the_sum_of_all_transactions(server):
    rows = get(server, "/v1/balance_transactions?limit=100")["data"]
    balance = get(server, "/v1/balance")
    assert len(rows) == CHARGES + 3
    stated = balance["available"][0]["amount"] + balance["pending"][0]["amount"]
    assert stated == sum(row["net"] for row in rows)
    assert "connect_reserved" not in balance
    empty = get(server, "/v1/balance", account="acct_seller")
    assert [line["currency"] for line in empty["available"] + empty["pending"]] == ["eur", "eur"]


def test_what_is_held_for_connected_accounts_is_stated_apart():
    story = Story()
    story.books.post("platform", "reserve_transaction", "connect_reserved_funds", -40, "usd", END - DAY)
    company = Company(story.books.plan, "acct_own", story.books.rates, {}, story.books.objects, story.books.history)
    with SandboxServer(company) as reserving:
        balance = get(reserving, "/v1/balance")
    assert [balance[key][0]["amount"] for key in ("available", "pending", "connect_reserved")] == [-40, 0, 40]


def test_members_of_a_payout_are_known_once_it_exists(server):
    server.clock = END - 8 * DAY
    assert len(ids(get(server, "/v1/balance_transactions?payout=po_auto"))) == 2
    server.clock -= 1
    with pytest.raises(stripe.InvalidRequestError, match="No such payout"):
        get(server, "/v1/balance_transactions?payout=po_auto")


def test_embedded_objects_are_as_of_the_clock_too(server):
    def embedded() -> list[object]:
        dispute = get(server, "/v1/disputes/du_0")
        item = get(server, "/v1/subscriptions?status=all&limit=1")["data"][0]["items"]["data"][0]
        return [dispute["balance_transactions"][0]["status"], item["price"]["active"]]

    assert embedded() == ["available", False]
    server.clock = END - DAY  # the price is archived half a day later
    assert embedded() == ["available", True]
    server.clock = END - 11 * DAY
    assert get(server, "/v1/disputes/du_0")["balance_transactions"][0]["status"] == "pending"


def test_deleted_objects_vanish_from_lists_and_a_customer_says_so(server):
    assert "cus_gone" not in ids(get(server, "/v1/customers"))
    assert get(server, "/v1/customers/cus_gone") == {"id": "cus_gone", "object": "customer", "deleted": True}
    assert "ii_gone" not in ids(get(server, "/v1/invoiceitems"))
    server.clock = END - 3 * DAY
    assert "cus_gone" in ids(get(server, "/v1/customers"))
    assert get(server, "/v1/customers/cus_gone")["email"] == "gone@example.com"


def test_events_are_kept_for_thirty_days(server):
    everything = get(server, "/v1/events?limit=100")
    times = [event["created"] for event in everything["data"]]
    assert times == sorted(times, reverse=True)
    assert min(times) >= END - 30 * DAY
    first = next(event for event in everything["data"] if event["data"]["object"]["id"] == "ch_00")
    server.clock = first["created"] + 30 * DAY
    assert first["id"] in ids(get(server, "/v1/events?limit=100"))
    server.clock += 1
    assert first["id"] not in ids(get(server, "/v1/events?limit=100"))
    with pytest.raises(stripe.InvalidRequestError, match="No such event"):
        get(server, f"/v1/events/{first['id']}")


def test_events_tell_what_changed_and_are_found_by_type(server):
    refunded = get(server, "/v1/events?type=charge.refunded")["data"]
    assert [event["data"]["previous_attributes"] for event in refunded] == [{"amount_refunded": 0, "refunded": False}]
    born = [event for event in get(server, "/v1/events?type=charge.succeeded&limit=100")["data"]
            if event["data"]["object"]["id"] == "ch_24"]
    assert born[0]["data"]["object"]["amount_refunded"] == 0  # as it was then, not as it is now
    assert {event["type"] for event in get(server, "/v1/events?type=charge.dispute.*")["data"]} == {
        "charge.dispute.created", "charge.dispute.funds_withdrawn"}
    types = get(server, "/v1/events?types[]=customer.deleted&types[]=payout.paid&limit=100")["data"]
    assert sorted(event["type"] for event in types) == ["customer.deleted", "payout.paid", "payout.paid"]
    gone = next(event["data"]["object"] for event in types if event["type"] == "customer.deleted")
    assert (gone["id"], gone["deleted"]) == ("cus_gone", True)
    assert ids(get(server, "/v1/events?delivery_success=false")) == []


def test_rows_and_events_appear_late_and_out_of_order():
    lag = 5 * DAY
    with SandboxServer(small_company(), visible_after=lag) as late, SandboxServer(small_company()) as prompt:
        shown, existing = (ids(get(server, "/v1/charges?limit=100")) for server in (late, prompt))
        assert 0 < len(shown) < len(existing)
        missing = set(existing) - set(shown)
        assert existing.index(shown[0]) > 0 or existing.index(shown[1]) > 1  # a newer one is not there yet
        assert get(late, f"/v1/charges/{min(missing)}")["id"] == min(missing)  # only lists are late
        assert len(ids(get(late, "/v1/events?limit=100"))) < len(ids(get(prompt, "/v1/events?limit=100")))
        assert ids(get(late, "/v1/charges?limit=100")) == shown  # the same again: delays do not change
        late.clock = END + lag
        assert ids(get(late, "/v1/charges?limit=100")) == existing


def test_old_versions_have_the_old_shapes(server):
    old = "2020-08-27"
    invoice = get(server, "/v1/invoices/in_0", version=old)
    assert (invoice["paid"], invoice["subscription"], invoice["payment_intent"], invoice["charge"], invoice["tax"]) == (
        True, "sub_0", "pi_0", "ch_00", 7)
    line = invoice["lines"]["data"][0]
    assert (line["type"], line["price"]["id"], line["plan"]["interval"]) == ("subscription", "price_0", "month")
    assert "parent" not in invoice
    assert "pricing" not in line
    subscription = get(server, "/v1/subscriptions/sub_0", version=old)
    assert subscription["current_period_end"] == END
    assert subscription["plan"]["id"] == "price_0"
    charge = get(server, "/v1/charges/ch_24", version="2019-12-03")
    assert [refund["id"] for refund in charge["refunds"]["data"]] == ["re_1", "re_0"]
    assert get(server, "/v1/invoices/in_1", version=old)["charge"] == "ch_05"
    assert "paid" not in get(server, "/v1/invoices/in_0", version="2026-10-28.endive")
    assert "paid" not in get(server, "/v1/invoices/in_0")
