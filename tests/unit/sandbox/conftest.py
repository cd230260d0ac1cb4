"""A simulated company, written once per test run and read back with csv and json only."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orchestration.sandbox.simulate import simulate_into
from orchestration.sandbox.world.plan import Plan

Rows = list[dict[str, str]]
Table = Callable[[str], Rows]
Listed = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An inbox with Sigma's tables, the API's lists and the events of the same company."""
    folder = tmp_path_factory.mktemp("written")
    simulate_into(Plan(months=4, customers=60, accounts=4), folder, ("sigma-csv", "api"))
    return folder


@pytest.fixture(scope="session")
def table(written: Path) -> Table:
    """Rows of a Sigma table and its connected twin, with the tenant in the column `account`."""

    def read(name: str) -> Rows:
        rows: Rows = []
        for prefix in ("", "connected_account_"):
            path = written / "stripe" / "sigma" / f"{prefix}{name}_2026-04-01T0300.csv"
            if path.exists():
                with path.open(encoding="utf-8", newline="") as lines:
                    rows += [{"account": "platform", **row} for row in csv.DictReader(lines)]
        return rows

    return read


@pytest.fixture(scope="session")
def listed(written: Path) -> Listed:
    """Objects of the API lists of all tenants, with the tenant under the key `@tenant`."""

    def read(name: str) -> list[dict[str, Any]]:
        api = written / "stripe" / "api"
        found = []
        for path in sorted(api.rglob(f"{name}.jsonl")):
            tenant = "platform" if path.parent == api else path.parent.name
            for line in path.read_text(encoding="utf-8").splitlines():
                found.append({**json.loads(line), "@tenant": tenant})
        return found

    return read
