"""Days and months as a time zone cuts them; instants are in UTC without a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


class LocalDays:
    """The calendar of one reporting time zone."""

    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)

    def day_of(self, at: datetime) -> date:
        return at.replace(tzinfo=UTC).astimezone(self.zone).date()

    def month_of(self, at: datetime) -> int:
        """Months since the year 0, so that they can be counted."""
        return month_of_day(self.day_of(at))

    def start_of(self, day: date) -> datetime:
        """The instant at which a day begins."""
        return datetime(day.year, day.month, day.day, tzinfo=self.zone).astimezone(UTC).replace(tzinfo=None)

    def midnight(self, at: datetime) -> datetime:
        """The instant at which the day of another one began."""
        return self.start_of(self.day_of(at))


def month_of_day(day: date) -> int:
    return day.year * 12 + day.month - 1


def day_after(day: date) -> date:
    return day + timedelta(days=1)
