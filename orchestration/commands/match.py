"""`tieout match`: the product's matcher on any two lists."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestration.commands.common import tieout_command
from orchestration.commands.rendering import counted, printable
from orchestration.domain.errors import UsageError
from orchestration.workspace import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

    from orchestration.warehouse.matching.list_files import ListFile
    from orchestration.warehouse.matching.matcher import Matching
    from orchestration.warehouse.matching.sets import RivalSet

EXAMPLES = """
  tieout match --left ledger.csv --right bank.csv --out pairs.csv
  tieout match --left a.parquet --right b.csv.gz --out pairs.parquet --unmatched rest.csv --sets alike.csv
"""

_STATUSES = ("auto", "review", "ambiguous")
_TIERS = ("a", "b", "c")
_FILE = click.Path(path_type=Path, dir_okay=False)


@tieout_command("match", examples=EXAMPLES)
@click.option("--left", type=_FILE, required=True, help="CSV (.csv, .csv.gz) or Parquet file.")
@click.option("--right", type=_FILE, required=True, help="The other list.")
@click.option("--out", type=_FILE, required=True, help="Pairs; .csv or .parquet.")
@click.option("--unmatched", type=_FILE, help="Items of both lists without a pair, each with the reason.")
@click.option("--sets", "alike", type=_FILE, help="Items that are alike, set by set.")
def command(
    workspace: Workspace,
    debug: bool,
    left: Path,
    right: Path,
    out: Path,
    unmatched: Path | None,
    alike: Path | None,
) -> None:
    """Match two lists of money movements.

    Both lists have the columns id, date (YYYY-MM-DD), amount_minor (whole minor units), currency and text (may
    be empty). Signs are aligned already: money in is positive on both sides, or on neither. Only items of one
    currency and sign are compared. What a date, an amount or a text is worth is learnt from the lists themselves.

    The pairs, sorted by left_id: left_id, right_id, confidence (a probability), tier, status, alternative_count
    (other pairs of these two items that come near). Tier a: the texts share an id that nobody else has; b: equal
    money and no rival near; c: by probability among rivals. Status auto: confidence 0.995 or more, and nothing
    about as good; review: look at it; ambiguous: other pairs are as good.

    Items that are alike are never auto one by one. Of 20 equal amounts on one day on both sides, 20 pairs are
    written, all ambiguous, each with the small confidence that it has; --sets says that the 20 and the 20 belong
    together as a set, and how sure that is. Of 20 against 19, 19 pairs are written, ambiguous; nobody can tell
    which item is the one too many, so the one without a pair has the reason `alike`, and the set is not sure.

    The same items give the same files byte for byte, in whatever order they come.
    """
    from orchestration.warehouse.connection import connect
    from orchestration.warehouse.matching.list_files import read_list, write_tables
    from orchestration.warehouse.matching.list_results import pairs_table, sets_table, unmatched_table
    from orchestration.warehouse.matching.matcher import match_lists

    _check_sources({"--left": left, "--right": right})
    wanted = {"--out": out, "--unmatched": unmatched, "--sets": alike}
    targets = {option: path for option, path in wanted.items() if path is not None}
    _check_targets(targets, {left.resolve(), right.resolve()})
    with (
        tempfile.TemporaryDirectory(prefix="tieout-match-") as folder,
        connect(":memory:", temporary=Path(folder) / "spill") as connection,
    ):
        tables = []
        for side, path in (("left", left), ("right", right)):
            one = read_list(connection, path, side, Path(folder))
            _warn(path, one)
            tables.append(one.table)
        matching = match_lists(connection, *tables)
        sets = matching.sets()
        answers = {
            "--out": pairs_table(matching),
            "--unmatched": unmatched_table(matching, sets, *tables),
            "--sets": sets_table(matching, sets),
        }
        write_tables(connection, {path: answers[option] for option, path in targets.items()})
    for line in _summary(tables, matching, sets, answers):
        click.echo(line)
    for option, path in targets.items():
        click.echo(f"  {option.lstrip('-'):<11} {printable(str(path))}")


def _check_sources(sources: dict[str, Path]) -> None:
    from orchestration.warehouse.matching.list_files import READ_ENDINGS

    for option, path in sources.items():
        if not path.name.endswith(READ_ENDINGS):
            raise UsageError(
                f"{option} is neither CSV nor Parquet by its name.",
                where=str(path),
                remedy=f"Name a file that ends with {', '.join(READ_ENDINGS)}.",
            )
        if not path.is_file():
            raise UsageError(
                f"The file of {option} is not there.", where=str(path), remedy="Name one that is."
            )


def _check_targets(targets: dict[str, Path], sources: set[Path]) -> None:
    from orchestration.warehouse.matching.list_files import WRITTEN_ENDINGS

    taken = set(sources)
    for option, path in targets.items():
        if path.suffix not in WRITTEN_ENDINGS:
            raise UsageError(
                f"{option} is neither CSV nor Parquet by its name.",
                where=str(path),
                remedy=f"End the name with {' or '.join(WRITTEN_ENDINGS)}.",
            )
        if not path.resolve().parent.is_dir():
            raise UsageError(
                f"The folder of {option} does not exist.",
                where=str(path),
                remedy="Create it, or name another.",
            )
        if path.resolve() in taken:
            raise UsageError(
                f"{option} names a file that is read or written already.",
                where=str(path),
                remedy="Name another file.",
            )
        taken.add(path.resolve())


def _warn(path: Path, one: ListFile) -> None:
    if one.ignored:
        names = printable(", ".join(one.ignored))
        click.echo(f"{printable(str(path))}: not looked at: {names}.", err=True)


def _summary(
    tables: Sequence[pa.Table], matching: Matching, sets: list[RivalSet], answers: dict[str, pa.Table]
) -> Iterator[str]:
    from orchestration.warehouse.matching.learnt_in_words import learnt_in_words
    from orchestration.warehouse.matching.list_results import unmatched_money

    left, right = tables
    pairs = answers["--out"]
    yield (
        f"{counted(left.num_rows, 'left item')}, {counted(right.num_rows, 'right item')}: "
        f"{counted(pairs.num_rows, 'pair')}."
    )
    yield f"  {'status':<11} {_counts(pairs['status'], _STATUSES)}"
    yield f"  {'tier':<11} {_counts(pairs['tier'], _TIERS)}"
    if sets:
        items = [sum(len(one.left) for one in sets), sum(len(one.right) for one in sets)]
        yield f"  {'alike':<11} {counted(len(sets), 'set')} of {items[0]:,} left and {items[1]:,} right items"
    rest = unmatched_money(answers["--unmatched"])
    for side, currency, items_, minor in rest:
        yield f"  {'unmatched':<11} {side}: {counted(items_, 'item')}, {minor:,} {currency} (minor units)"
    if not rest:
        yield f"  {'unmatched':<11} none"
    if left.num_rows and right.num_rows:
        for place, line in enumerate(learnt_in_words(matching)):
            yield f"  {'learnt' if not place else '':<11} {line}"
        if not len(matching.pairs):
            yield "  If they should: are currencies the same, signs aligned, and amounts in minor units on both sides?"


def _counts(column: pa.ChunkedArray, names: Sequence[str]) -> str:
    found = {item["values"]: item["counts"] for item in column.value_counts().to_pylist()}
    return ", ".join(f"{name} {found.get(name, 0):,}" for name in names)
