"""`tieout sql`: one read-only question to the published file."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import click

from orchestration.commands.common import tieout_command
from orchestration.domain.errors import EXIT_UNEXPECTED, UsageError
from orchestration.workspace import Workspace

TABLE_ROWS = 1000
WIDEST_TEXT = 60  # on a terminal; csv, json and pipes get every text whole

EXAMPLES = r"""
  tieout sql "show tables"
  tieout sql "select currency, sum(net_minor) as net_minor from marts.fct_transactions group by currency"
  tieout sql "from marts.fct_exceptions" --format csv > exceptions.csv
"""


@tieout_command("sql", examples=EXAMPLES)
@click.argument("query")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="json: decimals and integers beyond 2^53 are text, so that they stay exact.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="Stop the query when DuckDB has worked so long.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=None,
    metavar="ROWS",
    help=f"Print at most so many rows (table: {TABLE_ROWS} unless given; csv and json: all).",
)
def command(
    workspace: Workspace, debug: bool, query: str, output_format: str, timeout: float, limit: int | None
) -> None:
    """Ask the published file in SQL, read-only.

    The connection is read-only and locked down: no files, no network, no extensions, no changes.
    Money is in minor units; instants are printed in UTC.
    """
    from orchestration.warehouse.query import ask

    if not workspace.published_db.is_file():
        raise UsageError(
            "Nothing is published yet.",
            where=str(workspace.published_db),
            remedy="Publish first: tieout run (or name another folder: --workspace DIR).",
        )
    if limit is None and output_format == "table":
        limit = TABLE_ROWS
    before = set(_spill_folders())

    def on_stuck() -> None:
        _stop_process(timeout, before)

    with ask(workspace.published_db, query, timeout_seconds=timeout, on_stuck=on_stuck) as answer:
        rows = _Limited(answer.rows, limit)
        _write(output_format, answer.columns, rows)
    if rows.is_cut:
        click.echo(f"Only the first {limit} rows are shown; --limit ROWS shows more.", err=True)


class _Limited:
    """The first rows of an answer, and whether there were more."""

    def __init__(self, rows: Iterator[tuple[Any, ...]], limit: int | None) -> None:
        self._rows, self._limit, self.is_cut = rows, limit, False

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        yield from islice(self._rows, self._limit)
        if self._limit is not None:
            self.is_cut = next(self._rows, None) is not None


def _write(output_format: str, columns: list[str], rows: _Limited) -> None:
    from orchestration.commands import rendering

    if output_format == "csv":
        rendering.write_csv(columns, rows, sys.stdout)
    elif output_format == "json":
        rendering.write_json(columns, rows, sys.stdout)
    else:
        found = list(rows)
        if columns == ["explain_key", "explain_value"]:
            print("\n".join(str(row[1]) for row in found))
            return
        for line in rendering.table_lines(columns, found, WIDEST_TEXT if sys.stdout.isatty() else None):
            print(line)
        print(f"({len(found)} {'row' if len(found) == 1 else 'rows'})")


def _spill_folders() -> Iterator[Path]:
    import tempfile

    return Path(tempfile.gettempdir()).glob("tieout-sql-*")


def _stop_process(timeout: float, before: set[Path]) -> None:
    """The query does not even listen to an interrupt; it only reads, so the process may simply end."""
    for folder in set(_spill_folders()) - before:
        shutil.rmtree(folder, ignore_errors=True)
    os.write(
        2,
        f"The query ran longer than {timeout:g} seconds and was stopped.\n"
        "  do:    Ask for less, or allow more time: --timeout SECONDS.\n".encode(),
    )
    os._exit(EXIT_UNEXPECTED)
