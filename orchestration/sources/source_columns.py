"""Which source can carry which public column: where two sources can be compared, and where they cannot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from orchestration.workspace import PROJECT_ROOT

MODELS = PROJECT_ROOT / "dbt_project" / "models"


@dataclass(frozen=True)
class SourceColumn:
    """One public column and whether Sigma (and Data Pipeline) or the API can fill it."""

    schema: str
    table: str
    column: str
    in_sigma: bool
    in_api: bool


def source_columns() -> Iterator[SourceColumn]:
    """Staging columns as their maps say; mart columns as `carried_by` says, else both."""
    for folder, schema in (("staging", "staging"), ("marts", "marts")):
        for path in sorted((MODELS / folder).rglob("*.yml")):
            yield from _columns_of(path, schema)


def _columns_of(path: Path, schema: str) -> Iterator[SourceColumn]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for model in yaml.load(path.read_text(encoding="utf-8"), Loader=loader).get("models", []):
        mapped = "stripe" in model.get("config", {}).get("meta", {})
        for column in model["columns"]:
            meta = column.get("config", {}).get("meta", {})
            carried_by = meta.get("carried_by", ["sigma", "api"])
            is_key = column["name"] in ("account_id", "position")
            yield SourceColumn(
                schema,
                model["name"],
                column["name"],
                in_sigma="sigma" in meta or is_key if mapped else "sigma" in carried_by,
                in_api="api" in meta or is_key if mapped else "api" in carried_by,
            )
