"""The one line that moves on a terminal while a command works; nothing where there is no terminal."""

from __future__ import annotations

from types import TracebackType
from typing import IO, Any

from orchestration.commands.rendering import printable


class SpinnerLine:
    """A spinner with a text beside it. Not lively, it shows nothing, and its owner writes lines instead."""

    def __init__(self, stream: IO[str], *, is_lively: bool = False) -> None:
        self._stream, self.is_lively = stream, is_lively
        self._live: Any = None
        self._spinner: Any = None

    def __enter__(self) -> SpinnerLine:
        if self.is_lively:
            from rich.console import Console
            from rich.live import Live
            from rich.spinner import Spinner

            self._spinner = Spinner("line")
            # without redirection: what others print belongs into the log, not above the spinner
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

    def show(self, text: str, width: int | None = None) -> None:
        """Replace the text; control characters made harmless, cut to a width."""
        if self._spinner is not None:
            from rich.text import Text

            self._spinner.update(text=Text(printable(text)[:width]))
