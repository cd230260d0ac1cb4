"""Periods as people name them: a month, a period of weeks, a year, or a range of these."""

from __future__ import annotations

import re

from orchestration.domain.errors import UsageError

_PART = re.compile(r"[0-9]{4}(-P?(0[1-9]|1[0-2]))?")


def period_bounds(text: str) -> tuple[str, str]:
    """First and last period id of `2026-03`, `2026-P03`, `2026` or `2025-04..2026-03`.

    A year alone is all that its name begins: months, and periods of weeks, whose names come after those of months.

    Raises:
        UsageError: It is none of them, or the range runs backwards.
    """
    first, separator, last = (part.strip() for part in text.strip().partition(".."))
    last = last if separator else first
    if not _PART.fullmatch(first) or not _PART.fullmatch(last):
        raise UsageError(
            f"{text!r} is not a period.",
            remedy="Give a month (2026-03), a period of weeks (2026-P03), a year (2026) or a range (2025-04..2026-03).",
        )
    bounds = (first if "-" in first else f"{first}-01", last if "-" in last else f"{last}-P12")
    if bounds[0] > bounds[1]:
        raise UsageError(
            f"The period {text!r} ends before it begins.", remedy=f"Did you mean {last}..{first}?"
        )
    return bounds
