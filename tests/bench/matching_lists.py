"""Seeded lists for the matcher's benchmark: made by columns, a million rows in seconds; truth is the row's number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

SEED = 7
FIRST_DAY, DAYS = 19_723, 365  # 2024
ALPHABET = np.frombuffer(b"ABCDEFGHJKLMNPQRSTUVWXYZ", dtype="S1").astype("U1")
DESCRIPTORS = np.array(["STRIPE TRANSFER", "STRIPE PAYMENTS EUROPE", "STRIPE", "TRANSFER ST"])
NOISE = np.array(["SALARY", "RENT", "CARD PURCHASE", "SEPA DIRECT DEBIT", "INTEREST", "WIRE IN"])
CURRENCIES = np.array(["usd", "eur", "gbp", "jpy"])
CUSTOMERS = 200_000


@dataclass(frozen=True)
class Pair:
    """Two lists; `truth` has for each right row the left row that it belongs to, -1 for none."""

    left: pa.Table
    right: pa.Table
    truth: np.ndarray


def words(random: np.random.Generator, count: int, size: int) -> np.ndarray:
    letters = ALPHABET[random.integers(0, len(ALPHABET), (count, size))]
    found = letters[:, 0]
    for column in range(1, size):
        found = np.char.add(found, letters[:, column])
    return found


def traces(random: np.random.Generator, count: int) -> np.ndarray:
    return np.char.add("ID", np.char.zfill(random.permutation(count * 10)[:count].astype("U12"), 12))


def dates(days: np.ndarray) -> pa.Array:
    return pa.array(days.astype(np.int32), pa.int32()).cast(pa.date32())


def amounts(random: np.random.Generator, count: int) -> np.ndarray:
    return np.maximum(np.rint(np.exp(random.normal(10.5, 1.6, count))).astype(np.int64), 100)


def payouts_and_bank_lines(count: int) -> Pair:
    """70 % of the bank lines print the trace id, 3 % come less a fee, 4 % of the lines are somebody else's."""
    random = np.random.default_rng(SEED)
    own = count - count // 25
    scopes = np.char.add("ba_", random.integers(0, 50, count).astype("U3"))
    currency = CURRENCIES[random.integers(0, len(CURRENCIES), count)]
    day, money, trace = FIRST_DAY + random.integers(0, DAYS, count), amounts(random, count), traces(random, count)
    left = pa.table({
        "id": np.char.add("po_", np.char.zfill(np.arange(count).astype("U8"), 8)), "scope": scopes, "currency": currency,
        "date": dates(day), "amount_minor": money, "text": pa.array(["STRIPE"] * count), "reference": trace,
        "entity": pa.array(["stripe"] * count),
    })  # fmt: skip
    of = np.concatenate([random.permutation(count)[:own], np.full(count - own, -1)])
    mine = of >= 0
    fee = np.where(random.random(count) < 0.03, random.integers(500, 2_500, count), 0)
    fee = np.where(money[of] > 20 * 2_500, fee, 0)
    text = np.where(mine, DESCRIPTORS[random.integers(0, len(DESCRIPTORS), count)],
                    np.char.add(np.char.add(NOISE[random.integers(0, len(NOISE), count)], " "),
                                random.integers(0, 10**6, count).astype("U6")))
    printed = mine & (random.random(count) < 0.7)
    says = np.where(printed, np.char.add(np.char.add(text, " "), trace[of]), text)
    lag = random.choice([0, 1, 2, 3, 4], count, p=[0.2, 0.4, 0.2, 0.15, 0.05])
    right = pa.table({
        "id": np.char.add("be_", np.char.zfill(random.permutation(count).astype("U8"), 8)),
        "scope": np.where(mine, scopes[of], scopes), "currency": np.where(mine, currency[of], currency),
        "date": dates(np.where(mine, day[of] + lag, day)),
        "amount_minor": np.where(mine, money[of] - fee, amounts(random, count)), "text": text, "words": says,
        "entity": pa.array(np.where(mine, "stripe", ""), pa.string()),
    })  # fmt: skip
    return Pair(left, right.set_column(7, "entity", _null_if_empty(right["entity"])), of)


def _null_if_empty(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pa.compute.if_else(pa.compute.equal(column, ""), pa.scalar(None, pa.string()), column)


def person_payments(count: int) -> Pair:
    """Payments seen at both ends: names with a purpose, cut on the way, some amounts less a fee, 10 % on one side only."""
    random = np.random.default_rng(SEED)
    people = np.char.add(np.char.add(words(random, CUSTOMERS, 5), " "), words(random, CUSTOMERS, 8))
    purposes = np.array(["INVOICE", "PAYMENT", "RENT", "FEES", "BGC", "DONATION"])
    text = np.char.add(np.char.add(people[random.integers(0, CUSTOMERS, count)], " "),
                       purposes[random.integers(0, len(purposes), count)])
    day, money = FIRST_DAY + random.integers(0, DAYS, count), amounts(random, count)
    left = pa.table({
        "id": np.char.add("l", np.char.zfill(np.arange(count).astype("U8"), 8)), "date": dates(day),
        "amount_minor": money, "currency": pa.array(["gbp"] * count), "text": text,
    })  # fmt: skip
    own = count - count // 10
    of = np.concatenate([random.permutation(count)[:own], np.full(count - own, -1)])
    mine = of >= 0
    other = np.char.add(people[random.integers(0, CUSTOMERS, count)], " PAYMENT")
    seen = np.where(mine, text[of], other)
    seen = np.where(random.random(count) < 0.4, seen.astype("U15"), seen)
    kept = np.where(random.random(count) < 0.3, 1 - random.random(count) * 0.05, 1.0)
    right = pa.table({
        "id": np.char.add("r", np.char.zfill(random.permutation(count).astype("U8"), 8)),
        "date": dates(np.where(mine, day[of] + np.minimum(random.geometric(0.4, count), 14), FIRST_DAY + random.integers(0, DAYS, count))),
        "amount_minor": np.where(mine, np.maximum(np.rint(money[of] * kept), 1), amounts(random, count)).astype(np.int64),
        "currency": pa.array(["gbp"] * count), "text": seen,
    })  # fmt: skip
    return Pair(left, right, of)
