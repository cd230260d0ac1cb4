"""kill -9 anywhere in a run: readers keep a whole publication, and the next run gives the golden content."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.sweep.support import ROOT, Halves, command, half_then_whole, inbox, points, published_content, run

pytestmark = [pytest.mark.sweep, pytest.mark.slow]

KILLS = 50


@pytest.fixture(scope="module")
def halves(tmp_path_factory: pytest.TempPathFactory) -> Halves:
    return half_then_whole(tmp_path_factory.mktemp("golden"))


@pytest.mark.parametrize("point", points(KILLS, "kill"), ids=lambda point: f"{point:.3f}")
def test_a_killed_run_leaves_a_whole_publication_and_the_next_one_is_golden(
    point: float, halves: Halves, tmp_path: Path
) -> None:
    workspace = tmp_path / "workspace"
    shutil.copytree(halves.before, workspace)
    content_before = published_content(workspace)
    process = subprocess.Popen(
        command(inbox(), workspace), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True)
    try:
        process.wait(timeout=point * halves.seconds)
    except subprocess.TimeoutExpired:
        if int(point * 1000) % 2:
            os.killpg(process.pid, signal.SIGKILL)  # the machine went down
        else:
            process.kill()  # only the parent died; its children may live on for a moment
        process.wait()
    assert published_content(workspace) in (content_before, halves.content)
    again = run(inbox(), workspace)
    assert again.returncode == 0, again.stdout
    assert published_content(workspace) == halves.content
    assert not list((workspace / "published").glob("*.building*"))


@pytest.mark.nightly
def test_a_killed_first_run_leaves_nothing_that_stops_the_next(
    halves: Halves, tmp_path: Path
) -> None:
    for point in points(10, "first"):
        workspace = tmp_path / f"{point:.3f}"
        process = subprocess.Popen(
            command(inbox(), workspace), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True)
        try:
            process.wait(timeout=point * halves.seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        again = run(inbox(), workspace)
        assert again.returncode == 0, again.stdout
        assert published_content(workspace) == halves.content
