"""When money leaves for the bank, and on which day it gets there. Days count from 1970-01-01."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from orchestration.sandbox.world.bank_days import TARGET, US_FEDERAL, following
from orchestration.sandbox.world.history import Obj

_EPOCH = date(1970, 1, 1)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_BANK_DAYS = {"usd": 1, "eur": 1, "gbp": 1, "jpy": 2, "kwd": 2}  # on the way, by currency


@dataclass(frozen=True, slots=True)
class Schedule:
    """How often a balance is paid out: daily (Monday to Friday), weekly, monthly or manual.

    Attributes:
        anchor: Weekday (Monday is 0) or day of the month; a month that is too short pays on its last day.
    """

    interval: str
    anchor: int = 0


PLATFORM_SCHEDULES = {
    "usd": Schedule("daily"),
    "eur": Schedule("daily"),
    "kwd": Schedule("weekly", anchor=2),
    "jpy": Schedule("manual"),
}
DAILY = Schedule("daily")


def schedule_of(account: Obj) -> Schedule:
    """The payout schedule in an account's settings."""
    settings = account["settings"]["payouts"]["schedule"]
    interval = settings["interval"]
    if interval == "weekly":
        return Schedule(interval, _WEEKDAYS.index(settings["weekly_anchor"]))
    if interval == "monthly":
        return Schedule(interval, settings["monthly_anchor"])
    return Schedule(interval)


@cache
def payout_days(schedule: Schedule, first: int, end: int) -> frozenset[int]:
    """The days from `first`, before `end`, on which a balance is paid out; by hand every other Tuesday."""
    return frozenset(day for day in range(first, end) if _pays_on(schedule, _EPOCH + timedelta(days=day)))


def _pays_on(schedule: Schedule, day: date) -> bool:
    if schedule.interval == "daily":
        return day.weekday() < 5
    if schedule.interval == "weekly":
        return day.weekday() == schedule.anchor
    if schedule.interval == "monthly":
        is_last = (day + timedelta(days=1)).day == 1
        return day.day == schedule.anchor or (is_last and day.day < schedule.anchor)
    return day.weekday() == 1 and day.toordinal() // 7 % 2 == 0


@cache
def arrival_day(day: int, currency: str) -> int:
    """The bank day on which money sent on `day` arrives."""
    arrival = _EPOCH + timedelta(days=day)
    for _ in range(_BANK_DAYS[currency]):
        arrival = following(arrival, US_FEDERAL if currency == "usd" else TARGET)
    return (arrival - _EPOCH).days
