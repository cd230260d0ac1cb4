"""One column of a Sigma table, read from a line such as `created:ts=start`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column: its name in Sigma, its type there, and the dotted path in the API's object."""

    name: str
    kind: str
    path: str


def parsed(text: str) -> Column:
    """A column from `name[:kind][=path]`; the kind defaults to text, the path to the name."""
    left, _, path = text.partition("=")
    name, _, kind = left.partition(":")
    return Column(name, kind or "text", path or name)
