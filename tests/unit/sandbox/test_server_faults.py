"""Every fault of a plan reaches the client, where and as often as the plan says, and nothing else does."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import stripe

from orchestration.sandbox.server import KEY, FaultPlan, FaultPlanError, SandboxServer
from orchestration.sandbox.server.faults import KINDS
from tests.unit.sandbox.server_company import SELLER, client_of, get, ids, small_company

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running() -> Iterator[SandboxServer]:
    with SandboxServer(small_company()) as server:
        yield server


@pytest.fixture
def server(running: SandboxServer) -> Iterator[SandboxServer]:
    running.requests.clear()
    yield running
    running.inject(FaultPlan())


def inject(server: SandboxServer, kind: str, **rule: Any) -> None:
    server.inject(FaultPlan.of({"rules": [{"kind": kind, **rule}]}))


def fetch(server: SandboxServer, path: str = "/v1/charges?limit=2") -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body as they come; raises what http.client raises."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=5)
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {KEY}"})
        response = connection.getresponse()
        return response.status, dict(response.headers), response.read()
    finally:
        connection.close()


@pytest.mark.parametrize(("status", "error"), [
    (400, stripe.InvalidRequestError), (401, stripe.AuthenticationError), (403, stripe.PermissionError),
    (404, stripe.InvalidRequestError), (409, stripe.APIError), (500, stripe.APIError), (502, stripe.APIError),
    (503, stripe.APIError),
])  # fmt: skip
def test_a_status_arrives_as_the_error_that_stripes_client_makes_of_it(server, status, error):
    inject(server, "status", status=status, times=1)
    with pytest.raises(error) as caught:
        get(server, "/v1/charges")
    assert caught.value.http_status == status
    assert (server.requests[0].status, server.requests[0].fault) == (status, "status")
    assert ids(get(server, "/v1/charges"))


def test_stripes_client_retries_what_the_plan_says_it_may(server):
    inject(server, "status", status=400, headers={"Stripe-Should-Retry": "true"}, times=1)
    assert client_of(server, max_network_retries=1).v1.charges.list({"limit": 1}).data[0].id == "ch_24"
    assert [request.status for request in server.requests] == [400, 200]


@pytest.mark.parametrize("retry_after", [None, 2])
def test_rate_limits_with_and_without_retry_after(server, retry_after):
    rule = {} if retry_after is None else {"retry_after": retry_after}
    inject(server, "rate_limit", reason="endpoint-rate", **rule)
    with pytest.raises(stripe.RateLimitError) as caught:
        get(server, "/v1/charges")
    assert caught.value.headers["Stripe-Rate-Limited-Reason"] == "endpoint-rate"
    assert caught.value.headers.get("Retry-After") == (None if retry_after is None else "2")


def test_a_timeout_holds_the_answer_back(server):
    inject(server, "timeout", seconds=0.3, times=1)
    began = time.monotonic()
    assert fetch(server)[0] == 200
    assert time.monotonic() - began >= 0.3


def test_a_held_answer_does_not_hold_the_server():
    began = time.monotonic()
    plan = FaultPlan.of({"rules": [{"kind": "timeout", "seconds": 60}]})
    with SandboxServer(small_company(), faults=plan) as held:
        connection = http.client.HTTPConnection(urlsplit(held.url).netloc, timeout=0.1)
        connection.request("GET", "/v1/charges", headers={"Authorization": f"Bearer {KEY}"})
        with pytest.raises(TimeoutError):
            connection.getresponse()
    assert time.monotonic() - began < 5


def test_a_reset_comes_before_the_answer(server):
    inject(server, "reset", times=1)
    with pytest.raises(ConnectionResetError):
        fetch(server)
    assert (server.requests[0].status, server.requests[0].fault) == (0, "reset")
    inject(server, "reset", times=1)
    with pytest.raises(stripe.APIConnectionError):
        get(server, "/v1/charges")
    assert fetch(server)[0] == 200


def test_a_reset_in_mid_body_loses_the_rest(server):
    inject(server, "reset_mid_body", times=1)
    with pytest.raises((ConnectionResetError, http.client.IncompleteRead)):
        fetch(server, "/v1/charges?limit=100")


def test_truncated_json_with_the_right_and_with_the_wrong_length(server):
    whole = fetch(server)[2]
    inject(server, "truncated")
    _, headers, body = fetch(server)
    assert body == whole[: len(whole) // 2]
    assert int(headers["Content-Length"]) == len(body)
    with pytest.raises(stripe.APIError):
        get(server, "/v1/charges")
    inject(server, "truncated", content_length="wrong")
    with pytest.raises(http.client.IncompleteRead) as caught:
        fetch(server)
    assert caught.value.partial + b"?" * (caught.value.expected or 0) == body + b"?" * (len(whole) - len(body))


def test_empty_bodies_and_html(server):
    inject(server, "empty_body")
    assert fetch(server)[::2] == (200, b"")
    inject(server, "html", status=502)
    status, headers, body = fetch(server)
    assert (status, headers["Content-Type"], body[:6]) == (502, "text/html", b"<html>")
    inject(server, "html", status=200)
    with pytest.raises(stripe.APIError):
        get(server, "/v1/charges")


def test_a_duplicated_page_comes_once_more_and_the_next_request_goes_on(server):
    inject(server, "duplicate_page", requests=[1])
    first = get(server, "/v1/charges?limit=3")
    again = get(server, f"/v1/charges?limit=3&starting_after={ids(first)[-1]}")
    assert again == first
    assert ids(get(server, f"/v1/charges?limit=3&starting_after={ids(first)[-1]}")) == ["ch_21", "ch_20", "ch_19"]


def test_an_insert_shows_a_new_object_only_from_the_second_page_on(server):
    inject(server, "insert", times=1, path="/v1/charges")
    first = get(server, "/v1/charges?limit=3")
    assert ids(first) == ["ch_23", "ch_22", "ch_21"]
    assert ids(get(server, "/v1/charges?limit=3&starting_after=ch_21")) == ["ch_20", "ch_19", "ch_18"]
    assert ids(get(server, "/v1/charges?limit=3&ending_before=ch_23")) == ["ch_24"]


@pytest.mark.parametrize(("kind", "field", "expected"), [
    ("unknown_field", None, {"brand_new_field": {"kind": "unheard_of"}}),
    ("unknown_enum", "status", {"status": "brand_new_value"}),
    ("unknown_enum", None, {"type": "brand_new_value"}),
    ("big_integer", None, {"amount": 9_007_199_254_740_993}),
    ("null_object", None, {"fee_details": None}),
    ("null_object", "currency", {"currency": None}),
])  # fmt: skip
def test_surprises_inside_the_first_object(server, kind, field, expected):
    path = "/v1/balance_transactions?limit=2"
    clean = get(server, path)["data"]
    inject(server, kind, **({} if field is None else {"field": field}))
    spoilt = get(server, path)["data"]
    assert spoilt == [{**clean[0], **expected}, clean[1]]


def test_a_rule_counts_only_what_it_matches(server):
    inject(server, "status", status=503, path="/v1/invoices/*", account=SELLER, requests=[1])
    seen = []
    for path, account in [("/v1/charges", SELLER), ("/v1/invoices/in_0", None), ("/v1/invoices/in_0", SELLER),
                          ("/v1/charges", SELLER), ("/v1/invoices/in_1", SELLER), ("/v1/invoices/in_1", SELLER)]:
        try:
            get(server, path, account=account)
        except stripe.StripeError as error:
            seen.append((path, account, error.http_status))
    assert seen == [("/v1/invoices/in_0", SELLER, 404), ("/v1/invoices/in_1", SELLER, 503),
                    ("/v1/invoices/in_1", SELLER, 404)]


def test_probable_faults_follow_from_the_seed(server):
    def struck(seed: int) -> list[int]:
        server.requests.clear()
        server.inject(FaultPlan.of({"seed": seed, "rules": [{"kind": "status", "probability": 0.3}]}))
        return [fetch(server)[0] for _ in range(60)]

    first = struck(1)
    assert 5 < first.count(500) < 30
    assert struck(1) == first
    assert struck(2) != first


def test_a_plan_comes_from_a_file_and_its_mistakes_are_named(tmp_path):
    path = tmp_path / "faults.json"
    path.write_text(json.dumps({"seed": 3, "rules": [{"kind": "html", "requests": [0, 2], "times": 1}]}))
    plan = FaultPlan.from_json(path)
    assert (plan.seed, plan.rules[0].requests, plan.rules[0].times) == (3, (0, 2), 1)
    for text, message in [("{", "not JSON"), ("[]", "not a JSON object"), ('{"rule": []}', "unknown key 'rule'"),
                          ('{"rules": [{}]}', "kind is missing"), ('{"rules": [{"kind": "fire"}]}', "unknown kind 'fire'"),
                          ('{"rules": [{"kind": "status", "status": 418}]}', "unknown status 418"),
                          ('{"rules": [{"kind": "status", "every": 2}]}', "unknown key 'every'"),
                          ('{"rules": [{"kind": "status", "probability": 2}]}', "between 0 and 1"),
                          ('{"rules": [{"kind": "truncated", "content_length": "odd"}]}', "right or wrong")]:
        path.write_text(text)
        with pytest.raises(FaultPlanError, match=message):
            FaultPlan.from_json(path)


def test_every_kind_is_proven_here():
    text = Path(__file__).read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f'"{kind}"' not in text] == []
