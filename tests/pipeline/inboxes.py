"""Inboxes to break: the simulated company as files, and small edits of those files."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.sandbox.simulation import Company, whole_company
from orchestration.sandbox.world.books import PLATFORM
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.plan import Plan
from tests.pipeline.company_files import STAMP, export_time, write_api_lists, write_pipeline, write_sigma_csv

Table = list[dict[str, str]]
SIGMA = "stripe/sigma"
API = "stripe/api"


@cache
def company(seed: int = 7) -> Company:
    """One quarter (January to March 2026) of a small platform with two sellers; tests must not change it."""
    return whole_company(Plan(months=3, customers=40, accounts=2, seed=seed))


@cache
def _sales(platform_only: bool) -> Company:
    """Transactions and charges, and nothing else."""
    return only(company(), ("balance_transaction", "charge"), lambda tenant, _: tenant == PLATFORM or not platform_only)


def only(whole: Company, names: Iterable[str], keep: Callable[[str, Obj], bool] = lambda tenant, obj: True) -> Company:
    """The objects of some kinds, and of those the ones that `keep` accepts."""
    kept = {name: [pair for pair in whole.objects[name] if keep(*pair)] for name in names}
    return replace(whole, objects=kept)


def transactions(tenant: str | None = None) -> int:
    """Balance transactions of the company, or of one tenant."""
    pairs = company().objects["balance_transaction"]
    return sum(owner == (tenant or owner) for owner, _ in pairs)


def file_of(inbox: Path, table: str, stamp: str = STAMP) -> Path:
    return inbox / SIGMA / f"{table}_{stamp}.csv"


def read_csv(path: Path) -> Table:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def as_csv(table: Table, columns: Iterable[str] | None = None, line_end: str = "\n") -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(columns or table[0]), lineterminator=line_end)
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue()


def put(path: Path, data: str | bytes, stamp: str = STAMP) -> Path:
    """Write a file of an inbox with a time of its own, so that nothing depends on when a test runs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    os.utime(path, (export_time(stamp), export_time(stamp)))
    return path


def edit_csv(path: Path, change: Callable[[Table], Table | None]) -> Path:
    """Change the rows of a CSV file in place or by returning others."""
    table = read_csv(path)
    changed = change(table)
    return put(path, as_csv(table if changed is None else changed))


def edit_text(path: Path, change: Callable[[str], str]) -> Path:
    return put(path, change(path.read_text(encoding="utf-8")))


def edit_json_lines(path: Path, change: Callable[[list[dict[str, Any]]], None]) -> Path:
    objects = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    change(objects)
    return put(path, json_lines(objects))


def json_lines(objects: Iterable[Any]) -> str:
    return "".join(json.dumps(obj, ensure_ascii=False, sort_keys=True) + "\n" for obj in objects)


def small_sigma(inbox: Path) -> Path:
    """A Sigma inbox that loads in a third of a second: transactions and the platform's charges, no controls."""
    write_sigma_csv(_sales(platform_only=False), inbox)
    for path in (inbox / SIGMA).iterdir():
        if not path.name.startswith(("balance_transactions_2", "charges_2", "connected_account_balance_transactions")):
            path.unlink()
    return inbox


def small_api(inbox: Path) -> Path:
    """The platform's transactions and charges as API lists."""
    write_api_lists(_sales(platform_only=True), inbox)
    shutil.rmtree(inbox / "stripe" / "events", ignore_errors=True)
    return inbox


def small_pipeline(inbox: Path, folder: str = "2026040103", mode: str = "livemode") -> Path:
    """The platform's transactions and charges as one run of the Data Pipeline."""
    write_pipeline(_sales(platform_only=True), inbox, folder, mode)
    root = inbox / "stripe" / "pipeline" / folder / mode
    for table in root.iterdir():
        if table.is_dir() and table.name not in ("balance_transactions", "charges"):
            shutil.rmtree(table)
    return inbox
