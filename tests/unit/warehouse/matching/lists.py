"""Small lists for the matcher's tests, written as rows."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import duckdb
import pyarrow as pa

from orchestration.warehouse.matching.matcher import Matching, match_lists

START = date(2026, 3, 1)
# id, days after START, minor units, text; optionally a currency
Row = tuple


def table(rows: Iterable[Row]) -> pa.Table:
    made = [(*row, "usd")[:5] for row in rows]
    ids, days, amounts, texts, currencies = zip(*made, strict=True) if made else ((),) * 5
    return pa.table({
        "id": pa.array(ids, pa.string()),
        "date": pa.array([START + timedelta(days=day) for day in days], pa.date32()),
        "amount_minor": pa.array(amounts, pa.int64()),
        "currency": pa.array(currencies, pa.string()),
        "text": pa.array(texts, pa.string()),
    })  # fmt: skip


def flow_table(rows: Iterable[Row], **columns: Sequence[str | None]) -> pa.Table:
    made = table(rows)
    given = {"scope": ["bank"] * made.num_rows, "entity": [None] * made.num_rows, "reference": [None] * made.num_rows,
             "words": made["text"].to_pylist(), **columns}  # fmt: skip
    for name, values in given.items():
        made = made.append_column(name, pa.array(values, pa.string()))
    return made


def shuffled(made: pa.Table, seed: int) -> pa.Table:
    order = list(range(made.num_rows))
    random.Random(seed).shuffle(order)
    return made.take(pa.array(order, pa.int64()))


def people(count: int, seed: int = 1) -> tuple[list[Row], list[Row]]:
    """Payments that differ in name, day and money; the right ones come one to three days later, text cut."""
    rng = random.Random(seed)
    letters = "ABCDEFGHIJKLMNOPRSTUVW"
    left, right = [], []
    for number in range(count):
        name = f"{''.join(rng.choices(letters, k=6))} {''.join(rng.choices(letters, k=7))}"
        day, amount = rng.randrange(200), rng.randrange(1_000, 500_000)
        left.append((f"L{number:04}", day, amount, f"{name} INVOICE"))
        right.append((f"R{number:04}", day + rng.randint(1, 3), amount, name))
    return left, right


def matched(left: Iterable[Row], right: Iterable[Row], **options: object) -> Matching:
    return match_lists(duckdb.connect(), table(left), table(right), **options)  # type: ignore[arg-type]
