"""Texts: what is the same to a bank is the same here, and rarity is counted, not guessed."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.warehouse.matching.texts import WIDTH, Texts, normalised

WORDS = st.lists(st.text(alphabet="ab1 ", max_size=9), min_size=1, max_size=12)


def indexed(values: list[str], weight: list[int] | None = None) -> Texts:
    return Texts.of(pa.array(values, pa.string()), np.array(weight or [1] * len(values), dtype=np.int64))


@pytest.mark.parametrize(("text", "plain"), [
    ("Müller & Söhne", "muller sohne"),
    ("CAFÉ  *RÉNÉ*", "cafe rene"),
    ("Ｆｕｌｌ １２", "full 12"),
    ("ИВАН Петрович", "иван петрович"),
    ("東京 支店", "東京 支店"),
    ("PO_123-45/x", "po 123 45 x"),
    ("", ""),
    ("  --  ", ""),
    (None, ""),
])  # fmt: skip
def test_accents_case_width_and_signs_do_not_matter(text, plain):
    assert normalised(pa.chunked_array([pa.array([text], pa.string())])).to_pylist() == [plain]


@given(WORDS, st.integers(0, 2**32 - 1))
def test_a_common_prefix_is_as_long_as_the_letters_agree(values, seed):
    rng = np.random.default_rng(seed)
    left, right = rng.integers(0, len(values), (2, 20))
    found = indexed(values).common_prefix(left, right)
    assert found.tolist() == [shared(values[a], values[b]) for a, b in zip(left, right, strict=True)]


def shared(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


@given(WORDS, st.integers(0, 2**32 - 1))
def test_the_items_that_share_a_beginning_are_counted(values, seed):
    values = sorted(set(values))
    rng = np.random.default_rng(seed)
    weight = rng.integers(1, 5, len(values))
    text = rng.integers(0, len(values), 20)
    length = np.array([rng.integers(0, len(values[row]) + 1) for row in text])
    expected = [
        sum(int(weight[other]) for other, value in enumerate(values) if value.startswith(values[row][:size]))
        for row, size in zip(text.tolist(), length.tolist(), strict=True)
    ]
    assert indexed(values, weight.tolist()).prefix_counts(text, length).tolist() == expected


def test_only_the_first_bytes_are_compared():
    long = "x" * (WIDTH + 10)
    texts = indexed([long + "a", long + "b"])
    assert texts.common_prefix(np.array([0]), np.array([1])).tolist() == [WIDTH]


def test_a_text_stands_inside_another_by_whole_words():
    texts = indexed(["acme", "from acme ltd", "acmeltd", "pay acme"])
    assert texts.containing(0).tolist() == [True, True, False, True]


def test_a_rare_word_weighs_more_than_a_common_one():
    texts = indexed(["payment zebra", "payment"], [1, 1000])
    start = texts.values.to_pylist()[0].index("zebra")
    assert texts.token_bits[0, start] > 8 * texts.token_bits[0, 0]
    assert texts.token_start[0, start + 2] == start
