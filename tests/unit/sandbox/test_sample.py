"""The committed sample is a simulated year, and what its plan gives."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from orchestration.sandbox.simulate import simulate_into
from orchestration.sandbox.world.plan import Plan
from orchestration.workspace import DEFAULT_INBOX

pytestmark = pytest.mark.slow

TRUTH = DEFAULT_INBOX / "truth"


def _contents(root: Path) -> dict[str, bytes]:
    """Relative path -> content, unzipped: zlib's versions pack the same rows differently."""
    found = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    return {name: gzip.decompress(data) if name.endswith(".gz") else data for name, data in found.items()}


def test_the_committed_sample_is_what_its_plan_gives(tmp_path: Path) -> None:
    """When it fails after a change on purpose: `make sample`."""
    summary = simulate_into(Plan.read(TRUTH), tmp_path / "again", ("sigma-csv-gz",))
    committed, again = _contents(DEFAULT_INBOX), _contents(tmp_path / "again")
    assert sorted(committed) == sorted(again)
    assert [name for name in committed if committed[name] != again[name]] == []
    assert 18_000 < summary.transactions < 22_000


def test_the_sample_is_a_year_and_stays_small() -> None:
    assert Plan.read(TRUTH).months == 12
    assert sum(path.stat().st_size for path in DEFAULT_INBOX.rglob("*") if path.is_file()) < 8_000_000
