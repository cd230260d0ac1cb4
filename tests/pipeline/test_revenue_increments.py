"""Revenue that increments worked out is that of a build from nothing: due months, changed bills, builds that were killed."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration import build_state
from orchestration.workspace import Workspace
from tests.pipeline.company_files import write_sigma_csv
from tests.pipeline.harness import Outcome, build, content, differences, load, load_and_build, rows, run_dbt
from tests.pipeline.inboxes import Table, as_csv, company, edit_csv, file_of, put, read_csv

pytestmark = pytest.mark.slow
EARLY, MIDDLE, LATE = "2026-02-01T00:00:00Z", "2026-03-10T12:00:00Z", "2026-04-02T00:00:00Z"
SECOND, THIRD = "2026-04-01T0400", "2026-04-01T0500"
RECOGNITION = "select count(*), sum(debit_minor)::bigint from marts.fct_ledger_postings where subledger = 'recognition'"

BILLING = "select count(distinct entry_id) from marts.fct_ledger_postings where subledger = 'billing'"
POSTED_ANEW = "select count(*) from intermediate.int_ledger__billing_changed"


def _done(outcome: Outcome) -> Outcome:
    assert (outcome.exit_code, outcome.refused) == (0, {}), outcome.message
    return outcome


def _same_as_from_nothing(workspace: Workspace, inbox: Path, folder: Path, as_of: str) -> None:
    _done(load_and_build(Workspace(folder), inbox, as_of=as_of))
    assert differences(content(workspace), content(Workspace(folder))) == {}


def _recognized(workspace: Workspace) -> list[tuple[int, int]]:
    return rows(workspace.candidate_db, RECOGNITION)


def _changed(table: Table) -> Table:
    """Quarters and years of service that a later export shows two weeks shorter, so every month of them moves."""
    found = [
        {**row, "period_end": row["period_end"].replace(row["period_end"][:10], f"{row['period_end'][:7]}-01")}
        for row in table
        if row["period_start"][:4] == "2026" and row["period_start"][:7] < row["period_end"][:7]
        and row["period_end"][8:10] > "14"
    ]
    assert len(found) > 20
    return found


def test_months_fall_due_and_bills_change_as_in_a_build_from_nothing(tmp_path: Path) -> None:
    inbox, workspace = tmp_path / "inbox", Workspace(tmp_path / "workspace")
    write_sigma_csv(company(), inbox)
    # half of the refunds come later
    refunds = read_csv(file_of(inbox, "refunds"))
    edit_csv(file_of(inbox, "refunds"), lambda table: table[::2])
    lines = read_csv(file_of(inbox, "invoice_line_items"))
    _done(load_and_build(workspace, inbox, as_of=EARLY))
    begun = _recognized(workspace)

    _done(load_and_build(workspace, inbox, as_of=MIDDLE))  # nothing new but the instant
    assert _recognized(workspace) > begun
    _same_as_from_nothing(workspace, inbox, tmp_path / "middle", MIDDLE)

    put(file_of(inbox, "refunds", SECOND), as_csv(refunds), SECOND)
    put(file_of(inbox, "invoice_line_items", SECOND), as_csv(_changed(lines)), SECOND)
    outcome = _done(load(workspace, inbox, as_of=LATE))
    _killed_after(workspace, outcome, "fct_revenue_components")
    _killed_after(workspace, outcome, "fct_revenue_schedule")
    before = _recognized(workspace)
    _done_build(workspace, outcome)
    (entries,), (posted_anew,) = (rows(workspace.candidate_db, query)[0] for query in (BILLING, POSTED_ANEW))
    assert 20 < posted_anew < entries * 3 // 4  # a month went by and lines changed: the rest of the billing stands
    assert _recognized(workspace) != before
    _same_as_from_nothing(workspace, inbox, tmp_path / "late", LATE)

    # and back again: what a change had moved returns
    put(file_of(inbox, "invoice_line_items", THIRD), as_csv(lines), THIRD)
    _done(load_and_build(workspace, inbox, as_of=LATE))
    _same_as_from_nothing(workspace, inbox, tmp_path / "back", LATE)


def _killed_after(workspace: Workspace, outcome: Outcome, model: str) -> None:
    """A build that ended before its end: models up to one are there, the state of the last whole build stays."""
    assert outcome.context is not None
    environment = build_state.dbt_environment(workspace, outcome.context)
    answer = run_dbt(environment, ["--select", f"+{model}", "--resource-type", "model"])
    assert answer["success"], answer


def _done_build(workspace: Workspace, outcome: Outcome) -> None:
    build(workspace, outcome)
    _done(outcome)
    changed = "select count(*) from intermediate.int_revenue_components__changed"
    assert rows(workspace.candidate_db, changed)[0][0] > 20  # the killed builds had found them; this one still knew
