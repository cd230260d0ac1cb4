"""The same facts in every format: Sigma and API, CSV and Parquet, whole and split and shuffled."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.sandbox import writers
from orchestration.sandbox.company import build_company
from orchestration.sandbox.facts import Facts

Table = Callable[[str], list[dict[str, str]]]
Listed = Callable[[str], list[dict[str, Any]]]
Rows = dict[str, list[tuple[str, ...]]]


def _printed(epoch: int) -> str:
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%d %H:%M:%S.000")


def test_every_transaction_of_the_api_is_the_sigma_row(table: Table, listed: Listed) -> None:
    sigma = {(row["account"], row["id"]): row for row in table("balance_transactions")}
    objects = listed("balance_transaction")
    assert len(objects) == len(sigma)
    for obj in objects:
        row = sigma[obj["@tenant"], obj["id"]]
        for key in ("amount", "fee", "net", "currency", "type", "reporting_category", "status"):
            assert row[key] == str(obj[key])
        assert row["source_id"] == (obj["source"] or "")
        assert row["description"] == (obj["description"] or "")
        assert row["created"] == _printed(obj["created"])
        assert row["available_on"] == _printed(obj["available_on"])
        # Stripe fills this column only for rows created since 2026-01-26
        late = row["created"] >= "2026-01-26"
        assert row["exchange_rate"] == (str(obj["exchange_rate"] or "") if late else "")


def test_membership_is_the_same_in_both_sources(table: Table, listed: Listed) -> None:
    own = {row["balance_transaction"] for row in listed("payout")}
    from_api = {
        (row["@tenant"], row["payout"], row["balance_transaction"])
        for row in listed("payout_balance_transactions")
        if row["balance_transaction"] not in own
    }
    from_sigma = {
        (row["account"], row["automatic_transfer_id"], row["id"])
        for row in table("balance_transactions")
        if row["automatic_transfer_id"]
    }
    assert from_api == from_sigma


@pytest.mark.parametrize(
    ("name", "of_api"),
    [("charges", "charge"), ("refunds", "refund"), ("invoices", "invoice"), ("disputes", "dispute")],
)
def test_ids_and_statuses_agree(table: Table, listed: Listed, name: str, of_api: str) -> None:
    sigma = sorted((row["account"], row["id"], row["status"], row["currency"]) for row in table(name))
    api = sorted((row["@tenant"], row["id"], row["status"], row["currency"]) for row in listed(of_api))
    assert sigma == api


def test_events_end_in_the_listed_state(inbox: Path, listed: Listed) -> None:
    lines = (inbox / "stripe" / "events" / "events.jsonl").read_text(encoding="utf-8").splitlines()
    events = sorted((json.loads(line) for line in lines), key=lambda event: int(event["created"]))
    latest = {event["data"]["object"]["id"]: event["data"]["object"] for event in events}
    checked = 0
    for name in ("charge", "payout", "invoice", "refund", "dispute", "subscription"):
        for obj in listed(name):
            if obj["id"] in latest:
                checked += 1
                assert latest[obj["id"]] == {k: v for k, v in obj.items() if k != "@tenant"}
    assert checked > 100


def _read_csv(folder: Path) -> Rows:
    found: Rows = {}
    for path in sorted(folder.glob("*.csv*")):
        if path.name.endswith(".control.json"):
            continue
        content = path.read_bytes()
        text = gzip.decompress(content).decode() if path.suffix == ".gz" else content.decode()
        assert text.endswith("\n") and "\r" not in text
        rows = [tuple(row) for row in csv.reader(io.StringIO(text))]
        table = path.name.split("_2026-")[0]
        found.setdefault(table, [rows[0]])
        found[table] += rows[1:]
    return {table: sorted(rows) for table, rows in found.items()}


def test_split_zipped_and_shuffled_csv_hold_the_same_rows(facts: Facts, inbox: Path, tmp_path: Path) -> None:
    writers.write_sigma_csv(facts, tmp_path, parts=3, gzip=True, shuffle_seed=5)
    assert _read_csv(tmp_path / "stripe" / "sigma") == _read_csv(inbox / "stripe" / "sigma")
    assert len(list((tmp_path / "stripe" / "sigma").glob("charges_2026-04-01T0300_part*.csv.gz"))) == 3


def test_parquet_and_pipeline_hold_the_same_rows_typed(facts: Facts, tmp_path: Path) -> None:
    writers.write_sigma_csv(facts, tmp_path)
    writers.write_sigma_parquet(facts, tmp_path, shuffle_seed=2)
    writers.write_pipeline(facts, tmp_path, parts=2)
    run = tmp_path / "stripe" / "pipeline" / "2026040103" / "livemode"
    assert (run / "coreapi_SUCCESS").exists()
    sigma = tmp_path / "stripe" / "sigma"
    with duckdb.connect() as connection:
        for name in ("balance_transactions", "connected_account_charges", "subscription_items", "transfers"):
            typed = [str(sigma / f"{name}_2026-04-01T0300.parquet"), str(run / name / "part-*.parquet")]
            for path in typed:
                described = connection.execute("describe from read_parquet($path)", {"path": path})
                kinds = {str(kind[1]) for kind in described.fetchall()}
                assert {"BIGINT", "TIMESTAMP", "VARCHAR"} <= kinds
                query = """
                    with typed as (
                        select columns(lambda c: c not in ('batch_timestamp', 'merchant_id'))::varchar
                        from read_parquet($path)),
                    told as (select columns(*)::varchar from read_csv($csv, sample_size = -1))
                    select (select count(*) from typed), (select count(*) from told),
                        (select count(*) from (from typed except all from told))
                """
                told = str(sigma / f"{name}_2026-04-01T0300.csv")
                answer = connection.execute(query, {"path": path, "csv": told}).fetchone()
                assert answer is not None and answer[0] == answer[1] > 0 and answer[2] == 0


def test_shuffled_api_lists_hold_the_same_lines(facts: Facts, inbox: Path, tmp_path: Path) -> None:
    writers.write_api_lists(facts, tmp_path, shuffle_seed=9, parts=2)
    for path in (inbox / "stripe" / "api").rglob("*.jsonl"):
        other = tmp_path / path.parent.relative_to(inbox)
        parts = [part.read_text(encoding="utf-8") for part in other.glob(f"{path.stem}_part?.jsonl")]
        assert sorted(path.read_text(encoding="utf-8").splitlines()) == sorted("".join(parts).splitlines())
        assert path.stat().st_mtime == datetime(2026, 4, 1, 3, tzinfo=UTC).timestamp()


def test_control_files_prove_their_export(facts: Facts, tmp_path: Path) -> None:
    for path in writers.write_sigma_csv(facts, tmp_path, control=True):
        control = json.loads(path.with_name(path.name + ".control.json").read_text(encoding="utf-8"))
        assert control["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        assert control["rows"] == len(rows)
        for column, total in control["sums"].items():
            assert total == sum(int(row[column] or 0) for row in rows)


def test_a_seed_decides_everything() -> None:
    assert build_company(7) == build_company(7)
    assert build_company(8).objects != build_company(7).objects
