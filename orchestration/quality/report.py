"""Write what the gates of a run found: `gates.json` for programs, `report.html` for people.

The page is one file without scripts, links or fonts from elsewhere. The same input gives the same bytes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from orchestration.quality.page import render
from orchestration.quality.personal import without_emails
from orchestration.quality.pictures.svg import Picture
from orchestration.quality.result import SuiteResult

DBT_PASSED = frozenset({"pass", "success"})
DBT_WARNED = frozenset({"warn"})


def write_report(
    results: Sequence[SuiteResult],
    dbt_results: Sequence[Mapping[str, Any]],
    context: Mapping[str, Any],
    folder: Path,
    pictures: Sequence[Picture] = (),
) -> Path:
    """Write `gates.json` and `report.html` into the folder, each replaced as a whole.

    Args:
        results: What the suites found.
        dbt_results: One mapping per dbt test: name, status, failures, description.
        context: `run_id`, `as_of`, optionally `verdict` ("published" or "refused"), `reasons` (list of str),
            `code_version`, `quarantine` (list of {file, reason, rows?}) and `inputs` (list of
            {name, sha256, rows, completeness}).
        folder: Where to write, e.g. the `quality` folder of the workspace; made if absent.
        pictures: What the page shows beside the gates; `gates.json` has none.
    Returns:
        The path of `report.html`.
    """
    gates = summarise(results, dbt_results, context)
    folder.mkdir(parents=True, exist_ok=True)
    _replace(folder / "gates.json", json.dumps(gates, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
    page = folder / "report.html"
    _replace(page, render(gates, pictures))
    return page


def summarise(
    results: Sequence[SuiteResult], dbt_results: Sequence[Mapping[str, Any]], context: Mapping[str, Any]
) -> dict[str, Any]:
    """Everything that both files say, as values that json can write.

    The verdict is never better than the checks: without any check, or with a broken blocking one, a run is
    `refused`, or `contradiction` when the caller says that it was published all the same. `published` is said
    only by the caller; good checks alone are `passed`.
    """
    dbt = [_dbt_check(one) for one in dbt_results]
    reasons = [
        f"{result.table}: {one.explanation}"
        for result in results
        for one in result.failed
        if one.severity == "critical"
    ]
    reasons += [f"dbt test {one['name']}: {one['outcome']}." for one in dbt if one["blocks"]]
    if not results and not dbt:
        reasons.append("No check ran, so nothing is proven.")
    said = context.get("verdict")
    given = [str(reason) for reason in context.get("reasons", ())]
    verdict = str(said or "passed")
    if reasons:
        verdict = "contradiction" if said == "published" else "refused"
    found = [one for result in results for one in result.expectations]
    gates = {
        "run_id": str(context.get("run_id", "")),
        "as_of": str(context.get("as_of", "")),
        "code_version": str(context.get("code_version", "")),
        "verdict": verdict,
        "reasons": given + [reason for reason in reasons if reason not in given],
        "counts": {
            "checks": len(found) + len(dbt),
            "passed": sum(one.success for one in found) + sum(one["passed"] for one in dbt),
            "critical_failures": sum(one.critical_failures for one in results)
            + sum(one["blocks"] for one in dbt),
            "warnings": sum(one.warnings for one in results) + sum(one["warns"] for one in dbt),
            "rows": sum(one.row_count for one in results),
        },
        "suites": [result.as_dict() for result in results],
        "dbt": dbt,
        "quarantine": [dict(one) for one in context.get("quarantine", ())],
        "inputs": [dict(one) for one in context.get("inputs", ())],
    }
    cleaned: dict[str, Any] = _json_able(gates)
    return cleaned


def _dbt_check(one: Mapping[str, Any]) -> dict[str, Any]:
    """A dbt test; every status that is neither a pass nor a warning blocks, `skipped` included."""
    status = str(one.get("status", "unknown")).lower()
    failures = one.get("failures")
    outcome = "holds" if status in DBT_PASSED else f"status {status}"
    if failures and status not in DBT_PASSED:
        outcome += f", {failures} offending {'row' if failures == 1 else 'rows'}"
    return {
        "name": str(one.get("name", "")),
        "description": str(one.get("description") or ""),
        "status": status,
        "failures": failures,
        "outcome": outcome,
        "passed": status in DBT_PASSED,
        "warns": status in DBT_WARNED,
        "blocks": status not in DBT_PASSED | DBT_WARNED,
    }


def _json_able(value: Any) -> Any:
    """Plain lists, dicts and scalars; text without e-mail addresses, other objects as text."""
    if isinstance(value, Mapping):
        return {str(name): _json_able(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json_able(one) for one in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return without_emails(str(value))


def _replace(path: Path, text: str) -> None:
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_text(text, encoding="utf-8", newline="\n")
    os.replace(unfinished, path)
