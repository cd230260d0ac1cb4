"""Seeded defects: each is caught at the right place, for the right reason, and costs nothing else."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from orchestration.sources.journal import Discard, append_discard
from orchestration.warehouse.connection import connect
from orchestration.workspace import Workspace
from tests.pipeline.defects import BALANCE, DEFECTS, Defect, flip
from tests.pipeline.harness import load, rows, run
from tests.pipeline.inboxes import (
    as_csv,
    edit_csv,
    edit_json_lines,
    file_of,
    put,
    read_csv,
    small_api,
    small_pipeline,
    small_sigma,
    transactions,
)

pytestmark = pytest.mark.slow


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


def _loaded(workspace: Workspace) -> dict[str, int]:
    """Name in the inbox -> rows, of every file that raw holds."""
    with connect(workspace.raw_db, read_only=True) as connection:
        return dict(connection.execute("select name, row_count from meta.loads").fetchall())


def _quarantined(workspace: Workspace) -> dict[str, tuple[dict[str, object], bytes]]:
    """Name -> (reason.json, bytes), of every file in quarantine."""
    found = {}
    for folder in workspace.quarantine.iterdir():
        reason = json.loads((folder / "reason.json").read_text(encoding="utf-8"))
        found[str(reason["name"])] = (reason, (folder / "file").read_bytes())
    return found


def _files(inbox: Path) -> set[str]:
    return {path.relative_to(inbox).as_posix() for path in inbox.rglob("*")
            if path.is_file() and not path.name.endswith((".control.json", "SUCCESS"))}


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name.replace(" ", "-"))
def test_a_broken_file_is_refused_whole_and_alone(defect: Defect, tmp_path: Path, workspace: Workspace) -> None:
    inbox = defect.start(tmp_path / "inbox")
    broken = defect.breaks(inbox)
    name = broken.relative_to(inbox).as_posix()
    outcome = load(workspace, inbox)

    assert set(outcome.refused) == {name}
    for words in defect.says:
        assert words in outcome.refused[name]
    assert outcome.exit_code == defect.exit_code
    if defect.exit_code:
        assert name in outcome.message and outcome.refused[name] in outcome.message
        assert "do:" in outcome.message

    reason, held = _quarantined(workspace)[name]
    assert held == broken.read_bytes()
    assert reason["reason"] == outcome.refused[name]
    assert reason["is_critical"] is (defect.exit_code == 3)
    assert reason["sha256"] == hashlib.sha256(held).hexdigest()

    loaded = _loaded(workspace)
    assert set(loaded) == _files(inbox) - {name}  # the good files beside it are in
    assert all(loaded.values())
    assert not list((workspace.candidate / "spill").glob("*"))  # and nothing half-read lies about


def test_nothing_of_a_refused_file_stays(tmp_path: Path, workspace: Workspace) -> None:
    inbox = small_sigma(tmp_path / "inbox")
    last = len(read_csv(file_of(inbox, BALANCE)))
    edit_csv(file_of(inbox, BALANCE), lambda table: table[last - 1].update(currency=""))
    load(workspace, inbox)
    assert rows(workspace.raw_db, "select count(*) from sigma.balance_transactions where _account_id = 'platform'") == [
        (0,)]


def test_an_identical_duplicate_is_one_row(tmp_path: Path, workspace: Workspace) -> None:
    inbox = small_sigma(tmp_path / "inbox")
    before = len(read_csv(file_of(inbox, BALANCE)))
    edit_csv(file_of(inbox, BALANCE), lambda table: [*table, table[4], table[9]])
    outcome = load(workspace, inbox)
    assert (outcome.exit_code, outcome.refused) == (0, {})
    assert rows(workspace.raw_db, "select count(*) from sigma.balance_transactions where _account_id = 'platform'") == [
        (before,)]


@pytest.mark.parametrize("beside", ["part2", "connected", "same name in a later month"])
def test_a_good_file_beside_a_refused_one_does_not_excuse_it(
    beside: str, tmp_path: Path, workspace: Workspace
) -> None:
    """Money is missing whichever other file of the same table loads in the same run."""
    inbox = small_sigma(tmp_path / "inbox")
    path = file_of(inbox, BALANCE)
    table = read_csv(path)
    connected = file_of(inbox, f"connected_account_{BALANCE}")
    if beside != "connected":
        connected.unlink()
    if beside == "part2":
        put(path.with_name(path.name.replace(".csv", "_part2.csv")), as_csv(table[200:]))
        put(path.with_name(path.name.replace(".csv", "_part1.csv")), as_csv(table[:200]))
        path.unlink()
        path = path.with_name(path.name.replace(".csv", "_part1.csv"))
    elif beside == "same name in a later month":
        put(file_of(inbox, BALANCE, "2026-05-01T0300"), as_csv(table[:5]), "2026-05-01T0300")
    edit_csv(path, lambda rows_: rows_[3].update(currency=""))
    outcome = load(workspace, inbox)
    assert outcome.exit_code == 3
    assert path.name in outcome.message


def test_partial_publication_needs_to_be_asked_for(tmp_path: Path, workspace: Workspace) -> None:
    inbox = small_sigma(tmp_path / "inbox")
    edit_csv(file_of(inbox, BALANCE), lambda table: table[0].update(currency=""))
    assert load(workspace, inbox).exit_code == 3
    assert load(workspace, inbox).exit_code == 3  # and the file of yesterday still counts today
    allowed = load(workspace, inbox, allow_partial=True)
    assert allowed.exit_code == 0
    assert list(allowed.refused) == [file_of(inbox, BALANCE).relative_to(inbox).as_posix()]


def test_only_refused_files_leave_nothing_to_publish(tmp_path: Path, workspace: Workspace) -> None:
    inbox = tmp_path / "inbox"
    put(inbox / "stripe" / "sigma" / "charges_2026-04-01.csv", "id,amount\nch_1,5\n")
    outcome = load(workspace, inbox)
    assert outcome.exit_code == 3
    assert "nothing to publish" in outcome.message and "Required column" in outcome.message


def test_a_bit_flipped_in_landing_is_found_before_it_is_read(tmp_path: Path, workspace: Workspace) -> None:
    inbox = small_sigma(tmp_path / "inbox")
    assert load(workspace, inbox).exit_code == 0
    name = file_of(inbox, BALANCE).relative_to(inbox).as_posix()
    sha256 = hashlib.sha256(file_of(inbox, BALANCE).read_bytes()).hexdigest()
    blob = workspace.blobs / sha256[:2] / sha256
    blob.chmod(0o644)
    blob.write_bytes(flip(blob.read_bytes(), 5_000))
    shutil.rmtree(workspace.candidate)  # so that raw is replayed from landing
    outcome = load(workspace, tmp_path / "inbox")
    assert outcome.exit_code == 3
    assert "sha256 differs" in outcome.refused[name] and sha256 in outcome.refused[name]
    assert "backup" in outcome.context.refused[0]["remedy"]  # type: ignore[union-attr]


def test_a_vanished_snapshot_is_refused(tmp_path: Path, workspace: Workspace) -> None:
    inbox = small_pipeline(tmp_path / "inbox")
    assert load(workspace, inbox).exit_code == 0
    small_pipeline(inbox, "2026040203")
    folder = inbox / "stripe" / "pipeline" / "2026040203" / "livemode" / BALANCE
    whole = transactions("platform")
    lost = whole // 10
    _drop_parquet_rows(folder / "part-00000.parquet", lost)
    outcome = load(workspace, inbox)
    assert outcome.exit_code == 3
    (reason,) = outcome.refused.values()
    assert f"{lost} of {whole} rows" in reason and "missing from this full snapshot" in reason and "5 %" in reason
    assert rows(workspace.raw_db, "select count(*) from sigma.balance_transactions where not _is_deleted") == [(whole,)]


def test_a_few_rows_gone_from_a_snapshot_are_deleted(tmp_path: Path, workspace: Workspace) -> None:
    inbox = small_pipeline(tmp_path / "inbox")
    load(workspace, inbox)
    small_pipeline(inbox, "2026040203")
    folder = inbox / "stripe" / "pipeline" / "2026040203" / "livemode" / BALANCE
    _drop_parquet_rows(folder / "part-00000.parquet", 3)
    outcome = load(workspace, inbox)
    assert (outcome.exit_code, outcome.refused) == (0, {})
    assert rows(workspace.raw_db, "select _is_deleted, count(*) from sigma.balance_transactions group by 1 order by 1"
                ) == [(False, transactions("platform") - 3), (True, 3)]


def _drop_parquet_rows(path: Path, count: int) -> None:
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"create table t as from read_parquet('{path}')")
        connection.execute(f"delete from t where rowid < {count}")
        path.unlink()
        connection.execute(f"copy t to '{path}' (format parquet)")
    put(path, path.read_bytes(), "2026-04-02T0300")


def test_test_and_live_rows_never_mix(tmp_path: Path, workspace: Workspace) -> None:
    inbox = small_pipeline(small_pipeline(tmp_path / "inbox"), mode="testmode")
    outcome = load(workspace, inbox)
    assert outcome.exit_code == 3
    assert "live and test" in outcome.message and 'mode = "live"' in outcome.message
    put(inbox / "company" / "tieout.toml", 'mode = "live"\n')
    outcome = load(workspace, inbox)
    assert outcome.exit_code == 0
    assert any("other mode are set apart" in warning for warning in outcome.context.warnings)  # type: ignore[union-attr]


def test_test_and_live_objects_of_the_api_never_mix(tmp_path: Path, workspace: Workspace) -> None:
    inbox = small_api(tmp_path / "inbox")

    def change(objects: list[dict[str, object]]) -> None:
        for obj in objects[:5]:
            obj["livemode"] = False

    edit_json_lines(inbox / "stripe" / "api" / "charge.jsonl", change)
    outcome = load(workspace, inbox)
    assert outcome.exit_code == 3
    assert "5 test" in outcome.message


@pytest.mark.parametrize(("toml", "says"), [
    ("reporting_timezon = 'UTC'\n", ("Unknown setting reporting_timezon", "Did you mean reporting_timezone?")),
    ("reporting_timezone = 'Mars/Olympus'\n", ("'Mars/Olympus' is not a time zone", "IANA")),
    ("mode = 'both'\n", ("Setting mode is 'both'", "live, test")),
    ("past_due_days = 'thirty'\n", ("past_due_days", "whole number")),
    ("past_due_days = \n", ("cannot be read", "name = value")),
], ids=["unknown", "timezone", "choice", "number", "toml"])
def test_settings_that_mean_nothing_stop_the_run(
    toml: str, says: tuple[str, ...], tmp_path: Path, workspace: Workspace
) -> None:
    inbox = small_sigma(tmp_path / "inbox")
    put(inbox / "company" / "tieout.toml", toml)
    outcome = load(workspace, inbox)
    assert outcome.exit_code == 2
    assert "company/tieout.toml" in outcome.message
    for words in says:
        assert words in outcome.message
    assert not workspace.landing.exists()


def test_blank_ids_stop_at_the_gate_on_raw(tmp_path: Path, workspace: Workspace) -> None:
    """The loader takes a blank for a value; Great Expectations does not."""
    inbox = small_sigma(tmp_path / "inbox")
    edit_csv(file_of(inbox, BALANCE), lambda table: table[5].update(id="  "))
    outcome = run(workspace, inbox)
    assert outcome.exit_code == 4
    assert list(outcome.broken_gates) == ["sigma.balance_transactions"]
    assert "more than blanks" in outcome.message
    assert not workspace.published_db.exists()
    again = run(workspace, inbox)  # nothing new was received, and what was refused is still refused
    assert again.exit_code == 4
    assert again.broken_gates == outcome.broken_gates
    blank = hashlib.sha256(file_of(inbox, BALANCE).read_bytes()).hexdigest()
    append_discard(workspace, Discard("discard", blank, "Ada", "blank id", "2026-04-02T00:00:00Z"))
    assert load(workspace, inbox).exit_code == 0
    assert rows(workspace.raw_db, "select count(*) from sigma.balance_transactions where trim(id) = ''") == [(0,)]
