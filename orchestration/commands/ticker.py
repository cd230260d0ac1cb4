"""One line that says how far a long command is: a spinner on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from types import TracebackType
from typing import IO, Any

from orchestration.commands.rendering import printable

_EVERY = 30.0  # seconds between lines where there is no terminal


class Ticker:
    """Shows texts as they change."""

    def __init__(self, stream: IO[str], *, is_lively: bool = False) -> None:
        self._stream, self._is_lively = stream, is_lively
        self._live: Any = None
        self._spinner: Any = None
        self._said_at = 0.0

    def __enter__(self) -> Ticker:
        if self._is_lively:
            from rich.console import Console
            from rich.live import Live
            from rich.spinner import Spinner

            self._spinner = Spinner("line")
            self._live = Live(
                self._spinner,
                console=Console(file=self._stream),
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def show(self, text: str) -> None:
        """The newest text; where there is no terminal, only when some time has passed."""
        if self._spinner is not None:
            from rich.text import Text

            self._spinner.update(text=Text(printable(text)))
        elif time.monotonic() - self._said_at >= _EVERY:
            self._said_at = time.monotonic()
            self._stream.write(f"{text}\n")
            self._stream.flush()
