"""The same files, looked at as of earlier days: what happened later is not in the books yet, and comes into them.

The export tells of everything; `as_of` decides what the books know. The runs follow each other in one workspace,
so that each of them builds on the one before.
"""

from __future__ import annotations

import pytest

from orchestration.workspace import Workspace
from tests.golden.revenue.expected import REFERENCE, Cells, assert_same, expected
from tests.golden.revenue.more_expected import EXPECTED as MORE_EXPECTED
from tests.golden.revenue.published import natural_changes, publish
from tests.golden.revenue.registry import EXAMPLES
from tests.golden.revenue.rule_expected import EXPECTED as RULE_EXPECTED
from tests.golden.revenue.standard_expected import EXPECTED as STANDARD_EXPECTED
from tests.golden.revenue.stories import MORE, RULED, STANDARD, STRIPE, WITHOUT_CATCH_UP
from tests.golden.revenue.tables import Tables
from tests.pipeline.harness import AS_OF

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not REFERENCE.is_file(), reason="../shared/reference is not here: the examples are not part of the project"),
]
NAMES = [name for name in [*STRIPE, *MORE, *RULED, *STANDARD] if name not in WITHOUT_CATCH_UP and not EXAMPLES[name].account]
# As of -> last month that is whole by then.
DAYS = {"2019-01-31T23:59:59Z": "2019-01", "2019-03-15T12:00:00Z": "2019-02", AS_OF: "2026-03"}


@pytest.fixture(scope="module")
def changes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Cells]]:
    """As of -> tenant -> cells."""
    folder, tables, seen = tmp_path_factory.mktemp("as_of"), Tables(), {}
    for name in NAMES:
        EXAMPLES[name].write(tables)
    workspace, inbox = Workspace(folder / "workspace"), tables.write(folder / "inbox")
    for day in DAYS:
        publish(workspace, inbox, as_of=day)
        seen[day] = natural_changes(workspace)
    return seen


def wanted(name: str) -> Cells:
    return expected(name) if name in STRIPE else {**MORE_EXPECTED, **RULE_EXPECTED, **STANDARD_EXPECTED}[name]


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("name", NAMES)
def test_the_books_know_what_had_happened(name: str, day: str, changes: dict[str, dict[str, Cells]]) -> None:
    whole = {cell: value for cell, value in wanted(name).items() if cell[2] <= DAYS[day]}
    found = {cell: value for cell, value in changes[day].get(EXAMPLES[name].tenant, {}).items() if cell[2] <= DAYS[day]}
    assert_same(found, whole)
    assert set(found) == set(whole)
