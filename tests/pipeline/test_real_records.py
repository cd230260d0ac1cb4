"""Records that nobody in this project wrote: each is in staging, or in quarantine with a reason. None is lost."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from orchestration.workspace import PROJECT_ROOT, Workspace
from tests.pipeline.carried import staged
from tests.pipeline.harness import Outcome, rows, run
from tests.pipeline.inboxes import API, json_lines, put

DATA = PROJECT_ROOT.parent / "shared" / "data"
AS_OF = "2026-11-01T00:00:00Z"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not here: its records are not part of the project"),
]
Record = dict[str, Any]
MODES = pytest.mark.parametrize("mode", ["live", pytest.param("test", marks=pytest.mark.nightly)])


@cache
def models() -> dict[str, tuple[str, str]]:
    """Object type -> its staging model and the column that holds its id."""
    found = {"event": ("stg_stripe__events", "event_id")}
    for model, source, columns in staged():
        for column, meta in columns.items():
            if "object" in source and "list" not in source and meta.get("api") == "@id":
                found[source["object"]] = (model, column)
    return found


def lines_of(folder: Path) -> dict[str, list[Record]]:
    return {path.name: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
            for path in sorted(folder.glob("*.jsonl"))}


def missing(database: Path, records: Iterable[Record]) -> list[tuple[str, str]]:
    """(type, id) of the records that no staging table holds. Objects without an id are counted per type."""
    lost, without_id = [], dict[str, set[str]]()
    for record in records:
        kind, object_id = record["object"], record.get("id")
        model, column = models().get(kind, ("stg_stripe__unmodelled", "object_id"))
        if not object_id:
            without_id.setdefault(kind, set()).add(json.dumps(record, sort_keys=True))
            continue
        condition = f"{column} = ?" + (" and object_type = ?" if model == "stg_stripe__unmodelled" else "")
        values = [object_id, kind] if model == "stg_stripe__unmodelled" else [object_id]
        if not rows(database, f"select 1 from staging.{model} where {condition} limit 1", values):
            lost.append((kind, object_id))
    for kind, distinct in without_id.items():
        model, column = models().get(kind, ("stg_stripe__unmodelled", "object_id"))
        condition = f"starts_with({column}, 'md5:')"
        if model == "stg_stripe__unmodelled":
            condition += f" and object_type = '{kind}'"
        held = rows(database, f"select count(*) from staging.{model} where {condition}")[0][0]
        if held != len(distinct):
            lost.append((kind, f"{len(distinct) - held} without id"))
    return lost


def _run(workspace: Workspace, inbox: Path) -> Outcome:
    outcome = run(workspace, inbox, as_of=AS_OF)
    assert outcome.exit_code == 0, outcome.message
    return outcome


# ---- a Stripe sandbox as its lists returned it


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Outcome, dict[str, list[Record]]]:
    root = tmp_path_factory.mktemp("sandbox")
    lists = lines_of(DATA / "stripe_sandbox_lists")
    for name, records in lists.items():
        put(root / "inbox" / API / name, json_lines(records))
    workspace = Workspace(root / "workspace")
    return workspace, _run(workspace, root / "inbox"), lists


def test_every_record_of_a_sandbox_is_published(sandbox: tuple[Workspace, Outcome, dict[str, list[Record]]]) -> None:
    workspace, outcome, lists = sandbox
    records = [record for found in lists.values() for record in found]
    assert len(records) == 54
    assert outcome.refused == {}
    assert missing(workspace.published_db, records) == []
    assert outcome.manifest["mode"] == "test"


def test_the_money_of_the_sandbox_is_what_its_records_say(
    sandbox: tuple[Workspace, Outcome, dict[str, list[Record]]]
) -> None:
    workspace, _, lists = sandbox
    stated = sorted((r["id"], r["amount"], r["fee"], r["net"], r["currency"], r["created"])
                    for r in lists["balance_transactions.jsonl"])
    assert rows(workspace.published_db, "select transaction_id, gross_minor, fee_minor, net_minor, currency, "
                "epoch(created_at)::bigint from marts.fct_transactions order by 1") == stated
    own = [(r["id"], r["balance_transaction"]) for r in lists["payouts.jsonl"]
           if r["balance_transaction"] in {row[0] for row in stated}]
    assert own  # a payout's own row names its payout
    for payout, transaction in own:
        assert rows(workspace.published_db, "select payout_id, flow_type from marts.fct_transactions "
                    "where transaction_id = ?", [transaction]) == [(payout, "payout")]


def test_the_automatic_payout_of_the_sandbox_is_inferred(sandbox: tuple[Workspace, Outcome, dict[str, list[Record]]]) -> None:
    """Only its own row names it: 9164 is all there was, 5116 and 4048. The two payouts by hand are not knowable."""
    workspace, _, _ = sandbox
    found = rows(workspace.published_db, "select left(payout_id, 7), is_automatic, status, payout_minor, member_count, "
                 "members_net_minor, difference_minor from marts.fct_payout_reconciliation order by created_at")
    assert found == [("po_1KVQ", True, "tied_inferred", 9_164, 2, 9_164, 0),
                     ("po_1MWH", False, "unknowable_manual", 154_900, 0, None, None),
                     ("po_1MXK", False, "unknowable_manual", 665_880, 0, None, None)]
    members = "select membership, net_minor from marts.fct_payout_members order by net_minor"
    assert rows(workspace.published_db, members) == [("inferred", 4_048), ("inferred", 5_116)]


# ---- one example of every resource of the current API version


@pytest.fixture(scope="module")
def examples() -> list[Record]:
    text = (DATA / "stripe_openapi_fixtures.json").read_text(encoding="utf-8")
    resources: dict[str, Record] = json.loads(text)["resources"]
    # the example payout of 1100 names the example charge's transaction of 100: a gate would rightly stop it
    assert resources["payout"]["amount"] != -resources["balance_transaction"]["net"]
    resources["payout"]["balance_transaction"] = None
    return list(resources.values())


# Placeholders that no list of Stripe's would hold, and a child of a nested list without its parent.
REFUSED_EXAMPLES = {
    "invoice_payment": "unknown currency in column invoice_payment.currency (1 of 1 rows; line 1: 'currency')",
    "credit_note_line_item": "empty credit_note_line_item.parent_id in column credit_note_line_item.parent_id "
                             "(1 of 1 rows; line 1: empty)",
}


@MODES
def test_every_example_of_the_api_is_staged(mode: str, examples: list[Record], tmp_path: Path) -> None:
    """The examples mix the modes: with either mode set, the others stay in raw and the rest is staged."""
    by_type: dict[str, list[Record]] = {}
    for record in examples:
        by_type.setdefault(record.get("object", "no_type"), []).append(record)
    assert len(examples) == 176
    for kind, records in by_type.items():
        put(tmp_path / "inbox" / API / f"{kind}.jsonl", json_lines(records))
    put(tmp_path / "inbox" / "company" / "tieout.toml", f'mode = "{mode}"\n')
    workspace = Workspace(tmp_path / "workspace")
    outcome = _run(workspace, tmp_path / "inbox")
    assert {Path(name).stem: reason for name, reason in outcome.refused.items()} == REFUSED_EXAMPLES
    held = {json.loads((folder / "file").read_text(encoding="utf-8"))["id"] for folder in workspace.quarantine.iterdir()}
    assert held == {record["id"] for record in examples if record.get("object") in REFUSED_EXAMPLES}
    wanted = [record for record in examples if record.get("livemode") in (None, mode == "live")
              and record["object"] not in REFUSED_EXAMPLES]
    stated = [record for record in wanted if record["object"] == "balance"]  # has no id: staged by what it states
    assert missing(workspace.published_db, [record for record in wanted if record not in stated]) == []
    currencies = {entry["currency"] for record in stated for entry in record["available"]}
    assert set(rows(workspace.published_db, "select distinct currency from staging.stg_stripe__stated_balances")) == {
        (currency,) for currency in currencies}
    assert len(wanted) > (70 if mode == "live" else 140)
    apart = [record for record in examples if record.get("livemode") is (mode == "test")]
    assert apart and any("other mode are set apart" in warning for warning in outcome.manifest["warnings"])
    for record in apart:
        if record.get("id") and record["object"] not in REFUSED_EXAMPLES:
            assert _in_raw(workspace, record), record["id"]


def _in_raw(workspace: Workspace, record: Record) -> bool:
    tables = [name for (name,) in rows(workspace.raw_db, "select table_name from duckdb_tables() "
                                       "where schema_name = 'api'")]
    own = record["object"].replace(".", "_")
    table = own if own in tables else "unmodelled"
    return bool(rows(workspace.raw_db, f"select 1 from api.\"{table}\" where object_id = ?", [record["id"]]))


# ---- webhook events, most of them of API version 2020-03-02


@pytest.fixture(scope="module")
def events() -> list[Record]:
    return [json.loads(path.read_text(encoding="utf-8"))
            for path in sorted((DATA / "stripe_webhook_events").glob("*.json"))]


@MODES
def test_every_event_and_the_object_inside_is_staged(mode: str, events: list[Record], tmp_path: Path) -> None:
    assert len(events) == 71
    put(tmp_path / "inbox" / "stripe" / "events" / "events.jsonl", json_lines(events))
    put(tmp_path / "inbox" / "company" / "tieout.toml", f'mode = "{mode}"\n')
    workspace = Workspace(tmp_path / "workspace")
    outcome = _run(workspace, tmp_path / "inbox")
    assert outcome.refused == {}
    wanted = [event for event in events if event["livemode"] is (mode == "live")]
    assert missing(workspace.published_db, wanted) == []
    inside = [event["data"]["object"] for event in wanted]
    inside = [record for record in inside if record.get("livemode", mode == "live") is (mode == "live")]
    assert missing(workspace.published_db, inside) == []
    distinct = {json.dumps(event, sort_keys=True) for event in events}
    assert rows(workspace.raw_db, "select count(*) from api.event") == [(len(distinct),)]  # ids repeat, content counts
    gone = [event["data"]["object"]["id"] for event in wanted if event["type"] == "customer.deleted"]
    for customer in gone:
        assert rows(workspace.published_db, "select is_deleted from marts.dim_customers where customer_id = ?",
                    [customer]) == [(True,)]


# ---- the same facts in the shapes of two API versions


def test_old_and_new_shapes_stage_alike(examples: list[Record], tmp_path: Path) -> None:
    """`invoice.subscription` against `invoice.parent`, the period on the subscription against that on its item."""
    item = {"id": "si_1", "object": "subscription_item", "created": 1767225600, "quantity": 2, "subscription": "sub_1",
            "price": {"id": "price_1", "object": "price", "currency": "usd", "unit_amount": 500, "product": "prod_1",
                      "type": "recurring", "created": 1767225600, "livemode": True,
                      "recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed"}}}
    shared: Record = {"object": "subscription", "customer": "cus_1", "status": "active", "created": 1767225600,
                      "start_date": 1767225600, "livemode": True, "currency": "usd"}
    period = {"current_period_start": 1767225600, "current_period_end": 1769904000}
    old = {**shared, **period, "id": "sub_1", "items": {"object": "list", "data": [item], "has_more": False}}
    new_item = {**item, **period, "id": "si_2", "subscription": "sub_2"}
    new = {**shared, "id": "sub_2", "items": {"object": "list", "data": [new_item], "has_more": False}}
    line: Record = {"object": "line_item", "amount": 1000, "currency": "usd", "quantity": 2, "livemode": True,
                    "period": {"start": 1767225600, "end": 1769904000}}
    old_line = {**line, "id": "il_1", "invoice": "in_1", "type": "subscription", "subscription": "sub_1",
                "subscription_item": "si_1", "proration": False, "price": item["price"]}
    new_line = {**line, "id": "il_2", "invoice": "in_2",
                "pricing": {"type": "price_details", "price_details": {"price": "price_1", "product": "prod_1"}},
                "parent": {"type": "subscription_item_details", "subscription_item_details": {
                    "subscription": "sub_2", "subscription_item": "si_2", "proration": False}}}
    invoice: Record = {"object": "invoice", "customer": "cus_1", "currency": "usd", "status": "paid", "total": 1000,
                       "subtotal": 1000, "amount_due": 1000, "amount_paid": 1000, "amount_remaining": 0,
                       "created": 1767225600, "livemode": True}
    old_invoice = {**invoice, "id": "in_1", "subscription": "sub_1", "charge": "ch_1", "payment_intent": "pi_1",
                   "lines": {"object": "list", "data": [old_line], "has_more": False}}
    new_invoice = {**invoice, "id": "in_2",
                   "parent": {"type": "subscription_details", "subscription_details": {"subscription": "sub_2"}},
                   "lines": {"object": "list", "data": [new_line], "has_more": False}}
    payment = {"id": "inpay_2", "object": "invoice_payment", "invoice": "in_2", "amount_paid": 1000, "status": "paid",
               "amount_requested": 1000, "currency": "usd", "created": 1767225600, "is_default": True, "livemode": True,
               "payment": {"type": "payment_intent", "payment_intent": "pi_2"}}
    charge: Record = {"object": "charge", "amount": 1000, "amount_refunded": 0, "currency": "usd", "created": 1767225600,
                      "status": "succeeded", "paid": True, "captured": True, "refunded": False, "customer": "cus_1",
                      "livemode": True}
    charges = [{**charge, "id": "ch_1", "invoice": "in_1", "payment_intent": "pi_1", "balance_transaction": "txn_1"},
               {**charge, "id": "ch_2", "payment_intent": "pi_2", "balance_transaction": "txn_2"}]
    transactions = [{"id": f"txn_{n}", "object": "balance_transaction", "amount": 1000, "fee": 59, "net": 941,
                     "currency": "usd", "type": "charge", "reporting_category": "charge", "status": "available",
                     "source": f"ch_{n}", "created": 1767225600, "available_on": 1767484800, "fee_details": [
                         {"amount": 59, "currency": "usd", "type": "stripe_fee", "description": "Stripe"}]}
                    for n in (1, 2)]
    for name, records in (("subscription", [old, new]), ("invoice", [old_invoice, new_invoice]), ("charge", charges),
                          ("invoice_payment", [payment]), ("balance_transaction", transactions)):
        put(tmp_path / "inbox" / API / f"{name}.jsonl", json_lines(records))
    workspace = Workspace(tmp_path / "workspace")
    outcome = _run(workspace, tmp_path / "inbox")
    assert outcome.refused == {}
    database = workspace.published_db
    assert rows(database, "select invoice_id, subscription_id from staging.stg_stripe__invoices order by 1") == [
        ("in_1", "sub_1"), ("in_2", "sub_2")]
    assert rows(database, "select invoice_line_item_id, subscription_id, subscription_item_id, price_id, product_id, "
                "is_proration, epoch(period_start_at)::bigint from staging.stg_stripe__invoice_line_items order by 1"
                ) == [("il_1", "sub_1", "si_1", "price_1", "prod_1", False, 1767225600),
                      ("il_2", "sub_2", "si_2", "price_1", "prod_1", False, 1767225600)]
    assert rows(database, "select subscription_item_id, epoch(coalesce(items.period_end_at, subscriptions.period_end_at))"
                "::bigint, price_id, quantity from staging.stg_stripe__subscription_items as items "
                "join staging.stg_stripe__subscriptions as subscriptions using (account_id, subscription_id) order by 1"
                .replace("price_id, quantity", "items.price_id, items.quantity")) == [
        ("si_1", 1769904000, "price_1", 2), ("si_2", 1769904000, "price_1", 2)]
    # the mart finds invoice and subscription of a charge either way
    assert rows(database, "select transaction_id, invoice_id, subscription_id, customer_id from marts.fct_transactions "
                "order by 1") == [("txn_1", "in_1", "sub_1", "cus_1"), ("txn_2", "in_2", "sub_2", "cus_1")]
