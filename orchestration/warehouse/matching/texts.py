"""Texts as byte rows: how far two of them agree, and how rare that agreement is among all of them.

Bank texts are cut, padded and extended by every bank on their way, nearly always at the end. So two texts are
compared from their beginning: the longest common prefix, how many texts share it, and what follows it. Where
that says little, a rare word that both contain speaks for itself wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
Hashes = NDArray[np.uint64]
Bytes = NDArray[np.uint8]

# Bytes of a text that are looked at; bank descriptors end long before.
WIDTH = 64
# Rarity in bits is kept in one byte per letter, in eighths of a bit.
BITS_SCALE = 8
_SPACE = 32
_SEED, _MULTIPLIER = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
_CHUNK = 500_000  # pairs compared at a time: 2 x 32 MB


@dataclass(frozen=True)
class Tokens:
    """The words of all texts: which text, its first byte, its length, and a hash of the word."""

    text: IntArray
    start: IntArray
    size: IntArray
    word: Hashes


@dataclass(frozen=True)
class Texts:
    """Distinct texts.

    Attributes:
        values: The normalised texts.
        rows: Their first WIDTH bytes, zero-padded; one row per text.
        length: Bytes in use.
        weight: How many items have the text.
        token_start: Where the word that covers a byte begins.
        token_bits: Rarity of that word: -log2 of its share of all items, in 1 / BITS_SCALE bits.
    """

    values: pa.Array
    rows: Bytes
    length: IntArray
    weight: IntArray
    tokens: Tokens
    token_start: Bytes
    token_bits: Bytes

    @staticmethod
    def of(texts: pa.Array, weight: IntArray) -> Texts:
        """Index distinct normalised texts; `weight` says how many items have each."""
        rows = _byte_rows(texts)
        tokens = _tokens(rows)
        start, bits = _by_byte(tokens, weight, len(rows))
        return Texts(texts, rows, (rows != 0).sum(axis=1).astype(np.int64), weight, tokens, start, bits)

    def common_prefix(self, left: IntArray, right: IntArray) -> IntArray:
        """Bytes that pairs of texts share from their beginning."""
        shared = np.empty(len(left), dtype=np.int64)
        for begin in range(0, len(left), _CHUNK):
            part = slice(begin, begin + _CHUNK)
            same = (self.rows[left[part]] == self.rows[right[part]]) & (self.rows[left[part]] != 0)
            shared[part] = np.where(same.all(axis=1), WIDTH, np.argmin(same, axis=1))
        return shared

    def prefix_hashes(self) -> Iterator[tuple[int, Hashes]]:
        """Length and hash of the first `length` bytes of every text; a text that ends keeps a hash of its own."""
        running = np.full(len(self.rows), _SEED, dtype=np.uint64)
        for column in range(WIDTH):
            running = (running ^ self.rows[:, column]) * _MULTIPLIER
            yield column + 1, running

    def prefix_counts(self, text: IntArray, length: IntArray) -> IntArray:
        """How many items have a text that begins with the first `length` bytes of `text`."""
        counts = np.full(len(text), int(self.weight.sum()), dtype=np.int64)
        wanted = set(np.unique(length).tolist())
        for size, hashes in self.prefix_hashes():
            if size in wanted:
                here = np.flatnonzero(length == size)
                counts[here] = self.items_with(hashes)[text[here]]
        return counts

    def common(self, least: int, most: int) -> IntArray:
        """The texts that at least `least` items have, the most frequent first; at most `most` of them."""
        often = np.flatnonzero((self.weight >= least) & (self.length > 0))
        return often[np.argsort(-self.weight[often], kind="stable")][:most]

    def containing(self, text: int) -> NDArray[np.bool_]:
        """The texts in which the words of a text stand one after another, wherever."""
        wanted = self.values[text].as_py()
        padded = pc.binary_join_element_wise("", self.values, "", " ")
        return np.asarray(pc.match_substring(padded, pattern=f" {wanted} ").to_numpy(zero_copy_only=False))

    def items_with(self, hashes: Hashes) -> IntArray:
        """For each text the number of items whose text has the same hash."""
        _, position = np.unique(hashes, return_inverse=True)
        return np.bincount(position, weights=self.weight).astype(np.int64)[position]


def normalised(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Letters and digits in lower case without accents, words parted by one space; null is the empty text."""
    folded = pc.utf8_lower(pc.utf8_normalize(pc.fill_null(column.cast(pa.string()), ""), form="NFKD"))
    plain = pc.replace_substring_regex(folded, pattern=r"\pM+", replacement="")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(plain, pattern=r"[^\pL\pN]+", replacement=" "))


def _byte_rows(texts: pa.Array) -> Bytes:
    cut = np.array([text[:WIDTH] for text in texts.cast(pa.binary()).to_pylist()], dtype=f"S{WIDTH}")
    return np.frombuffer(cut.tobytes(), dtype=np.uint8).reshape(len(texts), WIDTH)


def _tokens(rows: Bytes) -> Tokens:
    running = np.zeros(len(rows), dtype=np.uint64)
    size = np.zeros(len(rows), dtype=np.int64)
    found: list[tuple[IntArray, IntArray, IntArray, Hashes]] = []
    for column in range(WIDTH + 1):
        byte = rows[:, column] if column < WIDTH else np.zeros(len(rows), dtype=np.uint8)
        inside = (byte != 0) & (byte != _SPACE)
        ended = np.flatnonzero(~inside & (size > 0))
        found.append((ended, column - size[ended], size[ended], running[ended]))
        running = np.where(inside, (np.where(size == 0, _SEED, running) ^ byte) * _MULTIPLIER, running)
        size = np.where(inside, size + 1, 0)
    text, start, length, word = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.lexsort((start, text))
    return Tokens(text[order], start[order], length[order], word[order])


def _by_byte(tokens: Tokens, weight: IntArray, texts: int) -> tuple[Bytes, Bytes]:
    _, position = np.unique(tokens.word, return_inverse=True)
    items = np.bincount(position, weights=weight[tokens.text])[position]
    rarity = np.log2(max(float(weight.sum()), 1.0) / np.maximum(items, 1.0))
    scaled = np.clip(rarity * BITS_SCALE, 0, 255).astype(np.uint8)
    starts, bits = np.zeros((texts, WIDTH), dtype=np.uint8), np.zeros((texts, WIDTH), dtype=np.uint8)
    for offset in range(int(tokens.size.max(initial=0))):
        here = np.flatnonzero(tokens.size > offset)
        place = (tokens.text[here], tokens.start[here] + offset)
        starts[place] = tokens.start[here].astype(np.uint8)
        bits[place] = scaled[here]
    return starts, bits
