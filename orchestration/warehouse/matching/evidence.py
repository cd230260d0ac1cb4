"""What speaks for and against a pair, field by field.

Each field says two things of a pair: its level (how the two values agree) and the chance that a random other
item agrees with this very value as well. A rare amount, an early prefix that nobody else has, a day without
other lines: the chance is counted in the list itself, so nothing needs to be known about the company. What a
level is worth is learnt (`learning.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orchestration.warehouse.matching.candidates import COMMON_ITEMS, Pairs
from orchestration.warehouse.matching.differences import recurring_differences
from orchestration.warehouse.matching.items import Lists
from orchestration.warehouse.matching.texts import BITS_SCALE

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

# Whoever counts how many others agree never counts less than half of one: rare is not impossible.
LEAST_OTHERS = 0.5
# Relative difference of two amounts, in natural logarithm, finest where fees and rounding live.
AMOUNT_BINS = np.array(
    [0, 0.0005, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.13, 0.17, 0.22, 0.3]
)
EQUAL, FAR, RECURRING = 0, 2 * len(AMOUNT_BINS) - 1, 2 * len(AMOUNT_BINS)
EARLIEST_DAY, LATEST_DAY = -31, 60
# Rarity, in bits, of what follows a common beginning on both sides: words like PAYMENT, or a name.
CONFLICT_BITS = np.array([2, 3, 4, 5, 6, 7, 8, 10])
PREFIX_BITS = np.array([1, 2, 4, 6, 8, 10])
SAME, CUT, CONFLICT, WORD, ABSENT, NOTHING, INSIDE = 0, 1, 2, 11, 12, 13, 14
# The most frequent left texts are looked for inside the right ones.
MOST_COMMON = 20
AGREES, DIFFERS, MISSING = 0, 1, 2


@dataclass(frozen=True)
class Evidence:
    """One field of all candidate pairs.

    Attributes:
        name: date, amount, text or the name of a key.
        level: How the two values agree.
        chance: Expected share of random items that agree at least as well with this left item.
        group: Class of rarity of the shared value; the learnt share of levels is one per class.
        prior: What is believed of true pairs before the lists are looked at: weight per level.
        silent: Levels that say nothing either way (a text or key that is not there).
        counts_levels: The chance counts how many share the value, not how; the share of levels is learnt too.
        counted_exactly: Levels of such a field whose chance says it all.
    """

    name: str
    level: IntArray
    chance: FloatArray
    group: IntArray
    prior: FloatArray
    silent: tuple[int, ...] = ()
    counts_levels: bool = False
    counted_exactly: tuple[int, ...] = ()


def evidence_of(lists: Lists, pairs: Pairs) -> list[Evidence]:
    """All fields of all pairs."""
    fields = [_amount(lists, pairs), _date(lists, pairs), _text(lists, pairs)]
    return fields + [_key(lists, pairs, name) for name in lists.left.keys]


def _count_between(
    lists: Lists, pairs: Pairs, values: IntArray, low: FloatArray, high: FloatArray
) -> IntArray:
    """For each pair the right items of its scope whose value lies in [low, high]."""
    order = np.lexsort((values, lists.right.scope))
    bounds = np.searchsorted(lists.right.scope[order], np.arange(lists.scopes + 1))
    scope = lists.left.scope[pairs.left]
    counts = np.zeros(len(pairs), dtype=np.int64)
    by_scope = np.argsort(scope, kind="stable")
    parts = np.searchsorted(scope[by_scope], np.arange(lists.scopes + 1))
    for number in np.unique(scope):
        here = by_scope[parts[number] : parts[number + 1]]
        ordered = values[order[bounds[number] : bounds[number + 1]]]
        counts[here] = np.searchsorted(ordered, high[here], "right") - np.searchsorted(
            ordered, low[here], "left"
        )
    return counts


def _others(counts: IntArray) -> FloatArray:
    """The pair's own right item is not another one."""
    others: FloatArray = np.maximum(counts - 1.0, LEAST_OTHERS)
    return others


def right_items(lists: Lists, pairs: Pairs) -> FloatArray:
    """How many right items a left item could be confused with: those of its scope."""
    return np.bincount(lists.right.scope, minlength=lists.scopes)[lists.left.scope[pairs.left]].astype(float)


def _amount(lists: Lists, pairs: Pairs) -> Evidence:
    left, right = lists.left.amount[pairs.left], lists.right.amount[pairs.right]
    equal = left == right
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(equal, 0.0, np.log(right / np.maximum(left, 1)))
    bin_ = np.digitize(np.abs(ratio), AMOUNT_BINS) - 1
    far = (bin_ >= len(AMOUNT_BINS) - 1) & ~equal
    bins = len(AMOUNT_BINS) - 1
    level = np.where(equal, EQUAL, np.where(far, FAR, 1 + bin_ + np.where(ratio < 0, bins, 0)))
    recurs = recurring_differences(lists.left.scope[pairs.left], left, right)
    level = np.where(recurs, RECURRING, level)
    inner, outer = AMOUNT_BINS[np.minimum(bin_, bins - 1)], AMOUNT_BINS[np.minimum(bin_, bins - 1) + 1]
    low = np.where(ratio < 0, left * np.exp(-outer), left * np.exp(inner))
    high = np.where(ratio < 0, left * np.exp(-inner), left * np.exp(outer))
    exact, same = right.astype(float), equal | recurs
    counts = _count_between(
        lists, pairs, lists.right.amount, np.where(same, exact, low), np.where(same, exact, high)
    )
    size = right_items(lists, pairs)
    chance = np.where(far, 1.0, _others(counts) / size)
    prior = np.concatenate([[0.9], np.tile(0.045 * 0.75 ** np.arange(bins) / 4, 2), [0.005, 0.04]])
    return Evidence("amount", level, chance, np.zeros(len(pairs), dtype=np.int64), 10 * prior / prior.sum())


def _date(lists: Lists, pairs: Pairs) -> Evidence:
    late = lists.right.day[pairs.right] - lists.left.day[pairs.left]
    level = np.clip(late, EARLIEST_DAY, LATEST_DAY) - EARLIEST_DAY
    day = lists.right.day[pairs.right].astype(float)
    counts = _count_between(lists, pairs, lists.right.day, day, day)
    days = np.arange(EARLIEST_DAY, LATEST_DAY + 1)
    prior = np.where(days < 0, 0.2, 1.0) * np.exp(-np.abs(days) / 2.5) + 1e-4
    return Evidence(
        "date",
        level,
        _others(counts) / right_items(lists, pairs),
        np.zeros(len(pairs), dtype=np.int64),
        10 * prior / prior.sum(),
    )


def _text(lists: Lists, pairs: Pairs) -> Evidence:
    texts = lists.texts
    left, right = lists.left.text[pairs.left], lists.right.text[pairs.right]
    shared = texts.common_prefix(left, right)
    shorter = np.minimum(texts.length[left], texts.length[right])
    is_cut = shared == shorter
    # where two words part, their common letters are no agreement: go back to where the words begin
    last = np.minimum(shared, texts.rows.shape[1] - 1)
    begins = np.minimum(
        np.where(texts.token_bits[left, last] > 0, texts.token_start[left, last], shared),
        np.where(texts.token_bits[right, last] > 0, texts.token_start[right, last], shared),
    )
    agreed = np.where(is_cut, shared, np.minimum(begins, shared)).astype(np.int64)
    place = np.minimum(agreed, texts.rows.shape[1] - 1)
    follows = np.minimum(texts.token_bits[left, place], texts.token_bits[right, place]) / BITS_SCALE
    total = float(len(lists.left) + len(lists.right))
    counts = texts.prefix_counts(left, agreed)
    chance = np.maximum(counts - 2.0, 2 * LEAST_OTHERS) / total
    level = np.where(
        (shared == texts.length[left]) & (shared == texts.length[right]),
        SAME,
        np.where(is_cut, CUT, np.where(agreed == 0, NOTHING, CONFLICT + np.digitize(follows, CONFLICT_BITS))),
    )
    word_chance = np.maximum(pairs.shared_word_items - 2.0, 2 * LEAST_OTHERS) / total
    inside, inside_chance = _inside(lists, left, right)
    inside &= (level == NOTHING) | (level >= CONFLICT)
    level = np.where(inside, INSIDE, level)
    chance = np.where(inside, np.minimum(inside_chance, chance), chance)
    by_word = (pairs.shared_word_items > 0) & (word_chance < chance)
    level = np.where(by_word, WORD, np.where(shorter == 0, ABSENT, level))
    chance = np.where(by_word, word_chance, np.where(level == ABSENT, 1.0, chance))
    group = np.digitize(np.log2(total / np.maximum(counts, 1)), PREFIX_BITS)
    prior = np.array([0.45, 0.2, *(0.08 * 0.6 ** np.arange(9)), 0.1, 0.02, 0.02, 0.1])
    return Evidence(
        "text",
        level,
        chance,
        group,
        10 * prior / prior.sum(),
        silent=(ABSENT,),
        counts_levels=True,
        counted_exactly=(WORD, INSIDE),
    )


def _inside(lists: Lists, left: IntArray, right: IntArray) -> tuple[NDArray[np.bool_], FloatArray]:
    """Where a frequent left text stands somewhere inside the right one, as behind what a bank puts before it."""
    inside, chance = np.zeros(len(left), dtype=bool), np.ones(len(left))
    total = float(len(lists.left) + len(lists.right))
    for text in lists.texts.common(COMMON_ITEMS, MOST_COMMON):
        here = np.flatnonzero(left == text)
        if len(here):
            contains = lists.texts.containing(int(text))
            inside[here] = contains[right[here]]
            chance[here] = max(float(lists.texts.weight[contains].sum()) - 2.0, 2 * LEAST_OTHERS) / total
    return inside, chance


def _key(lists: Lists, pairs: Pairs, name: str) -> Evidence:
    left, right = lists.left.keys[name][pairs.left], lists.right.keys[name][pairs.right]
    level = np.where((left < 0) | (right < 0), MISSING, np.where(left == right, AGREES, DIFFERS))
    total = float(len(lists.left) + len(lists.right))
    chance = np.maximum(lists.key_items(name)[np.maximum(left, 0)] - 2.0, 2 * LEAST_OTHERS) / total
    return Evidence(
        name,
        level,
        np.where(level == AGREES, chance, 1.0),
        np.zeros(len(pairs), dtype=np.int64),
        np.array([9.7, 0.3, 0.0]),
        silent=(MISSING,),
    )
