"""What a person finds in the catalog: every table says what one row is, every column what it holds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.sources.catalog import stripe_catalog
from orchestration.warehouse.bank_schema import TABLES
from orchestration.warehouse.raw_schema import GENERIC_API
from orchestration.workspace import PROJECT_ROOT

MODELS = PROJECT_ROOT / "dbt_project" / "models"
SOURCE_CALL = re.compile(r"source\(\s*'(\w+)'\s*,\s*'(\w+)'\s*\)")
REF_CALL = re.compile(r"ref\(\s*['\"](\w+)['\"]\s*\)")
CONTRACT_TYPES = {"varchar", "bigint", "integer", "boolean", "date", "timestamptz", "decimal(38,18)", "decimal(18,4)",
                  "decimal(6,4)", "decimal(9,6)", "decimal(18,6)", "decimal(18,12)", "decimal(38,0)"}


def _yaml_models(folder: Path) -> dict[str, dict[str, Any]]:
    return {model["name"]: model for path in sorted(folder.rglob("*.yml"))
            for model in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models", [])}


def _sql(folder: Path) -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.sql"))}


MARTS, STAGING = _yaml_models(MODELS / "marts"), _yaml_models(MODELS / "staging")


def test_every_model_is_described_and_every_description_has_a_model() -> None:
    assert set(_sql(MODELS / "marts")) == set(MARTS) and len(MARTS) >= 6
    assert set(_sql(MODELS / "staging")) == set(STAGING) and len(STAGING) >= 35


@pytest.mark.parametrize("name", [*MARTS, *STAGING])
def test_a_description_begins_with_the_grain(name: str) -> None:
    model = {**STAGING, **MARTS}[name]
    assert model["description"].strip().startswith("One row per "), model["description"]


@pytest.mark.parametrize("name", [*MARTS, *STAGING])
def test_every_column_is_described_and_typed(name: str) -> None:
    columns = {**STAGING, **MARTS}[name]["columns"]
    names = [column["name"] for column in columns]
    assert names and len(names) == len(set(names))
    for column in columns:
        assert len(column.get("description", "").strip()) >= 5, column["name"]
        assert column.get("data_type"), column["name"]


@pytest.mark.parametrize("name", MARTS)
def test_a_mart_keeps_the_contract_of_columns(name: str) -> None:
    """The contract is enforced, the key is proven unique, money is an integer beside its currency."""
    project = yaml.safe_load((PROJECT_ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    assert project["models"]["tieout"]["marts"]["+contract"] == {"enforced": True}
    model = MARTS[name]
    assert model.get("config", {}).get("contract", {}).get("enforced", True) is True
    assert any("unique_key" in test for test in model["data_tests"])
    columns = {column["name"]: column["data_type"] for column in model["columns"]}
    assert set(columns.values()) <= CONTRACT_TYPES
    money = [column for column in columns if column.endswith("_minor")]
    assert all(columns[column] == "bigint" for column in money)
    assert not money or "currency" in columns
    assert all(kind == "timestamptz" for column, kind in columns.items() if column.endswith("_at"))
    assert all(kind == "date" for column, kind in columns.items() if column.endswith(("_date", "_month")))
    if name not in ("dim_currencies", "dim_gl_mapping", "dim_ledger_accounts", "dim_periods"):  # the same for all
        assert "account_id" in columns


@pytest.mark.parametrize("name", STAGING)
def test_a_staging_key_holds_the_tenant(name: str) -> None:
    config = STAGING[name]["config"]
    columns = {column["name"] for column in STAGING[name]["columns"]}
    if name.startswith("stg_bank__"):  # a bank knows no tenants; company rows say whose account it is
        assert columns & {"bank_account", "bank_entry_id"}
        return
    if config.get("materialized") == "table":  # built whole, so no key decides what is replaced
        assert "account_id" in columns
        return
    key = config["unique_key"]
    assert key[0] == "account_id" and set(key) <= columns


def _declared() -> set[tuple[str, str]]:
    return {(source["name"], table["name"]) for path in MODELS.rglob("*.yml")
            for source in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("sources", [])
            for table in source["tables"]}


def test_every_source_in_use_is_declared_and_every_declared_one_exists_in_raw() -> None:
    used = {call for text in _sql(MODELS).values() for call in SOURCE_CALL.findall(text)}
    declared = _declared()
    assert used <= declared
    catalog = stripe_catalog()
    in_raw = {("sigma", name) for name in [*catalog.tables, "metadata", "unmodelled"]}
    in_raw |= {("bank", name) for name in TABLES}
    in_raw |= {("api", entry.relation) for entry in catalog.objects.values()} | {("api", name) for name in GENERIC_API}
    assert {entry for entry in declared if entry[0] in ("sigma", "api", "bank")} <= in_raw


def test_only_staging_reads_objects_of_stripe() -> None:
    """What was loaded, company rows and decisions are no objects of Stripe: they need no staging."""
    for name, text in {**_sql(MODELS / "intermediate"), **_sql(MODELS / "marts")}.items():
        assert {source for source, _ in SOURCE_CALL.findall(text)} <= {"raw_meta", "company", "journal"}, name
