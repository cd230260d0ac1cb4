"""Payouts of simulated companies find their bank lines: none wrongly by itself, whatever is missing on either side."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from orchestration.warehouse.matching.calibration import Case
from tests.bench.calibration import SEED
from tests.bench.matching_quality_bank import REMOVED, Outcome, calibration_error, judge
from tests.bench.matching_truth import company
from tests.sweep.support import share

pytestmark = [pytest.mark.sweep, pytest.mark.slow]
# None of them is among those of which the calibration was made (101 to 108).
SEEDS = range(201, 221)


def _shipped() -> list[Case]:
    with SEED.open(encoding="utf-8", newline="") as stream:
        return [
            Case(row["tier"], int(row["believed_ten_thousandths"]) / 10_000, int(row["match_count"]), int(row["right_count"]))
            for row in csv.DictReader(stream)
        ]


@pytest.mark.parametrize("seed", SEEDS[: share(20)])
def test_no_match_is_wrong_by_itself(seed: int, tmp_path: Path) -> None:
    one = company(seed, tmp_path, months=6, customers=300)
    assert len(one.right) > 150
    for removed in REMOVED:
        outcome = judge(one, removed, seed, _shipped(), Outcome())
        wrong = {key: score.groups - score.right for key, score in outcome.scores.items() if key[1] == "auto"}
        assert sum(wrong.values()) == 0, wrong
        assert outcome.found >= 0.9 * outcome.pairs
        assert outcome.found_auto >= 0.88 * outcome.pairs
        assert calibration_error(outcome.beliefs) < 0.02
