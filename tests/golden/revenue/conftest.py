"""One run for all stories of this folder: they keep books of their own."""

from __future__ import annotations

import pytest

from orchestration.workspace import Workspace
from tests.golden.revenue.expected import Cells
from tests.golden.revenue.published import natural_changes, run_examples
from tests.golden.revenue.registry import EXAMPLES
from tests.golden.revenue.stories import IN_WHOLE_MONTHS, WITHOUT_CATCH_UP


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    told = [story for name, story in EXAMPLES.items() if name not in [*WITHOUT_CATCH_UP, *IN_WHOLE_MONTHS]]
    return run_examples(tmp_path_factory.mktemp("revenue_examples"), told)


@pytest.fixture(scope="session")
def changes(workspace: Workspace) -> dict[str, Cells]:
    return natural_changes(workspace)
