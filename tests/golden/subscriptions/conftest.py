"""One run for all stories of this folder, which keep accounts of their own, and one for random lives."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.workspace import Workspace
from tests.golden.revenue.tables import Tables
from tests.golden.subscriptions import case_stories, published_stories
from tests.golden.subscriptions.random_lives import AS_OF, RandomLives
from tests.golden.subscriptions.registry import STORIES, publish
from tests.pipeline.harness import run


@pytest.fixture(scope="session")
def subscribers(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    assert {tell.__module__ for tell in STORIES.values()} == {case_stories.__name__, published_stories.__name__}
    return publish(tmp_path_factory.mktemp("subscribers"), list(STORIES))


@pytest.fixture(scope="session")
def random_lives(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[RandomLives], Path]:
    """Lives of several seeds, and what one run published of them."""
    folder, tables = tmp_path_factory.mktemp("lives"), Tables()
    lives = [RandomLives(tables, seed, 250) for seed in (1, 2, 3)]
    workspace = Workspace(folder / "workspace")
    outcome = run(workspace, tables.write(folder / "inbox"), as_of=f"{AS_OF:%Y-%m-%dT%H:%M:%SZ}")
    assert (outcome.exit_code, outcome.refused) == (0, {}), outcome.message or outcome.refused
    return lives, workspace.published_db
