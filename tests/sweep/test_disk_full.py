"""A full disk at any step: the previous publication stays readable, and the next run gives the golden content.

The workspace lies on a small tmpfs inside a user namespace of its own, so nothing outside it is touched.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.sweep.support import (
    AS_OF,
    ROOT,
    TIEOUT,
    Halves,
    half_then_whole,
    inbox,
    points,
    published_content,
)

pytestmark = [pytest.mark.sweep, pytest.mark.slow, pytest.mark.nightly]

NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount"]
FILLS = 20

# Inside the namespace: put the workspace on a small disk, leave `free` kilobytes, run, make room, run again.
SCRIPT = """
set -u
mount -t tmpfs -o size=$SIZE tmpfs "$DISK"
cp -a "$BEFORE" "$DISK/workspace"
free=$(df --output=avail -k "$DISK" | tail -n 1)
ballast=$((free - FREE))
[ "$ballast" -gt 0 ] && dd if=/dev/zero of="$DISK/ballast" bs=1024 count="$ballast" status=none
"$TIEOUT" run --inbox "$INBOX" --workspace "$DISK/workspace" --as-of "$AS_OF" > "$OUT/first.log" 2>&1
echo $? > "$OUT/first.code"
sha256sum < "$DISK/workspace/published/tieout.duckdb" > "$OUT/first.sha256"
cp "$DISK/workspace/published/tieout.duckdb" "$OUT/first.duckdb"
rm -f "$DISK/ballast"
"$TIEOUT" run --inbox "$INBOX" --workspace "$DISK/workspace" --as-of "$AS_OF" > "$OUT/second.log" 2>&1
echo $? > "$OUT/second.code"
mkdir -p "$OUT/workspace/published"
cp "$DISK/workspace/published/tieout.duckdb" "$OUT/workspace/published/"
"""


def _namespaces_work() -> bool:
    probe = subprocess.run([*NAMESPACE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False)
    return probe.returncode == 0


@pytest.fixture(scope="module")
def halves(tmp_path_factory: pytest.TempPathFactory) -> Halves:
    if not _namespaces_work():
        pytest.skip("this machine allows no user namespace with a tmpfs of its own")
    return half_then_whole(tmp_path_factory.mktemp("disk"))


def _kilobytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // 1024


@pytest.mark.parametrize("point", points(FILLS, "disk"), ids=lambda point: f"{point:.3f}")
def test_a_full_disk_harms_nothing(
    point: float, halves: Halves, tmp_path: Path
) -> None:
    needed = (_kilobytes(halves.whole) - _kilobytes(halves.before)) * 3 + 40_000
    disk, out = tmp_path / "disk", tmp_path / "out"
    disk.mkdir()
    out.mkdir()
    free = int(needed * point**2)  # most of the interesting points have little room left
    environment = {
        **os.environ, "SIZE": f"{_kilobytes(halves.before) + needed + 200_000}k", "DISK": str(disk), "BEFORE": str(halves.before),
        "FREE": str(free), "TIEOUT": str(TIEOUT), "INBOX": str(inbox()), "OUT": str(out), "AS_OF": AS_OF,
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run([*NAMESPACE, "bash", "-c", SCRIPT], env=environment, cwd=ROOT, capture_output=True,
                          text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr
    first_code = int((out / "first.code").read_text(encoding="utf-8"))
    first_log = (out / "first.log").read_text(encoding="utf-8")
    print(json.dumps({"free_kb": free, "exit": first_code, "says": first_log.strip().splitlines()[-3:]}))
    assert "Traceback" not in first_log
    readable = tmp_path / "readable" / "published"
    readable.mkdir(parents=True)
    shutil.copyfile(out / "first.duckdb", readable / "tieout.duckdb")
    content = published_content(readable.parent)
    assert content == (halves.content if first_code == 0 else published_content(halves.before))
    assert (out / "second.code").read_text(encoding="utf-8").strip() == "0", (
        (out / "second.log").read_text(encoding="utf-8"))
    assert published_content(out / "workspace") == halves.content
