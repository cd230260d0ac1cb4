"""Which staged columns an inbox carries at all: read from the files and the staging maps, not from the models."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from orchestration.sources.catalog import STAGING_FOLDER

# A reference that Stripe may expand, and the list whose elements carry the columns.
ALWAYS = {"account_id", "position", "is_deleted"}


def staged() -> Iterator[tuple[str, dict[str, Any], dict[str, dict[str, Any]]]]:
    """(model, its map, column -> where to read it) of every staging model that reads Stripe."""
    for path in sorted(STAGING_FOLDER.glob("stg_*.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]:
            source = model.get("config", {}).get("meta", {}).get("stripe")
            if source:
                columns = {column["name"]: column.get("config", {}).get("meta", {}) for column in model["columns"]}
                yield model["name"], source, columns


def sigma_columns(inbox: Path) -> dict[str, set[str]]:
    """Table -> columns with at least one value, of the Sigma CSV files."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in (inbox / "stripe" / "sigma").glob("*.csv"):
        table = path.name.split("_2026-")[0].removeprefix("connected_account_")
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                found[table] |= {name for name, value in row.items() if value}
    return found


def api_paths(inbox: Path) -> dict[str, set[str]]:
    """Object -> dotted paths that are there with a value, of all objects, nested ones included."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in (inbox / "stripe" / "api").rglob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            _collect(json.loads(line), [], found)
    return found


def _collect(value: Any, holders: list[tuple[str, str]], found: dict[str, set[str]]) -> None:
    if isinstance(value, dict):
        if isinstance(value.get("object"), str) and value["object"] != "list":
            holders = [*holders, (value["object"], "")]
        for name, inner in value.items():
            deeper = [(kind, f"{path}.{name}" if path else name) for kind, path in holders]
            for kind, path in deeper:
                if inner is not None:
                    found[kind].add(path)
            _collect(inner, deeper, found)
    elif isinstance(value, list):
        for inner in value:
            _collect(inner, holders, found)


def not_carried_by_both(inbox_sigma: Path, inbox_api: Path) -> dict[str, set[str]]:
    """Staging model -> columns that one of the two inboxes does not carry."""
    sigma, api = sigma_columns(inbox_sigma), api_paths(inbox_api)
    left_out: dict[str, set[str]] = {}
    for model, source, columns in staged():
        lists = [source["list"]] if isinstance(source.get("list"), str) else source.get("list", [])
        paths = api.get(source.get("object", ""), set())
        for name, meta in columns.items():
            if name in ALWAYS:
                continue
            in_sigma = meta.get("sigma") in sigma.get(source.get("table", ""), set())
            wanted = [meta["api"]] if isinstance(meta.get("api"), str) else meta.get("api", [])
            in_api = any(
                path.startswith("@") or any(
                    f"{prefix}{path.lstrip('^')}" in paths
                    for prefix in ([""] if path.startswith("^") or not lists else [f"{item}." for item in lists]))
                for path in wanted)
            if not (in_sigma and in_api):
                left_out.setdefault(model, set()).add(name)
    return left_out
