"""`tieout run` around the job: options, lock, messages, exit codes, and a terminal without foreign noise."""

from __future__ import annotations

import fcntl
import os
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest

from orchestration import daily_run
from orchestration.commands.progress import RunWatch
from orchestration.commands.quiet import open_log, printing_into


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch):
    """Replaces the job; tells what it was called with."""
    seen = SimpleNamespace(calls=[], answer=(0, ""), act=lambda on_event: None)

    def run(workspace, inbox, tags, on_event=None):
        seen.calls.append((workspace, inbox, tags))
        seen.act(on_event)
        return seen.answer

    monkeypatch.setattr(daily_run, "run_daily_close", run)
    return seen


def run(tieout, workspace, inbox, *options):
    return tieout("run", "--workspace", workspace.root, "--inbox", inbox, *options)


@pytest.mark.parametrize(("options", "message"), [
    (("--as-of", "yesterday"), "'yesterday' is not a date or instant"),
    (("--known-at", "2026-13-01"), "'2026-13-01' is not a date or instant"),
    (("--inbox", "/nowhere"), "There is no inbox at /nowhere"),
])
def test_a_wrong_option_starts_nothing(tieout, empty, inbox, job, options, message):
    done = run(tieout, empty, inbox, *options)
    assert done.exit_code == 2
    assert message in done.stderr
    assert job.calls == []
    assert not empty.root.exists()


@pytest.mark.parametrize(("content", "message"), [
    (b"mode = 'prod'", "mode is 'prod'"),
    (b"mode = ", "The settings cannot be read"),
    (b"mode = '\xff'", "The settings cannot be read"),
    (b"reporting_timezon = 'UTC'", "Did you mean reporting_timezone?"),
])
def test_unreadable_settings_start_nothing(tieout, empty, inbox, job, content, message):
    (inbox / "company").mkdir()
    (inbox / "company" / "tieout.toml").write_bytes(content)
    done = run(tieout, empty, inbox)
    assert done.exit_code == 2
    assert message in done.stderr
    assert job.calls == []


def test_options_become_tags_and_instants_are_utc(tieout, published, inbox, job):
    done = run(tieout, published, inbox, "--as-of", "2026-04-01T00:00:00+02:00", "--known-at", "2026-05-01",
               "--full-refresh", "--allow-partial")
    assert done.exit_code == 0, done.output
    assert job.calls[0][2] == {
        "as_of": "2026-03-31T22:00:00.000000Z", "known_at": "2026-05-01T00:00:00.000000Z",
        "full_refresh": "true", "allow_partial": "true"}
    run(tieout, published, inbox)
    assert job.calls[1][2] == {}


def test_the_environment_names_inbox_and_workspace(tieout, published, inbox, job, monkeypatch):
    monkeypatch.setenv("TIEOUT_WORKSPACE", str(published.root))
    monkeypatch.setenv("TIEOUT_INBOX", str(inbox))
    assert tieout("run").exit_code == 0
    assert (job.calls[0][0].root, job.calls[0][1]) == (published.root, inbox)


def test_it_prints_what_was_published(tieout, publish, inbox, job):
    workspace = publish(
        "insert into marts.fct_exceptions values ('orphan_reference', 'usd', 5, 'open');",
        warnings=["A folder is not ready."],
        incomplete=[{"name": "bank/a.csv", "sha256": "ab", "reason": "cut inside a row", "is_critical": False}])
    done = run(tieout, workspace, inbox)
    digest = workspace_hash(workspace)
    for text in (str(workspace.published_db), "2026-04-01T00:00:00.000000Z", f"{digest[:12]}", "1 open",
                 "0.05 usd", "bank/a.csv: cut inside a row", "A folder is not ready.", "report.html"):
        assert text in done.stdout
    assert done.stderr.startswith("starting\n")


def workspace_hash(workspace) -> str:
    import json

    return json.loads(workspace.manifest.read_text())["tables"]["marts.fct_transactions"]["content_hash"]


@pytest.mark.parametrize("code", [2, 3, 4, 5])
def test_a_refusal_is_printed_as_it_is_and_kept(tieout, published, inbox, job, code):
    job.answer = (code, "It was refused.\n  where: a.csv\n  do:    mend it")
    done = run(tieout, published, inbox)
    assert done.exit_code == code
    assert done.stdout == ""
    assert done.stderr.endswith(job.answer[1] + "\n")
    assert "It was refused." in (published.dagster_home / "last_run.json").read_text()


def test_what_others_print_stays_out_of_sight_but_is_kept(tieout, published, inbox, job):
    def noise(on_event):
        os.system("echo child of a child")
        os.write(1, b"descriptor\n")
        print("python print")

    job.act = noise
    done = run(tieout, published, inbox)
    log = (published.dagster_home / "run.log").read_text()
    for text in ("child of a child", "descriptor", "python print"):
        assert text not in done.output
        assert text in log


def test_an_unexpected_exception_is_one_line_and_the_trace_is_kept(tieout, published, inbox, job):
    def crash(on_event):
        raise ZeroDivisionError("division by zero\nsecond line")

    job.act = crash
    done = run(tieout, published, inbox)
    assert done.exit_code == 1
    assert done.stderr == ("starting\nUnexpected ZeroDivisionError: division by zero\n"
                           f"  where: the full trace is in {published.dagster_home / 'error.log'}\n")
    assert "Traceback" in (published.dagster_home / "error.log").read_text()
    assert "Traceback" in run(tieout, published, inbox, "--debug").stderr


def failure(cause, metadata=None):
    error = SimpleNamespace(message="op failed", cls_name="E", cause=cause, to_string=lambda: "the whole trace")
    user = None if metadata is None else SimpleNamespace(metadata=metadata)
    event = SimpleNamespace(
        event_type_value="STEP_FAILURE", is_step_start=False, is_step_failure=True, step_key="dbt_models",
        event_specific_data=SimpleNamespace(error=error, user_failure_data=user))
    return SimpleNamespace(timestamp=0.0, dagster_event=event, step_key="dbt_models", user_message="failed")


def test_a_crash_inside_a_step_names_its_cause(tieout, published, inbox, job):
    cause = SimpleNamespace(message="KeyError: 'x'\n", cls_name="KeyError", cause=None)
    job.act = lambda on_event: on_event(failure(cause))
    job.answer = (1, "dagster wrapper text\nand more")
    done = run(tieout, published, inbox)
    assert done.exit_code == 1
    assert "Unexpected failure in dbt_models: KeyError: 'x'" in done.stderr
    assert "wrapper" not in done.stderr
    assert "the whole trace" in (published.dagster_home / "run.log").read_text()


def test_an_interrupted_step_ends_as_an_interruption(tieout, published, inbox, job):
    cause = SimpleNamespace(message="dagster._core.errors.DagsterExecutionInterruptedError\n", cls_name="", cause=None)
    job.act = lambda on_event: on_event(failure(cause))
    job.answer = (1, "")
    done = run(tieout, published, inbox)
    assert done.exit_code == 130
    assert "Interrupted. Nothing was published" in done.stderr


def test_control_c_is_quiet(tieout, published, inbox, job):
    def interrupt(on_event):
        raise KeyboardInterrupt

    job.act = interrupt
    done = run(tieout, published, inbox)
    assert done.exit_code == 130
    assert "Traceback" not in done.stderr


def test_a_second_run_is_told_who_works(tieout, published, inbox, job):
    (published.dagster_home).mkdir()
    (published.dagster_home / "run.log").write_text("of the other run")
    with published.lock_file.open("w") as lock:
        lock.write("4711, run of somebody")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = run(tieout, published, inbox)
    assert done.exit_code == 2
    assert "process 4711, run of somebody" in done.stderr
    assert str(published.published_db) in done.stderr
    assert (published.dagster_home / "run.log").read_text() == "of the other run"
    assert run(tieout, published, inbox).exit_code == 0


def test_a_new_workspace_is_private(tieout, empty, inbox, job):
    job.answer = (3, "refused")
    run(tieout, empty, inbox)
    assert stat.S_IMODE(empty.root.stat().st_mode) == 0o700


def test_a_workspace_that_cannot_be_made(tieout, empty, inbox, job, tmp_path):
    (tmp_path / "file").write_text("")
    done = tieout("run", "--workspace", tmp_path / "file" / "books", "--inbox", inbox)
    assert done.exit_code == 2
    assert "The workspace cannot be made" in done.stderr


def test_phases_follow_the_steps(tmp_path):
    import io

    def entry(step=None, message=""):
        event = None if step is None else SimpleNamespace(
            event_type_value="STEP_START", is_step_start=True, is_step_failure=False, step_key=step)
        return SimpleNamespace(timestamp=0.0, dagster_event=event, step_key=step, user_message=message)

    shown = io.StringIO()
    with open_log(tmp_path / "run.log") as log, RunWatch(shown, log) as watch:
        for step, message in (("received_files", ""), (None, "receiving a.csv"), (None, "loading a.csv"),
                              (None, "something else"), ("raw_gates", ""), ("dbt_models", ""), ("mart_gates", ""),
                              ("published__tieout", "")):
            watch(entry(step, message))
    assert shown.getvalue().splitlines() == [
        "starting", "receiving", "loading", "checking what was received", "building", "checking marts", "publishing"]


def test_the_previous_log_is_kept(tmp_path):
    for text in ("first", "second"):
        with open_log(tmp_path / "run.log") as log, printing_into(log):
            print(text)
    assert (tmp_path / "run.log").read_text() == "second\n"
    assert (tmp_path / "run.log.previous").read_text() == "first\n"


def test_a_hostile_file_name_cannot_colour_the_terminal(tieout, published, inbox, job):
    job.answer = (3, "a\x1b[31m.csv was refused.\n  do:    mend it")
    assert "a\\x1b[31m.csv was refused.\n  do:    mend it\n" in run(tieout, published, inbox).stderr
