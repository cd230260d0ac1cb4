"""Writes dbt_project/seeds/match_calibration.csv: `python -m tests.bench.calibration FOLDER SEED...`.

What the matcher believed of payouts and bank lines of simulated companies, and how often it was right, with none, a
tenth and a fifth of either side removed. Report quality on other seeds than these (`matching_quality_bank`).
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from pathlib import Path

from orchestration.warehouse.matching.calibration import CALIBRATED
from orchestration.workspace import PROJECT_ROOT
from tests.bench.matching_quality_bank import REMOVED, Outcome, judge
from tests.bench.matching_truth import Company, company

SEED = PROJECT_ROOT / "dbt_project" / "seeds" / "match_calibration.csv"
COLUMNS = ("match_kind", "tier", "believed_ten_thousandths", "match_count", "right_count")
# Upper ends of the bins of belief, finest where matches become automatic.
BINS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.9992, 1.0)


def write_cases(companies: Iterable[Company], path: Path) -> None:
    """Count beliefs by tier and bin; the mean belief stands for its bin."""
    outcome = Outcome()
    for one in companies:
        for removed in REMOVED:
            judge(one, removed, one.seed, (), outcome)
    counted: dict[tuple[str, int], list[tuple[float, bool]]] = {}
    for tier, belief, right in outcome.beliefs:
        if tier in CALIBRATED:
            place = next(number for number, end in enumerate(BINS) if belief <= end)
            counted.setdefault((tier, place), []).append((belief, right))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for (tier, _), cases in sorted(counted.items()):
            believed = round(sum(belief for belief, _ in cases) / len(cases) * 10_000)
            writer.writerow(("payout_bank", tier, believed, len(cases), sum(right for _, right in cases)))


if __name__ == "__main__":
    write_cases([company(int(seed), Path(sys.argv[1])) for seed in sys.argv[2:]], SEED)
