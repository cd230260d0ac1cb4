"""`tieout extract` as users call it: which keys it takes, how it ends, and that the key shows nowhere."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from orchestration.domain.errors import EXIT_DONE, EXIT_SOURCE_FAILED, EXIT_UNEXPECTED, EXIT_USAGE
from orchestration.sandbox.server import SandboxServer
from orchestration.sandbox.simulation import whole_company
from orchestration.sandbox.world.plan import Plan
from orchestration.settings import stripe_api_key
from orchestration.sources.stripe_api import client
from orchestration.sources.stripe_api.transport import StripeTransport
from orchestration.workspace import Workspace

Tieout = Callable[..., Result]
CANARY = "rk_live_51CanaryMustNeverShow9876543210"


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    monkeypatch.setenv("STRIPE_API_KEY", CANARY)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return CANARY


class Echo(BaseHTTPRequestHandler):
    """Answers everything with one status, and repeats the whole key wherever it can."""

    status = 401
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # noqa: N802
        given = str(self.headers.get("Authorization"))
        body = json.dumps({"error": {"message": f"Invalid API Key provided: {given}", "type": given}}).encode()
        if self.status == 200:
            body = f"<html>{given}</html>".encode()
        self.send_response(self.status)
        for name, value in (("Content-Length", str(len(body))), ("Request-Id", given), ("Stripe-Rate-Limited-Reason", given)):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def echo() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def assert_hidden(result: Result, folder: Path) -> None:
    for text in (result.stdout, result.stderr, repr(result.exception)):
        assert CANARY not in text
        assert CANARY[8:] not in text
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert [path for path in files if CANARY[8:].encode() in path.read_bytes()] == []
    assert not (folder / "home").exists(), "something was written into the user's home"


@pytest.mark.parametrize("debug", [[], ["--debug"]], ids=["", "debug"])
@pytest.mark.parametrize("status", [200, 401, 403, 404, 500])
def test_the_key_shows_nowhere_however_stripe_repeats_it(
    tieout: Tieout, empty: Workspace, tmp_path: Path, key: str, echo: str, status: int, debug: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Echo, "status", status)
    monkeypatch.setattr(client.Patience, "wait", lambda self, failures: 0.0)
    result = tieout("extract", "--workspace", empty.root, "--base-url", echo, "--rate", "1000", *debug)
    assert result.exit_code == EXIT_SOURCE_FAILED
    assert "where: " in result.stderr
    assert_hidden(result, tmp_path)


@pytest.mark.parametrize("debug", [[], ["--debug"]], ids=["", "debug"])
def test_the_key_shows_nowhere_when_the_program_itself_fails(
    tieout: Tieout, empty: Workspace, tmp_path: Path, key: str, echo: str, debug: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: StripeTransport, *arguments: Any) -> None:
        raise LookupError(f"{self._key.reveal()} in {self._key!r}")

    monkeypatch.setattr(StripeTransport, "get", fail)
    result = tieout("extract", "--workspace", empty.root, "--base-url", echo, *debug)
    assert result.exit_code == EXIT_UNEXPECTED
    assert "LookupError" in result.stderr
    assert_hidden(result, tmp_path)


def test_a_whole_pull_leaves_no_trace_of_the_key(tieout: Tieout, empty: Workspace, tmp_path: Path, key: str) -> None:
    company = whole_company(Plan(months=1, customers=3, accounts=1))
    with SandboxServer(company, key=key) as server:
        result = tieout("extract", "--workspace", empty.root, "--base-url", server.url, "--rate", "1000")
        assert {request.method for request in server.requests} == {"GET"}
    assert result.exit_code == EXIT_DONE, result.stderr
    for word in ("2 complete", "per 1,000 objects", "proof", "balance_transaction"):
        assert word in result.stdout
    assert len(list(empty.blobs.rglob("*"))) > 20
    assert_hidden(result, tmp_path)


def test_a_failure_names_the_permission_and_lands_the_rest(tieout: Tieout, empty: Workspace, key: str) -> None:
    company = whole_company(Plan(months=1, customers=3, accounts=1))
    with SandboxServer(company, key=key, denied=["rak_invoice_read"]) as server:
        result = tieout("extract", "--workspace", empty.root, "--base-url", server.url, "--rate", "1000", "--accounts", "platform")
    assert result.exit_code == EXIT_SOURCE_FAILED
    assert "rak_invoice_read" in result.stderr
    assert "1 not" in result.stdout
    assert any(path.name.endswith(".jsonl") for path in empty.receipts.iterdir())


@pytest.mark.parametrize(("variable", "arguments", "words"), [
    (None, [], "STRIPE_API_KEY is not set"),
    ("sk_live_123", [], "can write"),
    ("pk_live_123", [], "not a restricted key"),
    ("rk_live_1 2", [], "no key has"),
    (CANARY, ["--base-url", "http://api.example.com"], "unencrypted"),
    (CANARY, ["--base-url", "ftp://x"], "not the address"),
    (CANARY, ["--since", "yesterday"], "not a date"),
    (CANARY, ["--since", "2999-01-01"], "future"),
    (CANARY, ["--accounts", "acct_1,cus_2"], "cus_2"),
    (CANARY, ["--rate", "0"], "0"),
])
def test_wrong_usage_is_said_before_anything_is_asked_or_written(
    tieout: Tieout, empty: Workspace, monkeypatch: pytest.MonkeyPatch, variable: str | None, arguments: list[str], words: str
) -> None:
    monkeypatch.delenv("STRIPE_API_KEY", raising=False)
    if variable is not None:
        monkeypatch.setenv("STRIPE_API_KEY", variable)
    result = tieout("extract", "--workspace", empty.root, *arguments)
    assert result.exit_code == EXIT_USAGE
    assert words in result.stderr
    assert not empty.root.exists()


def test_a_secret_key_is_taken_when_the_user_insists(tieout: Tieout, empty: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_API_KEY", "sk_test_insisted")
    company = whole_company(Plan(months=1, customers=1, accounts=1))
    with SandboxServer(company, key="sk_test_insisted") as server:
        arguments = ["--base-url", server.url, "--rate", "1000", "--accounts", "platform"]
        result = tieout("extract", "--workspace", empty.root, "--allow-write-key", *arguments)
    assert result.exit_code == EXIT_DONE, result.stderr


def test_a_key_is_never_shown_formatted_or_stored() -> None:
    import copy
    import pickle

    secret = stripe_api_key({"STRIPE_API_KEY": CANARY})
    assert {str(secret), repr(secret), f"{secret}", f"{secret!r:>3}"} == {"***"}
    assert secret.hidden_in(f"a {CANARY} b sk_live_other c") == "a *** b *** c"
    for store in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            store(secret)
