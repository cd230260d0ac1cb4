"""Settings on their way into SQL: what a run hands to dbt, and what models see when dbt is called by hand."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest

from orchestration.build_state import MODEL_SETTINGS, dbt_environment
from orchestration.run_context import RunContext
from orchestration.settings import Settings, known_names
from orchestration.workspace import PROJECT_ROOT, Workspace

MACRO = PROJECT_ROOT / "dbt_project" / "macros" / "run_value.sql"


class Returned(Exception):
    """What the macro hands to dbt's `return`."""


def _return(value: str) -> str:
    raise Returned(value)


def run_value(name: str, environ: dict[str, str], execute: bool = True) -> str:
    module = jinja2.Environment().from_string(
        MACRO.read_text(encoding="utf-8"),
        globals={"execute": execute, "env_var": lambda key, default: environ.get(key, default), "return": _return},
    ).module  # fmt: skip
    with pytest.raises(Returned) as returned:
        module.run_value(name)
    return str(returned.value)


def environment(tmp_path: Path, settings: Settings) -> dict[str, str]:
    context = RunContext("run1", "2026-05-01T00:00:00.000000Z", settings=settings.in_force())
    return dbt_environment(Workspace(tmp_path), context)


def test_models_see_what_is_in_force_and_switches_as_words(tmp_path: Path) -> None:
    settings = Settings(
        books="us_gaap", catch_up=False, churn_timing="cancel_request", credit_losses="expense", customer_balance_adjustments="contra",
        fiscal_calendar="4-4-5", fiscal_year_end_month=1, fiscal_year_end_rule="nearest", fiscal_year_end_weekday="sunday",
        fiscal_year_named_by="start", functional_currency="eur", fx_remeasure=True, late_policy="restate",
        max_unexplained_bps=7, metrics_mode="stripe", past_due_days=45, recognition_policy="by_day", refund_tax="prorata", reporting_timezone="Asia/Tokyo",
    )  # fmt: skip
    environ = environment(tmp_path, settings)
    assert {name: run_value(name, environ) for name in MODEL_SETTINGS} == {
        "books": "us_gaap", "catch_up": "false", "churn_timing": "cancel_request", "credit_losses": "expense", "customer_balance_adjustments": "contra",
        "fiscal_calendar": "4-4-5", "fiscal_year_end_month": "1", "fiscal_year_end_rule": "nearest",
        "fiscal_year_end_weekday": "sunday", "fiscal_year_named_by": "start", "functional_currency": "eur", "fx_remeasure": "true", "late_policy": "restate",
        "max_unexplained_bps": "7", "metrics_mode": "stripe", "past_due_days": "45", "recognition_policy": "by_day", "refund_tax": "prorata", "reporting_timezone": "Asia/Tokyo",
    }  # fmt: skip
    assert run_value("books", environ, execute=False) == "stripe"


@pytest.mark.parametrize("name", sorted(set(MODEL_SETTINGS) - {"max_unexplained_bps"}))
def test_without_a_run_models_see_the_defaults_of_the_settings(tmp_path: Path, name: str) -> None:
    assert run_value(name, {}) == run_value(name, environment(tmp_path, Settings()))


def test_every_setting_of_a_model_is_a_setting() -> None:
    assert set(MODEL_SETTINGS) <= set(known_names())
