"""What a run does, step by step, as plain functions; the Dagster assets only call them in order.

begin -> receive and load -> raw gates -> (dbt) -> mart gates -> publish. Each step leaves what the next one
needs in the workspace, so a run that is killed anywhere is simply run again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.domain.errors import InputRefused, UsageError
from orchestration.domain.fiscal_calendar import FiscalCalendar
from orchestration.gate_steps import write_quality_report
from orchestration.run_context import RunContext, parse_instant, utc_text
from orchestration.settings import Settings, load_settings
from orchestration.sources.closes import check_calendar
from orchestration.sources.landing import receive
from orchestration.sources.receipts import read_receipts
from orchestration.workspace import Workspace


def now_utc() -> datetime:
    """The clock; read once per step for names and receipts, never by a model."""
    return datetime.now(UTC)


def company_settings(workspace: Workspace, inbox: Path | None) -> tuple[Settings, list[str]]:
    """Settings from the inbox, else from the last ones landed.

    Raises:
        UsageError: They cannot be read.
    """
    if inbox is not None and (path := inbox / "company" / "tieout.toml").is_file():
        return load_settings(path.read_text(encoding="utf-8-sig"))
    landed = [receipt for receipt in read_receipts(workspace) if receipt.name == "company/tieout.toml"]
    if landed:
        return load_settings(landed[-1].blob(workspace).read_text(encoding="utf-8-sig"))
    return load_settings(None)


def receive_and_load(
    workspace: Workspace,
    inbox: Path,
    context: RunContext,
    progress: Callable[[str], None] = lambda text: None,
) -> RunContext:
    """Land the inbox and bring raw up to date with landing.

    Raises:
        UsageError: The settings or the inbox are not usable.
        InputRefused: Files with money were refused, test and live rows are mixed, or nothing usable is there.
    """
    from orchestration.warehouse.company_seeds import company_fingerprint
    from orchestration.warehouse.quarantine import rebuild_quarantine
    from orchestration.warehouse.raw_loader import load_landing, receipts_in_force

    settings, warnings = company_settings(workspace, inbox)
    context.settings, context.settings_origins = settings.in_force(), dict(settings.origins)
    context.warnings += warnings
    receiving = receive(workspace, inbox, now_utc(), lambda name: progress(f"receiving {name}"))
    context.received = len(receiving.received)
    context.not_ready, context.skipped = receiving.not_ready, [list(entry) for entry in receiving.skipped]
    context.warnings += [
        f"{folder} has no success marker yet, so it was left for a later run."
        for folder in receiving.not_ready
    ]
    context.warnings += [f"{name} was left out: {reason}." for name, reason in receiving.skipped]
    known_at = parse_instant(context.known_at) if context.known_at else None
    outcome = load_landing(workspace, context.run_id, known_at, lambda name: progress(f"loading {name}"))
    context.loaded_rows = outcome.rows
    context.decisions = {"count": len(outcome.decisions), "through": "".join(outcome.decisions[-1:])}
    context.company_rows = company_fingerprint(receipts_in_force(workspace, known_at))
    context.refused = rebuild_quarantine(workspace)
    _decide(workspace, context, settings)
    _freeze(workspace, context)
    context.save(workspace)
    return context


def _freeze(workspace: Workspace, context: RunContext) -> None:
    """Load the postings of closed periods, checked against the journal; nothing is built beside damaged ones."""
    from orchestration.warehouse.load_closes import load_closes

    mode = {"true": "live", "false": "test"}.get(context.livemode, "")
    periods = load_closes(workspace, known_at=context.known_at, as_of=context.as_of, mode=mode)
    closed = list(periods.closed.values())
    check_calendar(closed, FiscalCalendar.of(context.settings))
    context.closes = {
        "first_open_day": closed[-1].first_open_day if closed else "",
        "closed": [
            {
                "period_id": close.period,
                "sha256": close.sha256,
                "content_hash": close.content_hash,
                "posting_count": close.posting_count,
                "prepared_by": close.prepared_by,
                "approved_by": close.by,
                "closed_at": close.at,
            }
            for close in closed
        ],
    }


def _decide(workspace: Workspace, context: RunContext, settings: Settings) -> None:
    """Whether what is loaded may be built, and in which mode and from where."""
    from orchestration.warehouse.connection import connect, literal
    from orchestration.warehouse.schema_drift import new_columns

    with connect(workspace.raw_db) as connection:
        context.warnings += new_columns(connection, context.run_id)
        # a literal, not a bound parameter: binding makes DuckDB's client import pandas (1.4 s, measured 2026-11)
        mine = f"run_id = {literal(context.run_id)}"
        live, test, loads, first_seq = connection.execute(
            "select coalesce(sum(live_rows), 0), coalesce(sum(test_rows), 0), count(*), "
            f"coalesce(min(load_seq) filter (where {mine}), max(load_seq) + 1, 1) from meta.loads"
        ).fetchone() or (0, 0, 0, 1)
    context.first_load_seq = first_seq
    if not settings.mode and live and test:
        context.save(workspace)
        raise InputRefused(
            f"The inbox holds live and test objects ({live} live, {test} test); they never mix.",
            where="stripe/",
            remedy='Set mode = "live" or mode = "test" in company/tieout.toml; '
            "the other rows are then set apart.",
        )
    context.livemode = {"live": "true", "test": "false"}.get(
        settings.mode, "true" if live else "false" if test else ""
    )
    set_apart = test if settings.mode == "live" else live if settings.mode == "test" else 0
    if set_apart:
        context.warnings.append(
            f"{set_apart} rows of the other mode are set apart: they stay in raw, in no model."
        )
    blocking = [entry for entry in context.refused if entry["is_critical"] and entry["is_open"]]
    if blocking and not context.allow_partial:
        context.save(workspace)
        raise InputRefused(
            f"{len(blocking)} file(s) with money were refused, so nothing is published.",
            where="; ".join(f"{entry['name']}: {entry['reason']}" for entry in blocking[:5]),
            remedy="Put a corrected export into the inbox, or leave the file out (tieout discard), "
            "or publish without it (--allow-partial). It lies in quarantine/ with its reason.",
        )
    if not loads:
        context.save(workspace)
        where = "; ".join(f"{entry['name']}: {entry['reason']}" for entry in context.refused[:5])
        raise InputRefused(
            "There is nothing to publish: no file of the inbox could be loaded.",
            where=where or "the inbox is empty",
            remedy="The inbox layout stands in the README.",
        )


def publish_candidate(workspace: Workspace, context: RunContext) -> dict[str, Any]:
    """Publish what passed every blocking check; the manifest."""
    from orchestration.warehouse.publication import publish

    manifest = publish(workspace, context, now_utc())
    write_quality_report(workspace, context, "published")
    return manifest


def new_context(
    run_id: str,
    *,
    as_of: str = "",
    known_at: str = "",
    allow_partial: bool = False,
    full_refresh: bool = False,
    started_at: datetime | None = None,
) -> RunContext:
    """The context of a run that starts now.

    Raises:
        UsageError: An instant cannot be read.
    """
    started = started_at or now_utc()
    instants = {}
    for name, text in (("as_of", as_of), ("known_at", known_at)):
        try:
            instants[name] = utc_text(parse_instant(text)) if text else ""
        except ValueError:
            raise UsageError(
                f"{text!r} is not a date or instant.",
                where=f"--{name.replace('_', '-')}",
                remedy="Use for example 2026-03-31 or 2026-03-31T23:59:59Z.",
            ) from None
    return RunContext(
        run_id=run_id,
        as_of=instants["as_of"] or utc_text(started),
        known_at=instants["known_at"],
        allow_partial=allow_partial,
        full_refresh=full_refresh,
        started_at=utc_text(started),
    )
