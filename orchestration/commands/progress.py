"""What a person sees of a run, on stderr: one spinner on a terminal, one line per phase elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from types import TracebackType
from typing import IO, Any

from orchestration.commands.spinner import SpinnerLine

PHASE_OF_STEP = {
    "received_files": "receiving",
    "raw_gates": "checking what was received",
    "dbt_models": "building",
    "mart_gates": "checking marts",
    "published__tieout": "publishing",
}
PHASES_IN_MESSAGES = ("receiving", "loading")


class RunWatch:
    """Follows the event log of a run: shows its phase, writes the log, remembers what failed unexpectedly.

    Attributes:
        unexpected: (step, innermost error in one line) of every failure that nobody raised on purpose.
    """

    def __init__(self, stream: IO[str], log: IO[str], *, is_lively: bool = False) -> None:
        self._stream, self._log = stream, log
        self._line = SpinnerLine(stream, is_lively=is_lively)
        self._phase = ""
        self.unexpected: list[tuple[str, str]] = []

    def __enter__(self) -> RunWatch:
        self._line.__enter__()
        self._show("starting")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._line.__exit__(kind, error, trace)

    def __call__(self, entry: Any) -> None:
        """Take one entry of Dagster's event log."""
        self._write(entry)
        event = entry.dagster_event
        if event is None:
            self._take_message(entry.user_message)
        elif event.is_step_start and event.step_key in PHASE_OF_STEP:
            self._show(PHASE_OF_STEP[event.step_key])
        elif event.is_step_failure:
            self._take_failure(event)

    def _take_message(self, message: str) -> None:
        phase, _, name = message.partition(" ")
        if phase in PHASES_IN_MESSAGES:
            self._show(phase, name)

    def _take_failure(self, event: Any) -> None:
        failure = event.event_specific_data
        self._log.write(f"{failure.error.to_string()}\n")
        if failure.user_failure_data is not None and "exit_code" in failure.user_failure_data.metadata:
            return
        error = failure.error
        while error.cause is not None:
            error = error.cause
        lines = error.message.strip().splitlines() or [error.cls_name or "unknown error"]
        self.unexpected.append((event.step_key or "", lines[0]))

    def _show(self, phase: str, detail: str = "") -> None:
        if self._line.is_lively:
            self._line.show(f"{phase} {detail}".strip(), width=70)
        elif phase != self._phase:
            self._stream.write(f"{phase}\n")
            self._stream.flush()
        self._phase = phase

    def _write(self, entry: Any) -> None:
        at = datetime.fromtimestamp(entry.timestamp, UTC).isoformat(timespec="milliseconds")
        event = entry.dagster_event
        kind = event.event_type_value if event else "LOG"
        self._log.write(f"{at} {kind} {entry.step_key or '-'} {entry.user_message}\n")
