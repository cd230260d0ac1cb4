"""CSV files that grow segment by segment, and how instants and months are written in them."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from orchestration.sandbox.world.money import DAY

Row = Sequence[object]


class Table:
    """One CSV file: UTF-8, LF, a header from the start; it is open only while rows are appended."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        path.write_text(",".join(columns) + "\n", encoding="utf-8")

    def append(self, rows: Iterable[Row]) -> None:
        """Add rows in the order of the columns; None is written as an empty value."""
        with self._path.open("a", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(rows)


def instant(at: int) -> str:
    """Epoch seconds as ISO 8601 in UTC, such as `2026-03-31T23:59:59Z`."""
    second = at % DAY
    return f"{day_of(at)}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}Z"


def day_of(at: int) -> str:
    """The UTC day of an instant, such as `2026-03-31`."""
    return _day(at // DAY)


def month_of(at: int) -> str:
    """The first day of the UTC month that an instant falls into, such as `2026-03-01`."""
    return _month(at // DAY)


@cache  # a story has some hundred days and millions of instants
def _day(day: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(day * DAY))


@cache
def _month(day: int) -> str:
    return time.strftime("%Y-%m-01", time.gmtime(day * DAY))
