"""What a run does, step by step, as plain functions; the Dagster assets only call them in order.

begin -> receive and load -> raw gates -> (dbt) -> mart gates -> publish. Each step leaves what the next one
needs in the workspace, so a run that is killed anywhere is simply run again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.code_version import code_version, models_fingerprint
from orchestration.domain.errors import InputRefused, UsageError
from orchestration.run_context import RunContext, parse_instant, utc_text, write_json
from orchestration.settings import Settings, load_settings
from orchestration.sources.catalog import stripe_catalog
from orchestration.sources.landing import receive
from orchestration.sources.receipts import Receipt, read_receipts
from orchestration.workspace import Workspace

if TYPE_CHECKING:
    from orchestration.quality.result import SuiteResult

# Received tables whose rows move money; each has a suite of its own on what this run loaded.
RAW_SUITE_TABLES = (
    "balance_transactions", "charges", "refunds", "disputes", "transfers", "application_fees", "topups",
)


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
    workspace: Workspace, inbox: Path, context: RunContext, progress: Callable[[str], None] = lambda text: None
) -> RunContext:
    """Land the inbox and bring raw up to date with landing.

    Raises:
        UsageError: The settings or the inbox are not usable.
        InputRefused: Files with money were refused, test and live rows are mixed, or nothing usable is there.
    """
    from orchestration.warehouse.quarantine import rebuild_quarantine
    from orchestration.warehouse.raw_loader import load_landing

    settings, warnings = company_settings(workspace, inbox)
    context.settings, context.settings_origins = settings.in_force(), dict(settings.origins)
    context.warnings += warnings
    receiving = receive(workspace, inbox, now_utc(), lambda name: progress(f"receiving {name}"))
    context.received = len(receiving.received)
    context.not_ready, context.skipped = receiving.not_ready, [list(entry) for entry in receiving.skipped]
    context.warnings += [f"{folder} has no success marker yet, so it was left for a later run."
                         for folder in receiving.not_ready]
    context.warnings += [f"{name} was left out: {reason}." for name, reason in receiving.skipped]
    known_at = parse_instant(context.known_at) if context.known_at else None
    outcome = load_landing(workspace, context.run_id, known_at, lambda name: progress(f"loading {name}"))
    context.loaded_rows = outcome.rows
    context.refused = rebuild_quarantine(workspace)
    _decide(workspace, context, settings)
    context.save(workspace)
    return context


def _decide(workspace: Workspace, context: RunContext, settings: Settings) -> None:
    """Whether what is loaded may be built, and in which mode and from where."""
    from orchestration.warehouse.connection import connect

    with connect(workspace.raw_db) as connection:
        live, test, loads, first_seq = connection.execute(
            "select coalesce(sum(live_rows), 0), coalesce(sum(test_rows), 0), count(*), "
            "coalesce(min(load_seq) filter (run_id = ?), max(load_seq) + 1, 1) from meta.loads",
            [context.run_id]).fetchone() or (0, 0, 0, 1)
    context.first_load_seq = first_seq
    if not settings.mode and live and test:
        context.save(workspace)
        raise InputRefused(
            f"The inbox holds live and test objects ({live} live, {test} test); they never mix.",
            where="stripe/", remedy='Set mode = "live" or mode = "test" in company/tieout.toml; '
                                   "the other rows are then set apart.")
    context.livemode = {"live": "true", "test": "false"}.get(
        settings.mode, "true" if live else "false" if test else "")
    set_apart = test if settings.mode == "live" else live if settings.mode == "test" else 0
    if set_apart:
        context.warnings.append(f"{set_apart} rows of the other mode are set apart: they stay in raw, in no model.")
    blocking = [entry for entry in context.refused if entry["is_critical"] and entry["is_open"]]
    if blocking and not context.allow_partial:
        context.save(workspace)
        raise InputRefused(
            f"{len(blocking)} file(s) with money were refused, so nothing is published.",
            where="; ".join(f"{entry['name']}: {entry['reason']}" for entry in blocking[:5]),
            remedy="Put a corrected export into the inbox, or leave the file out (tieout discard), "
                   "or publish without it (--allow-partial). It lies in quarantine/ with its reason.")
    if not loads:
        context.save(workspace)
        where = "; ".join(f"{entry['name']}: {entry['reason']}" for entry in context.refused[:5])
        raise InputRefused("There is nothing to publish: no file of the inbox could be loaded.",
                           where=where or "the inbox is empty", remedy="The inbox layout stands in the README.")


def refused_receipts(workspace: Workspace) -> list[Receipt]:
    """Receipts whose files lie in quarantine."""
    context = RunContext.load(workspace)
    hashes = {entry["sha256"] for entry in context.refused}
    return [receipt for receipt in read_receipts(workspace) if receipt.sha256 in hashes]


def raw_gates(workspace: Workspace, context: RunContext) -> list[SuiteResult]:
    """Great Expectations on the money tables as this run received them."""
    from orchestration.quality.runner import open_gates

    catalog = stripe_catalog()
    received = [name for name in RAW_SUITE_TABLES if context.loaded_rows.get(f"sigma.{name}")]
    results: list[SuiteResult] = []
    if received:
        with open_gates(workspace.raw_db) as gates:
            for name in received:
                table = catalog.tables[name]
                results.append(gates.run_raw_suite(
                    table=f"sigma.{name}", key=list(table.key), required=table.required,
                    minor=[column for column, entry in table.fields.items() if entry.kind == "minor"],
                    currency="currency" if "currency" in table.fields else None,
                    where=f"_load_seq >= {context.first_load_seq}"))
    context.gates = [result.as_dict() for result in results]
    context.save(workspace)
    return results


def dbt_environment(workspace: Workspace, context: RunContext) -> dict[str, str]:
    """What the dbt of a run must know: where to build, from which load on, up to which instant."""
    previous = {} if needs_full_build(workspace, context) else build_state(workspace)
    return {
        "TIEOUT_RAW_DB": str(workspace.raw_db),
        "TIEOUT_CANDIDATE_DB": str(workspace.candidate_db),
        "TIEOUT_RUN_AS_OF": context.as_of,
        "TIEOUT_RUN_PREVIOUS_AS_OF": previous.get("as_of", "1970-01-01T00:00:00Z"),
        "TIEOUT_RUN_BUILT_THROUGH": str(previous.get("built_through", 0)),
        "TIEOUT_RUN_LIVEMODE": context.livemode,
        "TIEOUT_RUN_REPORTING_TIMEZONE": context.settings["reporting_timezone"],
    }


def build_state(workspace: Workspace) -> dict[str, Any]:
    """What the last whole build of this candidate had seen; empty when there is none."""
    path = workspace.candidate / "build_state.json"
    if not path.is_file() or not workspace.candidate_db.is_file():
        return {}
    return dict(json.loads(path.read_text(encoding="utf-8")))


def needs_full_build(workspace: Workspace, context: RunContext) -> bool:
    """Incremental building needs the same code, settings and mode, and an `as_of` that did not move back."""
    state = build_state(workspace)
    return bool(
        context.full_refresh or not state or state["models"] != models_fingerprint()
        or state["settings"] != _settings_fingerprint(context) or state["as_of"] > context.as_of)


def prepare_build(workspace: Workspace, context: RunContext) -> None:
    """A full build starts from an empty file: no leftovers, no bloat."""
    if needs_full_build(workspace, context):
        for path in (workspace.candidate_db, Path(f"{workspace.candidate_db}.wal"),
                     workspace.candidate / "build_state.json"):
            path.unlink(missing_ok=True)


def finish_build(workspace: Workspace, context: RunContext) -> None:
    """Record what a whole, tested build has seen; the next one continues from here."""
    from orchestration.warehouse.connection import connect

    with connect(workspace.raw_db) as connection:
        row = connection.execute("select coalesce(max(load_seq), 0) from meta.loads").fetchone()
    write_json(workspace.candidate / "build_state.json", {
        "built_through": row[0] if row else 0, "as_of": context.as_of, "models": models_fingerprint(),
        "settings": _settings_fingerprint(context)})


def _settings_fingerprint(context: RunContext) -> str:
    shaping = {name: value for name, value in context.settings.items() if name != "debug"}
    return json.dumps([shaping, context.livemode], sort_keys=True)


def mart_gates(workspace: Workspace, context: RunContext) -> list[SuiteResult]:
    """Great Expectations on the marts as a reader will see them; writes the report."""
    from orchestration.quality.runner import MART_SUITES, run_suites

    results = run_suites(MART_SUITES, workspace.candidate_db)
    raw = [gate for gate in context.gates if not gate["suite"].startswith("marts.")]
    context.gates = raw + [result.as_dict() for result in results]
    context.save(workspace)
    write_quality_report(workspace, context, "")
    return results


def write_quality_report(workspace: Workspace, context: RunContext, verdict: str, reason: str = "") -> Path:
    """The report of this run; the verdict is `published`, `refused` or empty (so far: passed)."""
    from orchestration.quality.report import write_report
    from orchestration.quality.result import ExpectationResult, SuiteResult

    results = [
        SuiteResult(**{**gate, "expectations": tuple(
            ExpectationResult(**{**item, "examples": tuple(item["examples"])}) for item in gate["expectations"])})
        for gate in context.gates]
    facts: dict[str, Any] = {
        "run_id": context.run_id, "as_of": context.as_of, "code_version": code_version(),
        "quarantine": [{"file": entry["name"], "reason": entry["reason"]} for entry in context.refused],
        "inputs": _inputs(workspace),
    }
    if verdict:
        facts["verdict"] = verdict
    if reason:
        facts["reasons"] = [reason]
    return write_report(results, context.dbt, facts, workspace.quality)


def _inputs(workspace: Workspace) -> list[dict[str, Any]]:
    from orchestration.warehouse.connection import connect

    if not workspace.raw_db.is_file():
        return []
    with connect(workspace.raw_db) as connection:
        rows = connection.execute(
            "select name, sha256, row_count, completeness from meta.loads order by load_seq").fetchall()
    return [dict(zip(("name", "sha256", "rows", "completeness"), row, strict=True)) for row in rows]


def publish_candidate(workspace: Workspace, context: RunContext) -> dict[str, Any]:
    """Publish what passed every blocking check; the manifest."""
    from orchestration.warehouse.publication import publish

    manifest = publish(workspace, context, now_utc())
    write_quality_report(workspace, context, "published")
    return manifest


def new_context(
    run_id: str, *, as_of: str = "", known_at: str = "", allow_partial: bool = False, full_refresh: bool = False,
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
            raise UsageError(f"{text!r} is not a date or instant.", where=f"--{name.replace('_', '-')}",
                             remedy="Use for example 2026-03-31 or 2026-03-31T23:59:59Z.") from None
    return RunContext(
        run_id=run_id, as_of=instants["as_of"] or utc_text(started), known_at=instants["known_at"],
        allow_partial=allow_partial, full_refresh=full_refresh, started_at=utc_text(started))
