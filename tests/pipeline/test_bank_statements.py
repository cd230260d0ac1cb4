"""Statements that overlap, repeat, correct and miss each other: every entry once, every gap said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orchestration.workspace import Workspace
from tests.pipeline.bank_files import camt, camt_balance, camt_entry, camt_part, listed, mt940, ofx, write
from tests.pipeline.harness import load, load_and_build, rows

pytestmark = pytest.mark.slow

FEE = ("260302", -100, "", "FEE")  # twice on one day, and the bank gives no reference
SAME = mt940("SAME", "1/1", "260301", "260302", 1000, ("260302", 250, "B1", "SALE"), FEE, FEE)
IDS = (camt_balance("OPBD", "1.00", "2026-03-02") + camt_entry("6.00", "2026-03-02", "I1") + camt_balance("CLBD", "7.00", "2026-03-02"))
FILES = {
    "same_a.sta": SAME,
    "same_b.sta": SAME,
    # rolling windows of downloads, ids by the bank
    "window_1.ofx": ofx("WINDOW", "20260301", "20260310", "30.00", ("20260302", "10.00", "F1", "A"), ("20260309", "20.00", "F2", "B")),
    "window_2.ofx": ofx("WINDOW", "20260305", "20260315", "35.00", ("20260309", "20.00", "F2", "B"), ("20260312", "5.00", "F3", "C")),
    # the same without ids: what both show is once, what one shows twice is twice
    "twins_1.ofx": ofx("TWINS", "20260301", "20260310", "3.00", *[("20260309", "1.00", "", "TOLL")] * 3),
    "twins_2.ofx": ofx("TWINS", "20260305", "20260315", "4.00", *[("20260309", "1.00", "", "TOLL")] * 2, ("20260312", "1.00", "", "TOLL")),
    # one period downloaded twice, the second time with an entry more
    "again_1.ofx": ofx("AGAIN", "20260301", "20260331", "3.00", ("20260302", "1.00", "A1", "A"), ("20260303", "2.00", "A2", "B")),
    "again_2.ofx": ofx("AGAIN", "20260301", "20260331", "7.00", ("20260302", "1.00", "A1", "A"), ("20260303", "2.00", "A2", "B"),
                       ("20260331", "4.00", "A3", "C")),
    # one statement under two ids, because the bank makes an id anew for each message
    "ids_1.xml": camt("053", "IDS", "MESSAGE-1", "<ElctrncSeqNb>4</ElctrncSeqNb>" + IDS),
    "ids_2.xml": camt("053", "IDS", "MESSAGE-2", "<ElctrncSeqNb>4</ElctrncSeqNb>" + IDS),
    # two pages of one day in two files: what both say, both mean
    "pages_1.sta": mt940("PAGES", "5/1", "260302", "260302", 1000, FEE),
    "pages_2.sta": mt940("PAGES", "5/2", "260302", "260302", 900, FEE),
    # a statement is missing: number and balance, number only, balance only
    "gap_1.sta": mt940("GAP", "1/1", "260301", "260302", 1000, ("260302", 100, "G1", "X")),
    "gap_3.sta": mt940("GAP", "3/1", "260305", "260306", 1500, ("260306", 100, "G3", "X")),
    "skip_1.sta": mt940("SKIP", "1/1", "260301", "260302", 1000, ("260302", 100, "S1", "X")),
    "skip_3.sta": mt940("SKIP", "3/1", "260305", "260306", 1100, ("260306", 100, "S3", "X")),
    # only closing balances: the second begins where the first ended
    "chain_1.ofx": ofx("CHAIN", "20260301", "20260310", "10.00", ("20260302", "10.00", "C1", "A")),
    "chain_2.ofx": ofx("CHAIN", "20260311", "20260320", "15.00", ("20260312", "5.00", "C2", "A")),
    "nobody.sta": mt940("NOBODY", "1/1", "260301", "260302", 0, ("260302", 700, "N1", "X")),
    # a collective booking, told apart by a notification; and a report of the next day that is not booked yet
    "batch.xml": camt("053", "BATCH", "1", camt_balance("OPBD", "1.00", "2026-03-02") + camt_entry("6.00", "2026-03-02", "COLL-1")
                      + camt_balance("CLBD", "7.00", "2026-03-02")),
    "batch_parts.xml": camt("054", "BATCH", "N1", camt_entry("6.00", "2026-03-02", "COLL-1", camt_part("2.00", "P1") + camt_part("4.00", "P2"))),
    "batch_alone.xml": camt("054", "BATCH", "N2", camt_entry("9.00", "2026-03-03", "COLL-2", camt_part("9.00", "P3"))),
    "batch_day.xml": camt("052", "BATCH", "R1", camt_entry("6.00", "2026-03-02", "COLL-1") + camt_entry("8.00", "2026-03-03", "NEXT-1")),
    # one account in two formats
    "both.sta": mt940("BOTH", "1/1", "260302", "260302", 100, ("260302", 600, "Z1", "AS MT940")),
    "apart.sta": mt940("APART", "1/1", "260302", "260302", 100, ("260302", 600, "Z1", "X"), ("260302", 30, "Z2", "X")),
    "apart.xml": camt("053", "APART", "1", camt_balance("OPBD", "1.00", "2026-03-02") + camt_entry("6.00", "2026-03-02", "Z9")
                      + camt_balance("CLBD", "7.00", "2026-03-02")),
    "both.xml": camt("053", "BOTH", "1", camt_balance("OPBD", "1.00", "2026-03-02") + camt_entry("6.00", "2026-03-02", "Z9")
                     + camt_balance("CLBD", "7.00", "2026-03-02")),
}
ENTRIES = {"SAME": [-100, -100, 250], "WINDOW": [500, 1000, 2000], "TWINS": [100] * 4, "AGAIN": [100, 200, 400], "IDS": [600], "PAGES": [-100, -100], "GAP": [100, 100],
           "SKIP": [100, 100], "CHAIN": [500, 1000], "BATCH": [600], "BOTH": [600], "APART": [30, 600]}
MAPPED = listed("SAME", "WINDOW", "TWINS", "AGAIN", "IDS", "PAGES", "GAP", "SKIP", "CHAIN", "BATCH", "BOTH", "APART", "FIXED")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """All accounts in one inbox, and a statement that the bank sent again with another entry."""
    root = tmp_path_factory.mktemp("bank")
    workspace = Workspace(root / "workspace")
    first = mt940("FIXED", "9/1", "260301", "260302", 1000, ("260302", 100, "X1", "WRONG NAME"), ("260302", 50, "X2", "GONE"))
    again = mt940("FIXED", "9/1", "260301", "260302", 1000, ("260302", 100, "X1", "RIGHT NAME"))
    write(root / "inbox", {**FILES, "fixed.sta": first}, MAPPED)
    write(root / "inbox", {"fixed_again.sta": again}, MAPPED, hour=9)
    outcome = load_and_build(workspace, root / "inbox")
    assert outcome.exit_code == 0, outcome.message
    return workspace


def of(workspace: Workspace, query: str) -> list[tuple[Any, ...]]:
    return rows(workspace.candidate_db, query)


@pytest.mark.parametrize("account", ENTRIES)
def test_every_entry_is_there_once(built: Workspace, account: str) -> None:
    found = of(built, f"select amount_minor from marts.fct_bank_entries where bank_account = '{account}' and entry_status = 'booked'")
    assert sorted(minor for (minor,) in found) == ENTRIES[account]


def test_the_statement_that_was_sent_last_stands(built: Workspace) -> None:
    assert of(built, "select amount_minor, description from marts.fct_bank_entries where bank_account = 'FIXED'") == [(100, "RIGHT NAME")]
    assert of(built, "select count(*) from marts.fct_bank_statements where bank_account in ('FIXED', 'SAME')") == [(2,)]


def test_how_a_statement_is_proven(built: Workspace) -> None:
    proofs = of(built, "select bank_account, list(distinct proven_by order by proven_by) from marts.fct_bank_statements "
                "where bank_account in ('SAME', 'CHAIN', 'WINDOW') group by all order by 1")
    assert proofs == [("CHAIN", ["chain", "none"]), ("SAME", ["balances"]), ("WINDOW", ["none"])]


def test_what_does_not_follow_is_an_exception(built: Workspace) -> None:
    found = of(built, "select kind, e.currency, amount_minor, coalesce(s.bank_account, e.object_id) from marts.fct_exceptions as e "
               "left join marts.fct_bank_statements as s on e.object_id = s.statement_id order by 1, 4")
    assert found == [
        ("bank_account_unmapped", "eur", 700, "NOBODY:eur"),
        ("bank_account_unproven", "eur", 700, "AGAIN:eur"),
        ("bank_account_unproven", "eur", 1000, "CHAIN:eur"),
        ("bank_account_unproven", "eur", 400, "TWINS:eur"),
        ("bank_account_unproven", "eur", 3500, "WINDOW:eur"),
        ("bank_formats_differ", "eur", -30, "APART:eur:2026-03-02"),
        ("bank_statement_gap", "eur", 400, "GAP"),
        ("bank_statement_missing", "eur", 0, "SKIP"),
    ]
    remedies = dict(of(built, "select kind, suggested_action from marts.fct_exceptions"))
    assert "company/bank_accounts.csv" in remedies["bank_account_unmapped"]
    assert of(built, "select count(*) from marts.fct_bank_entries where bank_account = 'NOBODY'") == [(0,)]


def test_a_notification_tells_the_parts_and_is_no_money(built: Workspace) -> None:
    assert of(built, "select bank_account, detail_end_to_end_ids, batch_count from marts.fct_bank_entries where bank_reference = 'COLL-1'") == [
        ("BATCH", "P1, P2", 2)]
    assert of(built, "select count(*) from staging.stg_bank__entries where bank_reference = 'COLL-2'") == [(0,)]


def test_what_is_announced_counts_until_it_is_booked(built: Workspace) -> None:
    assert of(built, "select bank_reference, amount_minor from marts.fct_bank_entries where entry_status = 'pending'") == [("NEXT-1", 800)]


def test_other_names_repeated_and_one_file_at_a_time_give_the_same(built: Workspace, tmp_path: Path) -> None:
    workspace, inbox = Workspace(tmp_path / "workspace"), tmp_path / "inbox"
    for number, (name, text) in enumerate(reversed(FILES.items())):
        for path in inbox.glob("bank/*"):
            path.unlink()
        write(inbox, {f"{number:02}_{name}": text, f"{number:02}_again_{name}": text}, MAPPED)
        outcome = (load_and_build if number == len(FILES) - 1 else load)(workspace, inbox)
        assert outcome.exit_code == 0, outcome.message
    for mart in ("fct_bank_entries", "fct_bank_statements"):
        query = (f"select * exclude (source_file, recorded_at), from marts.{mart} where bank_account <> 'FIXED' order by all")
        assert of(workspace, query) == of(built, query)
        assert len(of(built, query)) >= 10
