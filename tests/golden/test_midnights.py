"""The first instant of a local day: the way back from days to instants, also where the clock is changed at midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import duckdb
import jinja2
import pytest

from orchestration.workspace import PROJECT_ROOT

# (day, zone, its first instant)
MIDNIGHTS = [
    ("2026-03-01", "UTC", "2026-03-01T00:00:00"),
    ("2026-03-01", "America/New_York", "2026-03-01T05:00:00"),  # winter
    ("2026-03-08", "America/New_York", "2026-03-08T05:00:00"),  # the day of the change begins in winter
    ("2026-03-09", "America/New_York", "2026-03-09T04:00:00"),
    ("2026-04-01", "America/New_York", "2026-04-01T04:00:00"),  # summer: March had 743 hours
    ("2026-11-01", "America/New_York", "2026-11-01T04:00:00"),
    ("2026-11-02", "America/New_York", "2026-11-02T05:00:00"),
    ("2026-03-29", "Europe/Berlin", "2026-03-28T23:00:00"),
    ("2026-03-30", "Europe/Berlin", "2026-03-29T22:00:00"),
    ("2026-10-26", "Europe/Berlin", "2026-10-25T23:00:00"),
    ("2025-09-07", "America/Santiago", "2025-09-07T04:00:00"),  # 00:00 does not exist; the day begins at 01:00
    ("2026-04-24", "Africa/Cairo", "2026-04-23T22:00:00"),  # nor here
    ("2025-11-02", "America/Havana", "2025-11-02T04:00:00"),  # 00:00 comes twice; the first counts
    ("2026-10-25", "Atlantic/Azores", "2026-10-25T00:00:00"),  # twice as well
    ("2026-10-26", "Atlantic/Azores", "2026-10-26T01:00:00"),
    ("2026-04-05", "Australia/Lord_Howe", "2026-04-04T13:00:00"),  # a change of half an hour
    ("2026-04-06", "Australia/Lord_Howe", "2026-04-05T13:30:00"),
    ("2026-04-01", "Asia/Kolkata", "2026-03-31T18:30:00"),
    ("2026-03-01", "Pacific/Kiritimati", "2026-02-28T10:00:00"),
    ("2024-02-29", "America/New_York", "2024-02-29T05:00:00"),
]
ZONES = sorted({zone for _, zone, _ in MIDNIGHTS})


class _Dispatch:
    """dbt's `adapter.dispatch`, for the default engine."""

    def __init__(self) -> None:
        self.macros: Any = None

    def dispatch(self, name: str) -> Any:
        return getattr(self.macros, f"default__{name}")


def macros_in(zone: str) -> Any:
    """The project's macros of days, with `reporting_timezone` set."""
    folder = PROJECT_ROOT / "dbt_project" / "macros" / "engine"
    text = "".join((folder / name).read_text(encoding="utf-8") for name in ("types.sql", "days.sql"))
    adapter = _Dispatch()
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    adapter.macros = environment.from_string(text, globals={
        "adapter": adapter, "return": lambda value: value, "run_value": {"reporting_timezone": zone}.__getitem__}).module
    return adapter.macros


@pytest.mark.parametrize("session_zone", ["UTC", "Pacific/Auckland"])
def test_the_first_instant_of_a_day(session_zone: str) -> None:
    found = []
    with duckdb.connect() as connection:
        connection.execute(f"set TimeZone = '{session_zone}'")
        for day, zone, _ in MIDNIGHTS:
            query = f"select epoch({macros_in(zone).local_midnight('day')})::bigint from (select date '{day}' as day)"
            row = connection.execute(query).fetchone()
            assert row is not None
            found.append((day, zone, datetime.fromtimestamp(row[0], UTC)))
    assert found == [(day, zone, datetime.fromisoformat(f"{at}+00:00")) for day, zone, at in MIDNIGHTS]


@pytest.mark.parametrize("zone", ZONES)
def test_a_day_begins_where_its_instants_begin(zone: str) -> None:
    """Every day of seven years: its midnight lies in it, and the second before lies in the day before."""
    macros = macros_in(zone)
    midnight = macros.local_midnight("day")
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        row = connection.execute(
            f"select count(*), count(*) filter ({macros.local_date('begins')} = day "
            f"and {macros.local_date('before')} < day) "
            f"from (select day, begins, begins - interval 1 second as before from (select day, {midnight} as begins "
            "from (select unnest(generate_series(date '2021-01-01', date '2027-12-31', interval 1 day))::date as day)))"
        ).fetchone()
    assert row == (((date(2027, 12, 31) - date(2021, 1, 1)).days + 1,) * 2)
