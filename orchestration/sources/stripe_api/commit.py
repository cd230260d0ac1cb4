"""Commit points: blobs first, then one file of receipts by one rename. The newest cursor record counts."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime

from orchestration.domain.errors import TieoutError
from orchestration.sources.journal import discarded_hashes
from orchestration.sources.landing import verified_blob
from orchestration.sources.receipts import Receipt, read_receipts, write_receipts
from orchestration.sources.stripe_api.clock import StripeClock, instant_text
from orchestration.sources.stripe_api.cursor import AccountCursor
from orchestration.sources.stripe_api.spool import CURSOR, PREFIX, cursor_receipt, not_landed
from orchestration.sources.stripe_api.tenant import Batch, Tenant
from orchestration.workspace import Workspace

_TICK = 1e-6


class Committer:
    """Lands what the accounts of a pull have read.

    Attributes:
        last_at: Instant of the last cursor record, epoch seconds.
        commits: How many there were in this pull.
    """

    def __init__(self, workspace: Workspace, clock: StripeClock, last_at: float) -> None:
        self._workspace = workspace
        self._clock = clock
        self._lock = threading.Lock()
        self.last_at = last_at
        self.commits = 0

    def commit(self, tenants: Iterable[Tenant]) -> None:
        """Land everything that waits, whole or not at all.

        Raises:
            TieoutError: The disk is full or not writable; what was committed before stays.
        """
        with self._lock:
            batches = [batch for tenant in tenants if (batch := tenant.take()) is not None]
            if not batches:
                return
            try:
                self._land(batches)
            except OSError as error:
                raise not_landed(error, self._workspace.landing) from error
            self.commits += 1

    def _land(self, batches: list[Batch]) -> None:
        observed = [spool.observed_at for batch in batches for spool in batch.spools]
        at = max([self._clock.now(), self.last_at + _TICK, *observed])
        text = instant_text(at)
        receipts: list[Receipt] = []
        for batch in batches:
            receipts += [spool.seal(self._workspace, text) for spool in batch.spools]
            receipts.append(cursor_receipt(self._workspace, batch.account, batch.cursor, text))
        write_receipts(self._workspace, receipts, datetime.fromtimestamp(at, UTC))
        self.last_at = at


def read_cursors(workspace: Workspace) -> tuple[dict[str, AccountCursor], float]:
    """The newest cursor record of every account, and the instant of the newest of all (0 without any).

    Raises:
        LandingDamaged: A record is gone or its bytes changed.
        TieoutError: A record cannot be read.
    """
    discarded = discarded_hashes(workspace)
    newest: dict[str, Receipt] = {}
    for receipt in read_receipts(workspace):  # in the order of their times
        if receipt.kind == CURSOR and receipt.sha256 not in discarded:
            newest[receipt.account_id] = receipt
    cursors = {}
    for account, receipt in newest.items():
        try:
            cursors[account] = AccountCursor.from_bytes(verified_blob(workspace, receipt).read_bytes())
            cursors[account].record = receipt.sha256
        except ValueError as error:
            raise TieoutError(
                f"The record of how far account {account} was pulled cannot be read: {error}.",
                where=receipt.sha256,
                remedy="Restore landing/ from its backup, or leave the record out: tieout discard "
                f"{receipt.sha256}. Then more is read again than is needed.",
            ) from None
    times = [datetime.fromisoformat(receipt.export_time).timestamp() for receipt in newest.values()]
    return cursors, max(times, default=0.0)


def clear_leftovers(workspace: Workspace) -> None:
    """Delete half-made files of pulls that were killed; what they held is read again."""
    for path in (workspace.landing / "incoming").glob(f"{PREFIX}*"):
        with suppress(OSError):
            path.unlink()
