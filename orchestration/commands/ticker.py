"""One line that says how far a long command is: a spinner on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from types import TracebackType
from typing import IO

from orchestration.commands.spinner import SpinnerLine

_EVERY = 30.0  # seconds between lines where there is no terminal


class Ticker:
    """Shows texts as they change."""

    def __init__(self, stream: IO[str], *, is_lively: bool = False) -> None:
        self._stream, self._line = stream, SpinnerLine(stream, is_lively=is_lively)
        self._said_at = 0.0

    def __enter__(self) -> Ticker:
        self._line.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._line.__exit__(kind, error, trace)

    def show(self, text: str) -> None:
        """The newest text; where there is no terminal, only when some time has passed."""
        if self._line.is_lively:
            self._line.show(text)
        elif time.monotonic() - self._said_at >= _EVERY:
            self._said_at = time.monotonic()
            self._stream.write(f"{text}\n")
            self._stream.flush()
