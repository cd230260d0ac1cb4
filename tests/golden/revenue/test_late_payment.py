"""A refund that is known before the payment that it gives back: random company 6 found its bill in one currency, it in another."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.workspace import Workspace
from tests.golden.revenue.published import natural_changes, publish
from tests.golden.revenue.registry import Example
from tests.golden.revenue.story import Story, line
from tests.golden.revenue.tables import Tables, minor
from tests.pipeline.harness import rows

pytestmark = pytest.mark.slow


def refunded_abroad(story: Story) -> None:
    charge = story.pay(story.invoice([line("30", "2019-01-01", "2019-04-01")], "2019-01-01"), "2019-02-01", rate="0.80")
    story.refund(charge, "2019-03-01", rate="0.90")


# The payment's rate stands for the books; what the refund's took more is FX.
CHANGES = {
    "AccountsReceivable": "24 -24", "Cash": ". 24 -27", "Revenue": "8.27 7.46", "DeferredRevenue": "15.73 -7.46 -8.27",
    "Refunds": ". . 15.73", "FxLoss": ". . 3",
}  # fmt: skip


def test_a_bill_stands_in_the_currency_of_its_refund(tmp_path: Path) -> None:
    """30 USD for three months, paid where euros are settled, refunded in March; the payment comes a run late."""
    tables, workspace = Tables(), Workspace(tmp_path / "workspace")
    Example("LATE", refunded_abroad, currency="usd", settles="eur").write(tables)
    moved = tables.stripe["balance_transactions", True]
    late = [row for row in moved if row["reporting_category"] == "charge"]
    assert len(late) == 1
    moved.remove(late[0])
    publish(workspace, tables.write(tmp_path / "inbox"))
    currencies = rows(workspace.published_db, "select distinct currency from marts.fct_ledger_postings where account_id = 'acct_1LATE'")
    assert currencies == [("eur",)]
    moved.extend(late)
    publish(workspace, tables.write(tmp_path / "inbox", stamp="2026-04-01T0900"))
    wanted = {
        ("eur", account, f"2019-{number:02}"): minor(text)
        for account, texts in CHANGES.items()
        for number, text in enumerate(texts.split(), 1)
        if text != "."
    }
    assert natural_changes(workspace)["acct_1LATE"] == wanted
