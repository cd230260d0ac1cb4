"""Pulls from a sandbox and from scripted answers, and what landing then says: what all tests of the extractor share."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.domain.secret import Secret
from orchestration.sandbox.server import SandboxServer
from orchestration.sandbox.simulation import Company, whole_company
from orchestration.sandbox.world.history import state_at
from orchestration.sandbox.world.plan import Plan
from orchestration.sources.receipts import Receipt, read_receipts
from orchestration.sources.stripe_api.client import Patience
from orchestration.sources.stripe_api.endpoints import CUSTOMER_BALANCE, ENDPOINTS, is_deletion
from orchestration.sources.stripe_api.options import Options
from orchestration.sources.stripe_api.outcome import Outcome
from orchestration.sources.stripe_api.run import extract
from orchestration.sources.stripe_api.transport import Reply, StripeTransport
from orchestration.workspace import Workspace

Obj = dict[str, Any]
Key = tuple[str, str, str]  # account, object, id
DAY = 86_400
HASTE = Patience(attempts=12, first=0.002, most=0.01, total=5.0)
FAST = Options(rate=100_000, patience=HASTE, page_size=25, split_after=2, pieces=3)
# Counts up without any event; nothing reads it.
SILENT = {"next_invoice_sequence"}


@cache
def small_company(months: int = 2, customers: int = 6, accounts: int = 1) -> Company:
    return whole_company(Plan(months=months, customers=customers, accounts=accounts))


def pull(
    server: SandboxServer,
    workspace: Workspace,
    options: Options = FAST,
    *,
    progress: Callable[[str], None] = lambda text: None,
    **changes: Any,
) -> Outcome:
    """One pull at the server's own time."""
    return extract(
        workspace,
        replace(options, **changes),
        lambda: StripeTransport(Secret(server.key), server.url, timeout=0.5),
        clock=lambda: float(server.clock),
        progress=progress,
    )


def receipts_of(workspace: Workspace, kind: str = "api") -> list[Receipt]:
    return [receipt for receipt in read_receipts(workspace) if receipt.kind == kind]


def rows_of(workspace: Workspace, receipt: Receipt) -> list[Obj]:
    return [json.loads(line) for line in receipt.blob(workspace).read_text(encoding="utf-8").split("\n") if line]


def landed_rows(workspace: Workspace, name: str) -> list[tuple[str, Obj]]:
    """(account, row) of every landed line of one object, repeated ones included."""
    return [
        (receipt.account_id, row)
        for receipt in receipts_of(workspace) if receipt.table == name
        for row in rows_of(workspace, receipt)
    ]


def landed_state(workspace: Workspace) -> dict[Key, Obj]:
    """Every object that is landed and not told to be gone, as it was observed last, in a list or by an event.

    Two different states of one instant leave it open which one counts; such an object is `{"open": True}`.
    """
    newest: dict[Key, tuple[str, Obj, bool]] = {}

    def observe(key: Key, at: str, obj: Obj, is_gone: bool) -> None:
        known = newest.get(key)
        if known is None or at > known[0]:
            newest[key] = (at, obj, is_gone)
        elif at == known[0] and obj != known[1]:
            newest[key] = (at, {"open": True}, is_gone)

    for receipt in receipts_of(workspace):
        for row in rows_of(workspace, receipt):
            if receipt.table == "event":
                inner = row["data"]["object"]
                key = (receipt.account_id, inner["object"], inner["id"])
                observe(key, instant(row["created"]), inner, is_deletion(row["type"]))
            elif "id" in row:
                key = (receipt.account_id, row["object"], row["id"])
                observe(key, receipt.export_time, row, row.get("deleted") is True)
    return {key: plain(obj) for key, (_, obj, is_gone) in newest.items() if not is_gone}


def true_state(company: Company, at: int) -> dict[Key, Obj]:
    """Every object that exists at an instant and that lists show."""
    state = {}
    for name, pairs in company.objects.items():
        if name not in ENDPOINTS and name not in (CUSTOMER_BALANCE, "account"):
            continue
        for tenant, obj in pairs:
            if obj["id"] == company.platform_account:
                continue
            now = state_at(obj, company.history[obj["id"]], at)
            if now is not None:
                if name == "balance_transaction":
                    now = {**now, "status": "available" if now["available_on"] <= at else "pending"}
                state[tenant, name, obj["id"]] = plain(now)
    return state


def plain(obj: Obj) -> Obj:
    """The values of an object that are neither objects nor lists, its metadata, and nothing silent."""
    return {
        key: value for key, value in obj.items()
        if key not in SILENT and (key == "metadata" or not isinstance(value, dict | list))
    }


def wrong(
    workspace: Workspace, company: Company, at: int, objects: Collection[str] = (), accounts: Collection[str] = ()
) -> dict[Key, tuple[Obj | None, Obj | None]]:
    """(landed, true) of every object in which landing differs from the truth: lost, stale, or not there."""
    landed, truth = landed_state(workspace), true_state(company, at)
    known = objects or {*ENDPOINTS, CUSTOMER_BALANCE, "account"}
    return {
        key: (landed.get(key), truth.get(key)) for key in {*landed, *truth}
        if key[1] in known and (not accounts or key[0] in accounts) and landed.get(key) != truth.get(key)
    }


def instant(seconds: float) -> str:
    from orchestration.sources.stripe_api.clock import instant_text

    return instant_text(seconds)


class Script:
    """A transport that answers what it is told, without a network.

    Attributes:
        asked: (path, params, account) of every request.
    """

    def __init__(self, answer: Callable[[str, Mapping[str, Any], str], Reply | Obj]) -> None:
        self.asked: list[tuple[str, dict[str, Any], str]] = []
        self._answer = answer

    def get(self, path: str, params: Mapping[str, Any], account: str) -> Reply:
        self.asked.append((path, dict(params), account))
        found = self._answer(path, params, account)
        return found if isinstance(found, Reply) else Reply(200, json.dumps(found), {})


def page_of(rows: list[Obj], has_more: bool = False) -> Obj:
    return {"object": "list", "url": "/v1/things", "has_more": has_more, "data": rows}


def fresh(folder: Path, name: str = "workspace") -> Workspace:
    return Workspace(folder / name)




def wrong_lists(workspace: Workspace, company: Company, at: int) -> dict[Key, tuple[list[str], list[str]]]:
    """(landed, true) ids in the lists inside objects, as the newest row of a list shows them, where they differ."""
    landed: dict[Key, list[str]] = {}
    for receipt in receipts_of(workspace):
        for row in rows_of(workspace, receipt):
            for key in ENDPOINTS[receipt.table].nested if receipt.table in ENDPOINTS else ():
                assert row[key]["has_more"] is False, f"{row['id']} is landed with a cut list"
                landed[receipt.account_id, key, row["id"]] = sorted(part["id"] for part in row[key]["data"])
    truth: dict[Key, list[str]] = {}
    for name, pairs in company.objects.items():
        for tenant, obj in pairs:
            now = state_at(obj, company.history[obj["id"]], at) if "id" in obj else None
            for key in ENDPOINTS[name].nested if now is not None and name in ENDPOINTS else ():
                truth[tenant, key, obj["id"]] = sorted(part["id"] for part in now[key]["data"])
    return {
        key: (landed.get(key, []), truth.get(key, []))
        for key in {*landed, *truth} if key in truth and landed.get(key) != truth.get(key)
    }


def unbalanced_payouts(workspace: Workspace) -> dict[str, tuple[int, int]]:
    """(net of its members, amount) of automatic payouts whose landed members do not add up to them."""
    net = {row["id"]: row["net"] for _, row in landed_rows(workspace, "balance_transaction")}
    payouts = {row["id"]: row for _, row in landed_rows(workspace, "payout") if row["automatic"]}
    sums = dict.fromkeys(payouts, 0)
    pairs = {(row["payout"], row["balance_transaction"]) for _, row in landed_rows(workspace, "payout_balance_transactions")}
    for payout, transaction in pairs:
        if transaction != payouts[payout]["balance_transaction"]:
            sums[payout] += net[transaction]
    return {name: (sums[name], row["amount"]) for name, row in payouts.items() if sums[name] != row["amount"]}
