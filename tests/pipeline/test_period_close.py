"""A closed period never moves: late facts, changed facts and their return post differences in open periods."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from orchestration import close_step
from orchestration.sources.journal import Discard, append_discard
from orchestration.sources.receipts import read_receipts
from orchestration.warehouse.evidence.verification import verify
from orchestration.workspace import Workspace
from tests.pipeline.closing import (
    CORRECTIONS,
    LATE,
    TOTALS,
    close,
    corrections,
    done,
    frozen,
    postings,
    reopen,
)
from tests.pipeline.harness import Outcome, build, content, differences, load, load_and_build, rows, run
from tests.pipeline.inboxes import Table, as_csv, edit_csv, file_of, put, read_csv, small_sigma

pytestmark = pytest.mark.slow
NOW = "2026-04-03T08:00:00.000000Z"
FIRST, SECOND = "2026-04-01T0400", "2026-04-01T0500"


def _without_late_facts(inbox: Path) -> tuple[Table, Table]:
    """An inbox whose export lacks three sales of January; the first two and the third, to come later."""
    small_sigma(inbox)
    path = file_of(inbox, "balance_transactions")
    sales = [
        row for row in read_csv(path) if row["type"] == "charge" and row["created"].startswith("2026-01-1")
    ]
    late = sales[:3]
    assert len(late) == 3
    ids = {row["id"] for row in late}
    edit_csv(path, lambda table: [row for row in table if row["id"] not in ids])
    return late[:2], late[2:]


def _arrive(inbox: Path, table: Table, stamp: str) -> None:
    put(file_of(inbox, "balance_transactions", stamp), as_csv(table), stamp)


def _elsewhere(workspace: Workspace, inbox: Path, folder: Path, *, journal: bool) -> Workspace:
    """The same facts in another workspace, received one file at a time in another order."""
    other = Workspace(folder)
    shutil.rmtree(folder, ignore_errors=True)
    if journal:
        shutil.copytree(workspace.journal, other.journal)
    files = sorted(path for path in inbox.rglob("*") if path.is_file())
    random.Random(3).shuffle(files)
    seen = folder.parent / f"{folder.name}_inbox"
    shutil.rmtree(seen, ignore_errors=True)
    half = len(files) // 2
    for some in (files[:half], files[half:]):
        for path in some:
            target = seen / path.relative_to(inbox)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
        outcome = done(load(other, seen))
    build(other, outcome)
    done(outcome)
    return other


def _same_as_from_scratch(workspace: Workspace, inbox: Path, outcome: Outcome) -> None:
    before = content(workspace)
    done(load_and_build(workspace, inbox, full_refresh=True))
    assert differences(before, content(workspace)) == {}
    assert outcome.manifest["tables"]["marts.fct_ledger_postings"]["rows"] > 0


@pytest.mark.nightly
def test_late_facts_post_once_in_the_first_open_period_and_their_return_is_reversed(tmp_path: Path) -> None:
    inbox, workspace = tmp_path / "inbox", Workspace(tmp_path / "workspace")
    first, second = _without_late_facts(inbox)
    done(run(workspace, inbox))
    before = postings(workspace, "2026-01")
    january = close(workspace, "2026-01")
    assert frozen(workspace, january) == before

    same = done(run(workspace, inbox))
    assert postings(workspace, "2026-01") == before
    assert rows(workspace.candidate_db, CORRECTIONS) == []
    assert rows(workspace.published_db, "select status from marts.dim_periods order by period_id") == [
        ("closed",), ("open",), ("open",), ("open",)]  # fmt: skip
    (told,) = same.manifest["closed_periods"]
    assert (told["period_id"], told["sha256"], told["content_hash"]) == (
        "2026-01",
        january.sha256,
        january.content_hash,
    )

    # two sales of January come when it is closed
    _arrive(inbox, first, FIRST)
    outcome = done(run(workspace, inbox))
    assert postings(workspace, "2026-01") == before
    found = rows(workspace.candidate_db, CORRECTIONS)
    assert {row[:3] for row in found} == {("2026-02", "2026-02-01", "2026-01-01")}
    assert {row[6] for row in found} == {None}, "nothing was posted that they could take back"
    for row in first:
        entry = {
            account: debit
            for (source, account), debit in corrections(workspace, "2026-02").items()
            if source == row["id"]
        }
        assert entry == {
            "charge_clearing": -int(row["amount"]),
            "stripe_fees": int(row["fee"]),
            "stripe_balance": int(row["net"]),
        }
    assert rows(workspace.published_db, LATE) == sorted(
        (row["id"], int(row["amount"]), "open") for row in first
    )
    # their revenue is January's too, and posts in February
    revenue = ("select service_month::varchar, period_id, sum(credit_minor - debit_minor)::bigint from marts.fct_ledger_postings "
               "where entry_kind = 'correction' and ledger_account = 'revenue' group by all")
    assert rows(workspace.candidate_db, revenue) == [("2026-01-01", "2026-02", sum(int(row["amount"]) for row in first))]
    _same_as_from_scratch(workspace, inbox, outcome)
    unclosed = _elsewhere(workspace, inbox, tmp_path / "unclosed", journal=False)
    assert rows(workspace.candidate_db, TOTALS) == rows(unclosed.candidate_db, TOTALS)

    # February closes with these corrections in it; the third sale posts alone, in March
    february = close(workspace, "2026-02")
    assert {row[2] for row in frozen(workspace, february) if row[2] == "correction"} == {"correction"}
    done(run(workspace, inbox))
    assert corrections(workspace, "2026-03") == {}
    _arrive(inbox, second, SECOND)
    outcome = done(run(workspace, inbox))
    assert postings(workspace, "2026-01") == before
    assert postings(workspace, "2026-02") == frozen(workspace, february)
    assert {source for source, _ in corrections(workspace, "2026-03")} == {row["id"] for row in second}
    _same_as_from_scratch(workspace, inbox, outcome)
    with_second = content(workspace)
    other = _elsewhere(workspace, inbox, tmp_path / "shuffled", journal=True)
    assert differences(with_second, content(other)) == {}

    # the first two were a mistake after all: what February corrected is reversed in March, and back again
    (mistaken,) = (receipt for receipt in read_receipts(workspace) if FIRST in receipt.name)
    append_discard(workspace, Discard("discard", mistaken.sha256, "Ada Byron", "not ours", NOW))
    done(run(workspace, inbox))
    assert (postings(workspace, "2026-01"), postings(workspace, "2026-02")) == (
        before,
        frozen(workspace, february),
    )
    in_march = corrections(workspace, "2026-03")
    assert {in_march[row["id"], "charge_clearing"] for row in first} == {int(row["amount"]) for row in first}
    reversing = {
        row[6]
        for row in rows(workspace.candidate_db, CORRECTIONS)
        if row[0] == "2026-03" and row[3] in {one["id"] for one in first}
    }
    assert reversing == {f"platform:{row['id']}:correction:2026-02" for row in first}
    append_discard(workspace, Discard("restore", mistaken.sha256, "Ada Byron", "ours", NOW))
    done(run(workspace, inbox))
    assert differences(with_second, content(workspace)) == {}
    assert verify(workspace).findings == []


def test_a_period_that_is_opened_again_shows_what_is_known(tmp_path: Path) -> None:
    inbox, workspace = tmp_path / "inbox", Workspace(tmp_path / "workspace")
    first, second = _without_late_facts(inbox)
    done(run(workspace, inbox))
    close(workspace, "2026-01")
    _arrive(inbox, [*first, *second], FIRST)
    done(run(workspace, inbox))
    assert corrections(workspace, "2026-02") != {}
    reopen(workspace, "2026-01")
    done(run(workspace, inbox))
    unclosed = _elsewhere(workspace, inbox, tmp_path / "unclosed", journal=False)
    assert differences(content(workspace), content(unclosed)) == {}
    again = close(workspace, "2026-01")
    assert again.file == "2026-01-2.parquet"
    close_step.prepare(workspace, "2026-02", "Ada Byron")
    done(run(workspace, inbox))
    states = "select status, prepared_by, approved_by from marts.dim_periods order by period_id limit 3"
    assert rows(workspace.published_db, states) == [
        ("closed", "Ada Byron", "Grace Hopper"), ("prepared", "Ada Byron", None), ("open", None, None)]  # fmt: skip
    assert postings(workspace, "2026-01") == frozen(workspace, again)
    assert rows(workspace.candidate_db, CORRECTIONS) == []
    assert verify(workspace).findings == []
