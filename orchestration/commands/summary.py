"""What is published, in lines for a person and in values for a program."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from orchestration.commands.measures import measure_lines
from orchestration.commands.rendering import counted, money, printable, table_lines
from orchestration.workspace import Workspace

SHORT_HASH = 12


def mart_rows(manifest: dict[str, Any]) -> list[tuple[str, int, str]]:
    """(mart, rows, short content hash), in order."""
    return [
        (name, table["rows"], str(table["content_hash"])[:SHORT_HASH])
        for name, table in sorted(manifest["tables"].items())
    ]


def open_exceptions(workspace: Workspace) -> list[dict[str, Any]]:
    """Open exceptions by kind and currency; money is never summed across currencies."""
    from orchestration.warehouse.query import ask

    query = (
        "select kind, currency, count(*) as count, sum(amount_minor)::hugeint as amount_minor, "
        "any_value((select min(d.exponent) from marts.dim_currencies as d where d.currency = e.currency)) "
        "as exponent "
        "from marts.fct_exceptions as e where status = 'open' group by kind, currency order by kind, currency"
    )
    with ask(workspace.published_db, query) as answer:
        return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def exception_lines(exceptions: list[dict[str, Any]]) -> Iterator[str]:
    """One line per kind and currency."""
    rows = []
    for item in exceptions:
        amount, exponent = item["amount_minor"], item["exponent"]
        shown = (
            ""
            if amount is None
            else f"{amount} minor units of {item['currency']}"
            if exponent is None
            else money(int(amount), int(exponent), item["currency"])
        )
        rows.append((item["kind"], item["count"], shown))
    yield from table_lines(("kind", "count", "amount"), rows)


def publication_lines(workspace: Workspace) -> Iterator[str]:
    """What a run published."""
    from orchestration.warehouse.published_file import published_manifest

    manifest = published_manifest(workspace) or {}
    yield f"Published {workspace.published_db}"
    yield f"  as of       {manifest['as_of']}" + (
        f", known at {manifest['known_at']}" if manifest["known_at"] else ""
    )
    yield f"  inputs      {counted(len({item['name'] for item in manifest['inputs']}), 'file')}"
    yield ""
    yield from indented(table_lines(("mart", "rows", "content hash"), mart_rows(manifest)))
    yield ""
    measured = list(measure_lines(workspace))
    if measured:
        yield from indented(measured)
        yield ""
    exceptions = open_exceptions(workspace)
    yield f"  exceptions  {sum(item['count'] for item in exceptions)} open" + (
        "" if exceptions else ": everything is explained"
    )
    yield from indented(exception_lines(exceptions) if exceptions else [])
    yield f"  quarantine  {counted(len(manifest['incomplete']), 'file')}" + (
        ", left out of what is published" if manifest["incomplete"] else ""
    )
    for entry in manifest["incomplete"]:
        yield f"    {printable(entry['name'])}: {printable(entry['reason'])}"
    for warning in manifest["warnings"]:
        yield f"  warning     {printable(warning)}"
    yield f"  report      {workspace.quality / 'report.html'}"


def indented(lines: Any) -> Iterator[str]:
    """Four spaces before every line."""
    for line in lines:
        yield f"    {line}".rstrip()


def age(instant: str, now: datetime | None = None) -> str:
    """How long ago, in the largest sensible unit."""
    seconds = int(((now or datetime.now(UTC)) - datetime.fromisoformat(instant)).total_seconds())
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= 2 * size or (seconds >= size and unit == "day"):
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now" if seconds < 60 else "1 minute ago"
