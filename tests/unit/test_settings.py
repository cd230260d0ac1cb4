"""Settings: what wins, what is refused, what is only a warning."""

from __future__ import annotations

import pytest

from orchestration.domain.errors import EXIT_USAGE, UsageError
from orchestration.settings import Settings, load_settings


def test_defaults_are_the_contracts() -> None:
    settings, warnings = load_settings(None, {})
    assert settings == Settings()
    assert (settings.reporting_timezone, settings.mode, settings.functional_currency) == ("UTC", "", "usd")
    assert set(settings.origins.values()) == {"default"}
    assert warnings == []


def test_the_environment_wins_over_the_file_and_the_file_over_the_default() -> None:
    text = 'reporting_timezone = "Europe/Berlin"\npast_due_days = 45\n'
    settings, _ = load_settings(text, {"TIEOUT_REPORTING_TIMEZONE": "America/New_York"})
    assert (settings.reporting_timezone, settings.past_due_days) == ("America/New_York", 45)
    assert settings.origins["reporting_timezone"] == "TIEOUT_REPORTING_TIMEZONE"
    assert settings.origins["past_due_days"] == "company/tieout.toml"


@pytest.mark.parametrize(("text", "value"), [("true", True), ("1", True), ("FALSE", False), ("0", False)])
def test_a_switch_in_the_environment_is_text(text: str, value: bool) -> None:
    assert load_settings(None, {"TIEOUT_CATCH_UP": text})[0].catch_up is value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('reporting_timezon = "UTC"', "Did you mean reporting_timezone?"),
        ('reporting_timezone = "Mars/Olympus"', "is not a time zone"),
        ('mode = "prod"', "One of: live, test"),
        ("past_due_days = -1", "a whole number, 0 or more"),
        ("past_due_days = 1.5", "a whole number, 0 or more"),
        ('catch_up = "maybe"', "true or false"),
        ("functional_currency = 1", "must be text"),
        ('functional_currency = "dollar"', "an ISO 4217 code such as usd"),
        ("functional_currency = \"u'd\"", "an ISO 4217 code such as usd"),
        ("fiscal_calendar = \"4-4-4\"", "One of: calendar, 4-4-5, 4-5-4, 5-4-4."),
        ("fiscal_year_end_month = 13", "a month, 1 (January) to 12"),
        ("fiscal_year_end_month = \"june\"", "must be a whole number"),
        ("fiscal_year_end_weekday = \"sunday\"", "means nothing where periods are calendar months"),
        ("fiscal_year_end_rule = \"nearest\"", "Set fiscal_calendar to whole weeks (4-4-5, 4-5-4, 5-4-4)"),
        ("fiscal_calendar = \"4-4-5\"\nfiscal_year_end_weekday = \"sonntag\"", "One of: monday"),
        ('books = "ifrs"', "One of: stripe, us_gaap"),
        ("this is no toml", "The settings cannot be read"),
    ],
)
def test_a_wrong_line_is_refused_with_its_remedy(text: str, said: str) -> None:
    with pytest.raises(UsageError) as refusal:
        load_settings(text, {})
    assert said in str(refusal.value)
    assert "company/tieout.toml" in str(refusal.value)
    assert refusal.value.exit_code == EXIT_USAGE


def test_an_unknown_variable_is_a_warning_and_machine_variables_are_none() -> None:
    settings, warnings = load_settings(
        None, {"TIEOUT_REPORTING_ZONE": "UTC", "TIEOUT_WORKSPACE": "x", "TIEOUT_RUN_AS_OF": "x", "HOME": "x"}
    )
    assert settings == Settings()
    assert len(warnings) == 1
    assert "TIEOUT_REPORTING_ZONE" in warnings[0]


def test_the_fingerprint_follows_what_shapes_the_data_only() -> None:
    assert Settings(debug=True).fingerprint == Settings().fingerprint
    assert Settings(past_due_days=31).fingerprint != Settings().fingerprint
    assert Settings(origins={"mode": "default"}).fingerprint == Settings().fingerprint


def test_a_currency_is_lower_case_whatever_was_written() -> None:
    assert load_settings('functional_currency = "EUR"', {})[0].functional_currency == "eur"


def test_the_books_of_us_gaap_change_defaults_and_nothing_that_is_set() -> None:
    stripe, _ = load_settings(None, {})
    assert (stripe.credit_losses, stripe.fx_remeasure) == ("contra", False)
    gaap, _ = load_settings('books = "us_gaap"', {})
    assert (gaap.credit_losses, gaap.fx_remeasure) == ("expense", True)
    assert gaap.origins["credit_losses"] == gaap.origins["fx_remeasure"] == "books = us_gaap"
    changed = {name for name, value in gaap.in_force().items() if value != stripe.in_force()[name]}
    assert changed == {"books", "credit_losses", "fx_remeasure"} and gaap.fingerprint != stripe.fingerprint


@pytest.mark.parametrize(
    ("text", "environ"),
    [
        ('books = "us_gaap"\ncredit_losses = "contra"\nfx_remeasure = false\n', {}),
        ('credit_losses = "contra"\nfx_remeasure = false\n', {"TIEOUT_BOOKS": "us_gaap"}),
        ('books = "us_gaap"\n', {"TIEOUT_CREDIT_LOSSES": "contra", "TIEOUT_FX_REMEASURE": "false"}),
    ],
)
def test_what_is_set_wins_over_the_books_even_when_it_is_the_default(text: str, environ: dict[str, str]) -> None:
    settings, _ = load_settings(text, environ)
    assert (settings.books, settings.credit_losses, settings.fx_remeasure) == ("us_gaap", "contra", False)
    assert "books = us_gaap" not in settings.origins.values()
