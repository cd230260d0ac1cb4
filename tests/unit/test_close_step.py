"""Who may close what, and when: periods in their order, two people, and only what was looked at."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.close_step import approve, prepare, reopen
from orchestration.domain.errors import GateRefused, InputRefused, TieoutError, UsageError
from orchestration.sources.closes import closes_file, frozen_file, in_force, periods_of, read_closes
from orchestration.workspace import Workspace
from tests.unit.closing_books import publish_sales

SALES = {"txn_1": ("2026-01-05", 1000), "txn_2": ("2026-02-05", 2000), "txn_3": ("2026-03-05", 3000)}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "workspace")
    publish_sales(workspace, SALES)
    return workspace


def close(workspace: Workspace, period: str) -> None:
    prepare(workspace, period, "Ada Byron")
    approve(workspace, period, "Grace Hopper")


def closed(workspace: Workspace) -> list[str]:
    return list(periods_of(read_closes(workspace)).closed)


def test_a_close_freezes_exactly_the_postings_of_its_period(workspace: Workspace) -> None:
    prepared = prepare(workspace, "2026-01", "Ada Byron")
    assert (prepared.posting_count, prepared.debits, prepared.first_open_day) == (
        2,
        {"usd": 1000},
        "2026-02-01",
    )
    assert prepared.ends_at == "2026-02-01T00:00:00.000000Z"
    assert closed(workspace) == []
    approved = approve(workspace, "2026-01", "Grace Hopper")
    assert (approved.file, approved.content_hash, approved.mode) == (
        "2026-01-1.parquet",
        prepared.content_hash,
        "live",
    )
    assert (approved.prepared_by, approved.by) == ("Ada Byron", "Grace Hopper")
    with duckdb.connect() as connection:
        kept = connection.execute(
            "select posting_id, debit_minor, credit_minor from read_parquet(?)",
            [str(frozen_file(workspace, approved.file))],
        ).fetchall()
    assert kept == [("platform:txn_1:balance", 1000, 0), ("platform:txn_1:gross", 0, 1000)]
    assert closed(workspace) == ["2026-01"]
    assert [path.name for path in frozen_file(workspace, "").iterdir()] == ["2026-01-1.parquet"]


@pytest.mark.parametrize(
    ("period", "message"),
    [
        ("2026-02", "2026-01 is open, and periods close in their order."),
        ("2026-04", "2026-04 is not over"),
        ("2025-12", "There is no period 2025-12"),
        ("2026-01..2026-02", "more than one period"),
        ("2026", "more than one period"),
        ("January", "is not a period"),
    ],
)
def test_what_cannot_be_closed_says_why(workspace: Workspace, period: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        prepare(workspace, period, "Ada Byron")
    assert read_closes(workspace) == []


def test_a_period_that_is_over_later_than_the_publication_cannot_be_closed(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    publish_sales(workspace, SALES, as_of="2026-01-31T23:59:59.000000Z")
    with pytest.raises(UsageError, match="2026-01 is not over"):
        prepare(workspace, "2026-01", "Ada Byron")
    publish_sales(workspace, SALES, as_of="2026-02-01T00:00:00.000000Z")
    assert prepare(workspace, "2026-01", "Ada Byron").posting_count == 2


def test_nothing_is_closed_without_a_publication_or_from_a_look_back(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    with pytest.raises(UsageError, match="Nothing is published yet"):
        prepare(workspace, "2026-01", "Ada Byron")
    assert not workspace.root.exists()
    publish_sales(workspace, SALES, known_at="2026-04-01T00:00:00.000000Z")
    with pytest.raises(UsageError, match="what was known at"):
        prepare(workspace, "2026-01", "Ada Byron")


@pytest.mark.parametrize("name", ["Ada Byron", "ADA BYRON", "  ada   byron ", "\uff21da Byron"])
def test_nobody_approves_what_they_prepared(workspace: Workspace, name: str) -> None:
    prepare(workspace, "2026-01", "Ada Byron")
    with pytest.raises(UsageError, match="Ada Byron prepared 2026-01, so somebody else has to approve it"):
        approve(workspace, "2026-01", name)
    assert closed(workspace) == []


@pytest.mark.parametrize("name", ["", "  ", "\udce4da"])
def test_a_name_is_needed(workspace: Workspace, name: str) -> None:
    with pytest.raises(UsageError):
        prepare(workspace, "2026-01", name)
    assert read_closes(workspace) == []


def test_what_is_approved_is_what_was_prepared(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="2026-01 is not prepared"):
        approve(workspace, "2026-01", "Grace Hopper")
    prepare(workspace, "2026-01", "Ada Byron")
    publish_sales(workspace, {**SALES, "txn_9": ("2026-01-31", 5)})
    with pytest.raises(GateRefused, match="2 postings then, 4 now") as refused:
        approve(workspace, "2026-01", "Grace Hopper")
    assert "prepare again" in refused.value.as_text()
    assert not frozen_file(workspace, "2026-01-1.parquet").exists()
    # another period changed, or the same facts were received again: the same postings
    publish_sales(workspace, {**SALES, "txn_9": ("2026-02-27", 5)}, recorded="2026-04-01 09:00:00+00")
    assert approve(workspace, "2026-01", "Grace Hopper").posting_count == 2
    with pytest.raises(UsageError, match="closed already, by Ada Byron and Grace Hopper"):
        prepare(workspace, "2026-01", "Ada Byron")


def test_the_latest_preparation_counts(workspace: Workspace) -> None:
    prepare(workspace, "2026-01", "Ada Byron")
    prepare(workspace, "2026-01", "Grace Hopper")
    with pytest.raises(UsageError, match="Grace Hopper prepared"):
        approve(workspace, "2026-01", "grace hopper")
    assert approve(workspace, "2026-01", "Ada Byron").prepared_by == "Grace Hopper"


def test_only_the_latest_close_is_opened_again_and_by_somebody_else(workspace: Workspace) -> None:
    close(workspace, "2026-01")
    close(workspace, "2026-02")
    with pytest.raises(UsageError, match="2026-02 is closed after 2026-01"):
        reopen(workspace, "2026-01", "Mary Jackson", "late")
    with pytest.raises(UsageError, match="2026-03 is not closed"):
        reopen(workspace, "2026-03", "Mary Jackson", "late")
    for name in ("ada byron", "Grace  Hopper"):
        with pytest.raises(UsageError, match="had a part in closing 2026-02"):
            reopen(workspace, "2026-02", name, "late")
    with pytest.raises(UsageError, match="needs a reason"):
        reopen(workspace, "2026-02", "Mary Jackson", " ")
    assert closed(workspace) == ["2026-01", "2026-02"]
    reopen(workspace, "2026-02", "Mary Jackson", "a statement came late")
    assert closed(workspace) == ["2026-01"]
    assert frozen_file(workspace, "2026-02-1.parquet").is_file(), "what was frozen stays as evidence"
    prepare(workspace, "2026-02", "Ada Byron")
    assert approve(workspace, "2026-02", "Grace Hopper").file == "2026-02-2.parquet"


def test_a_publication_that_still_holds_a_period_as_closed_cannot_close_it_again(
    workspace: Workspace,
) -> None:
    close(workspace, "2026-01")
    approval = periods_of(read_closes(workspace)).closed["2026-01"]
    told = [{"period_id": "2026-01", "sha256": approval.sha256}]
    publish_sales(workspace, SALES, closes={"closed": told})
    reopen(workspace, "2026-01", "Mary Jackson", "late")
    with pytest.raises(UsageError, match="opened again after this publication"):
        prepare(workspace, "2026-01", "Ada Byron")
    publish_sales(workspace, SALES)
    assert prepare(workspace, "2026-01", "Ada Byron").period == "2026-01"


def test_a_published_file_that_was_changed_closes_nothing(workspace: Workspace) -> None:
    with duckdb.connect(str(workspace.published_db)) as connection:
        connection.execute("update marts.fct_ledger_postings set debit_minor = 1001 where debit_minor = 1000")
    with pytest.raises(GateRefused, match="not the one of its checkpoint"):
        prepare(workspace, "2026-01", "Ada Byron")
    assert read_closes(workspace) == []


def test_a_disk_that_is_full_leaves_no_half_of_a_close(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(workspace, "2026-01", "Ada Byron")
    before = closes_file(workspace).read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("orchestration.warehouse.frozen_postings.os.fsync", full)
    with pytest.raises(TieoutError, match="nothing was closed|No space left"):
        approve(workspace, "2026-01", "Grace Hopper")
    monkeypatch.undo()
    assert closes_file(workspace).read_bytes() == before
    assert list(frozen_file(workspace, "").iterdir()) == []
    assert approve(workspace, "2026-01", "Grace Hopper").file == "2026-01-1.parquet"


def test_a_damaged_journal_closes_nothing(workspace: Workspace) -> None:
    close(workspace, "2026-01")
    path = closes_file(workspace)
    path.write_bytes(path.read_bytes().replace(b"Ada Byron", b"Eve Byron", 1))
    with pytest.raises(InputRefused, match="A close "):
        prepare(workspace, "2026-02", "Ada Byron")
    with pytest.raises(InputRefused, match="A close "):
        reopen(workspace, "2026-01", "Mary Jackson", "late")


def test_what_was_known_when_and_what_is_over_decides_which_closes_count(workspace: Workspace) -> None:
    close(workspace, "2026-01")
    close(workspace, "2026-02")
    reopen(workspace, "2026-02", "Mary Jackson", "late")
    steps = read_closes(workspace)
    known = [list(periods_of(steps, step.at).closed) for step in steps]
    assert known == [[], ["2026-01"], ["2026-01"], ["2026-01", "2026-02"], ["2026-01"]]
    both = periods_of(steps, steps[3].at)
    for as_of, expected in (
        ("2026-01-31T23:59:59.999999Z", []),
        ("2026-02-01T00:00:00.000000Z", ["2026-01"]),
        ("2026-02-28T12:00:00.000000Z", ["2026-01"]),
        ("2026-03-01T00:00:00.000000Z", known[3]),
    ):
        assert list(in_force(both, as_of, "live").closed) == expected
    assert list(in_force(both, "2027-01-01T00:00:00.000000Z", "test").closed) == []
    assert list(in_force(both, "2027-01-01T00:00:00.000000Z", "").closed) == ["2026-01", "2026-02"]
