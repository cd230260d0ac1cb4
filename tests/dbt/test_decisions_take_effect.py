"""A decision takes effect with the next run, an increment included: whatever depends on it is built whole in each run."""

from __future__ import annotations

import re
from pathlib import Path

from orchestration.workspace import PROJECT_ROOT

MODELS = PROJECT_ROOT / "dbt_project" / "models"
REF = re.compile(r"ref\(\s*['\"](\w+)['\"]\s*\)")
INCREMENTAL = re.compile(r"materialized\W+incremental|is_incremental\(\)")
# Models that work out by themselves which of their rows a new decision touches, each with the test that proves it.
PROVEN: dict[str, str] = {
    "int_ledger__late_changes": "tests/pipeline/test_period_close_bank.py::test_statements_and_decisions_about_a_closed_month_post_in_the_next",
    "fct_ledger_postings": "tests/pipeline/test_bank_ledger.py::test_a_decision_changes_the_books_and_its_undo_changes_them_back",
}


def _texts() -> dict[str, str]:
    """Model -> its SQL and, where it has a file of its own, its YAML."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(MODELS.rglob("*.sql"))}
    for name in texts:
        for path in MODELS.rglob(f"{name}.yml"):
            texts[name] += path.read_text(encoding="utf-8")
    return texts


def _deciding(texts: dict[str, str]) -> set[str]:
    """Every model that rests on the journal, near or far."""
    found = {name for name, text in texts.items() if "source('journal'" in text}
    while True:
        more = {name for name, text in texts.items() if set(REF.findall(text)) & found} - found
        if not more:
            return found
        found |= more


def test_no_increment_leaves_a_decision_out() -> None:
    texts = _texts()
    deciding = _deciding(texts)
    assert {"int_decisions", "int_decision_members", "fct_exceptions"} <= deciding
    incremental = {name for name in deciding if INCREMENTAL.search(texts[name])}
    assert incremental <= set(PROVEN), "these keep rows of earlier runs, so a new decision may pass them by"
    assert all(Path(PROJECT_ROOT / proof.partition("::")[0]).is_file() for proof in PROVEN.values())


def test_the_pattern_finds_incremental_models() -> None:
    texts = _texts()
    assert {"fct_transactions", "fct_ledger_postings"} <= {name for name in texts if INCREMENTAL.search(texts[name])}
