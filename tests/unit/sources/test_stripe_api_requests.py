"""One request: how long it is tried, how fast requests follow each other, and what is never taken for an answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from orchestration.sources.stripe_api.allocation import LEAST_A_MONTH, READS_PER_TRANSACTION, Allocation
from orchestration.sources.stripe_api.client import Call, Patience, StripeApi
from orchestration.sources.stripe_api.clock import StripeClock
from orchestration.sources.stripe_api.endpoints import EVENTS
from orchestration.sources.stripe_api.failures import (
    AccountRefused,
    AllocationSpent,
    KeyRefused,
    Missing,
    NotPermitted,
    StripeFailed,
    Unanswered,
)
from orchestration.sources.stripe_api.limiter import Limiter
from orchestration.sources.stripe_api.lines import line_of, parse
from orchestration.sources.stripe_api.pages import Listing, all_pages
from orchestration.sources.stripe_api.rows import row_check
from orchestration.sources.stripe_api.transport import NoReply, Reply
from orchestration.sources.stripe_api.windows import Window
from tests.unit.sources.stripe_pull import Script, page_of

CALL = Call("charge", "/v1/charges", about="created in March")
NOW = 1_775_000_000


class Waiting(threading.Event):
    """Remembers how long it would have waited, and does not."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout or 0.0)
        return False


def api_of(script: Any, patience: Patience | None = None, spent: dict[str, int] | None = None, **options: Any) -> tuple[StripeApi, Waiting]:
    waiting = Waiting()
    clock = StripeClock(lambda: NOW)
    allocation = Allocation({} if spent is None else spent, clock, options.pop("transactions", lambda: 0), **options)
    limiter = Limiter(1e9, lambda seconds: True)  # pauses of all workers have a test of their own
    return StripeApi(script, limiter, allocation, clock, patience or Patience(), waiting), waiting


def error(status: int, message: str = "no", headers: Mapping[str, str] | None = None, **more: Any) -> Reply:
    return Reply(status, json.dumps({"error": {"message": message, **more}}), {"request-id": "req_9", **(headers or {})})


def anything(body: Any) -> None:
    """Every body will do."""


def test_the_wait_that_stripe_asks_for_is_kept() -> None:
    replies = iter([error(429, headers={"retry-after": "7"}), error(429, headers={
        "retry-after": "Wed, 01 Apr 2026 00:00:09 GMT", "date": "Wed, 01 Apr 2026 00:00:00 GMT"}), Reply(200, "{}", {})])
    api, waiting = api_of(Script(lambda *_: next(replies)))
    assert api.get(CALL, anything).body == {}
    assert waiting.waits == [7.0, 9.0]


def test_without_a_wish_the_wait_doubles_up_to_a_limit_and_is_never_the_same() -> None:
    patience = Patience(attempts=9, first=1.0, most=8.0, total=1000.0)
    api, waiting = api_of(Script(lambda *_: error(429)), patience)
    with pytest.raises(Unanswered, match="9 attempts"):
        api.get(CALL, anything)
    for number, wait in enumerate(waiting.waits):
        assert min(8.0, 2.0**number) / 2 <= wait <= min(8.0, 2.0**number)
    assert len(set(waiting.waits)) == len(waiting.waits) == 8


def test_the_waits_of_one_request_are_bounded() -> None:
    api, waiting = api_of(Script(lambda *_: error(429, headers={"retry-after": "100"})), Patience(total=250.0))
    with pytest.raises(Unanswered) as failure:
        api.get(CALL, anything)
    assert sum(waiting.waits) <= 250
    for part in ("charge", "account platform", "created in March", "req_9"):
        assert part in failure.value.where


@pytest.mark.parametrize("trouble", [
    error(500), error(503), error(409), error(400, headers={"stripe-should-retry": "true"}), Reply(502, "<html>", {}),
    Reply(200, '{"object": "list", "da', {}), Reply(200, "[1, NaN]", {}), NoReply("no whole answer (ConnectionError)")])
def test_what_may_pass_is_tried_again(trouble: Reply | NoReply) -> None:
    outcomes = iter([trouble, Reply(200, '{"object": "list"}', {})])

    def answer(*_: Any) -> Reply:
        outcome = next(outcomes)
        if isinstance(outcome, NoReply):
            raise outcome
        return outcome

    api, waiting = api_of(Script(answer))
    assert api.get(CALL, anything).body == {"object": "list"}
    assert len(waiting.waits) == 1


@pytest.mark.parametrize(("reply", "account", "kind", "words"), [
    (error(400, "Invalid integer"), "platform", StripeFailed, "Invalid integer"),
    (error(401, "Invalid API Key"), "platform", KeyRefused, "STRIPE_API_KEY"),
    (error(401, "revoked"), "acct_1", AccountRefused, "acct_1"),
    (error(403, "Having the 'rak_charge_read' permission"), "platform", NotPermitted, "rak_charge_read"),
    (error(403, "no access", code="account_invalid"), "acct_1", AccountRefused, "acct_1"),
    (error(404, "No such charge"), "platform", Missing, "No such charge"),
    (error(402, "Your card was declined"), "platform", StripeFailed, "HTTP 402")])
def test_what_stripe_refuses_is_a_failure_at_once(reply: Reply, account: str, kind: type, words: str) -> None:
    script = Script(lambda *_: reply)
    api, waiting = api_of(script)
    with pytest.raises(kind) as failure:
        api.get(Call("charge", "/v1/charges", account), anything)
    assert words in failure.value.as_text()
    assert "req_9" in failure.value.where
    assert (len(script.asked), waiting.waits) == (1, [])


ROW = {"id": "ch_1", "object": "charge"}


@pytest.mark.parametrize(("answer", "words"), [
    ({"object": "charge"}, "not a list"),
    ([], "not a list"),
    ({"object": "list", "has_more": False}, "no data"),
    ({"object": "list", "data": [], "has_more": None}, "does not say"),
    (page_of([], has_more=True), "empty page"),
    (page_of([ROW, ROW]), "repeats"),
    (page_of([{**ROW, "id": None}]), "no id"),
    (page_of([{**ROW, "object": None}]), "ch_1 is a None"),
    (page_of([None]), "not an object"),  # type: ignore[list-item]
    (page_of([{**ROW, "object": "refund"}]), "ch_1 is a refund"),
])
def test_what_is_not_a_page_is_never_the_end_of_a_list(answer: Any, words: str) -> None:
    api, _ = api_of(Script(lambda *_: answer), Patience(attempts=3))
    with pytest.raises(Unanswered) as failure:
        Listing(api, CALL, "charge").next_page()
    assert words in failure.value.what


EVENT = {"id": "evt_1", "object": "event", "created": NOW, "type": "charge.updated", "data": {"object": ROW}}


@pytest.mark.parametrize(("event", "words"), [
    ({**EVENT, "data": None}, "data is None"),
    ({**EVENT, "data": {"object": None}}, "no object"),
    ({**EVENT, "data": {"object": {**ROW, "id": None}}}, "its charge has no id"),
    ({**EVENT, "data": {"object": {**ROW, "object": None}}}, "does not say what it is"),
    ({**EVENT, "type": None}, "no type"),
    ({**EVENT, "created": None}, "when it was created"),
    ({**EVENT, "created": NOW + 60}, "outside"),
])
def test_an_event_without_its_object_is_a_failure_that_names_it(event: Any, words: str) -> None:
    api, _ = api_of(Script(lambda *_: page_of([event])), Patience(attempts=2))
    with pytest.raises(Unanswered) as failure:
        Listing(api, CALL, "event", row_check(EVENTS, Window(None, NOW + 1))).next_page()
    assert words in failure.value.what
    assert "evt_1" in failure.value.what


@pytest.mark.parametrize("inner", [
    {"object": "balance"}, {"object": "unheard_of", "id": None}, {"object": "charge", "id": "ch_1", "amount": None}])
def test_an_event_about_what_has_no_id_passes(inner: Any) -> None:
    event = {**EVENT, "data": {"object": inner}}
    api, _ = api_of(Script(lambda *_: page_of([event])))
    assert Listing(api, CALL, "event", row_check(EVENTS)).next_page().rows == [event]


def test_a_page_that_shows_the_last_one_again_is_a_failure() -> None:
    api, _ = api_of(Script(lambda *_: page_of([ROW], has_more=True)), Patience(attempts=3))
    listing = Listing(api, CALL, "charge")
    listing.next_page()
    with pytest.raises(Unanswered, match="repeats"):
        listing.next_page()


def test_pages_follow_each_other_by_the_last_id_with_all_filters() -> None:
    def answer(path: str, params: Mapping[str, Any], account: str) -> Any:
        first = int(params.get("starting_after", "ch_0")[3:]) + 1
        return page_of([{**ROW, "id": f"ch_{number}"} for number in range(first, first + 2)], has_more=first < 5)

    script = Script(answer)
    api, _ = api_of(script)
    call = Call("charge", "/v1/charges", "acct_1", {"created": {"lt": 9}})
    ids = [row["id"] for page in all_pages(Listing(api, call, "charge", page_size=2)) for row in page.rows]
    assert ids == [f"ch_{number}" for number in range(1, 7)]
    assert [params.get("starting_after") for _, params, _ in script.asked] == [None, "ch_2", "ch_4"]
    assert all(params["created"] == {"lt": 9} and account == "acct_1" for _, params, account in script.asked)


def test_the_limiter_spaces_requests_and_pauses_everybody() -> None:
    time = [100.0]

    def wait(seconds: float) -> bool:
        time[0] += seconds
        return False

    limiter = Limiter(10, wait, lambda: time[0])
    moments = []
    for number in range(40):
        limiter.take()
        moments.append(time[0])
        if number == 19:
            limiter.pause(5)
    assert moments[20] - moments[19] >= 5
    for window in (moments[:20], moments[20:]):
        assert window[-1] - window[0] >= 18 * 0.1 - 1e-6
    time[0] += 60  # idle time is not saved up
    limiter.take(), limiter.take(), limiter.take()
    assert time[0] - (moments[-1] + 60) >= 0.1 - 1e-6


def test_the_allocation_of_reads_stops_the_pull_unless_it_is_overridden() -> None:
    month = f"{datetime.fromtimestamp(NOW, UTC):%Y-%m}"
    script = Script(lambda *_: page_of([]))
    spent = {month: LEAST_A_MONTH - 1}
    api, _ = api_of(script, spent=spent)
    api.get(CALL, anything)
    with pytest.raises(AllocationSpent, match="10,000"):
        api.get(CALL, anything)
    assert spent == {month: LEAST_A_MONTH}
    busy = {month: LEAST_A_MONTH}
    api_of(script, spent=busy, transactions=lambda: LEAST_A_MONTH // READS_PER_TRANSACTION + 1)[0].get(CALL, anything)
    api_of(script, spent=spent, is_binding=False)[0].get(CALL, anything)
    assert (busy[month], spent[month]) == (LEAST_A_MONTH + 1, LEAST_A_MONTH + 1)


def test_repeated_attempts_count_as_requests() -> None:
    spent: dict[str, int] = {}
    api, _ = api_of(Script(lambda *_: error(500)), Patience(attempts=4), spent)
    with pytest.raises(Unanswered):
        api.get(CALL, anything)
    assert list(spent.values()) == [4]


@pytest.mark.parametrize("text", [
    '{"a":9007199254740993}', '{"a":123456789012345678901234567890}', '{"a":0.1234567890123456789012}', '{"a":1.10}',
    '{"a":1E+5}', '{"a":-0.5}', '{"a":"\\u0000"}', '{"a":"日本 \\\\ \\" é"}', '{"a":[0.92,null,true,{}]}'])
def test_a_line_says_what_was_received_to_the_last_digit(text: str) -> None:
    assert line_of(parse(text)).decode() == text + "\n"


def test_the_same_object_gives_the_same_line() -> None:
    assert line_of(parse('{"b": 1,\n "a": {"d": 2, "c": 1.50}}')) == line_of(parse('{"a":{"c":1.50,"d":2},"b":1}'))


def test_half_a_surrogate_pair_does_not_spoil_the_file() -> None:
    assert line_of(parse('{"a":"\\ud83d"}')) == b'{"a":"?"}\n'


def test_time_is_stripes_and_never_ahead_of_it() -> None:
    clock = StripeClock()
    assert not clock.is_known
    clock.learn("nonsense")
    assert not clock.is_known
    clock.learn("Wed, 01 Apr 2026 00:00:00 GMT")
    assert 1_775_001_600 <= clock.now() < 1_775_001_601
