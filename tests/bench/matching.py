"""The matcher at scale: `python -m tests.bench.matching --help`; part of `make bench`.

A million payouts against a million bank lines through the tiers of a flow, and a million payments against a
million through the one-to-one matcher. Each runs in a process of its own; the lists are made before the clock runs.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import resource
import subprocess
import sys
import time
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tests.bench.matching_lists import Pair, payouts_and_bank_lines, person_payments
from tests.bench.run import ROOT, WORK

KINDS = {"flow": payouts_and_bank_lines, "lists": person_payments}


def found_pairs(kind: str, lists: Pair) -> pa.Table:
    """left_id, right_id, status of every pair that the matcher found."""
    from orchestration.warehouse.connection import connect
    from orchestration.warehouse.matching.flow import match_flow
    from orchestration.warehouse.matching.matcher import match_lists
    from orchestration.warehouse.matching.payout_bank import PAYOUTS_AT_THE_BANK

    with connect(":memory:") as connection:
        if kind == "lists":
            matching = match_lists(connection, lists.left, lists.right)
            matching.sets()
            return matching.table()
        groups = match_flow(connection, PAYOUTS_AT_THE_BANK, lists.left, lists.right)
    sizes = groups.group_by("group_number").aggregate([("item_id", "count")])
    pairs = sizes.filter(pc.equal(sizes["item_id_count"], 2)).select(["group_number"])
    for side in ("left", "right"):
        members = groups.filter(pc.equal(groups["side"], side)).select(["group_number", "item_id", "status"])
        members = members.rename_columns(["group_number", f"{side}_id", "status" if side == "left" else "_"])
        pairs = pairs.join(members, "group_number", join_type="inner")
    return pairs


def measured(kind: str, count: int, profiled: bool) -> dict[str, Any]:
    """Time, memory and quality of one kind of lists."""
    lists = KINDS[kind](count)
    made = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    profile = cProfile.Profile()
    if profiled:
        profile.enable()
    started, worked = time.perf_counter(), time.process_time()
    pairs = found_pairs(kind, lists)
    seconds, cpu = time.perf_counter() - started, time.process_time() - worked
    profile.disable()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if profiled:
        pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(25)
    right = lists.right["id"].combine_chunks()
    of = pa.array(lists.truth).take(pc.index_in(pairs["right_id"], value_set=right).combine_chunks())
    row = pc.index_in(pairs["left_id"], value_set=lists.left["id"].combine_chunks())
    is_right = pc.equal(row.combine_chunks().cast(pa.int64()), of)
    is_auto = pc.equal(pairs["status"], "auto").combine_chunks()
    return {
        "kind": kind, "items_each": count, "seconds": round(seconds, 1), "cpu_s": round(cpu, 1), "peak_gb": round(peak / 1e6, 2),
        "lists_made_gb": round(made / 1e6, 2), "pairs": pairs.num_rows,
        "right": pc.sum(is_right).as_py(), "possible": int((lists.truth >= 0).sum()), "auto": pc.sum(is_auto).as_py(),
        "wrong_auto": pc.sum(pc.and_(is_auto, pc.invert(is_right))).as_py(),
    }  # fmt: skip


def main() -> None:
    """Parse the options, measure each kind in a process of its own, print and write .bench/matching.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=1_000_000, help="items of each list")
    parser.add_argument("--kind", choices=[*KINDS], help="only this one, in this process")
    parser.add_argument("--profile", action="store_true", help="where the time goes, on stderr")
    options = parser.parse_args()
    if options.kind:
        print(json.dumps(measured(options.kind, options.items, options.profile)), flush=True)
        return
    WORK.mkdir(exist_ok=True)
    results = []
    for kind in KINDS:
        command = [sys.executable, "-m", "tests.bench.matching", "--kind", kind, "--items", str(options.items)]
        command += ["--profile"] if options.profile else []
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        results.append(json.loads(done.stdout.splitlines()[-1]))
        print(json.dumps(results[-1]), flush=True)
    (WORK / "matching.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
