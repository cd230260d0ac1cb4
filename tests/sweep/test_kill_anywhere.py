"""kill -9 anywhere in a run: readers keep a whole publication, and the next run gives the golden content."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.sweep.support import ROOT, command, points, published_content, run

pytestmark = [pytest.mark.sweep, pytest.mark.slow]

SAMPLE = ROOT / "data" / "sample"
KILLS = 50


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[tuple[str, str], tuple[int, str]], float]:
    """A published workspace of half the sample, the golden content of the whole, and how long a run takes."""
    folder = tmp_path_factory.mktemp("golden")
    half = folder / "half"
    shutil.copytree(SAMPLE, half)
    for path in half.rglob("connected_account_*"):
        path.unlink()
    before = folder / "before"
    first = run(half, before)
    assert first.returncode == 0, first.stdout
    whole = folder / "whole"
    shutil.copytree(before, whole)
    started = time.perf_counter()
    second = run(SAMPLE, whole)
    seconds = time.perf_counter() - started
    assert second.returncode == 0, second.stdout
    return before, published_content(whole), seconds


@pytest.mark.parametrize("point", points(KILLS, "kill"), ids=lambda point: f"{point:.3f}")
def test_a_killed_run_leaves_a_whole_publication_and_the_next_one_is_golden(
    point: float, golden: tuple[Path, dict[tuple[str, str], tuple[int, str]], float], tmp_path: Path
) -> None:
    before, golden_content, seconds = golden
    workspace = tmp_path / "workspace"
    shutil.copytree(before, workspace)
    content_before = published_content(workspace)
    process = subprocess.Popen(
        command(SAMPLE, workspace), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True)
    try:
        process.wait(timeout=point * seconds)
    except subprocess.TimeoutExpired:
        if int(point * 1000) % 2:
            os.killpg(process.pid, signal.SIGKILL)  # the machine went down
        else:
            process.kill()  # only the parent died; its children may live on for a moment
        process.wait()
    assert published_content(workspace) in (content_before, golden_content)
    again = run(SAMPLE, workspace)
    assert again.returncode == 0, again.stdout
    assert published_content(workspace) == golden_content
    assert not list((workspace / "published").glob("*.building*"))


def test_a_killed_first_run_leaves_nothing_that_stops_the_next(
    golden: tuple[Path, dict[tuple[str, str], tuple[int, str]], float], tmp_path: Path
) -> None:
    _, golden_content, seconds = golden
    for point in points(10, "first"):
        workspace = tmp_path / f"{point:.3f}"
        process = subprocess.Popen(
            command(SAMPLE, workspace), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True)
        try:
            process.wait(timeout=point * seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        again = run(SAMPLE, workspace)
        assert again.returncode == 0, again.stdout
        assert published_content(workspace) == golden_content
