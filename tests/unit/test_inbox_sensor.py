"""When the sensor starts a run: something changed, and the sender is done."""

from __future__ import annotations

import os
from pathlib import Path

from orchestration.sensors import QUIET_SECONDS, inbox_state

NOW = 1_800_000_000.0


def put(folder: Path, name: str, text: str, age: float) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (NOW - age, NOW - age))
    return path


def test_an_empty_inbox_is_quiet_and_always_the_same(tmp_path: Path) -> None:
    assert inbox_state(tmp_path, NOW) == inbox_state(tmp_path / "absent", NOW)
    assert inbox_state(tmp_path, NOW)[1]


def test_a_file_that_still_grows_is_waited_for(tmp_path: Path) -> None:
    put(tmp_path, "stripe/sigma/charges.csv", "id\n", age=QUIET_SECONDS - 1)
    assert not inbox_state(tmp_path, NOW)[1]
    put(tmp_path, "stripe/sigma/charges.csv", "id\n", age=QUIET_SECONDS)
    assert inbox_state(tmp_path, NOW)[1]


def test_a_new_a_longer_and_a_touched_file_change_the_state(tmp_path: Path) -> None:
    states = []
    for text, age in (("id\n", 900), ("id\nch_1\n", 900), ("id\nch_2\n", 800)):
        put(tmp_path, "a.csv", text, age)
        states.append(inbox_state(tmp_path, NOW)[0])
    put(tmp_path, "b.csv", "", 900)
    states.append(inbox_state(tmp_path, NOW)[0])
    assert len(set(states)) == 4


def test_links_are_not_followed(tmp_path: Path) -> None:
    before = inbox_state(tmp_path, NOW)
    (tmp_path / "link.csv").symlink_to(put(tmp_path.parent, f"{tmp_path.name}-outside.csv", "x", 0))
    assert inbox_state(tmp_path, NOW) == before
