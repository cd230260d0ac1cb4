"""`tieout doctor`: finds what was broken on purpose, and says how to mend it."""

from __future__ import annotations

import fcntl
import json
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from orchestration.commands import doctor_machine, doctor_workspace


@pytest.fixture(autouse=True)
def machine_is_well(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The machine's own packages and manifest are no matter of these tests."""
    lock = tmp_path / "requirements.lock"
    lock.write_text("click==0.0 ; sys_platform == 'win32' \\\n    --hash=sha256:00\n")
    monkeypatch.setattr(doctor_machine, "LOCK", lock)
    (tmp_path / "inbox").mkdir()


def look(tieout, workspace, *options):
    inbox = workspace.root.parent / "inbox"
    return tieout("doctor", "--workspace", workspace.root, "--inbox", inbox, *options)


def test_all_is_well(tieout, published, land):
    land("a.csv", b"a")
    done = look(tieout, published, "--deep")
    assert done.exit_code == 0, done.output
    assert "\nbad" not in done.output
    assert "telemetry is off" in done.output
    assert "1 file with the sha256 of their receipt" in done.output


def test_a_workspace_that_does_not_exist_yet_is_well_and_stays_unmade(tieout, empty):
    assert look(tieout, empty).exit_code == 0
    assert not empty.root.exists()


def test_packages_against_the_lock(tieout, published, monkeypatch):
    doctor_machine.LOCK.write_text("click==0.0.1 \\\n    --hash=sha256:00\nno-such-package==1.0 \\\n")
    done = look(tieout, published)
    assert done.exit_code == 2
    assert "instead of 0.0.1" in done.output
    assert "no-such-package is missing instead of 1.0" in done.output
    assert "make run" in done.output


def test_python_version(tieout, published, monkeypatch):
    monkeypatch.setattr(doctor_machine.sys, "version_info", (3, 10, 1))
    done = look(tieout, published)
    assert done.exit_code == 2
    assert "Python 3.10.1 is not supported" in done.output


def test_a_blob_that_is_gone_or_changed(tieout, published, land):
    gone, cut, flipped = land("gone.csv", b"abc"), land("cut.csv", b"abcd"), land("flipped.csv", b"abcde")

    def blob(sha256: str) -> Path:
        return published.blobs / sha256[:2] / sha256

    blob(gone).unlink()
    blob(cut).write_bytes(b"abc")
    blob(flipped).write_bytes(b"abcdE")
    done = look(tieout, published)
    assert done.exit_code == 2
    assert f"gone.csv ({gone[:12]}) is missing" in done.output
    assert "cut.csv" in done.output
    assert "3 bytes instead of 4" in done.output
    assert "flipped.csv" not in done.output
    assert "was changed: its sha256 differs" in look(tieout, published, "--deep").output
    assert "Restore landing/" in done.output


def test_a_discarded_file_may_be_gone(tieout, published, land):
    sha256 = land("a.csv", b"a")
    tieout("discard", sha256, "--by", "Ada", "--reason", "r", "--workspace", published.root)
    (published.blobs / sha256[:2] / sha256).unlink()
    done = look(tieout, published)
    assert done.exit_code == 0
    assert "warn  landing: discarded files" in done.output


def test_unknown_variables_and_unreadable_settings(tieout, published, monkeypatch):
    monkeypatch.setenv("TIEOUT_REPORTING_TIMEZON", "UTC")
    done = look(tieout, published)
    assert done.exit_code == 0
    assert "warn  environment: TIEOUT_REPORTING_TIMEZON is not a setting. Did you mean reporting_timezone?" in done.output
    company = published.root.parent / "inbox" / "company"
    company.mkdir()
    (company / "tieout.toml").write_text("reporting_timezon = 'UTC'")
    done = look(tieout, published)
    assert done.exit_code == 2
    assert "Unknown setting reporting_timezon" in done.output
    (company / "tieout.toml").write_bytes(b"mode = '\xff'")
    assert "is not UTF-8" in look(tieout, published).output


def test_telemetry_that_somebody_turned_on(tieout, published):
    published.dagster_home.mkdir()
    (published.dagster_home / "dagster.yaml").write_text("telemetry:\n  enabled: true\n")
    done = look(tieout, published)
    assert done.exit_code == 2
    assert "does not say telemetry: enabled: false" in done.output


def test_a_full_disk(tieout, published, monkeypatch):
    monkeypatch.setattr(doctor_workspace.shutil, "disk_usage", lambda path: SimpleNamespace(free=1000))
    done = look(tieout, published)
    assert done.exit_code == 2
    assert "Free at least 0.5 GB" in done.output


def test_who_holds_the_lock(tieout, published):
    with published.lock_file.open("w") as lock:
        lock.write("4711, run of somebody")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = look(tieout, published)
    assert done.exit_code == 0
    assert "held by process 4711, run of somebody" in done.output
    assert "lock: free" in look(tieout, published).output


def test_modes(tieout, published):
    published.root.chmod(0o755)
    done = look(tieout, published)
    assert done.exit_code == 0
    assert "warn  modes: every user of this machine can read" in done.output
    published.published_db.chmod(0o666)
    done = look(tieout, published)
    assert done.exit_code == 2
    assert f"others may write {published.published_db}" in done.output


def test_a_published_file_that_was_edited(tieout, published):
    with duckdb.connect(str(published.published_db)) as connection:
        connection.execute("update marts.fct_transactions set net_minor = 1 where transaction_id = 'txn_1'")
    assert look(tieout, published).exit_code == 0
    done = look(tieout, published, "--deep")
    assert done.exit_code == 2
    assert "marts.fct_transactions has another content hash" in done.output
    with duckdb.connect(str(published.published_db)) as connection:
        connection.execute("delete from marts.fct_transactions where transaction_id = 'txn_1'")
    assert "has 2 rows instead of 3" in look(tieout, published).output


def test_a_published_file_that_does_not_open(tieout, published):
    published.published_db.write_bytes(b"x" * 20000)
    done = look(tieout, published)
    assert done.exit_code == 2
    assert "bad   publication: The published file cannot be read" in done.output


def test_a_parted_manifest_is_mended(tieout, published):
    published.manifest.write_text("{}")
    done = look(tieout, published)
    assert done.exit_code == 0
    assert "manifest.json disagreed" in done.output
    assert json.loads(published.manifest.read_text())["run_id"] == "run-1"
