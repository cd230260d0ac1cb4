"""What a verification looked at, and what it found."""

from __future__ import annotations

from dataclasses import dataclass, field

RESTORE = "Restore {} from its backup; then run tieout verify again."


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was stored: what, where, what to do."""

    what: str
    where: str
    remedy: str


@dataclass
class Report:
    """Counts of what was looked at, notes for the reader, and findings; whole when there are none."""

    looked: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def found(self, what: str, where: str, remedy: str) -> None:
        self.findings.append(Finding(what, where, remedy))
