"""The balance of every account is fetched once per pull, and each fetch is a statement of its own in raw."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.domain.inbox_layout import PLATFORM
from orchestration.sandbox.server import SandboxServer
from orchestration.sandbox.world.plan import END
from orchestration.warehouse.connection import connect
from orchestration.warehouse.raw_loader import load_landing
from tests.unit.sources.stripe_pull import fresh, pull, receipts_of
from tests.unit.sources.stripe_story import DAY, Story

pytestmark = pytest.mark.slow


def test_every_pull_states_the_balance_of_every_account_once(tmp_path: Path) -> None:
    story = Story()
    seller = story.account()["id"]
    story.transaction(END - 9 * DAY, available_on=END - 2 * DAY)
    story.transaction(END - 9 * DAY, tenant=seller, net=7, amount=7)
    workspace = fresh(tmp_path)
    moments = (END - 3 * DAY, END - 3 * DAY + 60, END)  # nothing moves between the first two
    with SandboxServer(story.company()) as server:
        for server.clock in moments:
            outcome = pull(server, workspace)
            assert outcome.failures == [] and outcome.requests["balance"] == 2
    assert len([receipt for receipt in receipts_of(workspace) if receipt.table == "balance"]) == 6
    assert load_landing(workspace, "run").refused == []
    with connect(workspace.raw_db) as connection:
        found = connection.execute(
            "select account_id, observed_at, payload from api.balance order by account_id desc, observed_at").fetchall()
        assert connection.execute("select count(*) from api.unmodelled where object_type = 'balance'").fetchone() == (0,)
    amounts = [[json.loads(payload)[part][0]["amount"] for part in ("available", "pending")] for *_, payload in found]
    assert [account for account, *_ in found] == [PLATFORM] * 3 + [seller] * 3
    assert amounts == [[0, 100], [0, 100], [100, 0], [7, 0], [7, 0], [7, 0]]
    for (_, observed_at, _), moment in zip(found, moments * 2, strict=True):
        assert abs((observed_at - datetime.fromtimestamp(moment, UTC)).total_seconds()) < 1


def test_the_balance_can_be_left_out(tmp_path: Path) -> None:
    workspace = fresh(tmp_path)
    with SandboxServer(Story().company(), now=END) as server:
        outcome = pull(server, workspace, objects=frozenset({"charge"}))
    assert outcome.failures == [] and outcome.requests.get("balance", 0) == 0
