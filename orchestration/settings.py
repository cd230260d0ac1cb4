"""Settings of a company: built-in defaults, then `company/tieout.toml`, then the environment.

The only reader of the environment. What was in force, and where each value came from, is written into every
publication; secrets are not settings and are written nowhere.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import re
import tomllib
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from orchestration.domain.errors import UsageError
from orchestration.domain.fiscal_calendar import WEEKDAYS
from orchestration.domain.secret import Secret

STRIPE_KEY_VARIABLE = "STRIPE_API_KEY"
# What only a fiscal year of whole weeks has.
OF_WEEKS = ("fiscal_year_end_rule", "fiscal_year_end_weekday")
CHOICES: dict[str, tuple[str, ...]] = {
    "mode": ("", "live", "test"),
    "books": ("stripe", "us_gaap"),
    "recognition_policy": ("by_instant", "by_day", "months_even", "months_even_prorated"),
    "fiscal_calendar": ("calendar", "4-4-5", "4-5-4", "5-4-4"),
    "fiscal_year_end_rule": ("last", "nearest"),
    "fiscal_year_end_weekday": WEEKDAYS,
    "fiscal_year_named_by": ("end", "start"),
    "late_policy": ("open_period", "restate"),
    "credit_losses": ("contra", "expense"),
    "customer_balance_adjustments": ("expense", "contra"),
    "refund_tax": ("none", "prorata"),
    "metrics_mode": ("default", "stripe"),
    "churn_timing": ("service_end", "cancel_request", "stripe"),
}
# Books -> the settings that they have by default where they are not Stripe's. ASC 326-20-30 and 830-20-35: credit
# losses are an expense, and receivables in another currency are measured again at the end of each month.
PROFILES: dict[str, dict[str, Any]] = {"us_gaap": {"credit_losses": "expense", "fx_remeasure": True}}
# Texts that end up in queries and are none of a few words -> what they look like, and the same in words.
PATTERNS = {
    "functional_currency": ("[a-z]{3}", "an ISO 4217 code such as usd"),
}
# Variables that name places and limits of this machine, not settings of the company.
MACHINE_VARIABLES = frozenset(
    {
        "TIEOUT_WORKSPACE",
        "TIEOUT_INBOX",
        "TIEOUT_STRIPE_API_URL",
        "TIEOUT_MEMORY_LIMIT",
        "TIEOUT_RAW_DB",
        "TIEOUT_CANDIDATE_DB",
    }
)


@dataclass(frozen=True)
class Settings:
    """What a company decided; the names are the contract's.

    Attributes:
        reporting_timezone: IANA zone in which days, months and periods are cut.
        mode: live or test; empty: the one that the inbox holds.
        books: A profile: where it is us_gaap, PROFILES says what other settings are unless they are set themselves.
        fiscal_calendar: Periods are calendar months, or whole weeks such as four, four and five a quarter.
        fiscal_year_end_month: 1 to 12; the fiscal year ends with it.
        fiscal_year_end_rule, fiscal_year_end_weekday: Of whole weeks: on the last such weekday of the month, or on the
            one nearest to the month's last day.
        fiscal_year_named_by: Calendar year in which it ends, or in which it starts.
        max_unexplained_bps: Unexplained money, in 1/100 of a percent, above which nothing is published.
    """

    reporting_timezone: str = "UTC"
    mode: str = ""
    functional_currency: str = "usd"
    books: str = "stripe"
    fiscal_calendar: str = "calendar"
    fiscal_year_end_month: int = 12
    fiscal_year_end_rule: str = "last"
    fiscal_year_end_weekday: str = "saturday"
    fiscal_year_named_by: str = "end"
    recognition_policy: str = "by_instant"
    catch_up: bool = True
    late_policy: str = "open_period"
    credit_losses: str = "contra"
    customer_balance_adjustments: str = "expense"
    refund_tax: str = "none"
    fx_remeasure: bool = False
    metrics_mode: str = "default"
    churn_timing: str = "service_end"
    past_due_days: int = 30
    max_unexplained_bps: int = 1
    api_requests_per_second: int = 20
    debug: bool = False
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)

    def in_force(self) -> dict[str, Any]:
        """Name -> value of every setting."""
        return {item.name: getattr(self, item.name) for item in fields(self) if item.name != "origins"}

    @property
    def fingerprint(self) -> str:
        """Changes when any setting that shapes the data does."""
        shaping = {name: value for name, value in self.in_force().items() if name != "debug"}
        return hashlib.sha256(json.dumps(shaping, sort_keys=True).encode()).hexdigest()


def known_names() -> list[str]:
    return [item.name for item in fields(Settings) if item.name != "origins"]


def load_settings(
    toml_text: str | None, environ: Mapping[str, str] | None = None
) -> tuple[Settings, list[str]]:
    """The settings in force, and warnings about variables that mean nothing.

    Args:
        toml_text: Content of company/tieout.toml, or None.
        environ: Environment; the process's own by default.
    Raises:
        UsageError: A key of the file is unknown, or a value does not fit its setting.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    origins = dict.fromkeys(known_names(), "default")
    for name, value in _read_toml(toml_text).items():
        if name not in origins:
            raise UsageError(f"Unknown setting {name}.", where="company/tieout.toml", remedy=_nearest(name))
        values[name], origins[name] = _checked(name, value, "company/tieout.toml"), "company/tieout.toml"
    warnings = []
    for variable, text in sorted(environ.items()):
        if (
            not variable.startswith("TIEOUT_")
            or variable in MACHINE_VARIABLES
            or variable.startswith("TIEOUT_RUN_")
        ):
            continue
        name = variable.removeprefix("TIEOUT_").lower()
        if name not in origins:
            warnings.append(f"{variable} is not a setting. {_nearest(name)}")
            continue
        values[name], origins[name] = _checked(name, text, variable), variable
    books = values.get("books", Settings.books)
    for name, value in PROFILES.get(books, {}).items():
        if origins[name] == "default":
            values[name], origins[name] = value, f"books = {books}"
    _check_calendar(values, origins)
    return Settings(**values, origins=origins), warnings


def _check_calendar(values: Mapping[str, Any], origins: Mapping[str, str]) -> None:
    """Months end by themselves: a weekday beside them would be a setting that does nothing."""
    if values.get("fiscal_calendar", Settings.fiscal_calendar) != "calendar":
        return
    for name in OF_WEEKS:
        if origins[name] != "default":
            weeks = ", ".join(choice for choice in CHOICES["fiscal_calendar"] if choice != "calendar")
            raise UsageError(
                f"Setting {name} means nothing where periods are calendar months.",
                where=origins[name],
                remedy=f"Set fiscal_calendar to whole weeks ({weeks}), or leave {name} out.",
            )


def stripe_api_key(environ: Mapping[str, str] | None = None) -> Secret:
    """The key of the Stripe API.

    Raises:
        UsageError: The variable is not set.
    """
    text = (os.environ if environ is None else environ).get(STRIPE_KEY_VARIABLE, "").strip()
    if not text:
        raise UsageError(
            f"There is no Stripe key: {STRIPE_KEY_VARIABLE} is not set.",
            remedy="Make a restricted key that only reads (Dashboard, Developers, API keys) and export it: "
            f"export {STRIPE_KEY_VARIABLE}=rk_live_...",
        )
    return Secret(text)


def _read_toml(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(
            f"The settings cannot be read: {error}",
            where="company/tieout.toml",
            remedy='Each line is name = value, for example reporting_timezone = "UTC".',
        ) from None


def _nearest(name: str) -> str:
    close = difflib.get_close_matches(name, known_names(), n=1, cutoff=0.5)
    return f"Did you mean {close[0]}?" if close else f"Known settings: {', '.join(known_names())}."


def _checked(name: str, value: Any, where: str) -> Any:
    kind = type(getattr(Settings, name))
    if isinstance(value, str) and kind is bool and value.lower() in ("true", "false", "1", "0"):
        value = value.lower() in ("true", "1")
    if isinstance(value, str) and kind is int and value.lstrip("-").isdigit():
        value = int(value)
    if type(value) is not kind or (kind is int and value < 0):
        expected = {bool: "true or false", int: "a whole number, 0 or more", str: "text"}[kind]
        raise UsageError(f"Setting {name} is {value!r}, but must be {expected}.", where=where)
    if name == "fiscal_year_end_month" and not 1 <= value <= 12:
        raise UsageError(
            f"Setting {name} is {value}.", where=where, remedy="It must be a month, 1 (January) to 12."
        )
    if name in CHOICES and value not in CHOICES[name]:
        raise UsageError(
            f"Setting {name} is {value!r}.",
            where=where,
            remedy=f"One of: {', '.join(choice for choice in CHOICES[name] if choice)}.",
        )
    if name == "reporting_timezone" and value not in zoneinfo.available_timezones():
        raise UsageError(
            f"{value!r} is not a time zone.",
            where=where,
            remedy="Use an IANA name such as UTC, Europe/Berlin or America/New_York.",
        )
    if name == "functional_currency":
        value = value.lower()
    if name in PATTERNS and not re.fullmatch(PATTERNS[name][0], value):
        raise UsageError(
            f"Setting {name} is {value!r}.", where=where, remedy=f"It must be {PATTERNS[name][1]}."
        )
    return value
