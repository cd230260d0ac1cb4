"""What a gate found, as plain values: no Great Expectations object leaves this package.

Examples never hold personal data: see `personal.py`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["critical", "warning"]
Example = Mapping[str, str | int | bool | None]


@dataclass(frozen=True)
class ExpectationResult:
    """One rule and whether it holds.

    Attributes:
        name: Stable name of the rule, e.g. `net_minor_is_gross_less_fee`.
        rule: The rule in words: what is true of good data.
        column: The column it is about; empty for a rule about the row or the table.
        severity: `critical` blocks publication, `warning` is shown.
        observed: What was seen, in words.
        unexpected_count: Offending rows (or keys); None where rows cannot be counted or could not be read.
        unexpected_percent: Of the rows looked at, 0 to 100, four decimals; None like the count.
        explanation: One sentence a controller can read: the rule, and what breaks it.
        examples: At most five offending rows: the key and the columns of the rule, no personal columns.
    """

    name: str
    rule: str
    column: str
    severity: Severity
    success: bool
    observed: str
    unexpected_count: int | None
    unexpected_percent: float | None
    explanation: str
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True)
class SuiteResult:
    """All rules of one table. `success` is true only if no critical rule failed; warnings do not count."""

    suite: str
    table: str
    success: bool
    critical_failures: int
    warnings: int
    expectations: tuple[ExpectationResult, ...]
    seconds: float
    row_count: int

    @property
    def failed(self) -> tuple[ExpectationResult, ...]:
        """The broken rules, the blocking ones first."""
        broken = [found for found in self.expectations if not found.success]
        return tuple(sorted(broken, key=lambda found: found.severity != "critical"))

    def as_metadata(self) -> dict[str, Any]:
        """A flat summary for an asset check or a log: numbers, and one sentence per broken rule."""
        return {
            "suite": self.suite,
            "table": self.table,
            "success": self.success,
            "rows": self.row_count,
            "checks": len(self.expectations),
            "critical_failures": self.critical_failures,
            "warnings": self.warnings,
            "seconds": self.seconds,
            "findings": [f"{found.severity}: {found.explanation}" for found in self.failed],
        }

    def as_dict(self) -> dict[str, Any]:
        """Everything, as values that json can write."""
        return asdict(self)

    def as_json(self) -> str:
        """Everything, as JSON with sorted keys."""
        return json.dumps(self.as_dict(), sort_keys=True, ensure_ascii=False)
