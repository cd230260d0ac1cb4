"""The committed sample is what the generator writes, and small."""

from __future__ import annotations

from pathlib import Path

from orchestration.sandbox.make_sample import make_sample
from orchestration.workspace import DEFAULT_INBOX


def _contents(root: Path) -> dict[str, bytes]:
    files = [path for path in root.rglob("*") if path.is_file()]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def test_committed_sample_equals_the_generators(tmp_path: Path) -> None:
    """When it fails after a change on purpose: `python -m orchestration.sandbox.make_sample`."""
    make_sample(tmp_path)
    assert _contents(DEFAULT_INBOX) == _contents(tmp_path)


def test_sample_stays_below_half_a_megabyte() -> None:
    assert sum(len(content) for content in _contents(DEFAULT_INBOX).values()) < 500_000
