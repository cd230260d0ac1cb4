"""Raw is a function of the receipts in force: discards, snapshots, company rows and known_at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from orchestration.sources.journal import Discard, append_discard
from orchestration.sources.landing import receive
from orchestration.sources.receipts import read_receipts
from orchestration.warehouse.connection import connect
from orchestration.warehouse.quarantine import rebuild_quarantine
from orchestration.warehouse.raw_loader import LoadOutcome, load_landing
from orchestration.warehouse.schema_drift import new_columns
from orchestration.workspace import Workspace

HEADER = "id,amount,fee,net,currency,type,created"
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def _rows(*ids: str, currency: str = "usd") -> str:
    lines = [f"{name},100,3,97,{currency},charge,2026-01-01 00:00:00.000" for name in ids]
    return "\n".join([HEADER, *lines]) + "\n"


class Company:
    """An inbox and its workspace."""

    def __init__(self, folder: Path) -> None:
        self.inbox, self.workspace = folder / "inbox", Workspace(folder / "workspace")
        self.inbox.mkdir()

    def put(self, name: str, text: str) -> None:
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def put_snapshot(self, folder: str, ids: list[str], mode: str = "livemode") -> None:
        path = self.inbox / "stripe" / "pipeline" / folder / mode
        table = path / "balance_transactions"
        table.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as connection:
            connection.execute(
                "copy (select unnest(?) as id, 100 as amount, 3 as fee, 97 as net, 'usd' as currency, "
                "'charge' as type, timestamp '2026-01-01' as created) "
                f"to '{table / 'part-0.parquet'}' (format parquet)", [ids])
        (path / "coreapi_SUCCESS").touch()

    def load(self, now: datetime = NOON, known_at: datetime | None = None) -> LoadOutcome:
        receive(self.workspace, self.inbox, now)
        return load_landing(self.workspace, "run", known_at)

    def ids(self, where: str = "not _is_deleted") -> list[str]:
        with connect(self.workspace.raw_db) as connection:
            rows = connection.execute(
                f"select id from sigma.balance_transactions where {where} order by id").fetchall()
        return [row[0] for row in rows]


def test_a_discarded_file_is_out_and_its_restoration_brings_it_back(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.put("stripe/sigma/balance_transactions_2026-01-01.csv", _rows("txn_1", "txn_2"))
    company.put("stripe/sigma/balance_transactions_2026-01-02.csv", _rows("txn_3"))
    company.load()
    wrong = next(receipt for receipt in read_receipts(company.workspace) if "01-02" in receipt.name)
    append_discard(company.workspace, Discard("discard", wrong.sha256, "Ann", "wrong month", "2026-05-01T00:00:00Z"))
    assert company.load().rebuilt
    assert company.ids() == ["txn_1", "txn_2"]
    append_discard(company.workspace, Discard("restore", wrong.sha256, "Ann", "right after all", "2026-05-02T00:00:00Z"))
    company.load()
    assert company.ids() == ["txn_1", "txn_2", "txn_3"]


def test_known_at_forgets_what_was_received_later(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.put("stripe/sigma/balance_transactions_2026-01-01.csv", _rows("txn_1"))
    company.load(NOON)
    company.put("stripe/sigma/balance_transactions_2026-01-02.csv", _rows("txn_2"))
    company.load(NOON + timedelta(days=1))
    company.load(NOON + timedelta(days=2), known_at=NOON + timedelta(hours=1))
    assert company.ids() == ["txn_1"]
    company.load(NOON + timedelta(days=3))
    assert company.ids() == ["txn_1", "txn_2"]


def test_the_same_inbox_twice_loads_once(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.put("stripe/sigma/balance_transactions_2026-01-01.csv", _rows("txn_1"))
    assert len(company.load().loaded) == 1
    assert company.load(NOON + timedelta(days=1)).loaded == []


def test_rows_that_a_later_snapshot_lacks_are_deleted_in_any_order_of_arrival(tmp_path: Path) -> None:
    everything = [f"txn_{number:03}" for number in range(100)]
    for name, order in (("forward", (0, 1)), ("backward", (1, 0))):
        (tmp_path / name).mkdir()
        company = Company(tmp_path / name)
        snapshots = [("2026040100", everything), ("2026040200", everything[2:])]
        for index in order:
            company.put_snapshot(*snapshots[index])
            company.load()
        assert company.ids("_is_deleted") == ["txn_000", "txn_001"]
        assert company.ids() == everything[2:]


def test_a_snapshot_that_lost_more_than_a_twentieth_is_refused_whole(tmp_path: Path) -> None:
    company = Company(tmp_path)
    everything = [f"txn_{number:03}" for number in range(100)]
    company.put_snapshot("2026040100", everything)
    company.load()
    company.put_snapshot("2026040200", everything[6:])
    outcome = company.load()
    assert "6 of 100 rows of earlier snapshots are missing" in outcome.refused[0].reason
    assert outcome.refused[0].is_critical
    assert company.ids() == everything


def test_a_snapshot_of_the_other_mode_deletes_nothing(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.put_snapshot("2026040100", ["txn_live_1", "txn_live_2"])
    company.put_snapshot("2026040200", ["txn_test_1"], mode="testmode")
    assert company.load().refused == []
    assert company.ids() == ["txn_live_1", "txn_live_2", "txn_test_1"]


def test_a_snapshot_without_its_marker_waits(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.put_snapshot("2026040100", ["txn_1"])
    (company.inbox / "stripe/pipeline/2026040100/livemode/coreapi_SUCCESS").unlink()
    assert company.load().loaded == []
    (company.inbox / "stripe/pipeline/2026040100/livemode/coreapi_SUCCESS").touch()
    assert len(company.load().loaded) == 1


def test_a_currency_that_the_company_adds_lets_the_refused_file_in(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.put("stripe/sigma/balance_transactions_2026-01-01.csv", _rows("txn_1", currency="xts"))
    assert "unknown currency" in company.load().refused[0].reason
    assert [path.name[-40:] for path in company.workspace.quarantine.glob("*")] == []
    rebuild_quarantine(company.workspace)
    assert len(list(company.workspace.quarantine.glob("*/reason.json"))) == 1
    company.put("company/currencies.csv", "currency,exponent,name\nxts,2,Test money\n")
    assert company.load(NOON + timedelta(hours=1)).refused == []
    rebuild_quarantine(company.workspace)
    assert company.ids() == ["txn_1"]
    assert list(company.workspace.quarantine.iterdir()) == []


def test_a_damaged_landed_file_is_refused_until_it_is_restored(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.put("stripe/sigma/balance_transactions_2026-01-01.csv", _rows("txn_1"))
    receive(company.workspace, company.inbox, NOON)
    blob = read_receipts(company.workspace)[0].blob(company.workspace)
    good = blob.read_bytes()
    blob.chmod(0o644)
    blob.write_bytes(good[:-20] + bytes([good[-20] ^ 1]) + good[-19:])
    assert "its sha256 differs" in load_landing(company.workspace, "run").refused[0].reason
    blob.write_bytes(good)
    assert load_landing(company.workspace, "run").refused == []
    assert company.ids() == ["txn_1"]


def test_one_file_under_many_names_is_one_set_of_rows(tmp_path: Path) -> None:
    company = Company(tmp_path)
    for name in ("balance_transactions_2026-01-01.csv", "balance_transactions/copy_2026-01-01.csv",
                 "balance_transactions_2026-01-01_part2.csv"):
        company.put(f"stripe/sigma/{name}", _rows("txn_1", "txn_2"))
    assert company.load().refused == []
    assert company.ids() == ["txn_1", "txn_2"]


def test_a_column_that_a_source_begins_to_send_is_kept_and_said(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.put("stripe/sigma/balance_transactions_2026-01-01.csv", _rows("txn_1"))
    receive(company.workspace, company.inbox, NOON)
    load_landing(company.workspace, "first")
    wider = _rows("txn_2").replace("created\n", "created,balance_type\n").replace(".000\n", ".000,payments\n")
    company.put("stripe/sigma/balance_transactions_2026-01-02.csv", wider)
    receive(company.workspace, company.inbox, NOON + timedelta(days=1))
    load_landing(company.workspace, "second")
    with connect(company.workspace.raw_db) as connection:
        kept = connection.execute("select id, balance_type from sigma.balance_transactions order by id").fetchall()
        assert new_columns(connection, "second") == [
            "sigma.balance_transactions has new columns in sigma: balance_type; they are kept in raw, "
            "no model reads them yet."]
        assert new_columns(connection, "first") == []
    assert kept == [("txn_1", None), ("txn_2", "payments")]
