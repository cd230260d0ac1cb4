"""Landing -> candidate/raw.duckdb: every receipt once, one transaction each, in an order of its own.

The database is a function of the receipts that are in force. When a loaded receipt falls out of force (it was
discarded, or `known_at` lies before it), when an earlier snapshot arrives late, or when the maps changed, it
is dropped and replayed from landing.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

import duckdb

from orchestration.domain.errors import InputRefused
from orchestration.domain.inbox_layout import CONNECTED_PREFIX
from orchestration.sources.catalog import Catalog, stripe_catalog
from orchestration.sources.journal import discarded_hashes
from orchestration.sources.landing import verified_blob
from orchestration.sources.receipts import Receipt, read_receipts
from orchestration.warehouse import load_api, load_tabular
from orchestration.warehouse.archive import decompress
from orchestration.warehouse.connection import connect, scalar
from orchestration.warehouse.control_totals import prove_control
from orchestration.warehouse.raw_schema import create_schema
from orchestration.workspace import Workspace

# Raise it when the loader itself changes what it writes: the candidate is then rebuilt from landing.
LOADER_VERSION = 1

# How long a row may exist at Stripe before an export shows it (docs.stripe.com/stripe-data/available-data).
DATA_LAG = {"sigma": timedelta(hours=3), "pipeline": timedelta(hours=12)}

LOADED_KINDS = ("sigma", "pipeline", "api", "events", "unknown")
CRITICAL_OBJECT = re.compile(rb'"object"\s*:\s*"(balance_transaction|payout|transfer)"')
CRITICAL_TABLES = ("balance_transactions", "balance_transaction", "transfers", "transfer", "payouts", "payout")


@dataclass(frozen=True)
class Refusal:
    """A received file that was refused, and why."""

    receipt: Receipt
    reason: str
    remedy: str
    is_critical: bool


@dataclass
class LoadOutcome:
    """What one loading did.

    Attributes:
        loaded: Files loaded by this run.
        refused: Files refused by this run.
        rebuilt: Raw was dropped and replayed.
        rows: Rows read per raw relation in this run.
    """

    loaded: list[Receipt] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    rebuilt: bool = False
    rows: dict[str, int] = field(default_factory=dict)


def receipts_in_force(workspace: Workspace, known_at: datetime | None = None) -> list[Receipt]:
    """Receipts that count: not discarded, and received by `known_at` if that is given."""
    discarded = discarded_hashes(workspace)
    limit = None if known_at is None else known_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return [receipt for receipt in read_receipts(workspace)
            if receipt.sha256 not in discarded and (limit is None or receipt.received_at <= limit)]


def load_landing(
    workspace: Workspace, run_id: str, known_at: datetime | None = None,
    progress: Callable[[str], None] = lambda name: None,
) -> LoadOutcome:
    """Bring raw up to date with landing; refused files are recorded, never raised.

    Raises:
        duckdb.Error: The database cannot be written (disk full); the next run resumes.
    """
    outcome = LoadOutcome()
    catalog = stripe_catalog()
    fingerprint = f"{LOADER_VERSION}:{catalog.fingerprint}"
    receipts = [receipt for receipt in receipts_in_force(workspace, known_at) if receipt.kind in LOADED_KINDS]
    if _must_rebuild(workspace, receipts, fingerprint):
        drop_candidate(workspace)
        outcome.rebuilt = True
    workspace.candidate.mkdir(parents=True, exist_ok=True)
    with connect(workspace.raw_db, temporary=workspace.candidate / "spill") as connection:
        create_schema(connection, catalog)
        if not scalar(connection, "select count(*) from meta.build"):
            connection.execute("insert into meta.build values (?)", [fingerprint])
        in_force = {receipt.receipt_id for receipt in receipts}
        settled = {row[0] for row in connection.execute(
            "select receipt_id from meta.loads union select receipt_id from meta.refusals").fetchall()}
        _forget_refusals(connection, in_force)
        pending = [receipt for receipt in receipts if receipt.receipt_id not in settled]
        for unit in _units(pending):
            progress(unit[0].name)
            _load_unit(connection, catalog, workspace, unit, run_id, outcome)
    return outcome


def drop_candidate(workspace: Workspace) -> None:
    """Delete what can be rebuilt."""
    shutil.rmtree(workspace.candidate, ignore_errors=True)


def _must_rebuild(workspace: Workspace, receipts: list[Receipt], fingerprint: str) -> bool:
    if not workspace.raw_db.exists():
        return workspace.candidate_db.exists()
    with connect(workspace.raw_db) as connection:
        tables = scalar(connection, "select count(*) from duckdb_tables() where schema_name = 'meta'")
        if tables != 3 or scalar(connection, "select max(fingerprint) from meta.build") != fingerprint:
            return True
        loaded = {row[0] for row in connection.execute("select receipt_id from meta.loads").fetchall()}
        refused = {row[0] for row in connection.execute("select receipt_id from meta.refusals").fetchall()}
        newest = dict(connection.execute(
            "select relation || account_scope, max(export_time)::varchar from meta.loads "
            "where source_system = 'pipeline' group by all").fetchall())
    if loaded - {receipt.receipt_id for receipt in receipts}:
        return True
    return any(
        _instant(receipt.export_time) < datetime.fromisoformat(newest[_scope_key(receipt)])
        for receipt in receipts
        if receipt.kind == "pipeline" and receipt.receipt_id not in loaded | refused and _scope_key(receipt) in newest)


def _scope_key(receipt: Receipt) -> str:
    return f"sigma.{receipt.table}{_scope(receipt)}"


def _scope(receipt: Receipt) -> str:
    return "connected" if receipt.is_connected else receipt.account_id


def _forget_refusals(connection: duckdb.DuckDBPyConnection, in_force: set[str]) -> None:
    """A refused file that was discarded no longer counts."""
    rows = connection.execute("select receipt_id from meta.refusals").fetchall()
    for (receipt_id,) in rows:
        if receipt_id not in in_force:
            connection.execute("delete from meta.refusals where receipt_id = ?", [receipt_id])


def _units(receipts: Iterable[Receipt]) -> list[list[Receipt]]:
    """Single files, but all files of one snapshot of one pipeline table together."""
    def unit_key(receipt: Receipt) -> tuple[str, ...]:
        if receipt.kind == "pipeline":
            return (receipt.export_time, "pipeline", receipt.table, _scope(receipt), str(receipt.livemode))
        return (receipt.export_time, receipt.kind, receipt.name, receipt.sha256)
    ordered = sorted(receipts, key=lambda receipt: (unit_key(receipt), receipt.sort_key))
    return [list(group) for _, group in groupby(ordered, key=unit_key)]


def _load_unit(
    connection: duckdb.DuckDBPyConnection, catalog: Catalog, workspace: Workspace, unit: list[Receipt],
    run_id: str, outcome: LoadOutcome,
) -> None:
    """Load the files of one unit in one transaction, or refuse them all."""
    receipt = unit[0]
    connection.execute("begin")
    try:
        first_seq = 1 + (scalar(connection, "select max(load_seq) from meta.loads") or 0)
        rows: dict[str, int] = {}
        for offset, receipt in enumerate(unit):
            count = _load_one(connection, catalog, workspace, receipt, first_seq + offset, run_id)
            rows[_relation(receipt, catalog)] = rows.get(_relation(receipt, catalog), 0) + count
        if receipt.kind == "pipeline" and receipt.table in catalog.tables:
            load_tabular.mark_vanished(
                connection, receipt.table, catalog.tables[receipt.table], connected=receipt.is_connected,
                observed_at=_observed_at(receipt), first_seq=first_seq, load_seq=first_seq + len(unit) - 1,
                name=str(Path(receipt.name).parent))
        connection.execute("commit")
    except InputRefused as refusal:
        connection.execute("rollback")
        for refused in unit:
            _record_refusal(connection, workspace, refused, refusal, catalog, run_id, outcome)
        return
    except duckdb.Error:
        connection.execute("rollback")
        raise
    outcome.loaded += unit
    for relation, count in rows.items():
        outcome.rows[relation] = outcome.rows.get(relation, 0) + count


def _load_one(
    connection: duckdb.DuckDBPyConnection, catalog: Catalog, workspace: Workspace, receipt: Receipt, load_seq: int,
    run_id: str,
) -> int:
    if receipt.problem:
        raise InputRefused(f"The file cannot be used: {receipt.problem}.", where=receipt.name,
                           remedy="The inbox layout stands in the README; move or rename the file.")
    path = verified_blob(workspace, receipt)
    spill = workspace.candidate / "spill"
    plain = spill / f"{receipt.sha256}.csv"
    try:
        if receipt.file_format == "csv.gz":
            spill.mkdir(parents=True, exist_ok=True)
            decompress(path, plain, receipt.name)
            path = plain
        relation = _relation(receipt, catalog)
        if receipt.kind in ("api", "events"):
            rows = load_api.load_file(connection, catalog, load_api.ApiLoad(
                path, receipt.name, receipt.table, receipt.account_id, _observed_at(receipt), receipt.received_at,
                load_seq))
        else:
            rows = _load_table(connection, catalog, receipt, path, load_seq)
        prove_control(connection, receipt, path, relation, load_seq, rows)
    finally:
        plain.unlink(missing_ok=True)
    _record_load(connection, receipt, relation, load_seq, rows, run_id)
    return rows


def _load_table(
    connection: duckdb.DuckDBPyConnection, catalog: Catalog, receipt: Receipt, path: Path, load_seq: int
) -> int:
    relation = _relation(receipt, catalog).removeprefix("sigma.")
    load = load_tabular.TabularLoad(
        relation=relation, table=catalog.tables.get(receipt.table), path=path, name=receipt.name,
        is_parquet=receipt.file_format == "parquet", account_column=receipt.is_connected,
        source_system=receipt.kind, livemode=receipt.livemode, observed_at=_observed_at(receipt),
        received_at=receipt.received_at, load_seq=load_seq)
    if load.table is None:
        return load_tabular.load_generic(connection, load, receipt.table.removesuffix("_metadata")
                                         if relation == "metadata" else receipt.table)
    return load_tabular.load_file(connection, load)


def _relation(receipt: Receipt, catalog: Catalog) -> str:
    if receipt.kind in ("api", "events"):
        return f"api.{receipt.table}"
    if receipt.table in catalog.tables:
        return f"sigma.{receipt.table}"
    return "sigma.metadata" if receipt.table.endswith("_metadata") else "sigma.unmodelled"


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _observed_at(receipt: Receipt) -> str:
    """When the rows were true: the export time less the lag of the source."""
    lag = DATA_LAG.get(receipt.kind, timedelta())
    return (_instant(receipt.export_time) - lag).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def is_critical(workspace: Workspace, receipt: Receipt) -> bool:
    """Whether refusing the file stops the publication: money that moved would be missing.

    In API files the `object` field decides, not the name, so a damaged file is searched for it.
    """
    if receipt.kind == "bank" or receipt.table.removeprefix(CONNECTED_PREFIX) in CRITICAL_TABLES:
        return receipt.kind != "unknown"
    if receipt.kind != "api":
        return False
    try:
        with receipt.blob(workspace).open("rb") as file:
            return CRITICAL_OBJECT.search(file.read(1 << 20)) is not None
    except OSError:
        return True  # what cannot be read may have held anything


def _record_load(
    connection: duckdb.DuckDBPyConnection, receipt: Receipt, relation: str, load_seq: int, rows: int, run_id: str
) -> None:
    live = test = 0
    if receipt.kind in ("api", "events"):
        counts = connection.execute("select count(*) filter (livemode), count(*) filter (not livemode) "
                                    "from observed" if receipt.table != load_api.MEMBERS else "select 0, 0").fetchone()
        live, test = counts if counts else (0, 0)
    elif receipt.livemode is not None:
        live, test = (rows, 0) if receipt.livemode else (0, rows)
    proven = receipt.kind == "pipeline" or receipt.control is not None
    connection.execute(
        "insert into meta.loads values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [load_seq, receipt.receipt_id, receipt.name, receipt.sha256, receipt.kind, relation, _scope(receipt),
         receipt.export_time, _observed_at(receipt), receipt.received_at, rows,
         "proven" if proven else "unproven", live, test, "", run_id])


def _record_refusal(
    connection: duckdb.DuckDBPyConnection, workspace: Workspace, receipt: Receipt, refusal: InputRefused,
    catalog: Catalog, run_id: str, outcome: LoadOutcome,
) -> None:
    reason = refusal.what if refusal.where in ("", receipt.name) else f"{refusal.what} ({refusal.where})"
    critical = is_critical(workspace, receipt)
    connection.execute(
        "insert into meta.refusals values (?, ?, ?, ?, ?, ?, ?, ?, "
        "(select coalesce(max(load_seq), 0) from meta.loads), ?)",
        [receipt.receipt_id, receipt.name, receipt.sha256, _relation(receipt, catalog), critical, reason,
         refusal.remedy, receipt.received_at, run_id])
    outcome.refused.append(Refusal(receipt, reason, refusal.remedy, critical))


