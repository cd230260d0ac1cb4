"""The day of an instant: the one macro that turns instants into days, against days worked out by hand.

The expression is the one that stands in `macros/engine/types.sql`, rendered through the macro's own dispatch
and executed by DuckDB. The expected days follow from the offset in the comment beside each case.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import duckdb
import jinja2
import pytest

from orchestration.workspace import PROJECT_ROOT

# (instant, zone, day there)
DAYS = [
    # the contract's own case: five hours behind
    ("2026-01-02T22:00:00Z", "America/New_York", "2026-01-02"),
    ("2026-01-02T22:00:00Z", "UTC", "2026-01-02"),
    ("2026-01-02T22:00:00Z", "Europe/Berlin", "2026-01-02"),  # +1: 23:00
    ("2026-01-02T22:00:00Z", "Asia/Tokyo", "2026-01-03"),  # +9: 07:00
    # UTC: the last and the first second of a day
    ("2026-03-31T23:59:59Z", "UTC", "2026-03-31"),
    ("2026-04-01T00:00:00Z", "UTC", "2026-04-01"),
    # midnight in winter New York is 05:00 UTC, in summer 04:00 UTC
    ("2026-01-15T04:59:59Z", "America/New_York", "2026-01-14"),
    ("2026-01-15T05:00:00Z", "America/New_York", "2026-01-15"),
    ("2026-07-15T03:59:59Z", "America/New_York", "2026-07-14"),
    ("2026-07-15T04:00:00Z", "America/New_York", "2026-07-15"),
    # the gap of 2026-03-08 (02:00 becomes 03:00): that day begins at 05:00 UTC and ends after 23 hours
    ("2026-03-08T04:59:59Z", "America/New_York", "2026-03-07"),
    ("2026-03-08T05:00:00Z", "America/New_York", "2026-03-08"),
    ("2026-03-08T06:59:59Z", "America/New_York", "2026-03-08"),  # 01:59:59, the last second before the gap
    ("2026-03-08T07:00:00Z", "America/New_York", "2026-03-08"),  # 03:00, the first one after it
    ("2026-03-09T03:59:59Z", "America/New_York", "2026-03-08"),  # with the winter offset it would be 22:59
    ("2026-03-09T04:00:00Z", "America/New_York", "2026-03-09"),  # with the winter offset it would still be the 8th
    # the overlap of 2026-11-01 (02:00 becomes 01:00): that day lasts 25 hours, from 04:00 UTC to 05:00 UTC
    ("2026-11-01T03:59:59Z", "America/New_York", "2026-10-31"),  # also a month end
    ("2026-11-01T04:00:00Z", "America/New_York", "2026-11-01"),
    ("2026-11-01T05:30:00Z", "America/New_York", "2026-11-01"),  # 01:30 for the first time
    ("2026-11-01T06:30:00Z", "America/New_York", "2026-11-01"),  # 01:30 for the second time
    ("2026-11-02T04:59:59Z", "America/New_York", "2026-11-01"),
    ("2026-11-02T05:00:00Z", "America/New_York", "2026-11-02"),
    # Europe changes on 2026-03-29 and 2026-10-25 at 01:00 UTC
    ("2026-03-28T22:59:59Z", "Europe/Berlin", "2026-03-28"),  # +1
    ("2026-03-28T23:00:00Z", "Europe/Berlin", "2026-03-29"),
    ("2026-03-29T21:59:59Z", "Europe/Berlin", "2026-03-29"),  # +2: the day had 23 hours
    ("2026-03-29T22:00:00Z", "Europe/Berlin", "2026-03-30"),
    ("2026-10-24T22:00:00Z", "Europe/Berlin", "2026-10-25"),  # +2
    ("2026-10-25T22:59:59Z", "Europe/Berlin", "2026-10-25"),  # +1: the day had 25 hours
    ("2026-10-25T23:00:00Z", "Europe/Berlin", "2026-10-26"),
    # zones where midnight itself does not exist: Santiago skips 00:00 to 01:00 on 2025-09-07 (-4 becomes -3)
    ("2025-09-07T03:59:59Z", "America/Santiago", "2025-09-06"),
    ("2025-09-07T04:00:00Z", "America/Santiago", "2025-09-07"),
    # and Cairo on 2026-04-24 (+2 becomes +3)
    ("2026-04-23T21:59:59Z", "Africa/Cairo", "2026-04-23"),
    ("2026-04-23T22:00:00Z", "Africa/Cairo", "2026-04-24"),
    # leap days
    ("2024-02-29T04:59:59Z", "America/New_York", "2024-02-28"),
    ("2024-02-29T23:59:59Z", "America/New_York", "2024-02-29"),
    ("2024-03-01T04:59:59Z", "America/New_York", "2024-02-29"),
    ("2024-03-01T05:00:00Z", "America/New_York", "2024-03-01"),
    ("2026-03-01T04:59:59Z", "America/New_York", "2026-02-28"),  # no leap year: the 28th is followed by the 1st
    ("2000-02-29T12:00:00Z", "UTC", "2000-02-29"),  # a century that is one
    ("2100-02-28T12:00:00Z", "Pacific/Kiritimati", "2100-03-01"),  # +14, and a century that is none
    # year ends
    ("2026-01-01T04:59:59Z", "America/New_York", "2025-12-31"),
    ("2025-12-31T10:00:00Z", "Pacific/Kiritimati", "2026-01-01"),  # +14: the first of all
    ("2025-12-31T09:59:59Z", "Pacific/Kiritimati", "2025-12-31"),
    ("2026-01-01T11:59:59Z", "Etc/GMT+12", "2025-12-31"),  # -12: the last of all
    ("2026-01-01T12:00:00Z", "Etc/GMT+12", "2026-01-01"),
    # one instant, three days: 11:30 UTC on 1 March is 1:30 on the 2nd at +14 and 23:30 on 28 February at -12
    ("2026-03-01T11:30:00Z", "Pacific/Kiritimati", "2026-03-02"),
    ("2026-03-01T11:30:00Z", "UTC", "2026-03-01"),
    ("2026-03-01T11:30:00Z", "Etc/GMT+12", "2026-02-28"),
    # halves and quarters of an hour
    ("2026-03-31T18:29:59Z", "Asia/Kolkata", "2026-03-31"),  # +5:30
    ("2026-03-31T18:30:00Z", "Asia/Kolkata", "2026-04-01"),
    ("2026-03-31T18:14:59Z", "Asia/Kathmandu", "2026-03-31"),  # +5:45
    ("2026-03-31T18:15:00Z", "Asia/Kathmandu", "2026-04-01"),
    ("2026-04-01T02:29:59Z", "America/St_Johns", "2026-03-31"),  # -2:30 in summer
    ("2026-04-01T02:30:00Z", "America/St_Johns", "2026-04-01"),
    # southern summer, and a change of half an hour: Lord Howe is +11 until 2026-04-05, then +10:30
    ("2026-04-04T12:59:59Z", "Australia/Lord_Howe", "2026-04-04"),
    ("2026-04-04T13:00:00Z", "Australia/Lord_Howe", "2026-04-05"),
    ("2026-04-05T13:29:59Z", "Australia/Lord_Howe", "2026-04-05"),
    ("2026-04-05T13:30:00Z", "Australia/Lord_Howe", "2026-04-06"),
    # a day that never was: Samoa jumped from 29 to 31 December 2011 (-10 becomes +14)
    ("2011-12-30T09:59:59Z", "Pacific/Apia", "2011-12-29"),
    ("2011-12-30T10:00:00Z", "Pacific/Apia", "2011-12-31"),
]


class _Dispatch:
    """dbt's `adapter.dispatch`, for the default engine."""

    def __init__(self) -> None:
        self.macros: Any = None

    def dispatch(self, name: str) -> Any:
        return getattr(self.macros, f"default__{name}")


def local_date_sql(zone: str) -> Callable[[str], str]:
    """The macro `local_date` of the project, with `reporting_timezone` set."""
    text = (PROJECT_ROOT / "dbt_project" / "macros" / "engine" / "types.sql").read_text(encoding="utf-8")
    adapter = _Dispatch()
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    known = {"reporting_timezone": zone}
    adapter.macros = environment.from_string(
        text, globals={"adapter": adapter, "return": lambda value: value, "run_value": known.__getitem__}).module
    macro = adapter.macros.local_date
    return lambda at: str(macro(at))


@pytest.mark.parametrize("session_zone", ["UTC", "Pacific/Auckland"])
def test_the_day_of_an_instant(session_zone: str) -> None:
    """Also where a connection's own time zone is another one: the macro must not depend on it."""
    found = []
    with duckdb.connect() as connection:
        connection.execute(f"set TimeZone = '{session_zone}'")
        for instant, zone, _ in DAYS:
            query = f"select {local_date_sql(zone)('created_at')} from (select $1::timestamptz as created_at)"
            row = connection.execute(query, [instant]).fetchone()
            assert row is not None
            found.append((instant, zone, row[0]))
    assert found == [(instant, zone, date.fromisoformat(day)) for instant, zone, day in DAYS]


def test_there_are_enough_cases() -> None:
    assert len(DAYS) == len({case[:2] for case in DAYS}) >= 30


def test_models_cut_days_with_this_macro_only() -> None:
    """Any other cast of an instant to a day would ignore `reporting_timezone`."""
    models = PROJECT_ROOT / "dbt_project" / "models"
    for path in models.rglob("*.sql"):
        text = path.read_text(encoding="utf-8").lower()
        assert "as date)" not in text and "::date" not in text and "date_trunc" not in text, path.name
