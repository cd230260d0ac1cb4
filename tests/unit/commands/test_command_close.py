"""`tieout close` and `tieout reopen` as people call them."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from orchestration.domain.errors import EXIT_DONE, EXIT_GATE_REFUSED, EXIT_INPUT_REFUSED
from orchestration.sources.closes import closes_file
from orchestration.workspace import Workspace
from tests.unit.closing_books import publish_sales
from tests.unit.commands.conftest import Tieout

SALES = {"txn_1": ("2026-01-05", 1000), "txn_2": ("2026-02-05", 2000)}
EXIT_USAGE = 2


@pytest.fixture
def books(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "workspace")
    publish_sales(workspace, SALES)
    return workspace


def test_two_people_close_a_period_and_a_third_opens_it(books: Workspace, tieout: Tieout) -> None:
    place = ("--workspace", books.root)
    prepared = tieout("close", "2026-01", "--prepare-by", "Ada", *place)
    assert prepared.exit_code == EXIT_DONE, prepared.output
    assert "2026-01 is prepared by Ada." in prepared.output
    assert "2 postings, debits in minor units: usd 1000" in prepared.output
    assert "next:  tieout close 2026-01 --approve-by OTHER" in prepared.output
    assert "Prepared     2026-01 by Ada" in tieout("status", *place).output
    approved = tieout("close", "2026-01", "--approve-by", "Grace", *place)
    assert approved.exit_code == EXIT_DONE, approved.output
    assert "2026-01 is closed: prepared by Ada, approved by Grace." in approved.output
    assert "journal/closes/2026-01-1.parquet" in approved.output
    status = tieout("status", *place)
    assert "Closed       2026-01 (the last by Ada and Grace" in status.output
    opened = tieout("reopen", "2026-01", "--by", "Mary", "--reason", "late", *place)
    assert opened.exit_code == EXIT_DONE, opened.output
    assert "2026-01 is open again, by Mary." in opened.output
    assert "Closed" not in tieout("status", *place).output


def test_preparing_and_approving_are_two_steps(books: Workspace, tieout: Tieout) -> None:
    for options in ((), ("--prepare-by", "Ada", "--approve-by", "Grace")):
        result = tieout("close", "2026-01", *options, "--workspace", books.root)
        assert result.exit_code == EXIT_USAGE
        assert "two steps" in result.output
    assert not closes_file(books).exists()


def test_refusals_say_what_to_do(books: Workspace, tieout: Tieout, tmp_path: Path) -> None:
    place = ("--workspace", books.root)
    result = tieout("close", "2026-02", "--prepare-by", "Ada", *place)
    assert (result.exit_code, "tieout close 2026-01 --prepare-by NAME" in result.output) == (EXIT_USAGE, True)
    result = tieout("close", "2026-01", "--prepare-by", "Ada", "--workspace", tmp_path / "nowhere")
    assert (result.exit_code, "Publish first: tieout run" in result.output) == (EXIT_USAGE, True)
    result = tieout(
        "reopen", "2026-01", "--by", "Ada", "--reason", "late", "--workspace", tmp_path / "nowhere"
    )
    assert (result.exit_code, "There is no workspace" in result.output) == (EXIT_USAGE, True)
    assert tieout("reopen", "2026-01", "--by", "Ada", *place).exit_code == EXIT_USAGE
    tieout("close", "2026-01", "--prepare-by", "Ada", *place)
    publish_sales(books, {**SALES, "txn_3": ("2026-01-06", 1)})
    result = tieout("close", "2026-01", "--approve-by", "Grace", *place)
    assert (result.exit_code, "prepare again" in result.output) == (EXIT_GATE_REFUSED, True)
    closes_file(books).write_bytes(b"{}\n")
    result = tieout("close", "2026-01", "--approve-by", "Grace", *place)
    assert (result.exit_code, "Restore journal/ from its backup." in result.output) == (
        EXIT_INPUT_REFUSED,
        True,
    )
    assert "Traceback" not in result.output


def test_nothing_is_closed_while_a_run_works(books: Workspace, tieout: Tieout) -> None:
    with books.lock_file.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write("4711, run abc")
        file.flush()
        result = tieout("close", "2026-01", "--prepare-by", "Ada", "--workspace", books.root)
    assert result.exit_code == EXIT_USAGE
    assert "Another run works in this workspace (process 4711, run abc)" in result.output
    assert not closes_file(books).exists()
