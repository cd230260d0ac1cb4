"""Which code built a publication."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from orchestration import code_version


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "dbt_project").mkdir()
    (tmp_path / "dbt_project.yml").write_text("name: x\n", encoding="utf-8")
    (tmp_path / "dbt_project" / "a.sql").write_text("select 1\n", encoding="utf-8")
    monkeypatch.setattr(code_version, "PROJECT_ROOT", tmp_path)
    return tmp_path


def fingerprint() -> str:
    code_version.models_fingerprint.cache_clear()
    try:
        return code_version.models_fingerprint()
    finally:
        code_version.models_fingerprint.cache_clear()


def test_a_changed_renamed_or_new_model_is_another_fingerprint(project: Path) -> None:
    model = project / "dbt_project" / "a.sql"
    seen = [fingerprint()]
    model.write_text("select 2\n", encoding="utf-8")
    seen.append(fingerprint())
    model = model.rename(model.with_name("b.sql"))
    seen.append(fingerprint())
    (project / "dbt_project" / "c.csv").write_text("a\n1\n", encoding="utf-8")
    seen.append(fingerprint())
    assert len(set(seen)) == 4


def test_what_dbt_does_not_read_changes_nothing(project: Path) -> None:
    before = fingerprint()
    (project / "dbt_project" / "notes.md").write_text("x", encoding="utf-8")
    assert fingerprint() == before


def test_the_version_names_release_models_and_commit(project: Path) -> None:
    (project / ".git" / "refs" / "heads").mkdir(parents=True)
    (project / ".git" / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
    (project / ".git" / "refs" / "heads" / "main").write_text("0123456789abcdef\n", encoding="utf-8")
    code_version.models_fingerprint.cache_clear()
    code_version.code_version.cache_clear()
    try:
        found = code_version.code_version()
    finally:
        code_version.models_fingerprint.cache_clear()
        code_version.code_version.cache_clear()
    assert re.fullmatch(r"\d+\.\d+\.\d+\+[0-9a-f]{12}\.01234567", found)
