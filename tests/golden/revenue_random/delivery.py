"""Files in disorder: the rows of every table shuffled, dealt to several files, some of which arrive a run later.

Of what arrives later, an older export tells some rows as they were before anything happened to them.
"""

from __future__ import annotations

import random
from pathlib import Path

from orchestration.domain.inbox_layout import CONNECTED_PREFIX
from tests.golden.revenue.tables import OWN_TABLES, STAMP, Tables, stripe_columns, texts_of
from tests.pipeline.inboxes import SIGMA, as_csv, put

PARTS = 3
BEFORE = "2026-03-01T0300"
# What an object looked like at first, as far as it changes later.
_AT_FIRST = {
    "invoices": {
        "status": "open", "paid": "false", "paid_out_of_band": "false", "amount_paid": "0", "status_transitions_paid_at": "",
        "status_transitions_voided_at": "", "status_transitions_marked_uncollectible_at": "", "charge_id": "",
    },
    "charges": {"status": "succeeded", "amount_refunded": "0", "refunded": "false", "dispute_id": ""},
    "credit_notes": {"status": "issued", "voided_at": ""},
    "disputes": {"status": "needs_response"},
    "refunds": {"status": "succeeded", "failure_reason": "", "failure_balance_transaction_id": ""},
    "invoice_items": {"invoice_id": ""},
}  # fmt: skip


def deliver(tables: Tables, inbox: Path, rng: random.Random, late_share: float = 0.15) -> None:
    """Write `inbox/first` and `inbox/late`; together they hold every row once, but for a few that come twice."""
    for (table, is_connected), found in sorted(tables.stripe.items()):
        is_prefixed = is_connected and table != "connected_accounts"
        columns = ["account"] * is_prefixed + stripe_columns(table)
        rows = texts_of(columns, found)
        rng.shuffle(rows)
        late = round(len(rows) * late_share)
        again = rows[: late // 10]  # told before, told again
        for part in range(PARTS):
            _put(inbox / "first", CONNECTED_PREFIX * is_prefixed + table, part + 1, rows[late + part :: PARTS] + again * (part == 0), columns)
        if table in _AT_FIRST:
            before = [{**row, **_AT_FIRST[table]} for row in rows[: late // 2]]
            _put(inbox / "first", CONNECTED_PREFIX * is_prefixed + table, PARTS + 2, before, columns, BEFORE)
        _put(inbox / "late", CONNECTED_PREFIX * is_prefixed + table, PARTS + 1, rows[:late], columns)
    for table, found in tables.own.items():
        put(inbox / "first" / f"{table}.csv", as_csv(texts_of(OWN_TABLES[table], found)), STAMP)
    for folder in ("first", "late"):
        put(inbox / folder / "company" / "tieout.toml", tables.settings, STAMP)


def _put(folder: Path, table: str, part: int, rows: list[dict[str, str]], columns: list[str], stamp: str = STAMP) -> None:
    if rows:
        put(folder / SIGMA / f"{table}_{stamp}_part{part}.csv", as_csv(rows, columns), stamp)
