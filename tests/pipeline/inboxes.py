"""Inboxes to break: the simulated company as files, and small edits of those files."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.sandbox.company import build_company
from orchestration.sandbox.facts import PLATFORM, Facts, Obj
from orchestration.sandbox.writers import STAMP, export_time, write_api_lists, write_pipeline, write_sigma_csv

Table = list[dict[str, str]]
SIGMA = "stripe/sigma"
API = "stripe/api"


@cache
def company(seed: int = 7) -> Facts:
    """The simulated company; tests must not change it."""
    return build_company(seed)


def only(facts: Facts, names: Iterable[str], keep: Callable[[str, Obj], bool] = lambda tenant, obj: True) -> Facts:
    """The facts of some object types, and of those the objects that `keep` accepts."""
    wanted = set(names)
    objects = {name: [(tenant, obj) for tenant, obj in pairs if keep(tenant, obj)]
               for name, pairs in facts.objects.items() if name in wanted}
    payouts = {(tenant, obj["id"]) for tenant, obj in objects.get("payout", [])}
    members = [entry for entry in facts.payout_members if entry[:2] in payouts]
    defaults: dict[str, list[tuple[str, Obj]]] = {name: [] for name in facts.objects}
    return Facts({**defaults, **objects}, members, facts.exchange_rates, facts.platform_account)


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
    """A Sigma inbox that loads in a third of a second: transactions and their charges, no controls."""
    facts = only(company(), ("balance_transaction", "charge"))
    write_sigma_csv(facts, inbox)
    for path in (inbox / SIGMA).iterdir():
        if not path.name.startswith(("balance_transactions_2", "charges_2", "connected_account_balance_transactions")):
            path.unlink()
    return inbox


def small_api(inbox: Path) -> Path:
    """The platform's transactions and charges as API lists."""
    write_api_lists(only(company(), ("balance_transaction", "charge"), lambda tenant, _: tenant == PLATFORM), inbox)
    shutil.rmtree(inbox / "stripe" / "events", ignore_errors=True)
    return inbox


def small_pipeline(inbox: Path, folder: str = "2026040103", mode: str = "livemode") -> Path:
    """Balance transactions and charges as one run of the Data Pipeline."""
    write_pipeline(only(company(), ("balance_transaction", "charge"), lambda tenant, _: tenant == PLATFORM), inbox,
                   folder, mode)
    root = inbox / "stripe" / "pipeline" / folder / mode
    for table in root.iterdir():
        if table.is_dir() and table.name not in ("balance_transactions", "charges"):
            shutil.rmtree(table)
    return inbox
