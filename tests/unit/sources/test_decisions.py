"""The journal of decisions: appended whole, chained, readable after a crash, and what holds of it."""

from __future__ import annotations

import json
import multiprocessing
import os
from pathlib import Path

import pytest

from orchestration.domain.errors import InputRefused
from orchestration.sources.decisions import (
    Decision,
    append_decisions,
    decisions_file,
    inspect_decisions,
    read_decisions,
)
from orchestration.sources.decisions_in_force import decisions_in_force, known_by
from orchestration.workspace import Workspace

NOON = "2026-04-01T12:00:00.000000Z"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def group(action: str, left: str, right: str, kind: str = "payout_bank") -> Decision:
    return Decision(action, "Ada", "seen", match_kind=kind, left=tuple(left.split()), right=tuple(right.split()))


def add(workspace: Workspace, *decisions: Decision, at: str = NOON) -> list[Decision]:
    return append_decisions(workspace, decisions, at)


def holding(workspace: Workspace) -> list[tuple[str, str, str]]:
    return [(item.action, " ".join(item.left), " ".join(item.right))
            for item in decisions_in_force(read_decisions(workspace))]


def undo(decision: Decision) -> Decision:
    return Decision("undo", "Ada", "wrong", undoes=decision.decision_id)


def test_what_was_decided_comes_back_as_it_was_said(workspace: Workspace) -> None:
    assert read_decisions(workspace) == []
    strange = "line\nbreak, \u2028 separator, “quotes” and \u4f60\u597d"
    written = add(workspace, group("confirm", "po_1", "be_1"),
                  Decision("explain", "Björn", strange, exception_id="x", code="fee", amount_minor=-5, currency="usd"))
    assert read_decisions(workspace) == written
    assert written[1].reason == strange
    assert decisions_file(workspace).read_bytes().count(b"\n") == 2
    assert all(len(item.decision_id) == 20 and item.decision_id.startswith("dec_") for item in written)
    assert list(json.loads(decisions_file(workspace).read_bytes().splitlines()[0])) == sorted(vars(written[0]))


def test_the_same_words_twice_are_two_decisions(workspace: Workspace) -> None:
    first, second = add(workspace, group("confirm", "po_1", "be_1"), group("confirm", "po_1", "be_1"))
    assert first.decision_id != second.decision_id


def test_lines_are_only_ever_added(workspace: Workspace) -> None:
    add(workspace, group("confirm", "po_1", "be_1"))
    before = decisions_file(workspace).read_bytes()
    add(workspace, group("reject", "po_1", "be_1"))
    assert decisions_file(workspace).read_bytes().startswith(before)


@pytest.mark.parametrize("cut", [1, 30, -2])
def test_a_line_that_a_crash_cut_never_held_and_stops_nothing(workspace: Workspace, cut: int) -> None:
    add(workspace, group("confirm", "po_1", "be_1"))
    whole = decisions_file(workspace).read_bytes()
    torn = whole + whole.replace(b"po_1", b"po_2")[:cut]
    decisions_file(workspace).write_bytes(torn)
    assert holding(workspace) == [("confirm", "po_1", "be_1")]
    assert inspect_decisions(workspace).torn == [2]
    add(workspace, group("confirm", "po_3", "be_3"))
    assert decisions_file(workspace).read_bytes().startswith(torn), "what a checkpoint may have pinned was changed"
    assert holding(workspace) == [("confirm", "po_1", "be_1"), ("confirm", "po_3", "be_3")]
    assert inspect_decisions(workspace).torn == [2]


def test_a_line_without_its_end_but_whole_holds(workspace: Workspace) -> None:
    add(workspace, group("confirm", "po_1", "be_1"))
    path = decisions_file(workspace)
    path.write_bytes(path.read_bytes()[:-1])
    add(workspace, group("confirm", "po_2", "be_2"))
    assert len(holding(workspace)) == 2


def _edited(lines: list[bytes]) -> list[bytes]:
    return [lines[0], lines[1].replace(b"be_1", b"be_9"), *lines[2:]]


def _re_named(lines: list[bytes]) -> list[bytes]:
    """An edit that also gives the line its right id: what follows no longer fits."""
    from dataclasses import asdict, replace

    from orchestration.sources.chained_lines import line_of
    from orchestration.sources.decisions import _named, _parsed

    decision = _parsed(lines[1])
    assert decision is not None
    return [lines[0], line_of(asdict(_named(replace(decision, by="Eve")))), *lines[2:]]


TAMPERINGS = {
    "edited": _edited,
    "re-named": _re_named,
    "deleted": lambda lines: [lines[0], *lines[2:]],
    "first deleted": lambda lines: lines[1:],
    "inserted": lambda lines: [lines[0], lines[0], *lines[1:]],
    "moved": lambda lines: [lines[1], lines[0], *lines[2:]],
    "garbage": lambda lines: [lines[0], b"{}", *lines[2:]],
    "last edited": lambda lines: [*lines[:-1], lines[-1].replace(b"Ada", b"Eve")],
    "blank line": lambda lines: [lines[0], b"", *lines[1:]],
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_changed_journal_is_refused_with_its_line(workspace: Workspace, name: str) -> None:
    add(workspace, *(group("confirm", f"po_{i}", f"be_{i}") for i in range(4)))
    path = decisions_file(workspace)
    lines = path.read_bytes().splitlines()
    path.write_bytes(b"".join(line + b"\n" for line in TAMPERINGS[name](lines)))
    with pytest.raises(InputRefused, match=r"journal/decisions.jsonl line \d"):
        read_decisions(workspace)


def _append_many(root: Path, name: str) -> None:
    for number in range(25):
        append_decisions(Workspace(root), [group("confirm", f"{name}_{number}", "x" * 2000)] * 2, NOON)


def test_two_processes_append_at_once_and_no_line_tears(workspace: Workspace) -> None:
    spawn = multiprocessing.get_context("fork")
    writers = [spawn.Process(target=_append_many, args=(workspace.root, name)) for name in ("a", "b", "c")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    found = read_decisions(workspace)
    assert len(found) == 150
    assert inspect_decisions(workspace).torn == []
    for first, second in zip(found[::2], found[1::2], strict=True):
        assert first.left == second.left, "decisions of one call do not stand together"


def test_a_full_disk_leaves_no_half_decision(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    add(workspace, group("confirm", "po_1", "be_1"))
    before = decisions_file(workspace).read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        add(workspace, group("confirm", "po_2", "be_2"))
    assert decisions_file(workspace).read_bytes() == before


def test_the_latest_decision_on_the_same_members_holds(workspace: Workspace) -> None:
    add(workspace, group("confirm", "po_1", "be_1"), group("reject", "po_1", "be_1"))
    assert holding(workspace) == [("reject", "po_1", "be_1")]
    add(workspace, group("confirm", "po_1", "be_1"))
    assert holding(workspace) == [("confirm", "po_1", "be_1")]


def test_a_member_is_in_one_confirmed_group_of_a_kind_only(workspace: Workspace) -> None:
    add(workspace, group("confirm", "po_1", "be_1"), group("confirm", "po_1", "txn_1", kind="payout_members"))
    regrouped, = add(workspace, group("regroup", "po_1 po_2", "be_2"))
    assert holding(workspace) == [("confirm", "po_1", "txn_1"), ("regroup", "po_1 po_2", "be_2")]
    add(workspace, undo(regrouped))
    assert holding(workspace) == [("confirm", "po_1", "be_1"), ("confirm", "po_1", "txn_1")]


def test_rejecting_one_pair_leaves_another_of_the_same_member(workspace: Workspace) -> None:
    add(workspace, group("reject", "po_1", "be_1"), group("confirm", "po_1", "be_2"), group("reject", "po_1", "be_3"))
    assert len(holding(workspace)) == 3


def test_a_group_that_was_overtaken_stays_so_when_the_later_one_is_overtaken(workspace: Workspace) -> None:
    add(workspace, group("confirm", "po_1", "be_1"), group("confirm", "po_1", "be_2"), group("confirm", "po_2", "be_2"))
    assert holding(workspace) == [("confirm", "po_2", "be_2")]


def test_an_undo_of_an_undo_brings_back(workspace: Workspace) -> None:
    decision, = add(workspace, group("confirm", "po_1", "be_1"))
    first, = add(workspace, undo(decision))
    assert holding(workspace) == []
    second, = add(workspace, undo(first))
    assert holding(workspace) == [("confirm", "po_1", "be_1")]
    third, = add(workspace, undo(second))
    assert holding(workspace) == []
    add(workspace, undo(third))
    assert holding(workspace) == [("confirm", "po_1", "be_1")]


def test_an_undone_decision_uncovers_the_one_before(workspace: Workspace) -> None:
    add(workspace, group("confirm", "po_1", "be_1"))
    reject, = add(workspace, group("reject", "po_1", "be_1"))
    add(workspace, undo(reject))
    assert holding(workspace) == [("confirm", "po_1", "be_1")]


def test_explanations_hold_per_exception_and_per_members_and_code(workspace: Workspace) -> None:
    def explained(code: str, exception_id: str = "") -> Decision:
        members = {} if exception_id else {"match_kind": "payout_bank", "left": ("po_1",), "right": ("be_1",)}
        return Decision("explain", "Ada", "r", code=code, exception_id=exception_id, **members)

    add(workspace, explained("fee", "x"), explained("rounding", "x"), explained("fee"), explained("fx_rate"),
        explained("fee"), group("confirm", "po_1", "be_1"))
    found = decisions_in_force(read_decisions(workspace))
    assert [(item.code, item.exception_id) for item in found] == [("rounding", "x"), ("fx_rate", ""), ("fee", ""), ("", "")]


def test_what_was_decided_after_known_at_is_not_known(workspace: Workspace) -> None:
    early, = add(workspace, group("confirm", "po_1", "be_1"), at="2026-04-01T00:00:00.000000Z")
    add(workspace, undo(early), at="2026-04-03T00:00:00.000000Z")
    then = known_by(read_decisions(workspace), "2026-04-02T00:00:00.000000Z")
    assert [item.action for item in decisions_in_force(then)] == ["confirm"]
    assert decisions_in_force(read_decisions(workspace)) == []
