"""The report tells the truth, in one file, without personal data and without a network."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from orchestration.quality.report import write_report
from orchestration.quality.result import ExpectationResult, SuiteResult

GOOD = ExpectationResult(
    name="key_is_unique", rule="no two rows share a key", column="", severity="critical", success=True,
    observed="holds", unexpected_count=0, unexpected_percent=0.0,
    explanation="Holds: no two rows share a key.",
)  # fmt: skip
BAD = ExpectationResult(
    name="net", rule="net is gross less fee", column="net_minor", severity="critical", success=False,
    observed="2 of 40 rows", unexpected_count=2, unexpected_percent=5.0,
    explanation="2 of 40 rows break the rule: net is gross less fee.",
    examples=({"transaction_id": "<script>alert(1)</script>", "net_minor": 6942},),
)  # fmt: skip
CONTEXT: dict[str, Any] = {
    "run_id": "run-7",
    "as_of": "2026-03-31T23:59:59Z",
    "inputs": [
        {"name": "stripe/sigma/charges.csv", "sha256": "ab" * 32, "rows": 40, "completeness": "proven"}
    ],
}


def suite(*found: ExpectationResult) -> SuiteResult:
    critical = sum(not one.success and one.severity == "critical" for one in found)
    warned = sum(not one.success and one.severity == "warning" for one in found)
    return SuiteResult("marts.t", "marts.t", critical == 0, critical, warned, found, 0.1, 40)


def written(
    folder: Path, *found: ExpectationResult, dbt: Any = (), **context: Any
) -> tuple[str, dict[str, Any]]:
    """The page and the JSON of one report."""
    results = [suite(*found)] if found else []
    page = write_report(results, list(dbt), {**CONTEXT, **context}, folder)
    return page.read_text(encoding="utf-8"), json.loads((folder / "gates.json").read_text(encoding="utf-8"))


def test_a_good_run_says_published_with_its_run_and_inputs(tmp_path: Path) -> None:
    page, gates = written(tmp_path, GOOD, verdict="published")
    assert "<h1>Published</h1>" in page
    assert gates["counts"] == {"checks": 1, "passed": 1, "critical_failures": 0, "warnings": 0, "rows": 40}
    assert all(
        words in page for words in ("run-7", "2026-03-31T23:59:59Z", "stripe/sigma/charges.csv", "ab" * 32)
    )


def test_a_broken_rule_refuses_says_why_and_shows_the_rows_escaped(tmp_path: Path) -> None:
    page, gates = written(tmp_path, GOOD, BAD)
    assert gates["verdict"] == "refused"
    assert gates["reasons"] == ["marts.t: 2 of 40 rows break the rule: net is gross less fee."]
    assert "<h1>Refused</h1>" in page
    assert "6942" in page
    assert "&lt;script&gt;" in page
    assert "<script" not in page


def test_the_page_never_calls_a_run_good_that_its_checks_refuse(tmp_path: Path) -> None:
    page, gates = written(tmp_path, BAD, verdict="published")
    assert gates["verdict"] == "contradiction"
    assert "Published against its own checks" in page


def test_nothing_checked_is_not_a_pass(tmp_path: Path) -> None:
    assert written(tmp_path)[1]["reasons"] == ["No check ran, so nothing is proven."]
    assert written(tmp_path)[1]["verdict"] == "refused"


@pytest.mark.parametrize("status", ["fail", "error", "skipped", "runtime error"])
def test_a_dbt_test_that_did_not_pass_refuses(status: str, tmp_path: Path) -> None:
    test = {"name": "assert_balanced", "status": status, "failures": 3, "description": "every entry balances"}
    page, gates = written(tmp_path, GOOD, dbt=[test])
    assert gates["verdict"] == "refused"
    assert f"dbt test assert_balanced: status {status}, 3 offending rows." in page


def test_a_dbt_warning_is_counted_and_does_not_refuse(tmp_path: Path) -> None:
    test = {"name": "assert_close", "status": "warn", "failures": 1, "description": None}
    gates = written(tmp_path, GOOD, dbt=[test])[1]
    assert (gates["verdict"], gates["counts"]["warnings"]) == ("passed", 1)


def test_quarantined_files_are_listed_with_their_reason(tmp_path: Path) -> None:
    refused = {
        "file": "charges.csv",
        "reason": "row 118 of ada@example.com: 12.50 is not whole",
        "rows": 4211,
    }
    page, gates = written(tmp_path, GOOD, quarantine=[refused])
    assert "charges.csv" in page
    assert "12.50 is not whole" in page
    assert "ada@example.com" not in page + json.dumps(gates)


def test_the_page_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    page, _ = written(tmp_path, GOOD, BAD)
    assert not re.search(r"https?:|//\w|@import|url\(|<link|<script|<img|<iframe|\son\w+=", page)
    assert "prefers-color-scheme: dark" in page


def test_the_same_input_gives_the_same_bytes_and_no_litter(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    assert written(first, GOOD, BAD) == written(second, GOOD, BAD)
    assert (first / "gates.json").read_bytes() == (second / "gates.json").read_bytes()
    assert sorted(path.name for path in first.iterdir()) == ["gates.json", "report.html"]
