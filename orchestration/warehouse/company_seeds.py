"""company/<seed>.csv -> `company.<seed>`: rows by which a company extends or replaces built-in seeds.

Small tables, read anew in every run from what landed last, so that they are always exactly what was sent.
"""

from __future__ import annotations

import csv
import difflib
import hashlib
import io
from functools import cache
from pathlib import PurePosixPath

import duckdb

from orchestration.domain.errors import UsageError
from orchestration.sources.landing import verified_blob
from orchestration.sources.receipts import Receipt
from orchestration.warehouse.company_values import SEED_FOLDER, refuse_wrong_values
from orchestration.warehouse.connection import quoted
from orchestration.workspace import Workspace

# What makes a row one of its own where the first column alone does not.
KEYS = {
    "bank_accounts": ("bank_account", "currency", "from_date"),
    "bank_calendars": ("calendar", "holiday_date"),
    "bank_layouts": ("bank_account", "file_pattern"),
}
# Columns that a company's file may leave out.
OPTIONAL = {
    "bank_accounts": frozenset({"calendar"}),
    "revenue_rules": frozenset(
        {
            "account_id",
            "product_id",
            "price_id",
            "description_contains",
            "metadata_key",
            "metadata_value",
            "from_date",
            "to_date",
            "recognition_policy",
            "window_months",
            "treatment",
            "treatment_bps",
            "party",
            "obligation",
        }
    ),
    "standalone_prices": frozenset({"account_id", "product_id", "price_id", "from_date"}),
}


@cache
def seed_columns() -> dict[str, tuple[str, ...]]:
    """Seed -> its columns, from the headers of the built-in files; the first column is its key, unless KEYS has it."""
    columns = {}
    for path in sorted(SEED_FOLDER.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            columns[path.stem] = tuple(next(csv.reader(file)))
    return columns


def company_files(receipts: list[Receipt]) -> dict[str, Receipt]:
    """Seed -> the receipt that is in force: the one landed last.

    Raises:
        UsageError: A file is no seed of ours; names the nearest.
    """
    found: dict[str, Receipt] = {}
    for receipt in receipts:
        path = PurePosixPath(receipt.name)
        if receipt.kind != "company" or path.name == "tieout.toml":
            continue
        if path.suffix != ".csv" or path.stem not in seed_columns():
            close = difflib.get_close_matches(path.stem, seed_columns(), n=1, cutoff=0.5)
            raise UsageError(
                "A company file extends no built-in seed.",
                where=receipt.name,
                remedy=f"Did you mean {close[0]}.csv?"
                if close
                else f"Seeds: {', '.join(sorted(seed_columns()))}.",
            )
        found[path.stem] = receipt
    return found


def company_fingerprint(receipts: list[Receipt]) -> str:
    """Changes when any company row does; the models are then rebuilt."""
    hashes = sorted(f"{seed}:{receipt.sha256}" for seed, receipt in company_files(receipts).items())
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()


def load_company_seeds(
    connection: duckdb.DuckDBPyConnection, workspace: Workspace, receipts: list[Receipt]
) -> None:
    """Make the tables of schema `company` hold exactly the rows in force; empty where there is no file.

    Raises:
        UsageError: A file misses a column, has an unknown one, a row of another length, a key twice, or a value
            that cannot be read or is not allowed.
    """
    files = company_files(receipts)
    connection.execute("begin")
    connection.execute("create schema if not exists company")
    for seed, columns in seed_columns().items():
        typed = ", ".join(f"{quoted(column)} VARCHAR" for column in columns)
        connection.execute(f"create or replace table company.{quoted(seed)} ({typed})")
        if seed in files:
            rows = _rows(workspace, files[seed], seed, columns)
            if rows:
                marks = ", ".join("?" for _ in columns)
                connection.executemany(f"insert into company.{quoted(seed)} values ({marks})", rows)
                refuse_wrong_values(connection, seed, columns, files[seed].name)
    connection.execute("commit")


def _rows(
    workspace: Workspace, receipt: Receipt, seed: str, columns: tuple[str, ...]
) -> list[list[str | None]]:
    text = verified_blob(workspace, receipt).read_text(encoding="utf-8-sig")
    reader = csv.reader(io.StringIO(text))
    header = next(reader, [])
    if sorted({*header, *OPTIONAL.get(seed, ())}) != sorted(columns) or len(set(header)) != len(header):
        raise UsageError(
            f"The columns are {', '.join(header) or 'none'}.",
            where=receipt.name,
            remedy=f"They must be {', '.join(columns)}.",
        )
    rows = []
    key_columns = KEYS.get(seed, columns[:1])
    keys: set[tuple[str, ...]] = set()
    for number, cells in enumerate(reader, start=2):
        if not cells:
            continue
        if len(cells) != len(header):
            raise UsageError(
                f"The row has {len(cells)} cells instead of {len(header)}.",
                where=f"{receipt.name} line {number}",
            )
        row = dict(zip(header, cells, strict=True))
        key = tuple(row[column] for column in key_columns)
        if key in keys or not all(key):
            raise UsageError(
                f"{', '.join(key_columns)} {', '.join(map(repr, key))} is empty or stands twice.",
                where=f"{receipt.name} line {number}",
            )
        keys.add(key)
        rows.append([row.get(column) or None for column in columns])
    return rows
