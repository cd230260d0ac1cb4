"""What is unusual and valid: no file refused, no gate closed, no exception raised over it."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orchestration.workspace import Workspace
from tests.pipeline.company_files import STAMP, write_api_lists, write_pipeline, write_sigma_csv
from tests.pipeline.defects import control_of
from tests.pipeline.harness import Outcome, load, rows, run
from tests.pipeline.inboxes import (
    API,
    SIGMA,
    Table,
    as_csv,
    company,
    edit_csv,
    edit_json_lines,
    file_of,
    json_lines,
    only,
    put,
    read_csv,
    small_sigma,
    transactions,
)

pytestmark = pytest.mark.slow

BALANCE, CHARGES = "balance_transactions", "charges"
FACTS = "select id, amount, fee, net, lower(currency), type, source_id, created from sigma.balance_transactions order by id"


def clean(outcome: Outcome) -> Outcome:
    """Nothing was refused, held back or found worth a person's time."""
    assert (outcome.exit_code, outcome.refused, outcome.message) == (0, {}, "")
    assert (outcome.broken_tests, outcome.broken_gates) == ({}, {})
    return outcome


def published(workspace: Workspace, outcome: Outcome) -> Path:
    """The published file of a clean run, complete and without exceptions."""
    clean(outcome)
    assert outcome.manifest["incomplete"] == []
    assert all(gate["success"] for gate in outcome.manifest["gates"])
    # API lists hold no exchange rates, so recurring revenue in another currency has no functional view
    rateless = workspace.published_db, "select count(*) from staging.stg_stripe__exchange_rates"
    but = " where kind <> 'rate_unknown'" if rows(*rateless) == [(0,)] else ""
    assert rows(workspace.published_db, f"from marts.fct_exceptions{but}") == []
    assert list(workspace.quarantine.iterdir()) == []
    return workspace.published_db


def count(database: Path, where: str = "true") -> int:
    return int(rows(database, f"select count(*) from marts.fct_transactions where {where}")[0][0])


# ---- ways to write the same file: decided when it is loaded


def _text(table: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    return lambda inbox: put(file_of(inbox, table), change(file_of(inbox, table).read_text(encoding="utf-8"))) and None


def _rows(table: str, change: Callable[[Table], Any]) -> Callable[[Path], None]:
    def edit(inbox: Path) -> None:
        found = read_csv(file_of(inbox, table))
        changed = change(found)
        put(file_of(inbox, table), as_csv(changed or found))

    return edit


def _crlf(inbox: Path) -> None:
    put(file_of(inbox, BALANCE), as_csv(read_csv(file_of(inbox, BALANCE)), line_end="\r\n"))


def _reordered(inbox: Path) -> None:
    found = read_csv(file_of(inbox, BALANCE))
    put(file_of(inbox, BALANCE), as_csv(found, sorted(found[0], reverse=True)))


def _parts(inbox: Path) -> None:
    found = read_csv(file_of(inbox, BALANCE))
    file_of(inbox, BALANCE).unlink()
    for number in range(4):
        put(inbox / SIGMA / f"{BALANCE}_{STAMP}_part{number + 1}.csv", as_csv(found[number::4]))


def _gz(inbox: Path) -> None:
    path = file_of(inbox, BALANCE)
    put(path.with_name(path.name + ".gz"), gzip.compress(path.read_bytes()))
    path.unlink()


def _folder(inbox: Path) -> None:
    path = file_of(inbox, BALANCE)
    put(inbox / SIGMA / BALANCE / "Export of 1 April (final).csv", path.read_bytes())
    path.unlink()


def _described(text: str) -> Callable[[Path], None]:
    return _rows(BALANCE, lambda found: [row.update(description=text) for row in found] and None)


def _negative_fees(found: Table) -> None:
    for row in found:
        if row["type"] == "charge":
            row["fee"], row["net"] = "-30", str(int(row["amount"]) + 30)


UNICODE = 'Gr\u00fc\u00dfe, "\u6771\u4eac" \u202e\u05e9\u05dc\u05d5\u05dd \U0001f4b6'
SPELLINGS: dict[str, Callable[[Path], None]] = {
    "byte order mark": _text(BALANCE, lambda text: "\ufeff" + text),
    "line ends of Windows": _crlf,
    "line breaks in quotes": _described("first line\nsecond, line\n"),
    "any alphabet": _described(UNICODE),
    "a column nobody knows": _rows(BALANCE, lambda found: [{**row, "moon_phase": "full"} for row in found]),
    "other order of columns": _reordered,
    "currency in capitals": _rows(BALANCE, lambda found: [row.update(currency=row["currency"].upper()) for row in found]
                                  and None),
    "parts": _parts,
    "gzip": _gz,
    "a folder per table": _folder,
    "identical rows twice": _rows(BALANCE, lambda found: found + found[:9]),
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, ...]]:
    """Transactions as raw holds them from the file as it is."""
    root = tmp_path_factory.mktemp("plain")
    clean(load(Workspace(root / "workspace"), small_sigma(root / "inbox")))
    return rows(Workspace(root / "workspace").raw_db, FACTS)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_spelling_of_the_same_file_loads_the_same(spelling: str, plain: list[tuple[Any, ...]], tmp_path: Path) -> None:
    inbox = small_sigma(tmp_path / "inbox")
    SPELLINGS[spelling](inbox)
    workspace = Workspace(tmp_path / "workspace")
    clean(load(workspace, inbox))
    assert rows(workspace.raw_db, FACTS) == plain
    texts = {text for (text,) in rows(workspace.raw_db, "select distinct description from sigma.balance_transactions "
                                      "where _account_id = 'platform'")}
    if spelling == "line breaks in quotes":
        assert texts == {"first line\nsecond, line\n"}
    if spelling == "any alphabet":
        assert texts == {UNICODE}
    if spelling == "a column nobody knows":  # is kept, and said
        assert rows(workspace.raw_db, "select distinct moon_phase from sigma.balance_transactions "
                    "where _account_id = 'platform'") == [("full",)]


def test_all_spellings_publish_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    """Eleven files of eleven spellings; then an empty inbox over what was landed; then the same inbox again."""
    inbox = small_sigma(tmp_path / "inbox")
    found = read_csv(file_of(inbox, BALANCE))
    share = len(SPELLINGS)
    for number, spell in enumerate(SPELLINGS.values()):
        place = tmp_path / f"spelling-{number}"
        put(file_of(place, BALANCE), as_csv([dict(row) for row in found[number::share]]))
        spell(place)
        for path in (place / SIGMA).rglob("*.csv*"):
            target = path.name.replace(f"_{STAMP}", f"_{STAMP}_part{number + 1}")
            if "_part" in path.name.partition(STAMP)[2]:
                target = path.name.replace("_part", f"_part{number + 1}0")
            put(inbox / path.relative_to(place).parent / target, path.read_bytes())
    file_of(inbox, BALANCE).unlink()
    workspace = Workspace(tmp_path / "workspace")
    first = run(workspace, inbox)
    assert count(published(workspace, first)) == transactions()
    tables = first.manifest["tables"]

    (tmp_path / "empty").mkdir()
    second = run(workspace, tmp_path / "empty")
    published(workspace, second)
    assert second.manifest["tables"] == tables
    assert second.manifest["run_id"] != first.manifest["run_id"]

    third = run(workspace, inbox)
    published(workspace, third)
    assert third.manifest["tables"] == tables
    assert third.context is not None and third.context.received == 0


# ---- what a company may look like


def test_balance_transactions_alone_with_fees_given_back(tmp_path: Path) -> None:
    """All other tables absent, no settings, and Stripe's fees negative."""
    inbox = small_sigma(tmp_path / "inbox")
    for path in (inbox / SIGMA).iterdir():
        if path != file_of(inbox, BALANCE):
            path.unlink()
    _rows(BALANCE, _negative_fees)(inbox)
    assert not (inbox / "company").exists()
    workspace = Workspace(tmp_path / "workspace")
    database = published(workspace, run(workspace, inbox))
    charges = sum(row["type"] == "charge" for row in read_csv(file_of(inbox, BALANCE)))
    assert count(database, "fee_minor = -30 and net_minor = gross_minor + 30") == charges > 100
    assert rows(database, "select distinct origin from meta.settings") == [("default",)]


@pytest.mark.nightly
def test_manual_payouts_and_refunds_of_older_charges_and_a_deleted_customer(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    write_sigma_csv(company(), inbox)
    for table in ("transfers", "connected_account_transfers"):
        edit_csv(file_of(inbox, table), lambda found: [row.update(automatic="false") for row in found] and None)
    for table in (BALANCE, f"connected_account_{BALANCE}"):
        edit_csv(file_of(inbox, table), lambda found: [row.update(automatic_transfer_id="") for row in found] and None)
    # the charge of every refund was exported a year ago, with its own transaction
    refunded = {row["charge_id"] for row in read_csv(file_of(inbox, "refunds"))}
    edit_csv(file_of(inbox, CHARGES), lambda found: [row for row in found if row["id"] not in refunded])
    edit_csv(file_of(inbox, BALANCE), lambda found: [row for row in found if row["source_id"] not in refunded])
    gone = next(row["id"] for row in read_csv(file_of(inbox, "customers")) if row["deleted"] == "false")
    edit_csv(file_of(inbox, "customers"),
             lambda found: [row.update(deleted="true") for row in found if row["id"] == gone] and None)
    workspace = Workspace(tmp_path / "workspace")
    database = published(workspace, run(workspace, inbox))
    assert count(database, "refund_id is not null and charge_id is not null") >= 15
    assert rows(database, "select bool_or(is_automatic) from staging.stg_stripe__payouts") == [(False,)]
    # only a payout's own rows name it: its payment, its return, what Stripe advanced for it
    assert count(database, "payout_id is not null and payout_id is distinct from source_object_id") == 0
    assert rows(database, "select is_deleted from marts.dim_customers where customer_id = ?", [gone]) == [(True,)]


def test_an_empty_day(tmp_path: Path) -> None:
    """Every table came, with its header and no row; the day after brings the rows."""
    inbox = small_sigma(tmp_path / "inbox")
    whole = {path: path.read_bytes() for path in (inbox / SIGMA).iterdir()}
    for path, data in whole.items():
        put(path, data.partition(b"\n")[0] + b"\n")
    workspace = Workspace(tmp_path / "workspace")
    assert count(published(workspace, run(workspace, inbox))) == 0
    for path, data in whole.items():
        put(path.with_name(path.name.replace(STAMP, "2026-04-02T0300")), data, "2026-04-02T0300")
    outcome = clean(run(workspace, inbox))
    assert outcome.manifest["tables"]["marts.fct_transactions"]["rows"] == transactions()


def test_api_only_with_a_customer_deleted_between_two_reads(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    write_api_lists(company(), inbox)
    path = inbox / API / "customer.jsonl"
    gone: list[str] = []

    def delete_one(objects: list[dict[str, Any]]) -> None:
        place = next(number for number, obj in enumerate(objects) if obj["address"] and obj["address"]["country"])
        gone.append(objects[place]["id"])
        objects[place] = {"id": gone[0], "object": "customer", "deleted": True}

    workspace = Workspace(tmp_path / "workspace")
    clean(load(workspace, inbox))
    edit_json_lines(path, delete_one)
    put(path, path.read_bytes(), "2026-04-01T0900")
    database = published(workspace, run(workspace, inbox))
    assert count(database) == transactions()
    known = {obj["id"]: obj for _, obj in company().objects["customer"]}
    assert rows(database, "select is_deleted, country from marts.dim_customers where customer_id = ?", gone) == [
        (True, known[gone[0]]["address"]["country"])]


@pytest.mark.nightly
def test_connected_accounts_only_and_an_old_export_that_comes_late(tmp_path: Path) -> None:
    """What was true in March arrives after what is true in April, and stays history."""
    inbox = small_sigma(tmp_path / "inbox")
    table = f"connected_account_{BALANCE}"
    for path in (inbox / SIGMA).iterdir():
        if path != file_of(inbox, table):
            path.unlink()
    found = read_csv(file_of(inbox, table))
    workspace = Workspace(tmp_path / "workspace")
    clean(load(workspace, inbox))
    older: Table = [{**row, "status": "pending", "automatic_transfer_id": "", "description": "old"} for row in found
                    if row["created"] < "2026-03-20"]
    assert 20 < len(older) < len(found)
    put(file_of(inbox, table, "2026-03-20T0300"), as_csv(older), "2026-03-20T0300")
    database = published(workspace, run(workspace, inbox))
    assert count(database) == len(found)
    assert count(database, "account_id = 'platform'") == 0
    staged = rows(database, "select transaction_id, status, coalesce(description, ''), coalesce(payout_id, '') "
                  "from staging.stg_stripe__balance_transactions order by 1")
    assert staged == sorted((row["id"], row["status"], row["description"], row["automatic_transfer_id"]) for row in found)


@pytest.mark.nightly
def test_yen_and_dinar_only_from_a_pipeline_that_is_not_done_yet(tmp_path: Path) -> None:
    """Yesterday's folder has its marker, today's is still being written."""
    kept = only(company(), ("balance_transaction", "charge"),
                lambda tenant, obj: tenant == "platform" and obj["currency"] in ("jpy", "kwd"))
    inbox = tmp_path / "inbox"
    write_pipeline(kept, inbox, "2026040103")
    write_pipeline(only(kept, ("charge",)), inbox, "2026040203")
    (inbox / "stripe" / "pipeline" / "2026040203" / "livemode" / "coreapi_SUCCESS").unlink()
    workspace = Workspace(tmp_path / "workspace")
    outcome = run(workspace, inbox)
    database = published(workspace, outcome)
    assert count(database) == len(kept.objects["balance_transaction"]) > 10
    assert rows(database, "select distinct currency from marts.fct_transactions order by 1") == [("jpy",), ("kwd",)]
    assert outcome.manifest["not_ready"] == ["stripe/pipeline/2026040203/livemode"]
    assert not [entry for entry in outcome.manifest["inputs"] if "2026040203" in entry["name"]]


def test_an_inbox_of_settings_only_needs_landed_data(tmp_path: Path) -> None:
    """An empty inbox is fine over landed data, and says so where there is none."""
    inbox = tmp_path / "inbox"
    put(inbox / "company" / "tieout.toml", 'reporting_timezone = "Asia/Tokyo"\n')
    workspace = Workspace(tmp_path / "workspace")
    assert load(workspace, inbox).exit_code == 3
    (tmp_path / "empty").mkdir()
    clean(load(workspace, small_sigma(tmp_path / "sigma")))
    outcome = clean(load(workspace, tmp_path / "empty"))
    assert outcome.context is not None
    assert outcome.context.settings["reporting_timezone"] == "Asia/Tokyo"  # as landed


def test_objects_of_unknown_kinds_are_kept(tmp_path: Path) -> None:
    inbox = small_sigma(tmp_path / "inbox")
    put(inbox / API / "whatever.jsonl", json_lines([{"id": "thing_1", "object": "thing", "livemode": True}]))
    put(inbox / SIGMA / "radar_rules_2026-04-01.csv", "id,predicate\nrule_1,:amount: > 5\n", "2026-04-01")
    workspace = Workspace(tmp_path / "workspace")
    clean(load(workspace, inbox))
    assert rows(workspace.raw_db, "select object_type, object_id from api.unmodelled") == [("thing", "thing_1")]
    assert rows(workspace.raw_db, "select object_table, object_id from sigma.unmodelled") == [("radar_rules", "rule_1")]


@pytest.mark.nightly
def test_refunds_of_charges_before_a_proven_export(tmp_path: Path) -> None:
    """The charges of one quarter, whole by their control file; the refunded ones lie in the quarter before."""
    inbox = tmp_path / "inbox"
    write_sigma_csv(company(), inbox)
    refunded = {row["charge_id"] for row in read_csv(file_of(inbox, "refunds"))}
    edit_csv(file_of(inbox, CHARGES), lambda found: [row for row in found if row["id"] not in refunded])
    edit_csv(file_of(inbox, BALANCE), lambda found: [row for row in found if row["source_id"] not in refunded])
    control_of(file_of(inbox, CHARGES))
    workspace = Workspace(tmp_path / "workspace")
    clean(run(workspace, inbox))
    # the payouts that paid those charges out do miss them; the refunds themselves are no one's worry
    kinds = rows(workspace.published_db, "select distinct kind from marts.fct_exceptions")
    assert kinds == [("payout_members_differ",)]
