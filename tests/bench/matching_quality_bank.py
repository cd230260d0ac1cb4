"""How well payouts find their bank lines: `python -m tests.bench.matching_quality_bank FOLDER SEED...`.

For each share of either side removed: matches by tier and status, how many pairs are right, recall, calibration
error, and the money of wrong automatic matches.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.warehouse.matching.calibration import Case
from orchestration.warehouse.matching.decided import Decisions
from orchestration.warehouse.matching.payout_bank import match_payouts
from tests.bench.matching_truth import Company, company

REMOVED = (0.0, 0.1, 0.2)


@dataclass
class Score:
    """Counts of one tier and status: groups, those wholly right, and the money of both (minor units, all currencies)."""

    groups: int = 0
    right: int = 0
    believed: float = 0.0
    money: int = 0
    wrong_money: int = 0


@dataclass
class Outcome:
    """All scores of one matching, and recall."""

    scores: dict[tuple[str, str], Score] = field(default_factory=dict)
    beliefs: list[tuple[str, float, bool]] = field(default_factory=list)
    pairs: int = 0
    found: int = 0
    found_auto: int = 0


def judge(one: Company, removed: float, seed: int, cases: Iterable[Case] = (), into: Outcome | None = None) -> Outcome:
    """Match a company with a share of either side removed, and compare with the truth."""
    payouts, lines = (_thinned(table, removed, f"{seed}{name}") for table, name in ((one.payouts, "p"), (one.lines, "b")))
    groups = match_payouts(duckdb.connect(), payouts, lines, Decisions(), list(cases))
    outcome = into or Outcome()
    there = set(payouts["id"].to_pylist()), set(lines["id"].to_pylist())
    present = {pair for pair in one.right if pair[0] in there[0] and pair[1] in there[1]}
    money = dict(zip(payouts["id"].to_pylist(), payouts["amount_minor"].to_pylist(), strict=True))
    members: dict[int, tuple[str, str, float, list[str], list[str]]] = {}
    for row in groups.to_pylist():
        group = members.setdefault(row["group_number"], (row["tier"], row["status"], row["confidence"], [], []))
        group[3 if row["side"] == "left" else 4].append(row["item_id"])
    outcome.pairs += len(present)
    for tier, status, confidence, left, right in members.values():
        proposed = {(item, line) for item in left for line in right}
        if status == "unmatched" or not proposed:
            continue
        good = len(proposed & one.right)
        is_right = all(any((item, line) in one.right for line in right) for item in left) and all(
            any((item, line) in one.right for item in left) for line in right
        )
        score = outcome.scores.setdefault((tier, status), Score())
        score.groups, score.right = score.groups + 1, score.right + is_right
        score.believed += confidence
        amount = sum(abs(money[item]) for item in left)
        score.money, score.wrong_money = score.money + amount, score.wrong_money + (0 if is_right else amount)
        outcome.beliefs.append((tier, confidence, is_right))
        outcome.found += good
        outcome.found_auto += good if status == "auto" else 0
    return outcome


def _thinned(table: pa.Table, removed: float, seed: str) -> pa.Table:
    chance = random.Random(seed)
    ids = sorted(table["id"].to_pylist())
    kept = pa.array([item for item in ids if chance.random() >= removed], pa.string())
    return table.filter(pc.is_in(table["id"], value_set=kept))


def calibration_error(beliefs: list[tuple[str, float, bool]]) -> float:
    """Expected calibration error over ten bins."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for _, belief, right in beliefs:
        bins.setdefault(min(int(belief * 10), 9), []).append((belief, right))
    return sum(
        abs(sum(belief for belief, _ in members) - sum(right for _, right in members)) for members in bins.values()
    ) / max(len(beliefs), 1)


def main(folder: Path, seeds: list[int], cases: Iterable[Case] = ()) -> None:
    """Print the table."""
    companies = [company(seed, folder) for seed in seeds]
    for removed in REMOVED:
        outcome = Outcome()
        for one in companies:
            judge(one, removed, one.seed, cases, outcome)
        print(f"\nremoved {removed:.0%} of either side: {outcome.pairs} true pairs")
        for (tier, status), score in sorted(outcome.scores.items()):
            print(f"  {tier} {status:9} {score.right:6} of {score.groups:6} right, believed {score.believed / score.groups:.4f}, "
                  f"wrong money {score.wrong_money:,} of {score.money:,}")  # fmt: skip
        auto = [score for (_, status), score in outcome.scores.items() if status == "auto"]
        print(f"  recall {outcome.found / outcome.pairs:.4f}, straight through {outcome.found_auto / outcome.pairs:.4f}, "
              f"wrong automatic {sum(score.groups - score.right for score in auto)}, calibration error "
              f"{calibration_error(outcome.beliefs):.5f}")  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]), [int(seed) for seed in sys.argv[2:]])
