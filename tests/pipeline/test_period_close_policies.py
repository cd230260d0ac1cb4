"""Closed periods under changed rules, other policies, other instants and damage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.domain.errors import EXIT_GATE_REFUSED, EXIT_INPUT_REFUSED
from orchestration.run_context import utc_text
from orchestration.sources.closes import closes_file, frozen_file
from orchestration.warehouse.connection import connect
from orchestration.workspace import Workspace
from tests.pipeline.closing import CORRECTIONS, TOTALS, close, corrections, done, frozen, postings
from tests.pipeline.harness import content, differences, load_and_build, rows, run
from tests.pipeline.inboxes import as_csv, edit_csv, file_of, put, read_csv, small_sigma

pytestmark = pytest.mark.slow
RULES = "rule_id,reporting_category,tenant,flow_type,leg,side,ledger_account,clearing_key,is_mirror\n"
STATUS = "select period_id, status from marts.dim_periods order by 1"


def test_a_changed_rule_moves_nothing_that_is_closed_and_posts_its_difference(tmp_path: Path) -> None:
    """A company's own rule stands in for a changed model: both change what the subledgers post."""
    inbox, workspace = small_sigma(tmp_path / "inbox"), Workspace(tmp_path / "workspace")
    done(run(workspace, inbox))
    january, february = close(workspace, "2026-01"), close(workspace, "2026-02")
    put(
        inbox / "company" / "posting_rules.csv",
        RULES + "charge,charge,any,any,gross,credit,adjustment_clearing,charge_id,false\n",
    )
    done(run(workspace, inbox))
    closed = (frozen(workspace, january), frozen(workspace, february))
    assert (postings(workspace, "2026-01"), postings(workspace, "2026-02")) == closed
    old = {row[16]: row[10] for month in closed for row in month if row[4] == "money" and row[6] == "charge_clearing" and row[10]}
    assert len(old) > 100
    assert corrections(workspace, "2026-03") == {
        key: money for source, credit in old.items()
        for key, money in (((source, "charge_clearing"), credit), ((source, "adjustment_clearing"), -credit))}  # fmt: skip
    assert {(row[2], row[6]) for row in rows(workspace.candidate_db, CORRECTIONS)} == {
        (f"{row[12]:%Y-%m}-01", row[1]) for month in closed for row in month
        if row[4] == "money" and row[6] == "charge_clearing" and row[10]}  # fmt: skip
    by_the_old_rule = "select count(*) from marts.fct_ledger_postings where ledger_account = 'charge_clearing' " \
                      "and credit_minor > 0 and period_id >= '2026-03' and entry_kind <> 'correction' and subledger = 'money'"  # fmt: skip
    assert rows(workspace.candidate_db, by_the_old_rule) == [(0,)]
    # beside them stand sales, and what takes sales back: recognition follows the clearing account that the rule changed
    late = dict(rows(workspace.published_db, "select object_id, amount_minor from marts.fct_exceptions where kind = 'late_change'"))
    assert {source: late.get(source) for source in old} == old

    done(run(workspace, inbox))
    moved = content(workspace)
    done(run(workspace, inbox, full_refresh=True))
    assert differences(moved, content(workspace)) == {}

    # the old rule comes back: nothing differs any more, so nothing is corrected
    old_rule = RULES + "charge,charge,any,any,gross,credit,charge_clearing,charge_id,false\n"
    put(inbox / "company" / "posting_rules.csv", old_rule, "2026-04-01T0400")
    done(run(workspace, inbox))
    assert rows(workspace.candidate_db, CORRECTIONS) == []
    assert (postings(workspace, "2026-01"), postings(workspace, "2026-02")) == closed


@pytest.fixture
def closed_january(tmp_path: Path) -> tuple[Path, Workspace, Path]:
    """Books with January closed, and a file with one sale of it that is still to come."""
    inbox, workspace = small_sigma(tmp_path / "inbox"), Workspace(tmp_path / "workspace")
    path = file_of(inbox, "balance_transactions")
    sale = next(
        row for row in read_csv(path) if row["type"] == "charge" and row["created"].startswith("2026-01-1")
    )
    edit_csv(path, lambda table: [row for row in table if row["id"] != sale["id"]])
    done(run(workspace, inbox))
    close(workspace, "2026-01")
    return inbox, workspace, put(tmp_path / "late.csv", as_csv([sale]))


def _arrives(inbox: Path, late: Path) -> None:
    put(file_of(inbox, "balance_transactions", "2026-04-01T0400"), late.read_bytes(), "2026-04-01T0400")


MOVES = {
    "money": "update {} set debit_minor = 2 * debit_minor, credit_minor = 2 * credit_minor where period_id = '2026-01'",
    "a second": "update {} set recorded_at = recorded_at + interval '1 second' where period_id = '2026-01'",
    "one posting": "delete from {0} where posting_id = (select min(posting_id) from {0} where period_id = '2026-01')",
    "the next period": "update {} set posting_date = '2026-01-31', period_id = '2026-01' where period_id = '2026-02'",
}


def test_a_gate_sees_every_posting_that_moves_in_a_closed_period(
    closed_january: tuple[Path, Workspace, Path],
) -> None:
    """What an increment leaves as it stands is looked at in each run: here a defect has moved it."""
    inbox, workspace, _ = closed_january
    done(load_and_build(workspace, inbox))
    whole = workspace.candidate_db.read_bytes()
    for move in MOVES.values():
        workspace.candidate_db.write_bytes(whole)
        with connect(workspace.candidate_db) as connection:
            connection.execute(move.format("marts.fct_ledger_postings"))
        outcome = load_and_build(workspace, inbox)
        assert outcome.exit_code == EXIT_GATE_REFUSED, move
        assert outcome.broken_tests["assert_closed_periods_stand_as_frozen"] == 1, move


@pytest.mark.nightly
def test_restating_shows_what_is_known_and_tells_what_changed(
    closed_january: tuple[Path, Workspace, Path],
) -> None:
    inbox, workspace, late = closed_january
    done(run(workspace, inbox))
    before = postings(workspace, "2026-01")
    _arrives(inbox, late)
    done(run(workspace, inbox))
    posted_open, totals = content(workspace), rows(workspace.candidate_db, TOTALS)
    (sale,) = {row[3] for row in rows(workspace.candidate_db, CORRECTIONS)}

    put(inbox / "company" / "tieout.toml", 'late_policy = "restate"\n')
    done(run(workspace, inbox))
    assert rows(workspace.candidate_db, CORRECTIONS) == []
    assert {row[16] for row in set(postings(workspace, "2026-01")) - set(before) if row[4] == "money"} == {sale}
    assert rows(workspace.candidate_db, TOTALS) == totals
    told = rows(workspace.published_db, "select object_id, reason, suggested_action from marts.fct_exceptions where kind = 'late_change' and object_id like 'txn_%'")
    assert [row[0] for row in told] == [sale]
    assert "the closed period is restated" in told[0][1]
    assert rows(workspace.published_db, STATUS)[0] == ("2026-01", "closed")

    put(inbox / "company" / "tieout.toml", 'late_policy = "open_period"\n')
    done(run(workspace, inbox))
    assert postings(workspace, "2026-01") == before
    assert differences(posted_open, content(workspace)) == {}


@pytest.mark.nightly
def test_a_look_back_shows_the_periods_as_they_were(closed_january: tuple[Path, Workspace, Path]) -> None:
    inbox, workspace, late = closed_january
    known_at = utc_text(datetime.now(UTC))
    close(workspace, "2026-02")
    _arrives(inbox, late)
    done(run(workspace, inbox))
    now = content(workspace)
    assert [status for _, status in rows(workspace.published_db, STATUS)] == [
        "closed",
        "closed",
        "open",
        "open",
    ]
    assert {row[0] for row in rows(workspace.candidate_db, CORRECTIONS)} == {"2026-03"}

    # as of the middle of February only January was over, so what was known late posts in February
    done(run(workspace, inbox, as_of="2026-02-15T00:00:00Z"))
    assert rows(workspace.published_db, STATUS) == [("2026-01", "closed"), ("2026-02", "open")]
    assert {row[:3] for row in rows(workspace.candidate_db, CORRECTIONS)} == {
        ("2026-02", "2026-02-01", "2026-01-01")
    }
    done(run(workspace, inbox, as_of="2026-01-20T00:00:00Z"))
    assert rows(workspace.published_db, STATUS) == [("2026-01", "open")]
    assert rows(workspace.candidate_db, CORRECTIONS) == []

    # what was known before February was closed and the sale came
    done(run(workspace, inbox, known_at=known_at))
    assert [status for _, status in rows(workspace.published_db, STATUS)] == [
        "closed",
        "open",
        "open",
        "open",
    ]
    assert rows(workspace.candidate_db, CORRECTIONS) == []

    done(run(workspace, inbox))
    assert differences(now, content(workspace)) == {}


def test_a_damaged_close_stops_the_run_before_anything_is_built(
    closed_january: tuple[Path, Workspace, Path],
) -> None:
    inbox, workspace, late = closed_january
    done(run(workspace, inbox))
    path, journal = frozen_file(workspace, "2026-01-1.parquet"), closes_file(workspace)
    kept = {victim: victim.read_bytes() for victim in (path, journal)}
    published = workspace.published_db.read_bytes()
    _arrives(inbox, late)
    damages: list[Callable[[], object]] = [
        lambda: path.write_bytes(kept[path][:-4] + b"PAR2"),
        path.unlink,
        lambda: journal.write_bytes(kept[journal].replace(b"Grace", b"Trace", 1)),
        lambda: journal.write_bytes(kept[journal].splitlines(keepends=True)[0]),
        journal.unlink,
    ]
    for damage in damages:
        damage()
        built = workspace.candidate_db.read_bytes()
        outcome = run(workspace, inbox)
        assert outcome.exit_code == EXIT_INPUT_REFUSED
        assert "journal/" in outcome.message
        assert "Restore journal/ from its backup" in outcome.message
        assert (workspace.published_db.read_bytes(), workspace.candidate_db.read_bytes()) == (
            published,
            built,
        )
        for victim, body in kept.items():
            victim.write_bytes(body)
    done(run(workspace, inbox))
    assert len(corrections(workspace, "2026-02")) == 3
