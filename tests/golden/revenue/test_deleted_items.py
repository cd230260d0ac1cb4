"""A pending invoice item that is deleted after its service was recognized, told by the event of its deletion.

Source: docs.stripe.com/revenue-recognition/methodology#journal-entries (unbilled item deleted: UnbilledVoids).
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from orchestration.domain.inbox_layout import PLATFORM
from orchestration.workspace import Workspace
from tests.golden.revenue.expected import Cells, assert_same
from tests.golden.revenue.more_expected import books
from tests.golden.revenue.published import natural_changes
from tests.golden.revenue.story import Story
from tests.golden.revenue.tables import Row, Tables
from tests.pipeline.harness import run
from tests.pipeline.inboxes import json_lines, put

pytestmark = pytest.mark.slow
EXPORTED = "2022-05-05T0300"


@pytest.fixture(scope="module")
def changes(tmp_path_factory: pytest.TempPathFactory) -> Cells:
    folder = tmp_path_factory.mktemp("deleted_items")
    tables = Tables()
    story = Story(tables, "UV1", PLATFORM)
    told_of = story.pending("10", "2022-04-21", "2022-04-21", "2022-05-01")
    story.pending("40", "2022-04-21", "2022-04-21", "2022-05-01")
    tables.write(folder / "inbox", EXPORTED)
    put(folder / "inbox" / "stripe" / "events" / "deleted.jsonl", json_lines([deletion(told_of)]), EXPORTED)
    workspace = Workspace(folder / "workspace")
    outcome = run(workspace, folder / "inbox", as_of="2022-06-01T00:00:00Z")
    assert (outcome.exit_code, outcome.refused) == (0, {}), outcome.message
    return natural_changes(workspace).get(PLATFORM, {})


def deletion(item: Row) -> Row:
    """Stripe's event of May 10: the item as it stood last."""
    start, end = epoch(item["period_start"]), epoch(item["period_end"])
    shown = {
        "id": item["id"], "object": "invoiceitem", "amount": item["amount"], "currency": item["currency"],
        "customer": item["customer_id"], "date": epoch(item["date"]), "deleted": True, "description": item["description"],
        "invoice": None, "livemode": True, "net_amount": item["amount"], "period": {"start": start, "end": end},
        "proration": False, "quantity": 1, "pricing": {"price_details": {"price": item["price_id"]}},
    }  # fmt: skip
    return {"id": "evt_1UV1", "object": "event", "type": "invoiceitem.deleted", "created": epoch("2022-05-10"),
            "livemode": True, "api_version": "2026-10-28.endive", "data": {"object": shown}}  # fmt: skip


def epoch(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def test_what_was_recognized_of_a_deleted_item_is_an_unbilled_void(changes: Cells) -> None:
    """50 are recognized in April before they are invoiced; 10 of them go on May 10, the other 40 wait."""
    wanted = books("2022-04", Revenue="50", UnbilledAccountsReceivable="50 -10", UnbilledVoids=". 10")
    assert_same(changes, wanted)


