"""The errors that tieout raises on purpose, each with the exit code of the contract.

An error belongs here when a user can act on it: it says what is wrong, in which file or object, and what to
do. Everything else stays an ordinary exception and ends as exit code 1.
"""

from __future__ import annotations

EXIT_DONE = 0
EXIT_UNEXPECTED = 1
EXIT_USAGE = 2
EXIT_INPUT_REFUSED = 3
EXIT_GATE_REFUSED = 4
EXIT_SOURCE_FAILED = 5


class TieoutError(Exception):
    """Base of all deliberate errors.

    Args:
        what: What is wrong, in one sentence.
        where: The file, row, object or setting it is about; empty when the sentence says it.
        remedy: What the reader can do about it.
    """

    exit_code = EXIT_UNEXPECTED

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(self.as_text())

    def as_text(self) -> str:
        """The whole message: what, where, what to do; one line each."""
        lines = [self.what]
        if self.where:
            lines.append(f"  where: {self.where}")
        if self.remedy:
            lines.append(f"  do:    {self.remedy}")
        return "\n".join(lines)


class UsageError(TieoutError):
    """Wrong usage or configuration."""

    exit_code = EXIT_USAGE


class InputRefused(TieoutError):
    """Input that must not be published was refused; it lies in quarantine with its reason."""

    exit_code = EXIT_INPUT_REFUSED


class LandingDamaged(InputRefused):
    """What was landed is not what was received any more; the file itself may be fine."""


class GateRefused(TieoutError):
    """A check on the built data failed; nothing was published."""

    exit_code = EXIT_GATE_REFUSED


class SourceFailed(TieoutError):
    """A source did not answer as documented; what was received is kept."""

    exit_code = EXIT_SOURCE_FAILED
