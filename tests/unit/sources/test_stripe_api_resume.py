"""A pull may end anywhere: what is landed is true, and the next pull goes on from there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orchestration.domain.errors import EXIT_SOURCE_FAILED, SourceFailed, TieoutError, UsageError
from orchestration.sandbox.server import SandboxServer
from orchestration.sources.journal import Discard, append_discard
from orchestration.sources.receipts import write_receipts
from orchestration.sources.stripe_api import commit
from orchestration.sources.stripe_api.commit import read_cursors
from orchestration.sources.stripe_api.events import Events
from orchestration.sources.stripe_api.lock import pull_lock
from orchestration.workspace import Workspace
from tests.unit.sources.stripe_pull import (
    DAY,
    FAST,
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
OBJECTS = frozenset({"balance_transaction", "charge", "invoice", "invoiceitem", "payout", "event"})
SOME: dict[str, Any] = {"accounts": ("platform",), "objects": OBJECTS}


class Killed(BaseException):
    """What a killed process would not survive."""


def kill_at(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """From its commit of that number on, nothing that the process writes is renamed into place any more."""
    left = iter(range(number - 1))

    def write(*arguments: Any) -> None:
        if next(left, None) is None:
            raise Killed
        write_receipts(*arguments)

    monkeypatch.setattr(commit, "write_receipts", write)


def commits_until_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moments: list[int]) -> Iterator[tuple[int, Workspace]]:
    """Pulls that are killed at their first, second, ... commit and then completed, until there are no more commits."""
    with SandboxServer(COMPANY) as server:
        number = 0
        while True:
            number += 1
            workspace = fresh(tmp_path, f"killed-{number}")
            *before, server.clock = moments
            for moment in before:
                server.clock, last = moment, server.clock
                pull(server, workspace, **SOME)
                server.clock = last
            with monkeypatch.context() as patch:
                kill_at(patch, number)
                try:
                    pull(server, workspace, workers=1, commit_every=0.0, **SOME)
                    return
                except Killed:
                    pass
            assert pull(server, workspace, **SOME).failures == []
            yield number, workspace


@pytest.mark.parametrize("moments", [[END], [END - 9 * DAY, END]], ids=["first pull", "later pull"])
def test_a_pull_killed_at_any_commit_is_completed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moments: list[int]
) -> None:
    kills = 0
    for number, workspace in commits_until_done(tmp_path, monkeypatch, moments):
        kills = number
        assert wrong(workspace, COMPANY, END, OBJECTS - {"event"}, {"platform"}) == {}
        assert unbalanced_payouts(workspace) == {}
        if number >= 5:
            break
    assert kills >= 4


def test_windows_that_are_landed_are_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story()
    rows = {story.transaction(END - DAY - 60 * number)["id"] for number in range(300)}
    workspace = fresh(tmp_path)
    one_list: dict[str, Any] = {"objects": frozenset({"balance_transaction"}), "accounts": ("platform",), "workers": 1}
    with SandboxServer(story.company(), now=END) as server:
        with monkeypatch.context() as patch:
            kill_at(patch, 6)
            with pytest.raises(Killed):
                pull(server, workspace, commit_every=0.0, **one_list)
        landed_before = len(landed_rows(workspace, "balance_transaction"))
        server.requests.clear()
        pull(server, workspace, **one_list)
        requests = sum(request.path == "/v1/balance_transactions" for request in server.requests)
    ids = [row["id"] for _, row in landed_rows(workspace, "balance_transaction")]
    assert sorted(ids) == sorted(rows), "lost or landed twice"
    assert landed_before >= 50
    # 25 rows a page, and an empty page where a piece of time has none
    assert requests <= (len(rows) - landed_before) // 25 + 8


def test_a_killed_pull_leaves_no_half_file_behind_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = fresh(tmp_path)
    with SandboxServer(COMPANY, now=END) as server:
        with monkeypatch.context() as patch:
            kill_at(patch, 1)
            with pytest.raises(Killed):
                pull(server, workspace, **SOME)
        (workspace.landing / "incoming" / "stripe-1-platform-1.part").write_text("half a row")
        pull(server, workspace, **SOME)
    assert list((workspace.landing / "incoming").iterdir()) == []


def test_rows_and_their_cursor_are_landed_by_one_file_of_receipts(tmp_path: Path) -> None:
    workspace = fresh(tmp_path)
    with SandboxServer(COMPANY, now=END) as server:
        pull(server, workspace, commit_every=0.0, workers=1, **SOME)
    files = sorted(workspace.receipts.glob("*.jsonl"))
    assert len(files) > 3
    for path in files:
        kinds = [json.loads(line)["kind"] for line in path.read_text(encoding="utf-8").splitlines()]
        assert kinds.count("cursor") == 1
    cursors, _ = read_cursors(workspace)
    read = {name: stream.rows for name, stream in cursors["platform"].streams.items()}
    assert read["charge"] == len(landed_rows(workspace, "charge"))
    assert all(receipt.export_time_from == "extractor" and receipt.control for receipt in receipts_of(workspace))


def test_a_cursor_in_the_future_is_an_error_and_lands_nothing(tmp_path: Path) -> None:
    workspace = fresh(tmp_path)
    with SandboxServer(COMPANY, now=END) as server:
        pull(server, workspace, **SOME)
        before = sorted(workspace.receipts.iterdir())
        server.clock = END - 30 * DAY
        with pytest.raises(SourceFailed, match="lies in the future") as error:
            pull(server, workspace, **SOME)
        assert error.value.exit_code == EXIT_SOURCE_FAILED
        assert sorted(workspace.receipts.iterdir()) == before
        [record] = {part for part in error.value.remedy.split() if len(part) == 64}
        append_discard(workspace, Discard("discard", record, "Ann", "the clock was wrong", "2026-04-01T00:00:00Z"))
        assert pull(server, workspace, **SOME).failures == []


def test_a_damaged_cursor_is_an_error_not_a_fresh_start(tmp_path: Path) -> None:
    workspace = fresh(tmp_path)
    with SandboxServer(COMPANY, now=END) as server:
        pull(server, workspace, **SOME)
        blob = receipts_of(workspace, "cursor")[-1].blob(workspace)
        blob.chmod(0o644)
        blob.write_bytes(blob.read_bytes().replace(b'"through"', b'"thruogh"'))
        with pytest.raises(TieoutError, match="changed since it was received"):
            pull(server, workspace, **SOME)


def test_a_second_pull_at_the_same_time_is_refused(tmp_path: Path) -> None:
    workspace = fresh(tmp_path)
    with pull_lock(workspace), SandboxServer(COMPANY, now=END) as server, pytest.raises(UsageError, match="Another pull"):
        pull(server, workspace, **SOME)


def test_since_leaves_out_what_happened_before_but_not_what_is_referred_to(tmp_path: Path) -> None:
    story = Story()
    old, new = story.transaction(END - 20 * DAY), story.transaction(END - 5 * DAY)
    customer = story.customer(END - 50 * DAY)
    workspace = fresh(tmp_path)
    with SandboxServer(story.company(), now=END) as server:
        pull(server, workspace, since=END - 10 * DAY)
        assert {key[2] for key in landed_state(workspace)} == {new["id"], customer["id"]}
        pull(server, workspace)
        assert {key[2] for key in landed_state(workspace)} == {new["id"], customer["id"]}
        pull(server, workspace, since=END - 30 * DAY)
    assert {key[2] for key in landed_state(workspace)} == {old["id"], new["id"], customer["id"]}


def test_a_second_with_thousands_of_rows_is_paged_through(tmp_path: Path) -> None:
    story = Story()
    rows = {story.transaction(END - DAY)["id"] for _ in range(600)}
    rows |= {story.transaction(END - DAY - 1)["id"] for _ in range(30)}
    rows |= {story.transaction(END - DAY + 1)["id"] for _ in range(30)}
    workspace = fresh(tmp_path)
    with SandboxServer(story.company(), now=END) as server:
        pull(server, workspace, FAST, objects=frozenset({"balance_transaction"}))
    ids = [row["id"] for _, row in landed_rows(workspace, "balance_transaction")]
    assert sorted(ids) == sorted(rows), "lost or landed twice"


def test_an_interrupted_pull_lands_what_it_has_and_is_completed_by_the_next(tmp_path: Path) -> None:
    workspace = fresh(tmp_path)

    def interrupt(text: str) -> None:
        if landed_so_far(text) > 100:
            raise KeyboardInterrupt

    with SandboxServer(COMPANY, now=END, latency=0.01) as server:
        with pytest.raises(KeyboardInterrupt):
            pull(server, workspace, progress=interrupt, **SOME)
        assert len(receipts_of(workspace, "cursor")) == 1
        assert wrong(workspace, COMPANY, END, {"charge", "balance_transaction"}, {"platform"})
        assert pull(server, workspace, **SOME).failures == []
    assert wrong(workspace, COMPANY, END, OBJECTS - {"event"}, {"platform"}) == {}


def landed_so_far(progress: str) -> int:
    """The number before the word objects."""
    return int(progress.split(" objects")[0].split()[-1].replace(",", ""))


def test_a_disk_that_cannot_be_written_ends_the_pull_and_the_next_completes_it(tmp_path: Path) -> None:
    workspace = fresh(tmp_path)
    workspace.landing.mkdir(parents=True)
    (workspace.landing / "incoming").write_text("not a folder")
    with SandboxServer(COMPANY, now=END) as server:
        with pytest.raises(TieoutError, match="cannot be landed"):
            pull(server, workspace, **SOME)
        assert not workspace.receipts.exists()
        (workspace.landing / "incoming").unlink()
        pull(server, workspace, **SOME)
    assert wrong(workspace, COMPANY, END, OBJECTS - {"event"}, {"platform"}) == {}


def test_lists_that_were_landed_long_ago_without_any_events_are_listed_again(tmp_path: Path) -> None:
    story = Story()
    customer = story.customer()
    story.change(customer, END - 35 * DAY, "customer.updated", email="b@example.com")
    workspace = fresh(tmp_path)
    with SandboxServer(story.company(), now=END - 40 * DAY) as server:
        pull(server, workspace, objects=frozenset({"customer"}))
        server.clock = END
        pull(server, workspace)
    assert landed_state(workspace)["platform", "customer", customer["id"]]["email"] == "b@example.com"


def test_events_that_no_pull_came_to_are_missed_and_everything_is_listed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two pulls are killed after their lists and before their events; what changed after the first is not lost."""
    story = Story()
    customer = story.customer()
    story.change(customer, END - 35 * DAY, "customer.updated", email="b@example.com")
    workspace = fresh(tmp_path)
    with SandboxServer(story.company()) as server:
        for server.clock in (END - 40 * DAY, END - 20 * DAY):
            with monkeypatch.context() as patch:
                patch.setattr(Events, "start", lambda self: (_ for _ in ()).throw(Killed()))
                with pytest.raises(Killed):
                    pull(server, workspace, commit_every=0.0)
        server.clock = END
        assert pull(server, workspace).failures == []
    assert landed_state(workspace)["platform", "customer", customer["id"]]["email"] == "b@example.com"
