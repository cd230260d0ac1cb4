"""Any bank file -> its statements. The content decides which format it is; the name is only a hint."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from orchestration.domain.errors import InputRefused
from orchestration.sources.bank.bai2 import read_bai2
from orchestration.sources.bank.camt import read_camt
from orchestration.sources.bank.declared_csv import read_declared_csv
from orchestration.sources.bank.mt940 import read_mt940
from orchestration.sources.bank.ofx import read_ofx
from orchestration.sources.bank.rules import BankRules
from orchestration.sources.bank.statement import Statement, StatementProblem

_LOOK = 65_536  # bytes that decide
_MT940 = re.compile(r"^:(?:\d{2}[A-Z]?|NS):", re.MULTILINE)


def format_of(path: Path, name: str, rules: BankRules) -> str:
    """camt, ofx, bai2, mt940 or csv.

    Raises:
        InputRefused: It is none of them, or a CSV without one declared layout.
    """
    with path.open("rb") as file:
        data = file.read(_LOOK)
    head = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1", errors="replace")
    head = head.removeprefix("\xef\xbb\xbf").lstrip("\ufeff \t\r\n")
    if re.search(r"OFXHEADER|<OFX\s*>", head, re.IGNORECASE):
        return "ofx"
    if head.startswith("<"):
        return "camt"
    layouts = rules.layouts_of(PurePosixPath(name).name)
    if layouts and (name.lower().endswith(".csv") or not (head.startswith("01,") or _MT940.search(head))):
        return "csv"
    if head.startswith("01,"):
        return "bai2"
    if _MT940.search(head):
        return "mt940"
    if not head:
        raise InputRefused("The file is empty.", where=name, remedy="Export the statement again.")
    raise InputRefused(
        "It is not camt, MT940, MT942, BAI2 or OFX, and no declared layout fits its name.",
        where=name,
        remedy="Declare the layout of CSV files in company/bank_layouts.csv (file_pattern names the files); "
        "layouts are never guessed.",
    )


def read_bank_file(path: Path, name: str, rules: BankRules) -> Iterator[Statement | StatementProblem]:
    """Statements of one file, in its order, each proven or refused.

    Args:
        path: The file; `name` is what it was called in the inbox.

    Raises:
        InputRefused: The file as a whole cannot be used.
    """
    file_format = format_of(path, name, rules)
    if file_format == "csv":
        layouts = rules.layouts_of(PurePosixPath(name).name)
        if len(layouts) > 1:
            raise InputRefused(
                f"{len(layouts)} declared layouts fit the name of the file.",
                where=name,
                remedy="Narrow file_pattern in company/bank_layouts.csv, so that one layout fits each file.",
            )
        return read_declared_csv(path, name, layouts[0], rules)
    readers = {"camt": read_camt, "ofx": read_ofx, "bai2": read_bai2, "mt940": read_mt940}
    return readers[file_format](path, name, rules)
