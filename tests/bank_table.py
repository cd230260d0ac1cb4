"""What tieout makes of every bank file that others published: `python -m tests.bank_table`.

Entries are counted here by looking at the bytes, apart from the readers and from their own counting.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration.domain.errors import InputRefused
from orchestration.sources.bank.reader import read_bank_file
from orchestration.sources.bank.rules import BankRules
from orchestration.sources.bank.statement import StatedTotals, StatementProblem
from orchestration.workspace import PROJECT_ROOT

FILES = PROJECT_ROOT.parent / "shared" / "data" / "bank_statements"
ENDINGS = (".xml", ".txt", ".bai2", ".ofx")
MARKS = {".xml": rb"<(?:\w+:)?Ntry>", ".txt": rb"(?m)^:61:", ".bai2": rb"(?m)^16,", ".ofx": rb"(?i)<STMTTRN>"}


@dataclass(frozen=True)
class Line:
    """One file: what stands in it, and what became of it."""

    name: str
    counted: int
    loaded: int
    read_entries: int
    reasons: tuple[str, ...]
    totals: int
    is_whole_file_refused: bool


def rules() -> BankRules:
    """The built-in decimals, and no company."""
    with (PROJECT_ROOT / "dbt_project" / "seeds" / "currencies.csv").open(encoding="utf-8", newline="") as file:
        return BankRules({row["currency"]: int(row["exponent"]) for row in csv.DictReader(file)})


def published_files() -> list[Path]:
    return sorted(path for path in FILES.rglob("*") if path.suffix in ENDINGS and "LICENSE" not in path.name)


def table() -> Iterator[Line]:
    """A line for every file."""
    known = rules()
    for path in published_files():
        counted = len(re.findall(MARKS[path.suffix], path.read_bytes()))
        loaded = entries = totals = 0
        reasons: list[str] = []
        whole = False
        try:
            for item in read_bank_file(path, f"bank/{path.name}", known):
                if isinstance(item, StatementProblem):
                    reasons.append(item.reason)
                else:
                    loaded, entries = loaded + 1, entries + len(item.entries)
                    totals += item.stated != StatedTotals() or None not in (item.opening_minor, item.closing_minor)
        except InputRefused as refused:
            whole = True
            reasons.append(refused.what)
        yield Line(f"{path.parent.name}/{path.name}", counted, loaded, entries, tuple(reasons), totals, whole)


def main() -> None:
    """Print the table."""
    lines = list(table())
    print(f"{'file':72} {'entries':>7} {'loaded':>6} {'read':>5} {'proven':>6}  refused")
    for line in lines:
        print(f"{line.name[:72]:72} {line.counted:7} {line.loaded:6} {line.read_entries:5} {line.totals:6}  {'; '.join(line.reasons)[:150]}")
    print(f"{len(lines)} files, {sum(line.counted for line in lines)} entries, {sum(line.loaded for line in lines)} statements "
          f"loaded with {sum(line.read_entries for line in lines)} entries, {sum(len(line.reasons) for line in lines)} refusals")


if __name__ == "__main__":
    main()
