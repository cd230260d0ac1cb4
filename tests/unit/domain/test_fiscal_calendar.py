"""Fiscal years as companies and trade bodies publish them, and that every day lies in exactly one period."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from orchestration.domain.fiscal_calendar import FiscalCalendar

# National Retail Federation: 4-5-4, Saturday nearest to the end of January, named by the year in which it starts.
RETAIL = FiscalCalendar("4-5-4", 1, "nearest", "saturday", "start")
# The last Saturday of September.
AUTUMN = FiscalCalendar("4-4-5", 9)
CALENDARS = [
    FiscalCalendar(), FiscalCalendar("calendar", 6), FiscalCalendar("calendar", 3, fiscal_year_named_by="start"), RETAIL, AUTUMN,
    FiscalCalendar("4-4-5"), FiscalCalendar("5-4-4", 12, "nearest", "sunday"), FiscalCalendar("4-5-4", 6, "nearest", "wednesday", "start"),
]  # fmt: skip


@pytest.mark.parametrize(("year", "last_day", "weeks"), [
    (2016, "2017-01-28", 52), (2017, "2018-02-03", 53), (2018, "2019-02-02", 52), (2019, "2020-02-01", 52),
    (2022, "2023-01-28", 52), (2023, "2024-02-03", 53), (2024, "2025-02-01", 52), (2025, "2026-01-31", 52),
])
def test_years_of_the_retail_calendar(year: int, last_day: str, weeks: int) -> None:
    """Those that the federation publishes: 2017 and 2023 have 53 weeks."""
    end = date.fromisoformat(last_day)
    assert RETAIL.year_end(year + 1) == end
    assert RETAIL.place(end) == (year, 12) and RETAIL.place(end + timedelta(days=1)) == (year + 1, 1)
    assert (end - RETAIL.year_end(year)).days == weeks * 7


def test_periods_of_a_retail_year_of_53_weeks() -> None:
    days = {"2023-01-29": "2023-P01", "2023-02-25": "2023-P01", "2023-02-26": "2023-P02", "2023-04-01": "2023-P02",
            "2023-04-02": "2023-P03", "2023-04-30": "2023-P04", "2023-12-31": "2023-P12", "2024-02-03": "2023-P12",
            "2024-02-04": "2024-P01"}  # fmt: skip
    assert {day: RETAIL.period_id(date.fromisoformat(day)) for day in days} == days


@pytest.mark.parametrize(("year", "last_day"), [(2021, "2021-09-25"), (2022, "2022-09-24"), (2023, "2023-09-30"), (2024, "2024-09-28")])
def test_years_that_end_on_a_last_saturday(year: int, last_day: str) -> None:
    assert AUTUMN.year_end(year) == date.fromisoformat(last_day)


@pytest.mark.parametrize(("month", "named_by", "day", "place"), [
    (12, "end", "2026-03-31", (2026, 3)), (6, "end", "2026-06-30", (2026, 12)), (6, "end", "2026-07-01", (2027, 1)),
    (6, "start", "2026-07-01", (2026, 1)), (12, "start", "2026-01-01", (2026, 1)), (1, "start", "2026-01-31", (2025, 12)),
])
def test_other_ends_of_a_year_of_months(month: int, named_by: str, day: str, place: tuple[int, int]) -> None:
    calendar = FiscalCalendar("calendar", month, fiscal_year_named_by=named_by)
    assert calendar.place(date.fromisoformat(day)) == place
    assert calendar.period_id(date.fromisoformat(day)) == day[:7]


@pytest.mark.parametrize("calendar", CALENDARS, ids=str)
def test_periods_follow_each_other_and_weeks_are_whole(calendar: FiscalCalendar) -> None:
    day, before, length = date(2014, 12, 1), None, 0
    lengths = []
    while day < date(2046, 3, 1):
        place = calendar.place(day)
        if before is not None and place != before:
            assert place == ((before[0], before[1] + 1) if before[1] < 12 else (before[0] + 1, 1))
            assert calendar.begins_period(day)
            lengths.append(length)
            length = 0
        before, length, day = place, length + 1, day + timedelta(days=1)
    if calendar.has_weeks:
        assert set(lengths[1:]) == ({28, 35, 42} if calendar.fiscal_calendar == "4-4-5" else {28, 35})


def test_settings_of_a_publication_are_texts() -> None:
    assert FiscalCalendar.of({"fiscal_calendar": "4-5-4", "fiscal_year_end_month": "1", "debug": "false"}) == FiscalCalendar("4-5-4", 1)
    assert FiscalCalendar.of({"reporting_timezone": "UTC"}) == FiscalCalendar()
