"""`tieout verify` on a company that was really received, built and published: whole, and changed in each store."""

from __future__ import annotations

import random
import shutil
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orchestration.cli import main
from orchestration.domain.errors import EXIT_DONE, EXIT_GATE_REFUSED
from orchestration.workspace import Workspace
from tests.pipeline.company_files import write_api_lists
from tests.pipeline.harness import run
from tests.pipeline.inboxes import company
from tests.unit.warehouse.evidence_workspace import (
    EVENTS,
    KINDS,
    tamper,
    tamper_blob,
    tamper_lines,
    tamper_rows,
)  # fmt: skip

pytestmark = [pytest.mark.slow]

TRANSACTIONS = "marts.fct_transactions"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("tampering")
    write_api_lists(company(), folder / "inbox")
    workspace = Workspace(folder / "workspace")
    outcome = run(workspace, folder / "inbox")
    assert outcome.exit_code == EXIT_DONE, outcome.message
    return workspace


@pytest.fixture
def workspace(published: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(published.root, tmp_path / "workspace")
    return Workspace(tmp_path / "workspace")


def verify(workspace: Workspace, *options: str) -> Result:
    return CliRunner().invoke(main, ["verify", "--workspace", str(workspace.root), *options])


def test_a_real_publication_is_whole_and_quickly_looked_at(published: Workspace) -> None:
    started = time.perf_counter()
    result = verify(published, "--checkpoint", str(published.journal / "checkpoints.jsonl"))
    assert result.exit_code == EXIT_DONE, result.output
    assert "Whole: everything stored is as it was written." in result.output
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_found_and_named(kind: str, workspace: Workspace) -> None:
    event = tamper_rows(workspace.published_db, EVENTS, kind, random.Random(f"event {kind}"))
    transaction = tamper_rows(workspace.published_db, TRANSACTIONS, kind, random.Random(f"row {kind}"))
    result = verify(workspace)
    assert result.exit_code == EXIT_GATE_REFUSED, result.output
    assert EVENTS in result.output
    assert TRANSACTIONS in result.output
    if kind not in ("truncate", "reorder"):
        assert event in result.output
        assert transaction in result.output


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "swap tenant"])
def test_every_kind_is_found_in_what_was_received(kind: str, workspace: Workspace) -> None:
    checkpoints = (workspace.journal / "checkpoints.jsonl").read_bytes()
    receipts = next(workspace.receipts.glob("*.jsonl"))
    kept = receipts.read_bytes()
    tamper_lines(receipts, kind, random.Random(kind))
    found = verify(workspace)
    assert found.exit_code == EXIT_GATE_REFUSED, found.output
    assert receipts.name in found.output
    receipts.write_bytes(kept)
    assert verify(workspace).exit_code == EXIT_DONE
    tamper(workspace, "checkpoints", "edit" if kind in ("reorder", "delete") else kind, kind)
    assert verify(workspace).exit_code == EXIT_GATE_REFUSED
    (workspace.journal / "checkpoints.jsonl").write_bytes(checkpoints)
    tamper_blob(workspace, kind, random.Random(kind))
    assert verify(workspace).exit_code == EXIT_GATE_REFUSED


def test_the_next_run_mends_the_published_file(workspace: Workspace, tmp_path: Path) -> None:
    tamper_rows(workspace.published_db, TRANSACTIONS, "edit", random.Random("mend"))
    assert verify(workspace).exit_code == EXIT_GATE_REFUSED
    (tmp_path / "empty").mkdir()
    assert run(workspace, tmp_path / "empty").exit_code == EXIT_DONE
    assert verify(workspace).exit_code == EXIT_DONE, verify(workspace).output
