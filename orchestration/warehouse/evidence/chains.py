"""Chains of receipts: one per tenant, in the order in which they were received.

A link is sha256(previous link, receipt line as it stands in the file). The order is that of the checkpoints: the
files that were new at a checkpoint, by name. No clock can reorder what an earlier checkpoint saw.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

# Sigma files of connected accounts hold many tenants, each row names its own.
CONNECTED = "connected accounts"
START = "0" * 64


@dataclass(frozen=True)
class Link:
    """Length and last hash of a chain."""

    length: int = 0
    head: str = START

    def after(self, line: bytes) -> Link:
        return Link(self.length + 1, hashlib.sha256(self.head.encode() + b"\n" + line).hexdigest())


def chain_of(line: bytes) -> str:
    """Name of the chain that a receipt belongs to.

    Raises:
        ValueError: The line is no receipt.
    """
    receipt = json.loads(line)
    if not isinstance(receipt, dict) or not isinstance(receipt.get("account_id"), str):
        raise ValueError("no receipt")
    return CONNECTED if receipt.get("is_connected") else str(receipt["account_id"])


def extended(chains: dict[str, Link], body: bytes) -> dict[str, Link]:
    """The chains after one file of receipts; a line that is no receipt counts to a chain without a name."""
    after = dict(chains)
    for line in body.splitlines():
        try:
            name = chain_of(line)
        except ValueError:
            name = ""
        after[name] = after.get(name, Link()).after(line)
    return after


def is_self_named(path: Path, body: bytes) -> bool:
    """Whether a file of receipts still has the bytes that it was named by."""
    return path.stem.rpartition("_")[2] == hashlib.sha256(body).hexdigest()[:12]


def files_after(folder: Path, known: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Files of receipts that no checkpoint names yet, in the order of their names."""
    named = set(known)
    for path in sorted(folder.glob("*.jsonl")):
        if path.name not in named:
            yield path.name, path.read_bytes()
