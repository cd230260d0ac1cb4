"""The macros of fiscal periods against `FiscalCalendar`, day by day over forty years, whatever the calendar."""

from __future__ import annotations

from typing import Any

import duckdb
import jinja2
import pytest

from orchestration.domain.fiscal_calendar import FiscalCalendar
from orchestration.workspace import PROJECT_ROOT
from tests.unit.domain.test_fiscal_calendar import CALENDARS

DAYS = "select unnest(range(date '2009-12-20', date '2050-02-10', interval '1 day'))::date as day"


class _Dispatch:
    """dbt's `adapter.dispatch`, for the default engine."""

    def __init__(self) -> None:
        self.macros: Any = None

    def dispatch(self, name: str) -> Any:
        return getattr(self.macros, f"default__{name}")


def macros_of(calendar: FiscalCalendar) -> Any:
    """The project's macros of periods, with these settings."""
    folder = PROJECT_ROOT / "dbt_project" / "macros"
    names = ("engine/types.sql", "engine/days.sql", "engine/functions.sql", "engine/revenue.sql", "periods.sql")
    text = "".join((folder / name).read_text(encoding="utf-8") for name in names)
    settings = {name: str(getattr(calendar, name)) for name in FiscalCalendar.__dataclass_fields__}
    adapter = _Dispatch()
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    # a `return` ends a macro in dbt; here what it is given is all that the macro says
    text = text.replace("{{- return(run_value('fiscal_calendar') != 'calendar') -}}", "{{- 'weeks' if run_value('fiscal_calendar') != 'calendar' -}}")
    text = text.replace("{%- set weeks = period_weeks() -%}", "{%- set weeks = weeks_of_a_quarter -%}")
    weeks = [int(part) for part in calendar.fiscal_calendar.split("-")[:2]] if calendar.has_weeks else [4, 4]
    adapter.macros = environment.from_string(text, globals={
        "adapter": adapter, "return": lambda value: value, "run_value": settings.__getitem__, "weeks_of_a_quarter": weeks}).module
    return adapter.macros


@pytest.mark.parametrize("calendar", CALENDARS, ids=str)
def test_every_day_has_the_same_period(calendar: FiscalCalendar) -> None:
    macros = macros_of(calendar)
    number = macros.period_number("day")
    query = (
        f"select day, {macros.period_text('day')}, {macros.fiscal_year_name('number')}, {macros.fiscal_period('number')}, "
        f"{macros.period_first_day('number')}, {macros.period_first_day('number + 1')}, {macros.period_start('day')} "
        f"from (select day, {number} as number from ({DAYS}) as days) as numbered order by day"
    )
    with duckdb.connect() as connection:
        found = connection.execute(query).fetchall()
    assert len(found) > 14_000
    for day, name, year, period, first, following, start in found:
        assert (name, (year, period)) == (calendar.period_id(day), calendar.place(day)), day
        assert first == start and first <= day < following, day
        assert calendar.begins_period(day) == (day == first), day
