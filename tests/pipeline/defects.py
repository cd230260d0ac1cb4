"""The seeded defects that refuse a file when it is loaded: how the inbox is broken, and what tieout must say."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.pipeline.company_files import STAMP
from tests.pipeline.inboxes import (
    API,
    SIGMA,
    Table,
    as_csv,
    edit_csv,
    edit_json_lines,
    edit_text,
    file_of,
    put,
    read_csv,
    small_api,
    small_sigma,
    transactions,
)

MONEY, OTHER = 3, 0  # a refused file with balance transactions stops the run, another one does not
BALANCE, CHARGES = "balance_transactions", "charges"
CONNECTED = "connected_account_balance_transactions"


@dataclass(frozen=True)
class Defect:
    """One way to break an inbox.

    Attributes:
        breaks: Breaks the inbox and names the file that must be refused.
        exit_code: 3 when money would be missing, 0 when the rest is published.
        says: Words that the reason must hold, the row or line among them where there is one.
    """

    name: str
    breaks: Callable[[Path], Path]
    exit_code: int
    says: tuple[str, ...]
    start: Callable[[Path], Path] = small_sigma


def _cell(table: str, row: int, **values: str) -> Callable[[Path], Path]:
    """Overwrite fields of the data row with this number (from 1)."""

    def change(rows: Table) -> None:
        rows[row - 1].update(values)

    return lambda inbox: edit_csv(file_of(inbox, table), change)


def _shifted(table: str, row: int, column: str, by: int) -> Callable[[Path], Path]:
    def change(rows: Table) -> None:
        rows[row - 1][column] = str(int(rows[row - 1][column]) + by)

    return lambda inbox: edit_csv(file_of(inbox, table), change)


def _header(table: str, change: Callable[[list[str]], list[str]]) -> Callable[[Path], Path]:
    def edit(text: str) -> str:
        head, _, body = text.partition("\n")
        return ",".join(change(head.split(","))) + "\n" + body

    return lambda inbox: edit_text(file_of(inbox, table), edit)


def _swapped(first: str, second: str) -> Callable[[Path], Path]:
    names = {first: second, second: first}
    return _header(BALANCE, lambda header: [names.get(name, name) for name in header])


def _without(table: str, column: str) -> Callable[[Path], Path]:
    def change(rows: Table) -> None:
        for row in rows:
            del row[column]

    return lambda inbox: edit_csv(file_of(inbox, table), change)


def _conflicting_duplicate(inbox: Path) -> Path:
    def change(rows: Table) -> None:
        rows.append({**rows[4], "description": "another story"})

    return edit_csv(file_of(inbox, BALANCE), change)


def _conflicting_parts(inbox: Path) -> Path:
    """Two parts of one export tell two stories of one transaction."""
    rows = read_csv(file_of(inbox, BALANCE))
    return put(inbox / SIGMA / f"{BALANCE}_{STAMP}_part2.csv", as_csv([{**rows[4], "description": "another"}]))


def _cut(table: str, keep: Callable[[bytes], bytes]) -> Callable[[Path], Path]:
    def breaks(inbox: Path) -> Path:
        path = file_of(inbox, table)
        return put(path, keep(path.read_bytes()))

    return breaks


def _last_row_without_its_end(data: bytes) -> bytes:
    rows = data.rstrip(b"\n").split(b"\n")
    return b"\n".join(rows[:-1]) + b"\n" + rows[-1][: len(rows[-1]) // 2]


def control_of(path: Path, **stated: Any) -> Path:
    """Write the control file of a CSV; `stated` overrides what is true."""
    rows = read_csv(path)
    true = {"rows": len(rows), "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "sums": {"amount": sum(int(row["amount"] or 0) for row in rows)}}
    put(path.with_name(path.name + ".control.json"), json.dumps({**true, **stated}))
    return path


def _controlled(stated: dict[str, Any]) -> Callable[[Path], Path]:
    return lambda inbox: control_of(file_of(inbox, BALANCE), **stated)


def _rows_dropped(inbox: Path) -> Path:
    """Cut at the end of a row: nothing but the control file can tell."""
    path = control_of(file_of(inbox, BALANCE))
    control = json.loads(path.with_name(path.name + ".control.json").read_text(encoding="utf-8"))
    del control["sha256"]
    put(path.with_name(path.name + ".control.json"), json.dumps(control))
    return put(path, as_csv(read_csv(path)[:-3]))


def _unreadable_control(inbox: Path) -> Path:
    path = file_of(inbox, BALANCE)
    put(path.with_name(path.name + ".control.json"), "{rows: many}")
    return path


def _zipped(change: Callable[[bytes], bytes]) -> Callable[[Path], Path]:
    """The transactions as .csv.gz, then damaged on their way."""

    def breaks(inbox: Path) -> Path:
        path = file_of(inbox, BALANCE)
        packed = gzip.compress(path.read_bytes(), mtime=0)
        path.unlink()
        return put(path.with_name(path.name + ".gz"), change(packed))

    return breaks


def flip(data: bytes, position: int) -> bytes:
    """The same bytes with one bit turned."""
    damaged = bytearray(data)
    damaged[position] ^= 4
    return bytes(damaged)


def _bomb(inbox: Path) -> Path:
    path = file_of(inbox, CHARGES)
    plain = path.read_bytes()
    path.unlink()
    return put(path.with_name(path.name + ".gz"), gzip.compress(plain + b"0" * (64 << 20), mtime=0))


def _parquet(change: Callable[[bytes], bytes]) -> Callable[[Path], Path]:
    def breaks(inbox: Path) -> Path:
        import duckdb

        path = file_of(inbox, BALANCE)
        target = path.with_suffix(".parquet")
        with duckdb.connect() as connection:
            connection.execute(f"copy (from read_csv('{path}', all_varchar = true)) to '{target}' (format parquet)")
        path.unlink()
        return put(target, change(target.read_bytes()))

    return breaks


def _latin1(inbox: Path) -> Path:
    path = file_of(inbox, BALANCE)
    rows = read_csv(path)
    rows[6]["description"] = "Caf\u00e9"
    return put(path, as_csv(rows).encode("latin-1", "replace"))


def _short_row(inbox: Path) -> Path:
    def edit(text: str) -> str:
        lines = text.split("\n")
        lines[3] = lines[3].rsplit(",", 5)[0]
        return "\n".join(lines)

    return edit_text(file_of(inbox, BALANCE), edit)


def _open_quote(inbox: Path) -> Path:
    def edit(text: str) -> str:
        lines = text.split("\n")
        lines[3] = lines[3].replace(",usd,", ',"usd,', 1)
        return "\n".join(lines)

    return edit_text(file_of(inbox, BALANCE), edit)


def _api(change: Callable[[list[dict[str, Any]]], None]) -> Callable[[Path], Path]:
    return lambda inbox: edit_json_lines(inbox / API / "balance_transaction.jsonl", change)


def _api_text(change: Callable[[list[str]], list[str]]) -> Callable[[Path], Path]:
    def edit(text: str) -> str:
        return "\n".join(change(text.splitlines())) + "\n"

    return lambda inbox: edit_text(inbox / API / "balance_transaction.jsonl", edit)


def _api_duplicate(objects: list[dict[str, Any]]) -> None:
    objects.append({**objects[4], "amount": objects[4]["amount"] + 100, "net": objects[4]["net"] + 100})


def _field(line: int, **values: Any) -> Callable[[Path], Path]:
    return _api(lambda objects: objects[line - 1].update(values))


def _misplaced(inbox: Path) -> Path:
    return put(inbox / SIGMA / "notes to self.txt", "amount is in euros\n")


def _empty_file(inbox: Path) -> Path:
    return put(file_of(inbox, BALANCE), b"")


ROWS = transactions("platform")
DUPLICATE = "Two different rows with one key inside one export"

DEFECTS = [
    Defect("conflicting duplicate", _conflicting_duplicate, MONEY, (DUPLICATE, "txn_")),
    Defect("conflicting duplicate in another part", _conflicting_parts, MONEY, (DUPLICATE, "txn_")),
    Defect("net <> amount - fee", _shifted(BALANCE, 3, "net", 1), MONEY, ("net <> amount - fee", "data row 3")),
    Defect("empty currency", _cell(BALANCE, 5, currency=""), MONEY, ("empty currency", "data row 5")),
    Defect("unknown currency", _cell(BALANCE, 7, currency="xqz"), MONEY, ("unknown currency", "data row 7", "xqz")),
    Defect("decimals in minor units", _cell(BALANCE, 2, amount="10.50"), MONEY,
           ("decimals in minor units", "column amount", "data row 2", "10.50")),
    Defect("decimals that look whole", _cell(BALANCE, 2, fee="10.00"), MONEY,
           ("decimals in minor units", "column fee", "data row 2")),
    Defect("thousands separators", _cell(BALANCE, 2, amount="1,050"), MONEY, ("unreadable amount", "data row 2")),
    Defect("integer beyond 64 bits", _cell(BALANCE, 4, amount="9223372036854775808"), MONEY,
           ("integer beyond 64 bits", "column amount", "data row 4")),
    Defect("empty amount", _cell(BALANCE, 4, amount=""), MONEY, ("empty amount", "data row 4")),
    Defect("empty id", _cell(BALANCE, 6, id=""), MONEY, ("empty id", "data row 6")),
    Defect("unreadable time", _cell(BALANCE, 9, created="31/03/2026"), MONEY, ("unreadable time", "data row 9")),
    Defect("time before Stripe", _cell(BALANCE, 9, created="0026-03-31 00:00:00"), MONEY,
           ("unreadable time", "column created", "data row 9")),
    Defect("amount and fee swapped", _swapped("amount", "fee"), MONEY, ("net <> amount - fee",)),
    Defect("currency and type swapped", _swapped("currency", "type"), MONEY, ("unknown currency",)),
    Defect("created and amount swapped", _swapped("created", "amount"), MONEY,
           ("unreadable amount in column amount",)),
    Defect("truncated mid-row", _cut(BALANCE, _last_row_without_its_end), MONEY, ("line break", "cut")),
    Defect("truncated inside the last field", _cut(BALANCE, lambda data: data[:-2]), MONEY, ("line break", "cut")),
    Defect("truncated mid-row before a line break", _cut(BALANCE, lambda d: _last_row_without_its_end(d) + b"\n"),
           MONEY, ("cannot be read as a whole",)),
    Defect("rows dropped against the control file", _rows_dropped, MONEY, ("control file disagrees", f"rows {ROWS}", f"{ROWS - 3}")),
    Defect("sum differs from the control file", _controlled({"sums": {"amount": 1}}), MONEY,
           ("control file disagrees", "sum of amount", "1 stated")),
    Defect("sha differs from the control file", _controlled({"sha256": "0" * 64}), MONEY,
           ("control file disagrees", "sha256")),
    Defect("control file that cannot be read", _unreadable_control, MONEY, ("control file cannot be used",)),
    Defect("control file about an absent column", _controlled({"sums": {"grand_total": 5}}), MONEY,
           ("control file", "grand_total")),
    Defect("truncated gz", _zipped(lambda data: data[:-40]), MONEY, ("Not a whole gzip file",)),
    Defect("flipped bit in gz", _zipped(lambda data: flip(data, len(data) // 2)), MONEY, ("Not a whole gzip file",)),
    Defect("flipped bit in the checksum of gz", _zipped(lambda data: flip(data, len(data) - 6)), MONEY,
           ("Not a whole gzip file",)),
    Defect("zip bomb", _bomb, OTHER, ("unpacks to more than 200 times",)),
    Defect("truncated Parquet", _parquet(lambda data: data[: len(data) // 2]), MONEY, ("Not a readable Parquet",)),
    Defect("missing required column", _without(BALANCE, "currency"), MONEY, ("Required column currency is missing",)),
    Defect("header column twice", _header(BALANCE, lambda names: ["amount" if n == "fee" else n for n in names]),
           MONEY, ("amount stands more than once in the header",)),
    Defect("not UTF-8", _latin1, MONEY, ("cannot be read as a whole", "utf-8")),
    Defect("a row with too few fields", _short_row, MONEY, ("cannot be read as a whole",)),
    Defect("a quote that never ends", _open_quote, MONEY, ("cannot be read as a whole",)),
    Defect("empty file", _empty_file, MONEY, ("not even a header",)),
    Defect("tenant missing", _cell(CONNECTED, 2, account=""), MONEY, ("empty column account",)),
    Defect("tenant is no account", _cell(CONNECTED, 2, account="maple-goods"), MONEY,
           ("not a connected account id", "data row 2", "maple-goods")),
    Defect("column account missing", _without(CONNECTED, "account"), MONEY, ("Required column account is missing",)),
    Defect("file without a place", _misplaced, OTHER, ("cannot be used", "not a .csv, .csv.gz or .parquet")),
    Defect("defect in a table without balance", _cell(CHARGES, 3, currency=""), OTHER,
           ("empty currency", "data row 3")),
    Defect("API: decimals in minor units", _field(3, amount=10.5, net=10.5, fee=0), MONEY,
           ("decimals in minor units", "line 3", "10.5"), small_api),
    Defect("API: integer beyond 64 bits", _field(4, amount=2**63), MONEY,
           ("integer beyond 64 bits", "line 4"), small_api),
    Defect("API: net <> amount - fee", _field(5, net=1), MONEY, ("net <> amount - fee", "line 5"), small_api),
    Defect("API: empty id", _field(6, id=""), MONEY, ("empty id of a balance_transaction", "line 6"), small_api),
    Defect("API: unknown currency", _field(7, currency="xqz"), MONEY, ("unknown currency", "line 7"), small_api),
    Defect("API: conflicting duplicate", _api(_api_duplicate), MONEY, (DUPLICATE, f"lines 5 and {ROWS + 1}"), small_api),
    Defect("API: malformed line", _api_text(lambda lines: [*lines[:2], lines[2][:-9], *lines[3:]]), MONEY,
           ("Not readable as JSON lines",), small_api),
    Defect("API: truncated mid-object", _api_text(lambda lines: [*lines[:-1], lines[-1][:40]]), MONEY,
           ("Not readable as JSON lines",), small_api),
    Defect("API: line that is no object", _api_text(lambda lines: [*lines[:2], "[1, 2]", *lines[3:]]), MONEY,
           ("line is not a JSON object", "line 3"), small_api),
    Defect("API: line without object type", _field(8, object=None), MONEY,
           ("names no `object` type", "line 8"), small_api),
]
