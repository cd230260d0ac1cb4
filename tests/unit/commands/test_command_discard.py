"""`tieout discard`: a decision of a person, appended, reversible, about exactly one file."""

from __future__ import annotations

import pytest

from orchestration.sources.journal import discarded_hashes, read_discards

WHO = ("--by", "Ada Byron", "--reason", "sent by mistake")


def test_a_prefix_leaves_the_file_out_and_undo_takes_it_back(tieout, published, land):
    sha256 = land("stripe/sigma/charges.csv", b"id\n")
    done = tieout("discard", sha256[:8].upper(), *WHO, "--workspace", published.root)
    assert done.exit_code == 0, done.output
    assert "Left out: stripe/sigma/charges.csv" in done.stdout
    assert "the next run on" in done.stdout
    assert discarded_hashes(published) == {sha256}
    again = tieout("discard", sha256, *WHO, "--workspace", published.root)
    assert "Nothing changed" in again.stdout
    assert "left out already, by Ada Byron: sent by mistake" in again.stdout
    back = tieout("discard", sha256[:12], *WHO, "--undo", "--workspace", published.root)
    assert "Taken back in" in back.stdout
    assert discarded_hashes(published) == set()
    assert [(entry.action, entry.by) for entry in read_discards(published)] == [
        ("discard", "Ada Byron"), ("restore", "Ada Byron")]


def test_it_says_what_leaves_the_marts(tieout, publish, land):
    sha256 = land("stripe/sigma/charges.csv", b"id\n")
    workspace = publish(inputs=[{"name": "stripe/sigma/charges.csv", "sha256": sha256,
                                 "relation": "sigma.charges", "rows": 142}])
    done = tieout("discard", sha256[:8], *WHO, "--workspace", workspace.root)
    assert "142 rows of sigma.charges" in done.stdout


def test_it_says_that_quarantine_is_released(tieout, publish, land):
    sha256 = land("stripe/sigma/charges.csv", b"id\n")
    workspace = publish(incomplete=[{"name": "stripe/sigma/charges.csv", "sha256": sha256, "reason": "r",
                                     "is_critical": True}])
    done = tieout("discard", sha256[:8], *WHO, "--workspace", workspace.root)
    assert "leaves quarantine" in done.stdout


def test_before_anything_is_published_it_works_too(tieout, empty, land):
    sha256 = land("a.csv", b"a")
    assert tieout("discard", sha256[:8], *WHO, "--workspace", empty.root).exit_code == 0
    assert discarded_hashes(empty) == {sha256}


@pytest.mark.parametrize(("sha", "message"), [
    ("1234567", "is not the beginning of a sha256"),
    ("nothexdigits", "is not the beginning of a sha256"),
    ("../../../etc", "is not the beginning of a sha256"),
    ("00000000", "No landed file has a sha256 that begins with 00000000"),
])
def test_a_name_that_names_nothing_is_refused(tieout, empty, land, sha, message):
    land("a.csv", b"a")
    done = tieout("discard", sha, *WHO, "--workspace", empty.root)
    assert done.exit_code == 2
    assert message in done.stderr
    assert read_discards(empty) == []


def test_two_files_with_one_prefix_are_refused(tieout, empty, land, monkeypatch):
    from orchestration.sources import receipts

    land("a.csv", b"a")
    one = receipts.read_receipts(empty)[0]
    twins = [one, type(one)(**{**one.__dict__, "sha256": one.sha256[:20] + "f" * 44})]
    monkeypatch.setattr(receipts, "read_receipts", lambda workspace: twins)
    done = tieout("discard", one.sha256[:8], *WHO, "--workspace", empty.root)
    assert done.exit_code == 2
    assert "2 landed files begin with" in done.stderr
    assert tieout("discard", one.sha256[:24], *WHO, "--workspace", empty.root).exit_code == 0


@pytest.mark.parametrize("options", [(), ("--by", "Ada"), ("--by", " ", "--reason", "r"), ("--by", "A", "--reason", "")])
def test_name_and_reason_are_needed(tieout, empty, land, options):
    sha256 = land("a.csv", b"a")
    assert tieout("discard", sha256, *options, "--workspace", empty.root).exit_code == 2
    assert read_discards(empty) == []
