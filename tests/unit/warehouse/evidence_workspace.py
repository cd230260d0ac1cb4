"""A small published workspace made by hand, and the eight ways of tampering with each of its stores."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import duckdb

from orchestration.run_context import RunContext
from orchestration.sources.journal import Discard, append_discard
from orchestration.sources.receipts import Receipt, write_receipts
from orchestration.warehouse.publication import publish
from orchestration.workspace import Workspace

START = datetime(2026, 4, 1, 6, tzinfo=UTC)
TENANTS = ("platform", "acct_one", "acct_two")
KINDS = ("edit", "delete", "insert", "reorder", "truncate", "swap tenant", "metadata")
EVENTS = "staging.stg_stripe__events"
POSTINGS = "marts.fct_ledger_postings"

RAW = """
create schema meta; create table meta.loads (load_seq bigint, name varchar, sha256 varchar, relation varchar,
    source_system varchar, export_time timestamptz, received_at timestamptz, row_count bigint, completeness varchar,
    extra_columns varchar);
"""
CANDIDATE = """
set TimeZone = 'UTC'; create schema marts; create schema staging;
create table marts.dim_currencies as from (values ('usd', 2), ('jpy', 0)) as t (currency, exponent);
create table marts.fct_exceptions (account_id varchar, exception_id varchar, amount_minor bigint);
create table marts.fct_ledger_postings as select a as account_id, a || ':txn_' || i || ':gross' as posting_id,
    'usd' as currency, (100 + i * 7)::bigint as debit_minor, 0::bigint as credit_minor,
    timestamptz '2026-01-05' + to_hours(i * 11) as effective_at, date '2026-01-05' + (i * 11 // 24)::int as posting_date,
    timestamptz '2026-04-01' + to_seconds(i) as recorded_at
from (select unnest(['platform', 'acct_one', 'acct_two']) as a), range(60) as t (i);
create table staging.stg_stripe__events as select a as account_id, 'evt_' || i as event_id,
    '{"id": "evt_' || i || '", "amount": ' || i * 3 || '}' as payload,
    timestamptz '2026-02-01' + to_hours(i * 9) as created_at, timestamptz '2026-04-01' + to_seconds(i) as recorded_at,
    i::bigint as load_seq
from (select unnest(['platform', 'acct_one', 'acct_two']) as a), range(40) as t (i);
create table staging.stg_stripe__charges as select 'ch_' || i as charge_id from range(5) as t (i);
"""


def receipt_of(workspace: Workspace, name: str, tenant: str, at: datetime) -> Receipt:
    """Land a small file; its receipt."""
    body = f"{name} of {tenant}: {'x' * (len(name) + 50)}\n".encode()
    sha256 = hashlib.sha256(body).hexdigest()
    blob = workspace.blobs / sha256[:2] / sha256
    blob.parent.mkdir(parents=True, exist_ok=True)
    blob.write_bytes(body)
    text = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return Receipt(
        sha256=sha256, size=len(body), name=name, kind="api", table="charges", account_id=tenant, is_connected=False,
        livemode=True, file_format="jsonl", problem="", export_time=text, export_time_from="name", modified_at=text,
        received_at=text)


def make(root: Path, publications: int = 3) -> Workspace:
    """A workspace with some publications, each after a receiving of three tenants."""
    workspace = Workspace(root)
    workspace.candidate.mkdir(parents=True)
    with duckdb.connect(str(workspace.raw_db)) as connection:
        connection.execute(RAW)
    with duckdb.connect(str(workspace.candidate_db)) as connection:
        connection.execute(CANDIDATE)
    for number in range(publications):
        receive_and_publish(workspace, number)
    return workspace


def receive_and_publish(workspace: Workspace, number: int) -> None:
    at = START + timedelta(days=number)
    files = [receipt_of(workspace, f"stripe/api/{tenant}/charges_{number}_{part}.jsonl", tenant, at)
             for tenant in TENANTS for part in range(2)]
    write_receipts(workspace, files, at)
    append_discard(workspace, Discard("discard", files[0].sha256, "Ada", f"reason {number}", at.isoformat()))
    context = RunContext(run_id=f"run-{number}", as_of="2026-04-01T00:00:00.000000Z", settings={"mode": "live"})
    # which source carries which column is read from every model's description, and has no part in this
    with mock.patch("orchestration.warehouse.publication_meta.source_columns", list):
        publish(workspace, context, at + timedelta(minutes=5))


def tamper_lines(path: Path, kind: str, random_: random.Random) -> str:
    """Change a file of JSON lines; which line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    at = random_.randrange(len(lines))
    line = json.loads(lines[at])
    if kind == "edit":
        key = random_.choice([name for name, value in line.items() if isinstance(value, str) and value])
        line[key] = ("0" if line[key][0] != "0" else "1") + line[key][1:]
    elif kind == "metadata":
        key = random_.choice([name for name in ("received_at", "export_time", "published_at", "as_of") if name in line])
        line[key] = line[key].replace("2026", "2025")
    elif kind == "swap tenant":
        chains = line.get("chains")
        if chains is not None:
            names = list(chains)
            chains[names[0]], chains[names[1]] = chains[names[1]], chains[names[0]]
        else:
            line["account_id"] = next(name for name in TENANTS if name != line["account_id"])
    lines[at] = json.dumps(line, sort_keys=True, ensure_ascii=False)
    if kind == "delete":
        del lines[at]
    elif kind == "insert":
        forged = {**line, "run_id" if "run_id" in line else "name": "forged"}
        lines.insert(at, json.dumps(forged, sort_keys=True, ensure_ascii=False))
    elif kind == "reorder":
        other = (at + 1) % len(lines)
        lines[at], lines[other] = lines[other], lines[at]
    elif kind == "truncate":
        del lines[-random_.randrange(1, len(lines) + 1):]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return f"line {at + 1}"


def tamper_blob(workspace: Workspace, kind: str, random_: random.Random) -> str:
    """Change the landed files; which one."""
    blobs = sorted(workspace.blobs.glob("*/*"))
    victim = random_.choice(blobs)
    body = victim.read_bytes()
    at = random_.randrange(len(body))
    other = random_.choice([blob for blob in blobs if blob != victim])
    if kind == "edit":
        victim.write_bytes(body[:at] + bytes([body[at] ^ 1 << random_.randrange(8)]) + body[at + 1:])
    elif kind == "delete":
        victim.unlink()
    elif kind == "insert":
        victim.write_bytes(body[:at] + b"inserted" + body[at:])
    elif kind == "truncate":
        victim.write_bytes(body[:at])
    elif kind in ("reorder", "swap tenant"):
        victim.write_bytes(other.read_bytes())
        other.write_bytes(body)
    else:
        victim.rename(victim.with_name("0" * 64))
    return victim.name[:12]


def tamper_rows(database: Path, table: str, kind: str, random_: random.Random) -> str:
    """Change one row (reorder: two, truncate: the last ones) of a table of the published file; its id."""
    with duckdb.connect(str(database)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        ids = {EVENTS: "event_id", POSTINGS: "posting_id", "marts.fct_transactions": "transaction_id"}
        times = {EVENTS: "created_at", POSTINGS: "effective_at", "marts.fct_transactions": "created_at"}
        key, time = ids[table], times[table]
        rows = connection.execute(f"select account_id, {key}, {time}::varchar from {table} order by all").fetchall()
        account, name, instant = random_.choice(rows)
        its = f"account_id = '{account}' and {key} = '{name}'"
        if kind == "edit":
            what = "payload = payload || ' '" if table == EVENTS else f"{key} = {key} || 'x'"
            connection.execute(f"update {table} set {what} where {its}")
        elif kind == "delete":
            connection.execute(f"delete from {table} where {its}")
        elif kind == "insert":
            connection.execute(f"insert into {table} from {table} where {its}")
        elif kind == "reorder":
            other = random_.choice([row for row in rows if row[2] != instant and row[0] == account])
            connection.execute(f"update {table} set {time} = case when {its} then timestamptz '{other[2]}' "
                               f"else timestamptz '{instant}' end where {its} "
                               f"or account_id = '{account}' and {key} = '{other[1]}'")
        elif kind == "truncate":
            connection.execute(f"delete from {table} where {time} >= timestamptz '{instant}'")
        elif kind == "swap tenant":
            tenants = sorted({row[0] for row in rows} - {account}) or ["acct_other"]
            connection.execute(f"update {table} set account_id = '{random_.choice(tenants)}' where {its}")
        else:
            connection.execute(f"update {table} set recorded_at = recorded_at + interval 1 microsecond where {its}")
    return str(name)


def tamper(workspace: Workspace, store: str, kind: str, seed: str) -> str:
    """Do one of the kinds at a seeded place of a store; what was touched."""
    random_ = random.Random(seed)
    stores: dict[str, Callable[[], str]] = {
        "receipts": lambda: tamper_lines(
            random_.choice(sorted(workspace.receipts.glob("*.jsonl"))), kind, random_),
        "checkpoints": lambda: tamper_lines(workspace.journal / "checkpoints.jsonl", kind, random_),
        "blobs": lambda: tamper_blob(workspace, kind, random_),
        "events": lambda: tamper_rows(workspace.published_db, EVENTS, kind, random_),
        "postings": lambda: tamper_rows(workspace.published_db, POSTINGS, kind, random_),
    }
    return stores[store]()


STORES = ("receipts", "checkpoints", "blobs", "events", "postings")
