"""`tieout status`: what is published, refused, unexplained; money never summed across currencies."""

from __future__ import annotations

import fcntl
import json

from orchestration.commands.rendering import money
from orchestration.commands.summary import age
from orchestration.run_context import write_json
from orchestration.sources.journal import Discard, append_discard

EXCEPTIONS = """
insert into marts.fct_exceptions values
    ('orphan_reference', 'usd', 123456, 'open'), ('orphan_reference', 'usd', -6, 'open'),
    ('orphan_reference', 'jpy', 500, 'open'), ('unknown_transaction_type', 'kwd', 1234567, 'open'),
    ('orphan_reference', 'usd', 99999, 'resolved'), ('late_item', null, null, 'open');
"""


def facts_of(tieout, workspace):
    done = tieout("status", "--workspace", workspace.root, "--format", "json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_an_empty_workspace_says_how_to_begin_and_stays_unmade(tieout, empty):
    done = tieout("status", "--workspace", empty.root)
    assert done.exit_code == 0
    assert "nothing yet" in done.stdout
    assert "tieout run" in done.stdout
    assert not empty.root.exists()


def test_open_exceptions_by_kind_and_currency(tieout, publish):
    workspace = publish(EXCEPTIONS)
    done = tieout("status", "--workspace", workspace.root)
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "Exceptions 5 open" in lines
    assert "orphan_reference 2 1,234.50 usd" in lines
    assert "orphan_reference 1 500 jpy" in lines
    assert "unknown_transaction_type 1 1,234.567 kwd" in lines
    assert "late_item 1" in lines
    sums = {(item["kind"], item["currency"]): item["amount_minor"] for item in facts_of(tieout, workspace)["exceptions"]}
    assert sums[("orphan_reference", "usd")] == 123450


def test_a_manifest_parted_from_the_file_is_written_again(tieout, published):
    published.manifest.write_text('{"run_id": "older"}')
    assert facts_of(tieout, published)["manifest_repaired"] is True
    assert json.loads(published.manifest.read_text())["run_id"] == "run-1"
    assert facts_of(tieout, published)["manifest_repaired"] is False


def test_quarantine_and_its_reasons(tieout, published):
    entry = {"name": "stripe/sigma/charges.csv", "sha256": "ab" * 32, "reason": "A column is missing.",
             "remedy": "Export it again.", "is_critical": True, "is_open": True}
    write_json(published.quarantine / "abababababab_charges" / "reason.json", entry)
    done = tieout("status", "--workspace", published.root)
    assert "Quarantine   1 file" in done.stdout
    assert "stripe/sigma/charges.csv (sha256 abababababab, stops publication)" in done.stdout
    assert "why: A column is missing." in done.stdout
    assert "do:  Export it again." in done.stdout


def test_discards_in_force_only(tieout, published, land):
    first, second = land("a.csv", b"a"), land("b.csv", b"b")
    for sha256, action in ((first, "discard"), (second, "discard"), (second, "restore")):
        append_discard(published, Discard(action, sha256, "Ada", "a test file", "2026-04-02T00:00:00Z"))
    facts = facts_of(tieout, published)
    assert [item["sha256"] for item in facts["discards"]] == [first]
    assert facts["inputs"]["files"] == 2


def test_how_the_last_run_ended(tieout, published):
    assert facts_of(tieout, published)["last_run"] is None
    write_json(published.root / "run.json", {"run_id": "run-1", "started_at": "2026-04-01T00:00:00Z"})
    assert facts_of(tieout, published)["last_run"]["outcome"] == "published"
    write_json(published.root / "run.json", {
        "run_id": "run-2", "started_at": "2026-04-02T00:00:00Z", "not_ready": ["stripe/pipeline/2026040200"]})
    assert facts_of(tieout, published)["last_run"]["outcome"] == "not published"
    write_json(published.dagster_home / "last_run.json", {"run_id": "run-2", "exit_code": 3, "message": "Refused so."})
    facts = facts_of(tieout, published)
    assert (facts["last_run"]["outcome"], facts["last_run"]["message"]) == ("refused", "Refused so.")
    assert facts["not_ready"] == ["stripe/pipeline/2026040200"]


def test_a_run_in_progress_is_seen_and_not_disturbed(tieout, published):
    write_json(published.root / "run.json", {"run_id": "run-2", "started_at": "2026-04-02T00:00:00Z"})
    published.manifest.write_text("{}")
    with published.lock_file.open("w") as lock:
        lock.write("4711, run run-2")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        facts = facts_of(tieout, published)
    assert facts["last_run"]["outcome"] == "running"
    assert "4711" in facts["last_run"]["message"]
    assert facts["manifest_repaired"] is False


def test_a_broken_published_file_says_how_to_mend_it(tieout, published):
    published.published_db.write_bytes(b"x" * 20000)
    done = tieout("status", "--workspace", published.root)
    assert done.exit_code == 1
    assert "The published file cannot be read" in done.stderr
    assert "tieout run" in done.stderr


def test_money_and_age_read_well():
    assert [money(-5, 2, "usd"), money(10**20, 0, "jpy"), money(1001, 3, "kwd")] == [
        "-0.05 usd", "100,000,000,000,000,000,000 jpy", "1.001 kwd"]
    from datetime import UTC, datetime

    now = datetime(2026, 4, 3, 12, tzinfo=UTC)
    assert [age(text, now) for text in (
        "2026-04-03T11:59:30Z", "2026-04-03T11:58:30Z", "2026-04-03T11:30:00Z", "2026-04-02T11:00:00Z",
        "2026-03-03T12:00:00Z")] == ["just now", "1 minute ago", "30 minutes ago", "1 day ago", "31 days ago"]
