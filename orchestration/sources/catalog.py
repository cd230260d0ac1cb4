"""What tieout knows of Stripe's tables and objects, read from the staging models' own YAML.

The YAML beside each staging model is the only map from Stripe to tieout: dbt builds the model from it, the
loader takes from it which columns to expect, which must be readable as what, and which lists are nested where.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from orchestration.workspace import PROJECT_ROOT

STAGING_FOLDER = PROJECT_ROOT / "dbt_project" / "models" / "staging" / "stripe"

BANK_STATEMENTS = "bank_statements"  # a raw asset that is not of Stripe
BUSINESS_PREFIX = "business_"  # of raw assets that are the company's own records

KINDS = ("text", "minor", "integer", "decimal", "boolean", "instant", "instant_ms", "currency")


@dataclass(frozen=True)
class Field:
    """One thing that a staged column reads.

    Attributes:
        column: Staged column.
        sources: Sigma column, or alternative JSON paths (newest API version first).
        kind: How the text must read; one of KINDS.
        required: A row without it is refused.
    """

    column: str
    sources: tuple[str, ...]
    kind: str
    required: bool


@dataclass
class Table:
    """A Sigma (and Data Pipeline) table that a model reads."""

    name: str
    key: tuple[str, ...]
    fields: dict[str, Field] = field(default_factory=dict)
    api_relations: set[str] = field(default_factory=set)

    @property
    def required(self) -> list[str]:
        return [name for name, entry in self.fields.items() if entry.required]


@dataclass
class ApiObject:
    """A Stripe API object that a model reads.

    Attributes:
        name: Value of its `object` field.
        fields: What staging reads from its payload.
        embedded_in: Parent object -> path of the list (or single object) that holds it.
        lists: Path of a list without ids inside its payload -> the fields read from each element.
        required: Staged columns that must not be null.
    """

    name: str
    fields: list[Field] = field(default_factory=list)
    embedded_in: dict[str, list[str]] = field(default_factory=dict)
    lists: dict[str, list[Field]] = field(default_factory=dict)
    needs_id: bool = True

    @property
    def relation(self) -> str:
        """Name of its raw table in schema `api`."""
        return self.name.replace(".", "_")


@dataclass(frozen=True)
class Catalog:
    """All tables and objects that have a model."""

    tables: dict[str, Table]
    objects: dict[str, ApiObject]
    fingerprint: str
    models: dict[str, tuple[str, ...]]

    def asset_of(self, source: str, name: str) -> str:
        """The raw asset that a dbt source belongs to: the plural of the object, as the staging model names it."""
        if source == "bank":
            return BANK_STATEMENTS
        if source == "business":
            return f"{BUSINESS_PREFIX}{name}"
        for model, sources in sorted(self.models.items(), key=lambda item: (item[0] != name, item[0])):
            if f"{source}.{name}" in sources:
                return model
        others = {
            "event": "events",
            "payout_balance_transactions": "payout_members",
            "balance_summary": "stated_balances",
        }
        return others.get(name, name)


def _listed(value: Any) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def _kind(name: str, data_type: str, meta: dict[str, Any]) -> str:
    if data_type == "timestamptz":
        return "instant_ms" if meta.get("unit") == "ms" else "instant"
    if data_type == "bigint":
        return "minor" if name.endswith("_minor") else "integer"
    if data_type.startswith("decimal"):
        return "decimal"
    if data_type == "boolean":
        return "boolean"
    return "currency" if name == "currency" or name.endswith("_currency") else "text"


def _add_model(model: dict[str, Any], tables: dict[str, Table], objects: dict[str, ApiObject]) -> None:
    source = model["config"]["meta"]["stripe"]
    required = set(source.get("required", []))
    columns = [(column, column.get("config", {}).get("meta", {})) for column in model["columns"]]
    sigma_of = {column["name"]: meta["sigma"] for column, meta in columns if "sigma" in meta}
    if "table" in source:
        key = tuple(sigma_of[name] for name in source["key"] if name in sigma_of)
        table = tables.setdefault(source["table"], Table(source["table"], key))
        if "list" in source:  # elements have no id in the API; Sigma numbers them within their parent
            table.key = (*(sigma_of[name] for name in source["parent"] if name in sigma_of), "id")
            table.fields["id"] = Field("id", ("id",), "text", True)
        if "object" in source:
            table.api_relations.add(source["object"].replace(".", "_"))
        for column, meta in columns:
            if "sigma" in meta:
                kind = _kind(column["name"], column["data_type"], meta)
                known = table.fields.get(meta["sigma"])  # payouts and transfers share one table
                table.fields[meta["sigma"]] = Field(
                    column["name"],
                    (meta["sigma"],),
                    known.kind if known and known.kind != "text" else kind,
                    meta["sigma"] in required or (known is not None and known.required),
                )
    if "object" in source:
        entry = objects.setdefault(
            source["object"], ApiObject(source["object"], needs_id="has_no_id" not in source)
        )
        fields = [
            Field(
                column["name"],
                tuple(_listed(meta["api"])),
                _kind(column["name"], column["data_type"], meta),
                meta.get("sigma", _listed(meta["api"])[0]) in required,
            )
            for column, meta in columns
            if "api" in meta
        ]
        if "list" in source:
            for path in _listed(source["list"]):
                entry.lists[path] = [item for item in fields if not item.sources[0].startswith(("@", "^"))]
            return
        entry.fields.extend(fields)
        entry.needs_id = "id" in required or "table" not in source
        for parent, paths in source.get("embedded_in", {}).items():
            entry.embedded_in[parent] = _listed(paths)


def load_catalog(folder: Path) -> Catalog:
    """Read the maps of all staging models in a folder."""
    tables: dict[str, Table] = {}
    objects: dict[str, ApiObject] = {}
    models: dict[str, tuple[str, ...]] = {}
    digest = hashlib.sha256()
    for path in sorted(folder.glob("stg_*.yml")):
        text = path.read_text(encoding="utf-8")
        digest.update(text.encode())
        for model in yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))["models"]:
            source = model.get("config", {}).get("meta", {}).get("stripe")
            if source:
                _add_model(model, tables, objects)
                models[model["name"].removeprefix("stg_stripe__")] = (
                    f"sigma.{source.get('table', '')}",
                    f"api.{source.get('object', '').replace('.', '_')}",
                )
    return Catalog(tables, objects, digest.hexdigest(), models)


@cache
def stripe_catalog() -> Catalog:
    """The catalog of this version of tieout."""
    return load_catalog(STAGING_FOLDER)
