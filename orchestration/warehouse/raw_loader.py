"""Landing -> candidate/raw.duckdb: every receipt once, one transaction each, in an order of its own.

The database is a function of the receipts that are in force. When a loaded receipt falls out of force (it was
discarded, or `known_at` lies before it), when an earlier snapshot arrives late, or when the maps changed, it
is dropped and replayed from landing.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from orchestration.domain.errors import InputRefused
from orchestration.sources.catalog import Catalog, stripe_catalog
from orchestration.sources.journal import discarded_hashes
from orchestration.sources.receipts import Receipt, read_receipts
from orchestration.warehouse import load_bank
from orchestration.warehouse.company_seeds import company_fingerprint, load_company_seeds
from orchestration.warehouse.connection import connect, literal, scalar
from orchestration.warehouse.load_decisions import load_decisions
from orchestration.warehouse.load_receipt import (
    instant_of,
    is_critical,
    is_loaded,
    load_receipt,
    observed_at_of,
    relation_of,
)
from orchestration.warehouse.raw_refusals import Refusal, RefusalBook
from orchestration.warehouse.raw_schema import create_schema
from orchestration.warehouse.tabular_keys import LoadedOutOfOrder, mark_vanished, snapshot_rows
from orchestration.workspace import Workspace

# Raise it when the loader itself changes what it writes: the candidate is then rebuilt from landing.
LOADER_VERSION = 9
# One checkpoint at the end instead of one for every few files: 11.5 s became 6.1 s for 40,000 new rows beside
# 4 million (2026-11-20). A killed load replays its log when the database is opened next.
CHECKPOINT_THRESHOLD = "1GB"


@dataclass
class LoadOutcome:
    """What one loading did.

    Attributes:
        loaded: Files loaded by this run.
        refused: Files refused by this run.
        rebuilt: Raw was dropped and replayed.
        rows: Rows read per raw relation in this run.
        decisions: Ids of the decisions that count, in their order.
    """

    loaded: list[Receipt] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    rebuilt: bool = False
    rows: dict[str, int] = field(default_factory=dict)
    decisions: list[str] = field(default_factory=list)


def receipts_in_force(workspace: Workspace, known_at: datetime | None = None) -> list[Receipt]:
    """Receipts that count: not discarded, and received by `known_at` if that is given."""
    discarded = discarded_hashes(workspace)
    limit = None if known_at is None else known_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return [
        receipt
        for receipt in read_receipts(workspace)
        if receipt.sha256 not in discarded and (limit is None or receipt.received_at <= limit)
    ]


def load_landing(
    workspace: Workspace,
    run_id: str,
    known_at: datetime | None = None,
    progress: Callable[[str], None] = lambda name: None,
) -> LoadOutcome:
    """Bring raw up to date with landing; refused files are recorded, never raised.

    Raises:
        UsageError: The company's own seed rows cannot be read.
        InputRefused: The journal of decisions was changed after it was written.
        duckdb.Error: The database cannot be written (disk full); the next run resumes.
    """
    try:
        return _load_pending(workspace, run_id, known_at, progress)
    except LoadedOutOfOrder:
        drop_candidate(workspace)
        return _load_pending(workspace, run_id, known_at, progress)


def _load_pending(
    workspace: Workspace, run_id: str, known_at: datetime | None, progress: Callable[[str], None]
) -> LoadOutcome:
    catalog = stripe_catalog()
    everything = receipts_in_force(workspace, known_at)
    receipts = [receipt for receipt in everything if is_loaded(receipt)]
    fingerprint = f"{LOADER_VERSION}:{catalog.fingerprint}"
    rebuilt = _must_rebuild(workspace, receipts, fingerprint)
    if rebuilt:
        drop_candidate(workspace)
    workspace.candidate.mkdir(parents=True, exist_ok=True)
    with connect(workspace.raw_db, temporary=workspace.candidate / "spill") as connection:
        connection.execute(f"set checkpoint_threshold = {literal(CHECKPOINT_THRESHOLD)}")
        create_schema(connection, catalog)
        load_company_seeds(connection, workspace, everything)
        load_bank.reopen(connection)
        decisions = load_decisions(connection, workspace, known_at)
        if not scalar(connection, "select count(*) from meta.build"):
            connection.execute("insert into meta.build values (?)", [fingerprint])
        book = RefusalBook(connection, company_fingerprint(everything), run_id)
        book.reopen({receipt.receipt_id for receipt in receipts})
        outcome = LoadOutcome(rebuilt=rebuilt, decisions=[decision.decision_id for decision in decisions])
        loading = _Loading(connection, catalog, workspace, run_id, book, outcome)
        settled = {
            row[0]
            for row in connection.execute(
                "select receipt_id from meta.loads union select receipt_id from meta.refusals"
            ).fetchall()
        }
        for unit in _units(receipt for receipt in receipts if receipt.receipt_id not in settled):
            progress(unit[0].name)
            loading.load_or_refuse(unit)
    return loading.outcome


@dataclass
class _Loading:
    """One loading at work."""

    connection: duckdb.DuckDBPyConnection
    catalog: Catalog
    workspace: Workspace
    run_id: str
    book: RefusalBook
    outcome: LoadOutcome

    def load_or_refuse(self, unit: list[Receipt]) -> None:
        """Load the files of one unit in one transaction, or refuse them all."""
        self.connection.execute("begin")
        try:
            rows = self._load(unit)
            self.connection.execute("commit")
        except InputRefused as refusal:
            self.connection.execute("rollback")
            for receipt in unit:
                self.outcome.refused.append(
                    self.book.record(
                        receipt,
                        relation_of(receipt, self.catalog),
                        refusal,
                        is_critical=is_critical(self.workspace, receipt),
                    )
                )
        except (duckdb.Error, LoadedOutOfOrder):
            self.connection.execute("rollback")
            raise
        else:
            self.outcome.loaded += unit
            for relation, count in rows.items():
                self.outcome.rows[relation] = self.outcome.rows.get(relation, 0) + count

    def _load(self, unit: list[Receipt]) -> dict[str, int]:
        first_seq = 1 + (scalar(self.connection, "select max(load_seq) from meta.loads") or 0)
        rows: dict[str, int] = {}
        newest = unit[-1]
        is_snapshot = newest.kind == "pipeline" and newest.table in self.catalog.tables
        scope: dict[str, Any] = {"connected": newest.is_connected, "livemode": newest.livemode}
        rows_before = snapshot_rows(self.connection, newest.table, **scope) if is_snapshot else 0
        for load_seq, receipt in enumerate(unit, start=first_seq):
            count = load_receipt(
                self.connection, self.catalog, self.workspace, receipt, load_seq, self.run_id
            )
            relation = relation_of(receipt, self.catalog)
            rows[relation] = rows.get(relation, 0) + count
        if is_snapshot:
            mark_vanished(
                self.connection,
                newest.table,
                **scope,
                observed_at=observed_at_of(newest),
                rows_before=rows_before,
                load_seq=first_seq + len(unit) - 1,
                name=str(Path(newest.name).parent),
            )
        return rows


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
        loads = connection.execute(
            "select receipt_id, name, source_system, export_time from meta.loads"
        ).fetchall()
        refused = {row[0] for row in connection.execute("select receipt_id from meta.refusals").fetchall()}
    loaded = {receipt_id for receipt_id, _, _, _ in loads}
    if loaded - {receipt.receipt_id for receipt in receipts}:
        return True
    newest: dict[tuple[str, ...], datetime] = {}
    for _, name, source_system, export_time in loads:
        if source_system == "pipeline":
            newest[_snapshot_of(name)] = max(newest.get(_snapshot_of(name), export_time), export_time)
    return any(
        instant_of(receipt.export_time)
        < newest.get(_snapshot_of(receipt.name), datetime.min.replace(tzinfo=UTC))
        for receipt in receipts
        if receipt.kind == "pipeline" and receipt.receipt_id not in loaded | refused
    )


def _snapshot_of(name: str) -> tuple[str, ...]:
    """Mode and table folder of `stripe/pipeline/<YYYYMMDDHH>/<mode>/<table>/<file>`."""
    return Path(name).parts[3:5]


def _units(receipts: Iterable[Receipt]) -> list[list[Receipt]]:
    """Single files, but all files of one snapshot of one pipeline table together."""

    def unit_key(receipt: Receipt) -> tuple[str, ...]:
        if receipt.kind == "pipeline":
            return (receipt.export_time, "pipeline", *_snapshot_of(receipt.name))
        return (receipt.export_time, receipt.kind, receipt.name, receipt.sha256)

    ordered = sorted(receipts, key=lambda receipt: (unit_key(receipt), receipt.sort_key))
    return [list(group) for _, group in groupby(ordered, key=unit_key)]
