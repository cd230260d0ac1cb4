"""The root of a Merkle tree as in RFC 6962: leaves and nodes are hashed apart, so neither passes for the other."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

LEAF = b"\x00"
NODE = b"\x01"


def merkle_root(leaves: Sequence[str]) -> str:
    """Root over the leaves in the order given, 64 hexadecimal characters; of nothing it is the hash of nothing."""
    level = [hashlib.sha256(LEAF + leaf.encode()).digest() for leaf in leaves]
    if not level:
        return hashlib.sha256(b"").hexdigest()
    while len(level) > 1:
        # a node without a neighbour rises as it is, which gives the same tree as splitting at powers of two
        pairs = [
            hashlib.sha256(NODE + level[at] + level[at + 1]).digest() for at in range(0, len(level) - 1, 2)
        ]
        level = pairs + (level[-1:] if len(level) % 2 else [])
    return level[0].hex()
