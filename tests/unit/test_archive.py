"""Unpacking what someone sent: whole, bounded, or refused."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from orchestration.domain.errors import InputRefused
from orchestration.warehouse import archive
from orchestration.warehouse.archive import decompress

TEXT = b"id,amount\n" + b"".join(b"ch_%d,%d\n" % (number, number * 7919) for number in range(20_000))


def refusal_of(packed: bytes, folder: Path) -> str:
    source = folder / "in.csv.gz"
    source.write_bytes(packed)
    with pytest.raises(InputRefused) as refusal:
        decompress(source, folder / "out.csv", "stripe/sigma/charges.csv.gz")
    assert "stripe/sigma/charges.csv.gz" in str(refusal.value)
    return str(refusal.value)


def test_a_whole_file_comes_out_as_it_went_in(tmp_path: Path) -> None:
    source = tmp_path / "in.csv.gz"
    source.write_bytes(gzip.compress(TEXT[:150_000]) + gzip.compress(TEXT[150_000:]))
    decompress(source, tmp_path / "out.csv", "x")
    assert (tmp_path / "out.csv").read_bytes() == TEXT


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_flipped_bit_is_refused(tmp_path: Path, share: float) -> None:
    packed = bytearray(gzip.compress(TEXT))
    packed[int(len(packed) * share)] ^= 0x10
    assert "Not a whole gzip file" in refusal_of(bytes(packed), tmp_path)


def test_a_cut_file_is_refused(tmp_path: Path) -> None:
    assert "Not a whole gzip file" in refusal_of(gzip.compress(TEXT)[:-9], tmp_path)


def test_plain_text_under_a_packed_name_is_refused(tmp_path: Path) -> None:
    assert "Not a whole gzip file" in refusal_of(TEXT, tmp_path)


def test_a_bomb_is_stopped_before_it_fills_the_disk(tmp_path: Path) -> None:
    assert "unpacks to more than" in refusal_of(gzip.compress(bytes(64 << 20)), tmp_path)
    assert (tmp_path / "out.csv").stat().st_size <= (archive.MAX_RATIO + 1) * (128 << 10)
