"""One line of the doctor: how it stands, what was looked at, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """Level `ok`, `warn` (works, but look at it) or `bad` (needs mending: exit code 2)."""

    level: str
    what: str
    remedy: str = ""


def ok(what: str) -> Finding:
    return Finding("ok", what)


def warn(what: str, remedy: str) -> Finding:
    return Finding("warn", what, remedy)


def bad(what: str, remedy: str) -> Finding:
    return Finding("bad", what, remedy)
