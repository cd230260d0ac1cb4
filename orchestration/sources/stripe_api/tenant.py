"""One account of a pull: its cursor, and the rows that wait for the next commit.

Rows and the progress that they mean change together under one lock, so that a commit at any moment is true.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.sources.stripe_api.cursor import AccountCursor
from orchestration.sources.stripe_api.spool import LARGEST_BYTES, PREFIX, Spool, not_landed
from orchestration.workspace import Workspace

_TICK = 1e-6  # seconds; receipts tell instants apart to the microsecond


@dataclass(frozen=True)
class Batch:
    """What one commit takes from an account: finished files, and the cursor that is true with them."""

    account: str
    spools: list[Spool]
    cursor: bytes


class Tenant:
    """An account while it is pulled.

    Args:
        floor: Nothing read now counts as older than this instant, whatever the clock says.

    Attributes:
        lock: Hold it while rows are landed and the cursor is changed accordingly.
    """

    def __init__(self, workspace: Workspace, cursor: AccountCursor, floor: float) -> None:
        self.account = cursor.account
        self.cursor = cursor
        self.lock = threading.RLock()
        self._folder = workspace.landing / "incoming"
        self._floor = floor
        self._open: dict[str, Spool] = {}
        self._closed: list[Spool] = []
        self._files = 0
        self._is_dirty = False

    def land(self, stem: str, lines: Sequence[bytes], asked_at: float) -> None:
        """Keep rows for the next commit; they show a state of `asked_at` (epoch seconds) or later."""
        with self.lock:
            self._is_dirty = True
            if not lines:
                return
            spool = self._open.get(stem)
            if spool is None:
                self._files += 1
                name = f"{PREFIX}{os.getpid()}-{self.account}-{self._files}.part"
                spool = self._open[stem] = Spool(self._folder / name, self.account, stem, asked_at)
            try:
                spool.append(lines, asked_at)
            except OSError as error:
                raise not_landed(error, self._folder) from error
            if spool.size >= LARGEST_BYTES:
                self._close(stem)

    def touch(self) -> None:
        """The cursor changed; the next commit takes it."""
        with self.lock:
            self._is_dirty = True

    def next_phase(self) -> None:
        """What is read from now on counts as newer than all before, even within one tick of the clock.

        Two states of one object must never share a file: they would count as equally old.
        """
        with self.lock:
            for stem in list(self._open):
                self._close(stem)
            self._floor = max([self._floor, *(spool.observed_at for spool in self._closed)]) + _TICK

    def take(self) -> Batch | None:
        """All that waits, and the cursor; None when nothing changed since the last time."""
        with self.lock:
            if not self._is_dirty:
                return None
            for stem in list(self._open):
                self._close(stem)
            batch = Batch(self.account, self._closed, self.cursor.as_bytes())
            self._closed, self._is_dirty = [], False
            return batch

    def _close(self, stem: str) -> None:
        spool = self._open.pop(stem)
        spool.observed_at = max(spool.observed_at, self._floor)
        self._closed.append(spool)
