"""Random stories through the whole pipeline, against an oracle that reckons day by day in exact fractions.

Every account and every month of every story, to the minor unit. The files come shuffled, in parts, and some of
their rows a run later. A story is told again by `story_of(SEED, number)`.
"""

from __future__ import annotations

import random
from collections import defaultdict

import pytest

from orchestration.workspace import Workspace
from tests.golden.revenue.expected import DEBIT_NATURED
from tests.golden.revenue.published import publish
from tests.golden.revenue.tables import Tables
from tests.golden.revenue_random.delivery import deliver
from tests.golden.revenue_random.facts import Facts, in_words
from tests.golden.revenue_random.generator import story_of
from tests.golden.revenue_random.oracle import books_of
from tests.golden.revenue_random.telling import Telling, write_rules
from tests.pipeline.harness import rows
from tests.sweep.support import share

pytestmark = [pytest.mark.slow, pytest.mark.sweep]

SEED = 20261121
STORIES = 15_000
LAST_MONTH = 2026 * 12 + 2  # March 2026 is the last month that is over by `AS_OF`
SHOWN = 5

# The ids of everything in a story carry its name.
_CHANGES = r"""
    select regexp_extract(concat(postings.entry_id, ' ', postings.source_object_id), '_r(\d+)x', 1) as story, accounts.revrec_account,
        cast(postings.period_id[:4] as integer) * 12 + cast(postings.period_id[6:] as integer) - 1 as month_number,
        sum(postings.debit_minor - postings.credit_minor)::bigint as debit, count(distinct postings.currency) as currencies
    from marts.fct_ledger_postings as postings
    inner join marts.dim_ledger_accounts as accounts using (ledger_account)
    where accounts.revrec_account is not null
    group by all having debit <> 0
"""
Cells = dict[tuple[str, int], int]


@pytest.fixture(scope="module")
def stories() -> list[Facts]:
    return [story_of(SEED, number) for number in range(share(STORIES))]


@pytest.fixture(scope="module")
def workspace(stories: list[Facts], tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder, tables = tmp_path_factory.mktemp("random_stories"), Tables()
    write_rules(tables)
    for facts in stories:
        Telling(tables, facts)
    deliver(tables, folder, random.Random(SEED))
    workspace = Workspace(folder / "workspace")
    for inbox in ("first", "late"):
        publish(workspace, folder / inbox)
    return workspace


def published(workspace: Workspace) -> dict[int, Cells]:
    """Story -> its books as published."""
    found: dict[int, Cells] = defaultdict(dict)
    for story, account, month, debit, currencies in rows(workspace.published_db, _CHANGES):
        assert currencies == 1, (story, account, month)
        if month <= LAST_MONTH:
            found[int(story)][account, month] = debit if account in DEBIT_NATURED else -debit
    return found


def differences(facts: Facts, found: Cells) -> list[str]:
    wanted = books_of(facts, LAST_MONTH)
    return [
        f"{month // 12}-{month % 12 + 1:02d} {account}: expected {wanted.get((account, month), 0)}, got {found.get((account, month), 0)}"
        for account, month in sorted({*wanted, *found}, key=lambda cell: (cell[1], cell[0]))
        if wanted.get((account, month), 0) != found.get((account, month), 0)
    ]


def test_the_books_are_those_of_the_oracle(stories: list[Facts], workspace: Workspace) -> None:
    found = published(workspace)
    wrong = {facts.number: lines for facts in stories if (lines := differences(facts, found.get(facts.number, {})))}
    told = ["\n".join([f"story_of({SEED}, {number})", in_words(story_of(SEED, number)), *wrong[number]]) for number in list(wrong)[:SHOWN]]
    assert not wrong, f"{len(wrong)} of {len(stories)} stories differ, the first of them:\n\n" + "\n\n".join(told)


def test_the_oracle_s_own_books_balance(stories: list[Facts]) -> None:
    for facts in stories:
        sums: dict[int, int] = defaultdict(int)
        for (account, month), units in books_of(facts, LAST_MONTH).items():
            sums[month] += units if account in DEBIT_NATURED else -units
        assert not any(sums.values()), in_words(facts)


def test_nothing_is_left_over(workspace: Workspace) -> None:
    """What the money subledger left to be classified is classified, and nothing of it is an exception."""
    left = (
        "select account_id, ledger_account, clearing_id, balance_minor from marts.fct_clearing_items "
        "where ledger_account in ('charge_clearing', 'refund_clearing', 'dispute_clearing')"
    )
    assert rows(workspace.published_db, left) == []
    assert rows(workspace.published_db, "select kind, account_id, object_id, reason from marts.fct_exceptions") == []
