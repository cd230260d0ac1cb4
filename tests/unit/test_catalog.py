"""The catalog that the loader reads from the staging models' YAML."""

from __future__ import annotations

from pathlib import Path

from orchestration.sources.catalog import KINDS, Field, load_catalog, stripe_catalog

TWO_MODELS = """
models:
  - name: stg_stripe__widgets
    config: {meta: {stripe: {table: widgets, object: widget, key: [widget_id], required: [id, amount], embedded_in: {box: items}}}}
    columns:
      - {name: widget_id, data_type: varchar, config: {meta: {sigma: id, api: '@id'}}}
      - {name: amount_minor, data_type: bigint, config: {meta: {sigma: amount, api: [total, amount]}}}
      - {name: quantity, data_type: bigint, config: {meta: {sigma: quantity, api: quantity}}}
      - {name: currency, data_type: varchar, config: {meta: {sigma: currency, api: currency}}}
      - {name: created_at, data_type: timestamptz, config: {meta: {sigma: created, api: created}}}
      - {name: is_live, data_type: boolean, config: {meta: {api: livemode}}}
      - {name: unread, data_type: varchar}
"""


def test_a_map_becomes_a_table_and_an_object(tmp_path: Path) -> None:
    (tmp_path / "stg_stripe__widgets.yml").write_text(TWO_MODELS, encoding="utf-8")
    catalog = load_catalog(tmp_path)
    table, entry = catalog.tables["widgets"], catalog.objects["widget"]
    assert table.key == ("id",)
    assert table.required == ["id", "amount"]
    assert table.fields["amount"] == Field("amount_minor", ("amount",), "minor", True)
    assert {name: field.kind for name, field in table.fields.items()} == {
        "id": "text",
        "amount": "minor",
        "quantity": "integer",
        "currency": "currency",
        "created": "instant",
    }
    assert [field.sources for field in entry.fields if field.column == "amount_minor"] == [
        ("total", "amount")
    ]
    assert entry.embedded_in == {"box": ["items"]}
    assert catalog.asset_of("sigma", "widgets") == catalog.asset_of("api", "widget") == "widgets"


def test_the_fingerprint_follows_the_text_of_the_maps(tmp_path: Path) -> None:
    path = tmp_path / "stg_stripe__widgets.yml"
    path.write_text(TWO_MODELS, encoding="utf-8")
    before = load_catalog(tmp_path).fingerprint
    path.write_text(TWO_MODELS.replace("quantity", "count"), encoding="utf-8")
    assert load_catalog(tmp_path).fingerprint != before


def test_the_real_catalog_knows_what_money_needs() -> None:
    catalog = stripe_catalog()
    transactions = catalog.tables["balance_transactions"]
    assert {"id", "amount", "fee", "net", "currency", "created"} <= set(transactions.required)
    assert [transactions.fields[name].kind for name in ("amount", "fee", "net")] == ["minor"] * 3
    assert {"payout", "transfer", "charge", "invoice", "subscription"} <= set(catalog.objects)


def test_payouts_and_transfers_share_sigmas_table() -> None:
    models = stripe_catalog().models
    assert models["payouts"][0] == models["transfers"][0] == "sigma.transfers"


def test_every_field_has_a_kind_that_the_gates_know() -> None:
    catalog = stripe_catalog()
    kinds = {field.kind for table in catalog.tables.values() for field in table.fields.values()}
    kinds |= {field.kind for entry in catalog.objects.values() for field in entry.fields}
    assert kinds <= set(KINDS)
