"""Who may ask the sandbox for what, how often, and what it remembers of it."""

from __future__ import annotations

import base64
import http.client
import json
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import stripe

from orchestration.sandbox.server import KEY, RateLimit, SandboxServer
from orchestration.sandbox.server.errors import ApiError
from orchestration.sandbox.server.throttle import Throttle
from orchestration.sandbox.simulation import Company
from orchestration.sandbox.world.money import DAY
from orchestration.sandbox.world.plan import END
from tests.unit.sandbox.server_company import SELLER, client_of, get, ids, small_company


@pytest.fixture(scope="module")
def company() -> Company:
    return small_company()


@pytest.fixture
def server(company: Company) -> Iterator[SandboxServer]:
    with SandboxServer(company) as running:
        yield running


def plain(server: SandboxServer, method: str, path: str, **headers: str) -> tuple[int, dict[str, str], Any]:
    """Status, headers and JSON of a request without Stripe's client."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=5)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    body = json.loads(response.read())
    connection.close()
    return response.status, dict(response.headers), body


def test_the_key_is_taken_as_bearer_or_as_user_name(server):
    basic = base64.b64encode(f"{KEY}:".encode()).decode()
    assert plain(server, "GET", "/v1/charges", Authorization=f"Bearer {KEY}")[0] == 200
    assert plain(server, "GET", "/v1/charges", Authorization=f"Basic {basic}")[0] == 200


def test_without_the_right_key_nothing_is_shown_and_the_key_is_masked(server):
    with pytest.raises(stripe.AuthenticationError, match="Invalid API Key provided") as caught:
        client_of(server, key="rk_test_somebody_elses_1234").v1.charges.list()
    assert "somebody" not in str(caught.value)
    assert str(caught.value).endswith("1234")
    status, _, body = plain(server, "GET", "/v1/charges")
    assert (status, body["error"]["type"]) == (401, "invalid_request_error")


def test_an_account_sees_its_own_books_and_the_platform_its_own(server):
    own = server.requests
    assert ids(get(server, "/v1/charges", account=SELLER)) == ["ch_seller"]
    assert "ch_seller" not in ids(get(server, "/v1/charges?limit=100"))
    assert get(server, "/v1/account", account=SELLER)["country"] == "DE"
    platform = get(server, "/v1/account")
    assert platform["country"] == "US"
    assert "ch_24" in ids(get(server, "/v1/charges", account=platform["id"]))
    assert [event["account"] for event in get(server, "/v1/events", account=SELLER)["data"]] == [SELLER]
    assert [request.account for request in own] == [SELLER, "platform", SELLER, "platform", "platform", SELLER]


def test_only_the_platform_lists_accounts_and_its_own_is_not_among_them(server):
    assert ids(get(server, "/v1/accounts")) == [SELLER]
    assert get(server, f"/v1/accounts/{SELLER}")["country"] == "DE"
    with pytest.raises(stripe.PermissionError, match="Only Stripe Connect platforms"):
        get(server, "/v1/accounts", account=SELLER)


@pytest.mark.parametrize("moment", [END, END - 101 * DAY])
def test_an_account_that_is_not_connected_is_refused(server, moment):
    server.clock = moment
    account = "acct_nobody" if moment == END else SELLER  # the seller was not there yet
    for path in ("/v1/charges", "/v1/account"):
        with pytest.raises(stripe.PermissionError, match=f"does not have access to account '{account}'") as caught:
            get(server, path, account=account)
        assert caught.value.json_body["error"]["code"] == "account_invalid"


def test_a_denied_permission_is_named(server):
    server.denied.add("rak_charge_read")
    with pytest.raises(stripe.PermissionError) as caught:
        get(server, "/v1/charges", account=SELLER)
    assert f"on account '{SELLER}'. Having the 'rak_charge_read' permission would allow" in str(caught.value)
    assert KEY not in str(caught.value)
    assert ids(get(server, "/v1/payouts"))
    server.denied.clear()
    assert ids(get(server, "/v1/charges"))


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_nothing_can_be_written_and_the_attempt_is_remembered(server, method):
    status, _, body = plain(server, method, "/v1/customers/cus_0", Authorization=f"Bearer {KEY}")
    assert status == 403
    assert "rak_customer_write" in body["error"]["message"]
    assert [(request.method, request.path, request.status) for request in server.requests] == [
        (method, "/v1/customers/cus_0", 403)]
    with pytest.raises(stripe.PermissionError):
        client_of(server).v1.customers.create({"email": "new@example.com"})
    assert len(ids(get(server, "/v1/customers"))) == 3  # the connection is still in step


def test_answers_carry_a_request_id_and_the_version_that_was_asked_for(server):
    _, headers, _ = plain(server, "GET", "/v1/payouts", Authorization=f"Bearer {KEY}", Stripe_Version="2024-06-20")
    assert headers["Stripe-Version"] == "2024-06-20"
    _, default, _ = plain(server, "GET", "/v1/payouts?limit=1", Authorization=f"Bearer {KEY}")
    assert default["Stripe-Version"] == "2026-10-28.endive"
    assert [headers["Request-Id"], default["Request-Id"]] == [request.request_id for request in server.requests]
    assert server.requests[1].params == [("limit", "1")]


def test_a_server_that_was_never_started_stops_at_once(company):
    unstarted = SandboxServer(company)
    port = urlsplit(unstarted.url).port
    unstarted.stop()
    with SandboxServer(company, port=port or 0) as again:  # the port is free
        assert ids(get(again, "/v1/payouts"))


def test_requests_in_flight_are_counted(company):
    with SandboxServer(company, latency=0.2) as slow:
        threads = [threading.Thread(target=get, args=(slow, "/v1/payouts")) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(request.in_flight for request in slow.requests) == [1, 2, 3]
        get(slow, "/v1/payouts")
        assert slow.requests[-1].in_flight == 1


def test_too_many_requests_are_refused_per_account(company):
    with SandboxServer(company, rate_limit=RateLimit(per_account=2, retry_after=3)) as limited:
        for _ in range(2):
            get(limited, "/v1/payouts")
        with pytest.raises(stripe.RateLimitError) as caught:
            get(limited, "/v1/payouts")
        assert caught.value.headers["Stripe-Rate-Limited-Reason"] == "global-rate"
        assert caught.value.headers["Retry-After"] == "3"
        assert caught.value.json_body["error"]["code"] == "rate_limit"
        get(limited, "/v1/payouts", account=SELLER)  # another account has a bucket of its own


def test_buckets_fill_again_and_all_accounts_share_one():
    now = [0.0]
    throttle = Throttle(RateLimit(per_account=5, overall=4, concurrent=2), clock=lambda: now[0])

    def passes(account: str, in_flight: int = 1) -> bool:
        try:
            throttle.check(account, in_flight)
        except ApiError as error:
            assert error.status == 429
            return False
        return True

    assert [passes("a"), passes("b"), passes("a"), passes("b"), passes("c")] == [True] * 4 + [False]
    now[0] = 0.5  # half a second fills half of four
    assert [passes("a"), passes("b"), passes("c")] == [True, True, False]
    now[0] = 60.0
    assert passes("a", in_flight=3) is False
    assert passes("a", in_flight=2) is True
