"""Bank files on their way in: what is refused lies in quarantine with its reason, and what mends it settles it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from orchestration.domain.errors import EXIT_DONE, EXIT_INPUT_REFUSED
from orchestration.workspace import Workspace
from tests.pipeline.bank_files import listed, mt940, write
from tests.pipeline.harness import load, rows

GOOD = mt940("ACC", "1/1", "260301", "260302", 1000, ("260302", 100, "B1", "X"))
BAD = mt940("ACC", "2/1", "260303", "260304", 1100, ("260303", 100, "B2", "Y"), closing=1201)
MENDED = mt940("ACC", "2/1", "260303", "260304", 1100, ("260303", 101, "B2", "Y"), closing=1201)
CSV = "Day;Text;Amount;Balance\n02.03.2026;A;1.025,50;1.125,50\n03.03.2026;B;-5,50;1.120,00\n"
LAYOUT_COLUMNS = ("bank_account,file_pattern,encoding,delimiter,date_format,decimal_sign,account_column,statement_column,booked_date_column,"
                  "value_date_column,amount_column,debit_column,credit_column,text_column,counterparty_column,reference_column,"
                  "balance_column,opening_text,closing_text\n")


def layout(sign: str = '","') -> str:
    return LAYOUT_COLUMNS + f"ACC,acc_*.csv,utf-8,;,%d.%m.%Y,{sign},,,Day,,Amount,,,Text,,,Balance,,\n"


def raw(workspace: Workspace, query: str) -> list[tuple[Any, ...]]:
    return rows(workspace.raw_db, query)


def quarantine(workspace: Workspace) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted(workspace.quarantine.glob("*/reason.json"))]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


def test_a_bad_statement_stops_publication_and_leaves_the_others_loaded(workspace: Workspace, tmp_path: Path) -> None:
    inbox = write(tmp_path / "inbox", {"two.sta": GOOD + BAD}, listed("ACC"))
    outcome = load(workspace, inbox)
    assert outcome.exit_code == EXIT_INPUT_REFUSED and "bank/two.sta" in outcome.message and "do not tie" in outcome.message
    (reason,) = quarantine(workspace)
    assert (reason["name"], reason["is_critical"], reason["is_open"], reason["statement"]) == ("bank/two.sta", True, True, 2)
    assert "statement 2/1 of ACC (no. 2 of its file)" in reason["reason"] and reason["remedy"]
    (folder,) = workspace.quarantine.iterdir()
    assert (folder / "statement").read_text().rstrip() == BAD.replace("\n-\n", "").rstrip()
    assert raw(workspace, "select statement_number from bank.statements") == [("1/1",)]
    assert raw(workspace, "select row_count, completeness from meta.loads where relation = 'bank.entries'") == [(1, "unproven")]
    assert load(workspace, inbox, allow_partial=True).exit_code == EXIT_DONE


@pytest.mark.parametrize("name", ["two.sta", "corrected.sta"])
def test_a_corrected_statement_settles_the_refused_one(workspace: Workspace, tmp_path: Path, name: str) -> None:
    inbox = write(tmp_path / "inbox", {"two.sta": GOOD + BAD}, listed("ACC"))
    load(workspace, inbox)
    (inbox / "bank/two.sta").unlink()
    outcome = load(workspace, write(inbox, {name: GOOD + MENDED}, listed("ACC"), hour=9))
    assert outcome.exit_code == EXIT_DONE, outcome.message
    assert [reason["is_open"] for reason in quarantine(workspace)] == [False]


def test_another_statement_settles_nothing(workspace: Workspace, tmp_path: Path) -> None:
    inbox = write(tmp_path / "inbox", {"two.sta": GOOD + BAD}, listed("ACC"))
    load(workspace, inbox)
    third = mt940("ACC", "3/1", "260305", "260306", 1201, ("260306", 1, "B3", "Z"))
    assert load(workspace, write(inbox, {"next.sta": third}, listed("ACC"), hour=9)).exit_code == EXIT_INPUT_REFUSED


def test_a_file_without_one_usable_statement_is_refused_whole(workspace: Workspace, tmp_path: Path) -> None:
    inbox = write(tmp_path / "inbox", {"bad.sta": BAD, "good.sta": GOOD}, listed("ACC"))
    outcome = load(workspace, inbox)
    assert outcome.exit_code == EXIT_INPUT_REFUSED and list(outcome.refused) == ["bank/bad.sta"]
    assert "No statement of the file can be used" in outcome.refused["bank/bad.sta"]
    (folder,) = workspace.quarantine.iterdir()
    assert (folder / "file").read_text() == BAD
    assert raw(workspace, "select count(*) from bank.statements") == [(1,)]
    assert raw(workspace, "select count(*) from bank.refused_statements") == [(0,)]


def test_a_currency_that_becomes_known_opens_the_refused_statement_again(workspace: Workspace, tmp_path: Path) -> None:
    inbox = write(tmp_path / "inbox", {"two.sta": GOOD + GOOD.replace("EUR", "DEM")}, listed("ACC"))
    assert "unknown currency 'DEM'" in load(workspace, inbox).message
    (inbox / "company/currencies.csv").write_text("currency,exponent,name\ndem,2,Deutsche Mark\n")
    outcome = load(workspace, inbox)
    assert outcome.exit_code == EXIT_DONE, outcome.message
    assert raw(workspace, "select currency from bank.statements order by 1") == [("dem",), ("eur",)]
    assert quarantine(workspace) == [] and not list(workspace.quarantine.iterdir())


def test_a_layout_is_declared_corrected_and_read_again(workspace: Workspace, tmp_path: Path) -> None:
    inbox = write(tmp_path / "inbox", {"acc_03.csv": CSV}, listed("ACC"))
    refused = load(workspace, inbox)
    assert refused.exit_code == EXIT_INPUT_REFUSED and "company/bank_layouts.csv" in str(quarantine(workspace)[0]["remedy"])
    (inbox / "company/bank_layouts.csv").write_text(layout("."))
    assert "decimal sign" in load(workspace, inbox).message
    (inbox / "company/bank_layouts.csv").write_text(layout())
    assert load(workspace, inbox).exit_code == EXIT_DONE
    assert raw(workspace, "select amount_minor from bank.entries order by 1") == [(-550,), (102550,)]
    (inbox / "company/bank_layouts.csv").write_text(layout("."))  # what was loaded under another rule is not kept
    assert load(workspace, inbox).exit_code == EXIT_INPUT_REFUSED
    assert raw(workspace, "select count(*) from bank.entries") == [(0,)]


def test_the_same_inbox_again_loads_nothing(workspace: Workspace, tmp_path: Path) -> None:
    inbox = write(tmp_path / "inbox", {"good.sta": GOOD}, listed("ACC"))
    load(workspace, inbox)
    before = raw(workspace, "select load_seq, received_at from bank.entries")
    again = load(workspace, inbox)
    assert again.context is not None and again.context.loaded_rows == {} and raw(workspace, "select load_seq, received_at from bank.entries") == before


@pytest.mark.parametrize(("control", "reason"), [
    ({"rows": 1, "sums": {"amount_minor": 100}}, ""),
    ({"rows": 2}, "rows 2 stated, 1 received"),
    ({"sums": {"amount_minor": 101}}, "sum of amount_minor 101 stated, 100 received"),
])
def test_a_control_file_speaks_of_entries(workspace: Workspace, tmp_path: Path, control: dict[str, Any], reason: str) -> None:
    inbox = write(tmp_path / "inbox", {"good.sta": GOOD, "good.sta.control.json": json.dumps(control)}, listed("ACC"))
    outcome = load(workspace, inbox)
    assert reason in outcome.message and (outcome.exit_code == EXIT_DONE) == (not reason)


def test_what_was_known_before_a_file_came_does_not_hold_it(workspace: Workspace, tmp_path: Path) -> None:
    inbox = write(tmp_path / "inbox", {"good.sta": GOOD}, listed("ACC"))
    load(workspace, inbox)
    moment = datetime.now(UTC).isoformat()
    write(inbox, {"next.sta": MENDED}, listed("ACC"), hour=9)
    load(workspace, inbox)
    assert raw(workspace, "select count(*) from bank.statements") == [(2,)]
    load(workspace, inbox, known_at=moment)
    assert raw(workspace, "select count(*) from bank.statements") == [(1,)]


def test_company_rows_about_banks_are_checked(workspace: Workspace, tmp_path: Path) -> None:
    twice = listed("ACC") + "ACC,acct_2,eur,2026-02-01\nACC,acct_3,eur,2026-02-01\n"
    outcome = load(workspace, write(tmp_path / "inbox", {"good.sta": GOOD}, twice))
    assert outcome.exit_code == 2 and "stands twice" in outcome.message and "line 4" in outcome.message
    wrong = listed("ACC").replace("2026-01-01", "01.01.2026")
    assert "is no day" in load(workspace, write(tmp_path / "inbox", {}, wrong)).message


def test_an_interrupted_load_leaves_no_half_file(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from orchestration.warehouse import load_receipt

    def fail(*arguments: Any) -> None:
        raise KeyboardInterrupt

    inbox = write(tmp_path / "inbox", {"good.sta": GOOD}, listed("ACC"))
    with monkeypatch.context() as patched:
        patched.setattr(load_receipt, "prove_control", fail)
        with pytest.raises(KeyboardInterrupt):
            load(workspace, inbox)
    assert raw(workspace, "select count(*) from bank.entries") == [(0,)]
    assert load(workspace, inbox).exit_code == EXIT_DONE
    assert raw(workspace, "select count(*) from bank.entries") == [(1,)]
