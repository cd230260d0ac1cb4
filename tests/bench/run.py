"""Benchmarks of the whole path, for anyone to repeat: `make bench`, or `python -m tests.bench.run --help`.

For each size and format: the floor (one DuckDB statement per table that only reads the same files), a first
run, a second run with 1 % new rows, their peak memory, and what the gates took. Everything lies in .bench/.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / ".bench"
SMALL = 1_000
SAMPLE_SECONDS = 0.2

FLOOR = """
import sys, time, pathlib, collections, duckdb
inbox, target, fmt = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
connection = duckdb.connect(target)
connection.execute("set memory_limit = '6GB'; set enable_progress_bar = false")
tables = collections.defaultdict(list)
for path in sorted(inbox.rglob("*." + fmt)):
    tables[path.name.split("_20")[0]].append(str(path))
started = time.perf_counter()
for table, paths in tables.items():
    reader = "read_csv(?, all_varchar = true, header = true)" if fmt == "csv" else "read_parquet(?)"
    connection.execute(f"create table {table} as select * from {reader}", [paths])
connection.execute("checkpoint")
print(time.perf_counter() - started)
"""


def measured(command: list[str], log: Path) -> tuple[float, float]:
    """Run a command; (seconds, peak memory of the process tree in GB). Raises on failure."""
    log.parent.mkdir(parents=True, exist_ok=True)
    peak = 0
    done = threading.Event()
    with log.open("w", encoding="utf-8") as output:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=ROOT)
        root = psutil.Process(process.pid)

        def watch() -> None:
            nonlocal peak
            while not done.wait(SAMPLE_SECONDS):
                total = 0
                try:
                    for member in [root, *root.children(recursive=True)]:
                        total += member.memory_info().rss
                except psutil.Error:
                    continue  # it ended between two looks
                peak = max(peak, total)

        watcher = threading.Thread(target=watch)
        watcher.start()
        code = process.wait()
        seconds = time.perf_counter() - started
        done.set()
        watcher.join()
    if code:
        raise SystemExit(f"{' '.join(command)} ended with {code}:\n{log.read_text(encoding='utf-8')[-3000:]}")
    return seconds, peak / 1e9


def tieout_run(inbox: Path, workspace: Path, name: str) -> tuple[float, float]:
    """One `tieout run`; as a user calls it."""
    tieout = Path(sys.executable).with_name("tieout")
    return measured([str(tieout), "run", "--inbox", str(inbox), "--workspace", str(workspace)],
                    WORK / "logs" / f"{name}.log")


def floor_seconds(inbox: Path, fmt: str) -> float:
    """The best of two readings of the same files, files in the page cache as in the run."""
    best = float("inf")
    for _ in range(2):
        target = WORK / "floor.duckdb"
        target.unlink(missing_ok=True)
        result = subprocess.run([sys.executable, "-c", FLOOR, str(inbox), str(target), fmt],
                                capture_output=True, text=True, check=True)
        best = min(best, float(result.stdout.split()[-1]))
        target.unlink(missing_ok=True)
    return best


def gate_seconds(workspace: Path) -> dict[str, Any]:
    """Seconds and number of rules of each suite of the last run."""
    gates = json.loads((workspace / "run.json").read_text(encoding="utf-8"))["gates"]
    return {gate["suite"]: {"seconds": gate["seconds"], "expectations": len(gate["expectations"]),
                            "rows": gate["row_count"]} for gate in gates}


def bench(rows: int, fmt: str, fixed: tuple[float, float]) -> dict[str, Any]:
    """First run and increment of one size; see the module."""
    from orchestration.sandbox.big import write_big

    inbox, workspace = WORK / f"inbox_{rows}_{fmt}", WORK / f"workspace_{rows}_{fmt}"
    for folder in (inbox, workspace):
        shutil.rmtree(folder, ignore_errors=True)
    write_big(inbox, rows, fmt)  # type: ignore[arg-type]
    floor = floor_seconds(inbox, fmt)
    first, first_memory = tieout_run(inbox, workspace, f"first_{rows}_{fmt}")
    gates = gate_seconds(workspace)
    write_big(inbox, max(rows // 100, 1), fmt, increment_of=rows)  # type: ignore[arg-type]
    second, second_memory = tieout_run(inbox, workspace, f"second_{rows}_{fmt}")
    size = sum(path.stat().st_size for path in inbox.rglob("*") if path.is_file())
    result = {
        "transactions": rows, "format": fmt, "input_mb": round(size / 1e6), "floor_s": round(floor, 2),
        "first_s": round(first, 1), "grows_s": round(first - fixed[0], 1),
        "ratio_to_floor": round((first - fixed[0]) / floor, 2), "first_memory_gb": round(first_memory, 2),
        "second_s": round(second, 1), "second_share": round(second / first, 3),
        "second_memory_gb": round(second_memory, 2), "gates": gates,
    }
    for folder in (inbox, workspace):
        shutil.rmtree(folder, ignore_errors=True)
    return result


def fixed_part(fmt: str) -> tuple[float, float]:
    """Seconds and memory of a run over a thousand transactions: what every run costs."""
    from orchestration.sandbox.big import write_big

    inbox, workspace = WORK / f"inbox_small_{fmt}", WORK / f"workspace_small_{fmt}"
    for folder in (inbox, workspace):
        shutil.rmtree(folder, ignore_errors=True)
    write_big(inbox, SMALL, fmt)  # type: ignore[arg-type]
    tieout_run(inbox, workspace, f"warm_{fmt}")  # dbt's manifest and the byte code are there from now on
    shutil.rmtree(workspace)
    return tieout_run(inbox, workspace, f"fixed_{fmt}")


def main() -> None:
    """Parse the options, measure, print a table and write .bench/results.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", default="1000000,10000000", help="numbers of balance transactions")
    parser.add_argument("--formats", default="csv,parquet")
    options = parser.parse_args()
    WORK.mkdir(exist_ok=True)
    results = []
    for fmt in options.formats.split(","):
        fixed = fixed_part(fmt)
        print(f"{fmt}: fixed part {fixed[0]:.1f} s, {fixed[1]:.2f} GB", flush=True)
        for rows in map(int, options.rows.split(",")):
            result = {**bench(rows, fmt, fixed), "fixed_s": round(fixed[0], 1), "cores": os.cpu_count()}
            results.append(result)
            print(json.dumps(result), flush=True)
    (WORK / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
