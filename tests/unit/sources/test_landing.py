"""What is received from an inbox, and what never is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from orchestration.sources.landing import receive
from orchestration.workspace import Workspace

NOW = datetime(2026, 4, 2, tzinfo=UTC)


def test_the_truth_of_a_simulation_is_never_received(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    for name in ("truth/order_matches.csv", "truth/deeper/x.csv", "business/orders.csv", "business/truth/x.csv"):
        (inbox / name).parent.mkdir(parents=True, exist_ok=True)
        (inbox / name).write_text("order_id\n1\n", encoding="utf-8")
    received = receive(Workspace(tmp_path / "workspace"), inbox, NOW).received
    assert sorted(receipt.name for receipt in received) == ["business/orders.csv", "business/truth/x.csv"]
