"""Which code built something: package version, a fingerprint of the models, and the commit where there is one."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from orchestration.workspace import PROJECT_ROOT


@cache
def models_fingerprint() -> str:
    """Hash of everything that dbt builds from; when it changes, every model is rebuilt."""
    digest = hashlib.sha256()
    paths = [PROJECT_ROOT / "dbt_project.yml", *sorted((PROJECT_ROOT / "dbt_project").rglob("*"))]
    for path in paths:
        if path.is_file() and path.suffix in (".sql", ".py", ".yml", ".csv"):
            digest.update(path.relative_to(PROJECT_ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@cache
def code_version() -> str:
    """For example `0.1.0+3f2a9c1d8e4b` (version of the package, fingerprint of the models)."""
    try:
        release = version("tieout")
    except PackageNotFoundError:
        release = "0.0.0"
    return f"{release}+{models_fingerprint()[:12]}{_commit()}"


def _commit() -> str:
    head = PROJECT_ROOT / ".git" / "HEAD"
    if not head.is_file():
        return ""
    text = head.read_text(encoding="utf-8").strip()
    if text.startswith("ref: "):
        reference = Path(PROJECT_ROOT / ".git" / text.removeprefix("ref: "))
        text = reference.read_text(encoding="utf-8").strip() if reference.is_file() else ""
    return f".{text[:8]}" if text else ""
