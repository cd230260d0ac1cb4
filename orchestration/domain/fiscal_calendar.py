"""Accounting periods as the settings cut them: calendar months, or whole weeks of a fiscal year.

The same rules as `macros/periods.sql`, for what is asked about one day: a test compares them over many years.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
QUARTER_WEEKS = 13


@dataclass(frozen=True)
class FiscalCalendar:
    """How days belong to periods; the attributes are the settings of those names.

    Attributes:
        fiscal_calendar: `calendar`, or the weeks of a quarter's periods such as 4-4-5; a 53rd week belongs to the
            year's last period.
    """

    fiscal_calendar: str = "calendar"
    fiscal_year_end_month: int = 12
    fiscal_year_end_rule: str = "last"
    fiscal_year_end_weekday: str = "saturday"
    fiscal_year_named_by: str = "end"

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> FiscalCalendar:
        """From settings in force, also those of a publication, where they are texts or were not known yet."""
        known = {name: settings[name] for name in cls.__dataclass_fields__ if name in settings}
        if "fiscal_year_end_month" in known:
            known["fiscal_year_end_month"] = int(known["fiscal_year_end_month"])
        return cls(**known)

    @property
    def has_weeks(self) -> bool:
        return self.fiscal_calendar != "calendar"

    def year_end(self, year: int) -> date:
        """Last day of the fiscal year of weeks that ends with the month of a calendar year."""
        month_end = _first_after(year, self.fiscal_year_end_month) - timedelta(days=1)
        back = (month_end.weekday() - WEEKDAYS.index(self.fiscal_year_end_weekday)) % 7
        ahead = 7 if self.fiscal_year_end_rule == "nearest" and back >= 4 else 0
        return month_end + timedelta(days=ahead - back)

    def place(self, day: date) -> tuple[int, int]:
        """Fiscal year by its name, and place of the day's period in it, 1 to 12."""
        year, period = self._year_and_period(day)
        started_before = self.fiscal_year_named_by == "start" and self.fiscal_year_end_month < 12
        return year - started_before, period

    def _year_and_period(self, day: date) -> tuple[int, int]:
        if not self.has_weeks:
            beyond = day.month > self.fiscal_year_end_month
            return day.year + beyond, (day.month - self.fiscal_year_end_month - 1) % 12 + 1
        year = next(year for year in range(day.year - 1, day.year + 2) if day <= self.year_end(year))
        week = (day - self.year_end(year - 1)).days - 1
        quarter = min(week // 7 // QUARTER_WEEKS, 3)
        first, second = (int(weeks) for weeks in self.fiscal_calendar.split("-")[:2])
        inside = week // 7 - quarter * QUARTER_WEEKS
        return year, quarter * 3 + (inside >= first) + (inside >= first + second) + 1

    def period_id(self, day: date) -> str:
        """Name of a day's period: 2026-03, or 2026-P03 where periods are weeks."""
        if not self.has_weeks:
            return f"{day:%Y-%m}"
        year, period = self.place(day)
        return f"{year}-P{period:02d}"

    def begins_period(self, day: date) -> bool:
        """Whether it is the first day of its period."""
        return self.period_id(day) != self.period_id(day - timedelta(days=1))


def _first_after(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1)
