"""Whatever goes wrong on the way: nothing is lost, nothing is stale, or it is a failure and the next pull completes."""

from __future__ import annotations

import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from orchestration.domain.errors import EXIT_SOURCE_FAILED
from orchestration.domain.secret import Secret
from orchestration.sandbox.server import FaultPlan, RateLimit, SandboxServer
from orchestration.sources.stripe_api.failures import AccountRefused, NotPermitted, StripeFailed, Unanswered
from orchestration.sources.stripe_api.outcome import Outcome
from orchestration.sources.stripe_api.transport import NoReply, StripeTransport
from orchestration.workspace import Workspace
from tests.unit.sources.stripe_pull import (
    DAY,
    FAST,
    HASTE,
    fresh,
    landed_rows,
    landed_state,
    pull,
    receipts_of,
    small_company,
    unbalanced_payouts,
    wrong,
)
from tests.unit.sources.stripe_story import Story

pytestmark = pytest.mark.slow

COMPANY = small_company(months=1, customers=5)
END = COMPANY.plan.end + DAY
OBJECTS = frozenset({"balance_transaction", "charge", "invoice", "payout", "subscription", "event"})
PLATFORM_ONLY: dict[str, Any] = {"accounts": ("platform",), "objects": OBJECTS}
FEW = frozenset({"charge", "invoice", "subscription", "event"})  # a third of the requests


def plan(*rules: dict[str, Any], seed: int = 1) -> FaultPlan:
    return FaultPlan.of({"seed": seed, "rules": list(rules)})


def assert_true(workspace: Workspace, objects: frozenset[str] = OBJECTS) -> None:
    assert wrong(workspace, COMPANY, END, objects - {"event"}, {"platform"}) == {}
    assert unbalanced_payouts(workspace) == {}


def pull_through(server: SandboxServer, workspace: Workspace, faults: FaultPlan, **options: Any) -> Outcome:
    """A pull under faults; if it failed, the next one without faults must complete it."""
    server.inject(faults)
    options = {**PLATFORM_ONLY, **options}
    outcome = pull(server, workspace, **options)
    server.inject(FaultPlan())
    if outcome.failures:
        assert all(failure.exit_code == EXIT_SOURCE_FAILED for failure in outcome.failures)
        assert outcome.complete == []
        assert pull(server, workspace, **options).failures == []
    assert_true(workspace, options["objects"])
    return outcome


PASSING = {
    "errors of Stripe": {"kind": "status", "status": 500, "probability": 0.3},
    "a proxy in trouble": {"kind": "html", "status": 502, "probability": 0.3},
    "a storm of 429": {"kind": "rate_limit", "probability": 0.3},
    "resets": {"kind": "reset", "probability": 0.3},
    "resets in the middle": {"kind": "reset_mid_body", "probability": 0.3},
    "cut bodies": {"kind": "truncated", "probability": 0.3},
    "bodies shorter than stated": {"kind": "truncated", "content_length": "wrong", "probability": 0.3},
    "silence": {"kind": "timeout", "seconds": 1.0, "times": 2},
    "pages that do not advance": {"kind": "duplicate_page", "probability": 0.3},
    "nothing where an object is": {"kind": "null_object", "path": "/v1/charges", "times": 2},
    "an amount of time that cannot be": {"kind": "big_integer", "field": "created", "probability": 0.3},
    "lists that lack their newest row": {"kind": "insert", "path": "/v1/charges", "requests": [0]},
}


@pytest.mark.parametrize("name", PASSING)
def test_what_passes_is_waited_for(tmp_path: Path, name: str) -> None:
    with SandboxServer(COMPANY, now=END) as server:
        outcome = pull_through(server, fresh(tmp_path), plan(PASSING[name]), objects=FEW)
        assert any(request.fault for request in server.requests)
    assert outcome.failures == []


def test_three_requests_in_ten_fail_in_every_way(tmp_path: Path) -> None:
    rules = [
        {**rule, "times": None, "probability": 0.03, "path": rule["path"] if rule["kind"] == "null_object" else None}
        for rule in PASSING.values() if rule["kind"] != "timeout"
    ]
    with SandboxServer(COMPANY, now=END) as server:
        outcome = pull_through(server, fresh(tmp_path), plan(*rules))
        struck = sum(request.fault is not None for request in server.requests)
        assert struck / len(server.requests) > 0.2
    assert outcome.failures == []


FINAL = {
    "400 on the second page": {"kind": "status", "status": 400, "path": "/v1/charges", "requests": [1]},
    "404 for a list": {"kind": "status", "status": 404, "path": "/v1/charges"},
    "errors without end": {"kind": "status", "status": 500, "path": "/v1/charges"},
    "429 without end": {"kind": "rate_limit", "path": "/v1/charges"},
    "cut bodies without end": {"kind": "truncated", "path": "/v1/invoices"},
    "pages that never advance": {"kind": "duplicate_page", "path": "/v1/charges", "requests": list(range(1, 9))},
    "nothing where an object is, always": {"kind": "null_object", "path": "/v1/balance_transactions"},
    "no events": {"kind": "status", "status": 403, "path": "/v1/events"},
    "no members of payouts": {"kind": "status", "status": 400, "path": "/v1/balance_transactions", "requests": [30, 31, 32]},
}


@pytest.mark.parametrize("name", FINAL)
def test_what_does_not_pass_is_a_failure_and_the_next_pull_completes(tmp_path: Path, name: str) -> None:
    with SandboxServer(COMPANY, now=END) as server:
        outcome = pull_through(server, fresh(tmp_path), plan(FINAL[name]), patience=replace(HASTE, attempts=4))
    [failure] = outcome.failures[:1]
    asked_for = str(FINAL[name]["path"]).removeprefix("/v1/").removesuffix("s")
    assert failure.where.startswith(asked_for)
    assert "account platform" in failure.where
    assert "req_" in failure.where


def test_a_failure_of_one_list_leaves_the_others_complete(tmp_path: Path) -> None:
    workspace = fresh(tmp_path)
    with SandboxServer(COMPANY, now=END, denied=["rak_charge_read"]) as server:
        outcome = pull(server, workspace, **PLATFORM_ONLY)
        [failure] = outcome.failures
        assert isinstance(failure, NotPermitted)
        assert "rak_charge_read" in failure.what
        assert landed_rows(workspace, "charge") == []
        assert wrong(workspace, COMPANY, END, {"invoice", "subscription", "balance_transaction"}, {"platform"}) == {}
        server.denied.clear()
        assert pull(server, workspace, **PLATFORM_ONLY).failures == []
    assert_true(workspace)


def test_an_outage_ends_the_pull_soon(tmp_path: Path) -> None:
    with SandboxServer(COMPANY, now=END, faults=plan({"kind": "status", "status": 503})) as server:
        outcome = pull(server, fresh(tmp_path), workers=4, patience=replace(HASTE, attempts=3))
        assert len(server.requests) < 40
    assert outcome.failures
    assert all(isinstance(failure, Unanswered) for failure in outcome.failures)


def test_a_revoked_account_fails_alone_and_is_asked_once(tmp_path: Path) -> None:
    story = Story()
    revoked, other = story.account()["id"], story.account()["id"]
    rows = {account: story.transaction(tenant=account)["id"] for account in (revoked, other)}
    workspace = fresh(tmp_path)
    faults = plan({"kind": "status", "status": 401, "account": revoked})
    with SandboxServer(story.company(), now=END, faults=faults) as server:
        outcome = pull(server, workspace)
        asked = [request for request in server.requests if request.account == revoked]
        assert [type(failure) for failure in outcome.failures] == [AccountRefused]
        assert len(asked) <= FAST.workers
        assert outcome.complete == ["platform", other]
        assert {row["id"] for _, row in landed_rows(workspace, "balance_transaction")} == {rows[other]}
        server.inject(FaultPlan())
        assert pull(server, workspace).failures == []
    assert {row["id"] for _, row in landed_rows(workspace, "balance_transaction")} == set(rows.values())


def test_an_account_that_is_connected_later_is_pulled_whole_and_one_that_left_is_remarked(tmp_path: Path) -> None:
    story = Story()
    first, second = story.account(), story.account(END - 2 * DAY)
    old = story.transaction(tenant=first["id"])
    new = story.transaction(END - 2 * DAY, tenant=second["id"])
    story.delete(first, END - DAY)
    workspace = fresh(tmp_path)
    with SandboxServer(story.company(), now=END - 3 * DAY) as server:
        pull(server, workspace)
        server.clock = END
        outcome = pull(server, workspace)
    assert outcome.failures == []
    assert {row["id"] for _, row in landed_rows(workspace, "balance_transaction")} == {old["id"], new["id"]}
    assert any(first["id"] in remark and "no longer connected" in remark for remark in outcome.remarks)


def test_hundreds_of_accounts_are_pulled_in_one_run_and_land_apart(tmp_path: Path) -> None:
    story = Story()
    expected = {}
    for _ in range(120):
        account = story.account()["id"]
        expected[account] = story.transaction(tenant=account)["id"]
    workspace = fresh(tmp_path)
    with SandboxServer(story.company(), now=END) as server:
        outcome = pull(server, workspace, objects=frozenset({"balance_transaction"}))
    assert outcome.failures == []
    assert {account: row["id"] for account, row in landed_rows(workspace, "balance_transaction")} == expected
    names = {receipt.name for receipt in receipts_of(workspace) if receipt.table == "balance_transaction"}
    assert names == {f"stripe/api/{account}/balance_transaction.jsonl" for account in expected}


def test_only_the_accounts_that_are_named_are_pulled(tmp_path: Path) -> None:
    story = Story()
    one, other = story.account()["id"], story.account()["id"]
    wanted = story.transaction(tenant=one)
    story.transaction(tenant=other), story.transaction()
    workspace = fresh(tmp_path)
    with SandboxServer(story.company(), now=END) as server:
        outcome = pull(server, workspace, accounts=(one,))
        assert outcome.complete == [one]
        assert [row["id"] for _, row in landed_rows(workspace, "balance_transaction")] == [wanted["id"]]
        outcome = pull(server, workspace, accounts=(one, "acct_gone"))
    assert outcome.complete == [one]
    assert [type(failure) for failure in outcome.failures] == [AccountRefused]


def test_the_limits_of_the_server_are_kept(tmp_path: Path) -> None:
    limit = RateLimit(overall=60, concurrent=FAST.workers)
    with SandboxServer(COMPANY, now=END, rate_limit=limit) as server:
        outcome = pull(server, fresh(tmp_path), rate=55, accounts=("platform",), objects=frozenset({"charge", "balance_transaction"}))
        assert {request.status for request in server.requests} == {200}
        moments = [request.arrived_at for request in server.requests]
    assert outcome.failures == []
    busiest = max(sum(1 for other in moments if 0 <= other - moment < 0.5) for moment in moments)
    assert busiest <= 55 * 0.5 + 2


STRANGE = {
    "unknown_field": ("brand_new_field", {"kind": "unheard_of"}),
    "unknown_enum": ("status", "brand_new_value"),
    "big_integer": ("amount", 2**53 + 1),
}


@pytest.mark.parametrize("kind", STRANGE)
def test_what_nobody_knows_yet_passes_through_untouched(tmp_path: Path, kind: str) -> None:
    name, value = STRANGE[kind]
    workspace = fresh(tmp_path)
    faults = plan({"kind": kind, "path": "/v1/charges", "requests": [0], "field": name})
    with SandboxServer(COMPANY, now=END, faults=faults) as server:
        outcome = pull(server, workspace, **PLATFORM_ONLY)
    assert outcome.failures == []
    assert any(row.get(name) == value for _, row in landed_rows(workspace, "charge"))


def test_a_body_that_ends_inside_a_letter_is_no_answer() -> None:
    class Cut(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802
            self.send_response(200)
            self.end_headers()
            self.wfile.write('{"object": "list", "data": [{"id": "é'.encode()[:-1])

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Cut) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        transport = StripeTransport(Secret("rk_test_1"), f"http://127.0.0.1:{server.server_port}")
        with pytest.raises(NoReply):
            transport.get("/v1/charges", {}, "platform")
        server.shutdown()


def test_a_failure_names_what_it_was_about() -> None:
    failure: StripeFailed = Unanswered("what", where="invoice, account platform, request req_1", remedy="again")
    assert failure.exit_code == EXIT_SOURCE_FAILED
    assert "req_1" in failure.as_text()


def test_landing_is_a_state_not_a_log(tmp_path: Path) -> None:
    """The helper that all of these rely on tells a stale object from a true one."""
    workspace = fresh(tmp_path)
    with SandboxServer(COMPANY, now=END - 20 * DAY) as server:
        pull(server, workspace, **PLATFORM_ONLY)
    assert landed_state(workspace)
    assert wrong(workspace, COMPANY, END, {"charge"}, {"platform"})
