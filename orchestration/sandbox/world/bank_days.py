"""Days on which banks book: weekends and holidays of the US Federal Reserve and of TARGET, for any year."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

US_FEDERAL, TARGET = "us_federal", "target"
_MONDAY, _THURSDAY, _SATURDAY, _SUNDAY = 0, 3, 5, 6
_ONE_DAY = timedelta(days=1)


def is_bank_day(day: date, calendar: str) -> bool:
    """Whether banks of this calendar book on the day."""
    return day.weekday() < _SATURDAY and day not in holidays(day.year, calendar)


def on_or_after(day: date, calendar: str) -> date:
    """The first bank day that is not before the day."""
    while not is_bank_day(day, calendar):
        day += _ONE_DAY
    return day


def on_or_before(day: date, calendar: str) -> date:
    """The last bank day that is not after the day."""
    while not is_bank_day(day, calendar):
        day -= _ONE_DAY
    return day


def following(day: date, calendar: str) -> date:
    """The next bank day after the day."""
    return on_or_after(day + _ONE_DAY, calendar)


@cache
def holidays(year: int, calendar: str) -> frozenset[date]:
    """The holidays of a year. Raises KeyError for a calendar that is not known."""
    return {US_FEDERAL: _us_federal, TARGET: _target}[calendar](year)


def _us_federal(year: int) -> frozenset[date]:
    """Reserve banks move a holiday from Sunday to Monday; one on a Saturday they do not move."""
    fixed = [date(year, month, day) for month, day in ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))]
    floating = [
        _weekday_of_month(year, 1, _MONDAY, 3),  # Martin Luther King
        _weekday_of_month(year, 2, _MONDAY, 3),  # Washington's birthday
        _weekday_of_month(year, 6, _MONDAY, 1) - timedelta(days=7),  # Memorial day: the last Monday of May
        _weekday_of_month(year, 9, _MONDAY, 1),  # Labor day
        _weekday_of_month(year, 10, _MONDAY, 2),  # Columbus day
        _weekday_of_month(year, 11, _THURSDAY, 4),  # Thanksgiving
    ]
    observed = [day + _ONE_DAY if day.weekday() == _SUNDAY else day for day in fixed]
    return frozenset(observed + floating)


def _target(year: int) -> frozenset[date]:
    easter = _easter(year)
    return frozenset(
        (
            date(year, 1, 1),
            easter - timedelta(days=2),  # Good Friday
            easter + _ONE_DAY,  # Easter Monday
            date(year, 5, 1),
            date(year, 12, 25),
            date(year, 12, 26),
        )
    )


def _weekday_of_month(year: int, month: int, weekday: int, number: int) -> date:
    """The first, second, ... such weekday of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


def _easter(year: int) -> date:
    """Western Easter Sunday (Gregorian computus in the form of Meeus, Jones and Butcher)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
