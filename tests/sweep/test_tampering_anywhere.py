"""Tampering at a hundred seeded places of every store, each kind: all of it is found, and named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orchestration.warehouse.evidence.verification import verify
from orchestration.workspace import Workspace
from tests.sweep.support import SEED, share
from tests.unit.warehouse.evidence_workspace import KINDS, STORES, make, tamper

pytestmark = [pytest.mark.sweep, pytest.mark.slow]

POSITIONS = 100


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return make(tmp_path_factory.mktemp("evidence") / "workspace")


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("kind", KINDS)
def test_all_of_it_is_found(kind: str, store: str, whole: Workspace, tmp_path: Path) -> None:
    missed = []
    copy = Workspace(tmp_path / "workspace")
    for position in range(share(POSITIONS)):
        shutil.rmtree(copy.root, ignore_errors=True)
        shutil.copytree(whole.root, copy.root, ignore=shutil.ignore_patterns("candidate"))
        touched = tamper(copy, store, kind, f"{SEED} {kind} {store} {position}")
        if not verify(copy).findings:
            missed.append(touched)
    assert missed == []
    assert verify(whole).findings == []
