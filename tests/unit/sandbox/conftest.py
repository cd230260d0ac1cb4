"""The company, written once per test run and read back with csv and json only."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orchestration.sandbox.company import build_company
from orchestration.sandbox.facts import Facts
from orchestration.sandbox.writers import write_api_lists, write_sigma_csv

Rows = list[dict[str, str]]
Table = Callable[[str], Rows]
Listed = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def facts() -> Facts:
    return build_company()


@pytest.fixture(scope="session")
def inbox(facts: Facts, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("company") / "inbox"
    write_sigma_csv(facts, root)
    write_api_lists(facts, root)
    return root


@pytest.fixture(scope="session")
def table(inbox: Path) -> Table:
    """Rows of a Sigma table and its connected twin, with the tenant in the column `account`."""

    def read(name: str) -> Rows:
        rows: Rows = []
        for prefix in ("", "connected_account_"):
            path = inbox / "stripe" / "sigma" / f"{prefix}{name}_2026-04-01T0300.csv"
            if path.exists():
                with path.open(encoding="utf-8", newline="") as lines:
                    rows += [{"account": "platform", **row} for row in csv.DictReader(lines)]
        return rows

    return read


@pytest.fixture(scope="session")
def listed(inbox: Path) -> Listed:
    """Objects of the API lists of all tenants, with the tenant under the key `@tenant`."""

    def read(name: str) -> list[dict[str, Any]]:
        api = inbox / "stripe" / "api"
        found = []
        for path in sorted(api.rglob(f"{name}.jsonl")):
            tenant = "platform" if path.parent == api else path.parent.name
            for line in path.read_text(encoding="utf-8").splitlines():
                found.append({**json.loads(line), "@tenant": tenant})
        return found

    return read
