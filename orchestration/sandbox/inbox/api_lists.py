"""API lists as JSON lines: every object as Stripe would return it, per tenant and kind."""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from orchestration.sandbox.inbox.sigma_rows import gone_ids
from orchestration.sandbox.inbox.sweeps import SweepCodes
from orchestration.sandbox.simulation import Segment, Simulation
from orchestration.sandbox.world.books import PLATFORM

_MEMBERS = "payout_balance_transactions"
_LINES_AT_ONCE = 50_000


class ApiLists:
    """`stripe/api/(<acct>/)?<object>.jsonl`, with the members of automatic payouts.

    Deleted objects are not listed, and the platform's own account is not among the accounts that it lists.
    Objects stand in the order in which they were simulated, not newest first. The members of a payout
    include its own row, as `balance_transactions?payout=` has it; they wait on disk until payouts are known.
    """

    def __init__(self, folder: Path, platform_account: str) -> None:
        self._folder = folder / "stripe" / "api"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._platform_account = platform_account
        self._encode: Any = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
        self._sweeps = SweepCodes()
        self._spool = tempfile.TemporaryFile("w+", encoding="utf-8", dir=folder)  # noqa: SIM115 - closed in `close`

    def take(self, segment: Segment) -> None:
        """Append the objects of a segment."""
        gone = gone_ids(segment) | {self._platform_account}
        encode = self._encode
        for name, pairs in segment.objects.items():
            lines: dict[str, list[str]] = defaultdict(list)
            for tenant, obj in pairs:
                if obj.get("id") not in gone:
                    lines[tenant].append(encode(obj))
            for tenant, texts in lines.items():
                self._append(tenant, name, texts)
        self._spool_members(segment)

    def close(self, simulation: Simulation) -> None:
        """Write the members of the payouts; `simulation` must have given its last segment."""
        payouts = self._sweeps.payouts(simulation.sweeps)
        self._spool.seek(0)
        members: dict[str, list[tuple[str, str]]] = defaultdict(list)
        waiting = 0
        for line in self._spool:
            code, _, transaction = line.rstrip("\n").partition(" ")
            tenant, payout = payouts[int(code)]
            if payout is not None:
                members[tenant].append((payout, transaction))
                waiting += 1
            if waiting == _LINES_AT_ONCE:
                self._write_members(members)
                members.clear()
                waiting = 0
        self._write_members(members)
        self._spool.close()

    def _spool_members(self, segment: Segment) -> None:
        pairs = segment.objects.get("balance_transaction", [])
        codes = self._sweeps.codes([tenant for tenant, _ in pairs], [row for _, row in pairs])
        self._spool.writelines(
            f"{code} {row['id']}\n" for code, (_, row) in zip(codes, pairs, strict=True) if code is not None
        )
        own: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for tenant, payout in segment.objects.get("payout", ()):
            if payout["automatic"]:
                own[tenant].append((payout["id"], payout["balance_transaction"]))
        self._write_members(own)

    def _write_members(self, members: dict[str, list[tuple[str, str]]]) -> None:
        for tenant, pairs in members.items():
            lines = [
                self._encode({"payout": payout, "balance_transaction": transaction})
                for payout, transaction in pairs
            ]
            self._append(tenant, _MEMBERS, lines)

    def _append(self, tenant: str, name: str, lines: Iterable[str]) -> None:
        folder = self._folder if tenant == PLATFORM else self._folder / tenant
        folder.mkdir(exist_ok=True)
        with (folder / f"{name}.jsonl").open("a", encoding="utf-8", newline="\n") as file:
            file.writelines(line + "\n" for line in lines)
