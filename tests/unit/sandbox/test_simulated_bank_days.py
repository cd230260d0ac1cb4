"""Bank days against the calendars of the Federal Reserve and of TARGET, written out."""

from __future__ import annotations

from datetime import date

import pytest

from orchestration.sandbox.world.bank_days import (
    TARGET,
    US_FEDERAL,
    following,
    holidays,
    is_bank_day,
)


def days(*texts: str) -> set[date]:
    return {date.fromisoformat(text) for text in texts}


def test_federal_reserve_holidays_of_2025() -> None:
    assert holidays(2025, US_FEDERAL) == days(
        "2025-01-01", "2025-01-20", "2025-02-17", "2025-05-26", "2025-06-19", "2025-07-04", "2025-09-01",
        "2025-10-13", "2025-11-11", "2025-11-27", "2025-12-25",
    )  # fmt: skip


@pytest.mark.parametrize("year, friday, monday", [
    (2008, "2008-03-21", "2008-03-24"),
    (2024, "2024-03-29", "2024-04-01"),
    (2025, "2025-04-18", "2025-04-21"),
    (2038, "2038-04-23", "2038-04-26"),
])  # fmt: skip
def test_target_holidays_move_with_easter(year: int, friday: str, monday: str) -> None:
    fixed = days(f"{year}-01-01", f"{year}-05-01", f"{year}-12-25", f"{year}-12-26")
    assert holidays(year, TARGET) == fixed | days(friday, monday)


def test_a_reserve_bank_moves_a_holiday_from_sunday_but_not_from_saturday() -> None:
    assert not is_bank_day(date(2021, 7, 5), US_FEDERAL)  # 4 July 2021 was a Sunday
    assert not is_bank_day(date(2022, 6, 20), US_FEDERAL)  # and so was 19 June 2022
    assert is_bank_day(date(2026, 7, 3), US_FEDERAL)  # 4 July 2026 is a Saturday


def test_what_follows_the_eve_of_a_long_weekend() -> None:
    assert following(date(2025, 4, 17), TARGET) == date(2025, 4, 22)
    assert following(date(2025, 4, 17), US_FEDERAL) == date(2025, 4, 18)
    assert following(date(2025, 8, 29), US_FEDERAL) == date(2025, 9, 2)
