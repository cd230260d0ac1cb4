"""One receipt -> raw: verify its bytes, read them with the loader of its kind, prove them, write it down.

Everything here runs inside the caller's transaction.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from orchestration.domain.errors import InputRefused
from orchestration.domain.inbox_layout import CONNECTED_PREFIX
from orchestration.domain.report_names import parse_report_name, report_type
from orchestration.sources.catalog import Catalog, Table
from orchestration.sources.landing import verified_blob
from orchestration.sources.receipts import Receipt
from orchestration.warehouse import load_api, load_bank, load_business, load_report, load_tabular
from orchestration.warehouse.api_observations import ApiLoad
from orchestration.warehouse.archive import decompress
from orchestration.warehouse.control_totals import prove_control
from orchestration.warehouse.load_generic import load_generic
from orchestration.warehouse.tabular_file import TabularLoad
from orchestration.workspace import Workspace

# How long a row may exist at Stripe before an export shows it (docs.stripe.com/stripe-data/available-data).
DATA_LAG = {"sigma": timedelta(hours=3), "pipeline": timedelta(hours=12)}
# Kinds of which every file is loaded; of reports it depends on the type.
LOADED_KINDS = ("sigma", "pipeline", "api", "events", "bank", "business", "unknown")
CRITICAL_OBJECT = re.compile(rb'"object"\s*:\s*"(balance_transaction|payout|transfer)"')
CRITICAL_TABLES = (
    "balance_transactions",
    "balance_transaction",
    "transfers",
    "transfer",
    "payouts",
    "payout",
)


def scope_of(receipt: Receipt) -> str:
    return "connected" if receipt.is_connected else receipt.account_id


def load_receipt(
    connection: duckdb.DuckDBPyConnection,
    catalog: Catalog,
    workspace: Workspace,
    receipt: Receipt,
    load_seq: int,
    run_id: str,
) -> int:
    if receipt.problem:
        raise InputRefused(
            f"The file cannot be used: {receipt.problem}.",
            where=receipt.name,
            remedy="The inbox layout stands in the README; move or rename the file.",
        )
    path = verified_blob(workspace, receipt)
    spill = workspace.candidate / "spill"
    plain = spill / f"{receipt.sha256}.csv"
    unread: list[str] = []
    try:
        if receipt.file_format == "csv.gz":
            spill.mkdir(parents=True, exist_ok=True)
            decompress(path, plain, receipt.name)
            path = plain
        relation = relation_of(receipt, catalog)
        if receipt.kind in ("api", "events"):
            rows = load_api.load_file(
                connection,
                catalog,
                ApiLoad(
                    path,
                    receipt.name,
                    receipt.table,
                    receipt.account_id,
                    observed_at_of(receipt),
                    receipt.received_at,
                    load_seq,
                ),
            )
        elif receipt.kind == "reports":
            name = parse_report_name(receipt.table, receipt.name)
            load = _tabular_load(receipt, relation, path, load_seq, None)
            rows, unread = load_report.load_file(connection, load, name)
        elif receipt.kind == "bank":
            observed = observed_at_of(receipt)
            rows = load_bank.load_file(
                connection, load_bank.BankLoad(path, receipt.name, observed, receipt.received_at, load_seq)
            )
        else:
            rows, unread = _load_table(connection, catalog, receipt, path, load_seq)
        prove_control(connection, receipt, path, relation, load_seq, rows)
    finally:
        plain.unlink(missing_ok=True)
    _record_load(connection, receipt, relation, load_seq, rows, run_id, unread)
    return rows


def _load_table(
    connection: duckdb.DuckDBPyConnection, catalog: Catalog, receipt: Receipt, path: Path, load_seq: int
) -> tuple[int, list[str]]:
    if receipt.kind == "business":
        return load_business.load_file(
            connection, _tabular_load(receipt, receipt.table, path, load_seq, None)
        )
    relation = relation_of(receipt, catalog).removeprefix("sigma.")
    load = _tabular_load(receipt, relation, path, load_seq, catalog.tables.get(receipt.table))
    if load.table is None:
        object_table = receipt.table.removesuffix("_metadata") if relation == "metadata" else receipt.table
        return load_generic(connection, load, object_table), []
    return load_tabular.load_file(connection, load)


def _tabular_load(
    receipt: Receipt, relation: str, path: Path, load_seq: int, table: Table | None
) -> TabularLoad:
    return TabularLoad(
        relation=relation,
        table=table,
        path=path,
        name=receipt.name,
        is_parquet=receipt.file_format == "parquet",
        account_column=receipt.is_connected,
        source_system=receipt.kind,
        livemode=receipt.livemode,
        observed_at=observed_at_of(receipt),
        received_at=receipt.received_at,
        load_seq=load_seq,
    )


def is_loaded(receipt: Receipt) -> bool:
    """Whether a loader reads such a file; what none reads is landed and waits."""
    return receipt.kind in LOADED_KINDS or (receipt.kind == "reports" and report_type(receipt.table) != "")


def relation_of(receipt: Receipt, catalog: Catalog) -> str:
    if receipt.kind in ("api", "events"):
        return f"api.{receipt.table}"
    if receipt.kind == "reports":
        return load_report.RELATION
    if receipt.kind == "bank":
        return load_bank.RELATION
    if receipt.kind == "business":
        return f"business.{receipt.table}"
    if receipt.table in catalog.tables:
        return f"sigma.{receipt.table}"
    return "sigma.metadata" if receipt.table.endswith("_metadata") else "sigma.unmodelled"


def instant_of(text: str) -> datetime:
    return datetime.fromisoformat(text)


def observed_at_of(receipt: Receipt) -> str:
    """When the rows were true: the export time less the lag of the source."""
    lag = DATA_LAG.get(receipt.kind, timedelta())
    return (instant_of(receipt.export_time) - lag).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


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
    connection: duckdb.DuckDBPyConnection,
    receipt: Receipt,
    relation: str,
    load_seq: int,
    rows: int,
    run_id: str,
    unread: list[str],
) -> None:
    live = test = 0
    if receipt.kind in ("api", "events"):
        counts = connection.execute(
            "select count(*) filter (livemode), count(*) filter (not livemode) from observed"
            if receipt.table != load_api.MEMBERS
            else "select 0, 0"
        ).fetchone()
        live, test = counts if counts else (0, 0)
    elif receipt.livemode is not None:
        live, test = (rows, 0) if receipt.livemode else (0, rows)
    proven = receipt.kind == "pipeline" or receipt.control is not None
    if receipt.kind == "bank" and not proven:
        proven = load_bank.is_proven(connection, load_seq)
    connection.execute(
        "insert into meta.loads values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            load_seq,
            receipt.receipt_id,
            receipt.name,
            receipt.sha256,
            receipt.kind,
            relation,
            scope_of(receipt),
            receipt.export_time,
            observed_at_of(receipt),
            receipt.received_at,
            rows,
            "proven" if proven else "unproven",
            live,
            test,
            ",".join(unread),
            run_id,
        ],
    )
