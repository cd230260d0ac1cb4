"""Random stories through the whole pipeline, against an oracle that reckons day by day in exact fractions.

Every account and every month of every story, to the minor unit. The files come shuffled, in parts, and some of
their rows a run later. A company is a seed and its settings; `make test` lives the first, `make sweep` all of them. A
story is told again by `story_of(seed, number)`.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.workspace import Workspace
from tests.golden.revenue.expected import DEBIT_NATURED
from tests.golden.revenue.published import publish
from tests.golden.revenue.tables import Tables
from tests.golden.revenue_random.delivery import deliver
from tests.golden.revenue_random.facts import Facts, in_words
from tests.golden.revenue_random.generator import story_of
from tests.golden.revenue_random.local_days import LocalDays
from tests.golden.revenue_random.oracle import books_of
from tests.golden.revenue_random.service import Rules
from tests.golden.revenue_random.telling import Telling, write_rates, write_rules
from tests.pipeline.harness import rows
from tests.sweep.support import share

pytestmark = [pytest.mark.slow, pytest.mark.sweep]

STORIES = 1_500


@dataclass(frozen=True)
class Company:
    """A seed of stories, and the settings under which they are booked."""

    seed: int
    zone: str = "UTC"
    policy: str = "by_instant"
    catch_up: bool = True

    @property
    def rules(self) -> Rules:
        return Rules(LocalDays(self.zone), self.policy, self.catch_up)

    @property
    def settings(self) -> str:
        return (f'reporting_timezone = "{self.zone}"\nrecognition_policy = "{self.policy}"\n'
                f"catch_up = {str(self.catch_up).lower()}\n")


COMPANIES = [
    Company(20261121), Company(2, catch_up=False), Company(3, "America/New_York"), Company(4, "Asia/Kolkata", "by_day"),
    Company(5, "Pacific/Auckland", "months_even", False), Company(6, policy="months_even_prorated"),
    Company(7, "Europe/Berlin", "months_even_prorated", False), Company(8), Company(9, "America/St_Johns", "by_day", False), Company(10),
]  # fmt: skip
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


@dataclass(frozen=True)
class Told:
    """The stories of a company, and what was published of them."""

    company: Company
    stories: list[Facts]
    workspace: Workspace


@pytest.fixture(scope="module", params=COMPANIES[: share(len(COMPANIES))], ids=lambda company: f"seed-{company.seed}")
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Told:
    return tell(request.param, STORIES, tmp_path_factory.mktemp("random_stories"))


def tell(company: Company, count: int, folder: Path) -> Told:
    """Two runs: over most of the rows, and over the rest."""
    stories = [story_of(company.seed, number) for number in range(count)]
    tables, workspace = Tables(), Workspace(folder / "workspace")
    tables.settings = company.settings
    write_rules(tables)
    write_rates(tables)
    for facts in stories:
        Telling(tables, facts)
    deliver(tables, folder, random.Random(company.seed))
    for inbox in ("first", "late"):
        publish(workspace, folder / inbox)
    return Told(company, stories, workspace)


def published(workspace: Workspace) -> dict[int, Cells]:
    """Story -> its books as published."""
    found: dict[int, Cells] = defaultdict(dict)
    for story, account, month, debit, currencies in rows(workspace.published_db, _CHANGES):
        assert currencies == 1, (story, account, month)
        if month <= LAST_MONTH:
            found[int(story)][account, month] = debit if account in DEBIT_NATURED else -debit
    return found


def differences(facts: Facts, rules: Rules, found: Cells) -> list[str]:
    wanted = books_of(facts, LAST_MONTH, rules)
    return [
        f"{month // 12}-{month % 12 + 1:02d} {account}: expected {wanted.get((account, month), 0)}, got {found.get((account, month), 0)}"
        for account, month in sorted({*wanted, *found}, key=lambda cell: (cell[1], cell[0]))
        if wanted.get((account, month), 0) != found.get((account, month), 0)
    ]


def test_the_books_are_those_of_the_oracle(told: Told) -> None:
    found, rules = published(told.workspace), told.company.rules
    wrong = {facts: lines for facts in told.stories if (lines := differences(facts, rules, found.get(facts.number, {})))}
    words = ["\n".join([f"{told.company}: story_of({told.company.seed}, {facts.number})", in_words(facts), *lines])
             for facts, lines in list(wrong.items())[:SHOWN]]
    assert not wrong, f"{len(wrong)} of {len(told.stories)} stories differ, the first of them:\n\n" + "\n\n".join(words)
    assert len(found) > len(told.stories) * 9 // 10


def test_the_oracle_s_own_books_balance(told: Told) -> None:
    for facts in told.stories:
        sums: dict[int, int] = defaultdict(int)
        for (account, month), units in books_of(facts, LAST_MONTH, told.company.rules).items():
            sums[month] += units if account in DEBIT_NATURED else -units
        assert not any(sums.values()), in_words(facts)


def test_nothing_is_left_over(told: Told) -> None:
    """What the money subledger left to be classified is classified, and nothing of it is an exception."""
    left = (
        "select account_id, ledger_account, clearing_id, balance_minor from marts.fct_clearing_items "
        "where ledger_account in ('charge_clearing', 'refund_clearing', 'dispute_clearing')"
    )
    assert rows(told.workspace.published_db, left) == []
    assert rows(told.workspace.published_db, "select kind, account_id, object_id, reason from marts.fct_exceptions") == []
