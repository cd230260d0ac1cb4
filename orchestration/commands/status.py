"""`tieout status`: what is published, refused, unexplained, and how the last run ended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from orchestration.commands.common import tieout_command
from orchestration.workspace import Workspace

EXAMPLES = """
  tieout status
  tieout status --workspace ~/books --format json
"""


@tieout_command("status", examples=EXAMPLES)
@click.option(
    "--format", "output_format", type=click.Choice(["table", "json"]), default="table", show_default=True
)
def command(workspace: Workspace, debug: bool, output_format: str) -> None:
    """Show what is published, refused and unexplained."""
    facts = gather(workspace)
    if output_format == "json":
        from orchestration.commands.rendering import json_value

        click.echo(json.dumps(json_value(facts), indent=1, ensure_ascii=False))
        return
    for line in _lines(workspace, facts):
        click.echo(line)


def gather(workspace: Workspace) -> dict[str, Any]:
    """All facts of the status, as values."""
    from orchestration.commands.last_run import last_run, read_json
    from orchestration.commands.lock_state import lock_holder
    from orchestration.commands.summary import open_exceptions
    from orchestration.sources.receipts import read_receipts
    from orchestration.warehouse.published_file import mend_manifest, published_manifest

    holder = lock_holder(workspace)
    # A run that is publishing right now mends its manifest itself.
    repaired = not holder and mend_manifest(workspace)
    manifest = published_manifest(workspace)
    receipts = read_receipts(workspace)
    return {
        "published": _published(workspace, manifest) if manifest else None,
        "manifest_repaired": repaired,
        "inputs": {
            "received": len(receipts),
            "files": len({receipt.sha256 for receipt in receipts}),
            "bytes": sum({receipt.sha256: receipt.size for receipt in receipts}.values()),
            "published": len({item["sha256"] for item in manifest["inputs"]}) if manifest else 0,
        },
        "quarantine": [read_json(path) for path in sorted(workspace.quarantine.glob("*/reason.json"))],
        "not_ready": read_json(workspace.root / "run.json").get("not_ready", []),
        "exceptions": open_exceptions(workspace) if manifest else [],
        "discards": _discards(workspace),
        "periods": _periods(workspace),
        "last_run": last_run(workspace, manifest["run_id"] if manifest else "", holder),
    }


def _published(workspace: Workspace, manifest: dict[str, Any]) -> dict[str, Any]:
    keys = ("run_id", "as_of", "known_at", "published_at", "code_version", "mode", "warnings")
    return {
        "path": str(workspace.published_db),
        **{key: manifest.get(key) for key in keys},
        "is_complete": not manifest["incomplete"],
        "tables": {
            name: {"rows": table["rows"], "content_hash": table["content_hash"]}
            for name, table in manifest["tables"].items()
        },
    }


def _discards(workspace: Workspace) -> list[dict[str, Any]]:
    from dataclasses import asdict

    from orchestration.sources.journal import read_discards

    latest = {decision.sha256: decision for decision in read_discards(workspace)}
    return [asdict(decision) for decision in latest.values() if decision.action == "discard"]


def _periods(workspace: Workspace) -> dict[str, Any]:
    from orchestration.sources.closes import periods_of, read_closes

    periods = periods_of(read_closes(workspace))
    return {
        "closed": [
            {"period": name, "prepared_by": close.prepared_by, "approved_by": close.by, "at": close.at}
            for name, close in periods.closed.items()
        ],
        "prepared": [
            {"period": name, "by": close.by, "at": close.at} for name, close in periods.prepared.items()
        ],
    }


def _lines(workspace: Workspace, facts: dict[str, Any]) -> Iterator[str]:
    from orchestration.commands.rendering import counted, printable
    from orchestration.commands.summary import exception_lines, indented

    yield from _published_lines(workspace, facts)
    inputs = facts["inputs"]
    yield (
        f"Inputs       {counted(inputs['files'], 'file')} landed ({inputs['bytes'] / 1e6:,.1f} MB), "
        f"{inputs['published']} of them in what is published"
    )
    quarantine = facts["quarantine"]
    yield f"Quarantine   {counted(len(quarantine), 'file')}" + (
        f" in {workspace.quarantine}" if quarantine else ""
    )
    for entry in quarantine:
        stops = "stops" if entry.get("is_critical") and entry.get("is_open") else "does not stop"
        digits = str(entry.get("sha256"))[:12]
        yield f"    {printable(str(entry.get('name')))} (sha256 {digits}, {stops} publication)"
        yield f"      why: {printable(str(entry.get('reason')))}"
        yield f"      do:  {printable(str(entry.get('remedy')))}"
    if facts["not_ready"]:
        yield f"Not ready    {', '.join(map(printable, facts['not_ready']))} (no success marker yet)"
    exceptions = facts["exceptions"]
    yield f"Exceptions   {sum(item['count'] for item in exceptions)} open"
    yield from indented(exception_lines(exceptions) if exceptions else [])
    for discard in facts["discards"]:
        yield (
            f"Left out     sha256 {discard['sha256'][:12]} by {printable(discard['by'])}, "
            f"{discard['decided_at'][:10]}: {printable(discard['reason'])}"
        )
    yield from _period_lines(facts["periods"])
    yield from _run_lines(facts["last_run"])


def _published_lines(workspace: Workspace, facts: dict[str, Any]) -> Iterator[str]:
    from orchestration.commands.rendering import table_lines
    from orchestration.commands.summary import SHORT_HASH, age, indented

    published = facts["published"]
    if published is None:
        yield f"Published    nothing yet in {workspace.root}; publish with: tieout run"
        return
    yield f"Published    {published['path']}"
    yield f"  as of      {published['as_of']}" + (
        f", known at {published['known_at']}" if published["known_at"] else ""
    )
    yield f"  published  {age(published['published_at'])} ({published['published_at']})"
    yield f"  run        {published['run_id']}, code {published['code_version']}"
    yield f"  complete   {'yes' if published['is_complete'] else 'no: files were refused, see below'}"
    if facts["manifest_repaired"]:
        yield "  manifest   manifest.json disagreed with the file (a crash parted them); it is written again"
    rows = [
        (name, table["rows"], table["content_hash"][:SHORT_HASH])
        for name, table in published["tables"].items()
    ]
    yield from indented(table_lines(("mart", "rows", "content hash"), rows))


def _period_lines(periods: dict[str, Any]) -> Iterator[str]:
    from orchestration.commands.rendering import printable

    closed = periods["closed"]
    if closed:
        last = closed[-1]
        people = printable(f"{last['prepared_by']} and {last['approved_by']}")
        span = last["period"] if len(closed) == 1 else f"{closed[0]['period']} to {last['period']}"
        yield f"Closed       {span} (the last by {people}, {last['at'][:10]})"
    for entry in periods["prepared"]:
        yield (
            f"Prepared     {entry['period']} by {printable(entry['by'])}, {entry['at'][:10]}; "
            f"next: tieout close {entry['period']} --approve-by OTHER"
        )


def _run_lines(run: dict[str, Any] | None) -> Iterator[str]:
    from orchestration.commands.rendering import printable

    if run is None:
        yield "Last run     none"
        return
    yield f"Last run     {run['outcome']} (run {run['run_id']}, started {run['started_at']})"
    for line in str(run["message"]).splitlines():
        yield f"    {printable(line)}"
