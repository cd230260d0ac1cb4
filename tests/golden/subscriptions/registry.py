"""The stories by name: each in an account of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from orchestration.workspace import Workspace
from tests.golden.revenue.tables import Tables
from tests.golden.subscriptions.story import Subscriber
from tests.pipeline.harness import rows, run

Tell = Callable[[Subscriber], None]
Movement = tuple[str, str, str, str, str]
STORIES: dict[str, Tell] = {}
CURRENCIES: dict[str, str] = {}
AS_OF = "2026-04-02T00:00:00Z"


def story(currency: str = "usd") -> Callable[[Tell], Tell]:
    """Register a story under the name of its function."""

    def register(tell: Tell) -> Tell:
        assert tell.__name__ not in STORIES, tell.__name__
        STORIES[tell.__name__], CURRENCIES[tell.__name__] = tell, currency
        return tell

    return register


def publish(folder: Path, names: list[str], settings: str = "", as_of: str = AS_OF) -> Workspace:
    """One run over the inbox that tells the stories; it must publish."""
    tables = Tables()
    tables.settings = settings
    for name in names:
        STORIES[name](Subscriber(tables, name, CURRENCIES[name]))
    workspace = Workspace(folder / "workspace")
    outcome = run(workspace, tables.write(folder / "inbox"), as_of=as_of)
    assert (outcome.exit_code, outcome.refused) == (0, {}), outcome.message or outcome.refused
    return workspace


def movements(workspace: Workspace, name: str, currency: str = "") -> list[Movement]:
    """(instant, movement, before, after, reason) of a story's account, in their order."""
    found = rows(
        workspace.published_db,
        "select strftime(moved_at, '%Y-%m-%d %H:%M'), movement, mrr_before, mrr_after, reason from marts.fct_mrr_movements "
        "where account_id = ? and currency = ? order by moved_at, customer_id",
        [f"acct_1{name}", currency or CURRENCIES[name]],
    )
    return [(at.removesuffix(" 00:00"), kind, f"{before}", f"{after}", reason) for at, kind, before, after, reason in found]


def monthly(workspace: Workspace, name: str, columns: str, where: str = "true", view: str = "price") -> list[tuple[object, ...]]:
    """Columns of the months of a story's account, whole unless `where` names a slice."""
    whole = "slice_kind = 'all'" if "slice" not in where else "true"
    return rows(
        workspace.published_db,
        f"select {columns} from marts.agg_mrr_monthly where account_id = ? and currency_view = ? and {whole} and {where} "
        "order by currency, slice_kind, slice_value, month",
        [f"acct_1{name}", view],
    )
