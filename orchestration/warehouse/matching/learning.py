"""What each piece of evidence is worth, learnt from the two lists themselves.

Expectation maximisation: with the weights of now, how probable is each pair among its rivals; with these
probabilities, how often does a true pair show each level. The share of chance pairs per level is counted the
same way where it is not known exactly. A prior of a few pairs' weight serves lists too short to learn from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from orchestration.warehouse.matching.candidates import Pairs
from orchestration.warehouse.matching.competition import Sides
from orchestration.warehouse.matching.evidence import Evidence, right_items
from orchestration.warehouse.matching.items import Lists

FloatArray = NDArray[np.float64]

ROUNDS, SETTLED = 25, 1e-4
HEAVIEST, LIGHTEST = 1e15, 1e-15
# Before anything is known: four of five items have a counterpart; the belief of ten items.
PRIOR_SHARE, PRIOR_ITEMS = 0.8, 10.0
CHANCE_PRIOR = 0.1
# A level that true pairs show at least half as often as their most frequent one.
USUAL = 2.0


@dataclass(frozen=True)
class Learnt:
    """The result.

    Attributes:
        weight: Odds of each pair against "no counterpart", rivals not yet considered. Where items are
            alike there are many ways to pair them (n! for n and n), and each pair counts for its share of them.
        probability: With rivals considered.
        true_share: Field -> share of true pairs per level.
        matched_share: Share of left items that have a counterpart.
        contribution: Field -> natural logarithm of its factor in the weight; 0 for pairs of items known already.
    """

    weight: FloatArray
    probability: FloatArray
    true_share: dict[str, FloatArray]
    matched_share: float
    contribution: dict[str, FloatArray]


def learn(lists: Lists, pairs: Pairs, fields: list[Evidence], known: NDArray[np.bool_]) -> Learnt:
    """Learn the worth of every level and the probability of every pair.

    Args:
        known: Pairs that are sure already (both name one id): the lesson to begin with, and no rivals to others.
    """
    taken = np.isin(pairs.left, pairs.left[known]) | np.isin(pairs.right, pairs.right[known])
    # pairs of items that are matched already are as good as impossible; most pairs are such where ids did most
    open_ = np.flatnonzero(~taken)
    left, right = pairs.left[open_], pairs.right[open_]
    sides = Sides(left, right, len(lists.left), len(lists.right))
    others, crowd = right_items(lists, pairs)[open_], np.ones(len(open_))
    true_share = {field.name: field.prior / max(field.prior.sum(), 1.0) for field in fields}
    chance_share = {field.name: _even(field) for field in fields}
    of_open = [_rows(field, open_) for field in fields]
    log_chance = {field.name: np.log(field.chance) for field in of_open}
    matched = PRIOR_SHARE
    probability = known.astype(float)
    for _ in range(ROUNDS):
        contribution = {
            field.name: _contribution(
                field, log_chance[field.name], true_share[field.name], chance_share[field.name]
            )
            for field in of_open
        }
        # what the rivals of a left item have taken is no longer there to be confused with
        base = -np.log(np.maximum(others - matched * (crowd - 1), 1.0))
        log_weight = base + np.log(matched / (1 - matched)) + sum(contribution.values())
        weight = np.exp(np.clip(log_weight, np.log(LIGHTEST), np.log(HEAVIEST)))
        after = sides.probabilities(weight)
        moved = float(np.max(np.abs(after - probability[open_]), initial=0.0))
        probability[open_] = after
        crowd = _crowd(right, after)
        if moved < SETTLED:
            break
        for field in fields:
            true_share[field.name] = _true_share(field, probability)
            chance_share[field.name] = _chance_share(field, probability)
        found = float(probability.sum()) + PRIOR_SHARE * PRIOR_ITEMS
        matched = min(max(found / (len(lists.left) + PRIOR_ITEMS), 0.02), 0.998)
    whole = np.where(known, HEAVIEST, LIGHTEST)
    whole[open_] = weight * _ways(crowd, _crowd(left, after))
    told = {name: _spread(values, open_, len(pairs)) for name, values in contribution.items()}
    return Learnt(whole, probability, true_share, matched, told)


def _rows(field: Evidence, rows: NDArray[np.int64]) -> Evidence:
    return replace(field, level=field.level[rows], chance=field.chance[rows], group=field.group[rows])


def _spread(values: FloatArray, rows: NDArray[np.int64], size: int) -> FloatArray:
    spread = np.zeros(size)
    spread[rows] = values
    return spread


def _ways(one: FloatArray, other: FloatArray) -> FloatArray:
    """In how many ways items that are alike can be paired, as a factor of each of their pairs."""
    few, many = np.minimum(one, other), np.maximum(one, other)
    ways: FloatArray = np.exp((gammaln(many + 1) - gammaln(many - few + 1)) / few)
    return ways


def _crowd(item: NDArray[np.int64], probability: FloatArray) -> FloatArray:
    """Per pair how many pairs share its item's probability: 1 where one pair has it all, n where n are alike."""
    total = np.bincount(item, probability)[item]
    square = np.bincount(item, probability**2)[item]
    crowd: FloatArray = np.where(square > 0, total**2 / np.maximum(square, LIGHTEST**2), 1.0)
    return crowd


def _even(field: Evidence) -> FloatArray:
    """Before a round is done every chance level is as likely as the pairs show it."""
    return _chance_share(field, np.zeros(len(field.level)))


def _contribution(
    field: Evidence, log_chance: FloatArray, true_share: FloatArray, chance_share: FloatArray
) -> FloatArray:
    """Natural logarithm of the field's factor; looked up by group and level, because pairs are many and those few."""
    with np.errstate(divide="ignore"):  # a level that true pairs never show
        worth = np.log(true_share)[None, :] - np.log(chance_share)
    value = worth[field.group, field.level] - log_chance
    # where all items of a list look alike, what true pairs show most often is no news, but never bad news
    usual = true_share * USUAL >= true_share.max(initial=0.0)
    np.maximum(value, 0.0, out=value, where=usual[field.level])
    silent = np.isin(np.arange(len(true_share)), field.silent)
    contribution: FloatArray = np.where(silent[field.level], 0.0, value)
    return contribution


def _true_share(field: Evidence, probability: FloatArray) -> FloatArray:
    levels = len(field.prior)
    counted = np.bincount(field.level, probability, levels) + field.prior
    counted[list(field.silent)] = 0.0
    share: FloatArray = np.maximum(counted, 1e-9) / max(float(counted.sum()), 1e-9)
    return share


def _chance_share(field: Evidence, probability: FloatArray) -> FloatArray:
    """Per group of rarity the share of each level among pairs that are none; 1 where the chance says it all."""
    levels, groups = len(field.prior), int(field.group.max(initial=0)) + 1
    if not field.counts_levels:
        return np.ones((groups, levels))
    place = field.group * levels + field.level
    counted = np.bincount(place, 1.0 - probability, groups * levels).reshape(groups, levels) + CHANCE_PRIOR
    counted[:, list(field.silent)] = 0.0
    share: FloatArray = np.maximum(counted, 1e-9) / counted.sum(axis=1, keepdims=True)
    share[:, list(field.counted_exactly)] = 1.0
    return share
