"""How well `tieout match` does on public payments with known truth: `python -m tests.bench.matching_quality`.

9,044 bank payments seen at both ends (see ../shared/data/README.md): texts cut or missing, three quarters of the
amounts differ, one to 21 days between them. Each row gets a random id, so that nothing gives the truth away; then
a share of either side is taken away, each by its own draw.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT.parent / "shared" / "data" / "payment_matching"
SIDES = {"left": "transactions_origin_sample.parquet", "right": "transactions_destination_sample.parquet"}


@dataclass(frozen=True)
class Quality:
    """One call, measured against the truth; shares of 1."""

    removed: float
    seed: int
    items: int
    precision: float
    recall: float
    f1: float
    straight_through: float
    wrong_auto: int
    auto: int
    ece: float
    seconds: float


def hidden(folder: Path, removed: float, seed: int) -> dict[str, dict[str, int]]:
    """Write both lists without their truth; side -> random id -> truth."""
    truth = {}
    random = np.random.default_rng(seed)
    for side, name in SIDES.items():
        table = pq.read_table(FILES / name)
        table = table.take(pa.array(random.permutation(table.num_rows)))
        table = table.filter(pa.array(random.random(table.num_rows) >= removed))
        count = table.num_rows
        ids = [f"{number:08x}" for number in random.choice(2**32, count, replace=False)]
        listed = pa.table({
            "id": ids, "date": table["transaction_date"], "currency": pa.repeat("gbp", count), "text": table["memo"],
            "amount_minor": np.rint(table["amount"].to_numpy() * 100).astype(np.int64),
        })  # fmt: skip
        pq.write_table(listed, folder / f"{side}.parquet")
        truth[side] = dict(zip(ids, table["ground_truth"].to_pylist(), strict=True))
    return truth


def measure(removed: float, seed: int) -> Quality:
    """One call of the command in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        truth = hidden(folder, removed, seed)
        command = [str(Path(sys.executable).with_name("tieout")), "match"]
        for side in (*SIDES, "out"):
            command += [f"--{side}", str(folder / f"{side}.parquet")]
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
        seconds = time.perf_counter() - started
        pairs = pq.read_table(folder / "out.parquet")
    right = np.array([truth["left"][a] == truth["right"][b] for a, b in
                      zip(pairs["left_id"].to_pylist(), pairs["right_id"].to_pylist(), strict=True)])
    auto = np.array(pairs["status"].to_pylist()) == "auto"
    possible = len(set(truth["left"].values()) & set(truth["right"].values()))
    precision, recall = float(right.mean()), float(right.sum()) / possible
    return Quality(
        removed, seed, len(truth["left"]), precision, recall, 2 * precision * recall / (precision + recall),
        float((auto & right).sum()) / possible, int((auto & ~right).sum()), int(auto.sum()),
        calibration_error(pairs["confidence"].cast(pa.float64()).to_numpy(), right), seconds,
    )  # fmt: skip


def calibration_error(confidence: np.ndarray, right: np.ndarray) -> float:
    """Expected calibration error over ten bins."""
    bins = np.minimum((confidence * 10).astype(int), 9)
    gaps = [abs(confidence[bins == one].sum() - right[bins == one].sum()) for one in range(10)]
    return float(sum(gaps)) / len(right)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--removed", default="0,0.1,0.2", help="shares of either side")
    options = parser.parse_args()
    if not FILES.is_dir():
        raise SystemExit(f"{FILES} is not here: it is not part of the project")
    print("removed  seed  items  precision  recall   F1       straight-through  wrong auto    ECE      seconds")
    for removed in map(float, options.removed.split(",")):
        for seed in range(1, options.seeds + 1):
            one = measure(removed, seed)
            print(f"{one.removed:7.0%}  {one.seed:4}  {one.items:5}  {one.precision:.5f}    {one.recall:.5f}  {one.f1:.5f}  "
                  f"{one.straight_through:16.4f}  {one.wrong_auto:3} of {one.auto:5}  {one.ece:.5f}  {one.seconds:7.1f}", flush=True)


if __name__ == "__main__":
    main()
