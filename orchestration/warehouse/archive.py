"""Decompress a received .csv.gz beside the candidate, bounded and checked.

DuckDB reads a gzip file with a flipped bit without noticing (7 of 40 flips, measured on 1.5.6); Python's
reader checks the CRC. A file that grows beyond the caps is refused before it fills the disk.
"""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from orchestration.domain.errors import InputRefused

CHUNK_BYTES = 1 << 20
# Real exports compress 5 to 20 times; a crafted file reaches 1,000.
MAX_RATIO = 200
MAX_BYTES = 64 << 30
RATIO_APPLIES_FROM_BYTES = 1 << 20


def decompress(source: Path, target: Path, name: str) -> None:
    """Write the plain bytes of a gzip file.

    Raises:
        InputRefused: Not gzip, cut, damaged, or larger than the caps allow.
    """
    limit = min(MAX_BYTES, max(RATIO_APPLIES_FROM_BYTES, source.stat().st_size * MAX_RATIO))
    written = 0
    try:
        with gzip.open(source, "rb") as packed, target.open("wb") as plain:
            while chunk := packed.read(CHUNK_BYTES):
                written += len(chunk)
                if written > limit:
                    raise InputRefused(
                        f"The file unpacks to more than {MAX_RATIO} times its size (over {limit:,} bytes).",
                        where=name,
                        remedy="If it is genuine, put it into the inbox unpacked.",
                    )
                plain.write(chunk)
    except (OSError, EOFError, zlib.error) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise InputRefused(
            f"Not a whole gzip file: {error}",
            where=name,
            remedy="It was cut or damaged on its way; export it again.",
        ) from None
