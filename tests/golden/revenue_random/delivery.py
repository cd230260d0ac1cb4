"""Files in disorder: the rows of every table shuffled, dealt to several files, some of which arrive a run later."""

from __future__ import annotations

import random
from pathlib import Path

from orchestration.domain.inbox_layout import CONNECTED_PREFIX
from tests.golden.revenue.tables import OWN_TABLES, STAMP, Tables, stripe_columns, texts_of
from tests.pipeline.inboxes import SIGMA, as_csv, put

PARTS = 3


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
        _put(inbox / "late", CONNECTED_PREFIX * is_prefixed + table, PARTS + 1, rows[:late], columns)
    for table, found in tables.own.items():
        put(inbox / "first" / f"{table}.csv", as_csv(texts_of(OWN_TABLES[table], found)), STAMP)
    for folder in ("first", "late"):
        put(inbox / folder / "company" / "tieout.toml", tables.settings, STAMP)


def _put(folder: Path, table: str, part: int, rows: list[dict[str, str]], columns: list[str]) -> None:
    if rows:
        put(folder / SIGMA / f"{table}_{STAMP}_part{part}.csv", as_csv(rows, columns), STAMP)
