"""What the lists teach: known pairs first, then all; lists too short lean on what is believed beforehand."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from orchestration.warehouse.matching.evidence import EARLIEST_DAY, EQUAL
from orchestration.warehouse.matching.learning import PRIOR_SHARE
from tests.unit.warehouse.matching.lists import matched, people


def test_the_usual_days_and_money_are_learnt():
    own, theirs = people(400)
    learnt = matched(own, theirs).learnt
    days = learnt.true_share["date"]
    assert days[1 - EARLIEST_DAY : 4 - EARLIEST_DAY].sum() > 0.95
    assert learnt.true_share["amount"][EQUAL] > 0.99
    assert learnt.matched_share > 0.97


def test_the_share_with_a_counterpart_is_learnt():
    own, theirs = people(400)
    learnt = matched(own[:300], theirs[100:]).learnt
    assert abs(learnt.matched_share - 2 / 3) < 0.03


def test_one_pair_hardly_moves_what_is_believed():
    learnt = matched([("L", 0, 500, "ACME")], [("R", 1, 500, "ACME")]).learnt
    assert abs(learnt.matched_share - PRIOR_SHARE) < 0.1


def test_known_pairs_teach_and_are_not_matched_again():
    """Without texts and with odd money only the known pairs can say that the bank is forty days late."""
    own = [(f"L{i:03}", 7 * i, 10_000 + 37 * i, "", "usd") for i in range(80)]
    theirs = [(f"R{i:03}", 7 * i + 40, 10_000 + 37 * i, "", "usd") for i in range(80)]
    known = pa.table({"left_id": [row[0] for row in own[:70]], "right_id": [row[0] for row in theirs[:70]]})
    matching = matched(own, theirs, known=known)
    assert matching.learnt.true_share["date"][40 - EARLIEST_DAY] > 0.8
    pairs = matching.table()
    assert set(pairs["left_id"].to_pylist()) == {row[0] for row in own[70:]}
    assert [pair["left_id"][1:] == pair["right_id"][1:] for pair in pairs.to_pylist()] == [True] * 10


def test_a_known_pair_takes_its_items_from_everyone_else():
    own, theirs = people(50)
    known = pa.table({"left_id": ["L0001"], "right_id": ["R0002"]})
    pairs = {(row["left_id"], row["right_id"]) for row in matched(own, theirs, known=known).table().to_pylist()}
    # L0001 and R0002 are no candidates of each other, so nothing is known about them
    assert ("L0003", "R0003") in pairs
    own.append(("LX", 5, 777, "SAME"))
    theirs += [("RX", 6, 777, "SAME"), ("RY", 6, 777, "SAME")]
    sure = pa.table({"left_id": ["LX"], "right_id": ["RY"]})
    pairs = matched(own, theirs, known=sure).table().to_pylist()
    assert not [row for row in pairs if row["left_id"] == "LX" or row["right_id"] == "RY"]


def test_probabilities_are_probabilities():
    own, theirs = people(100)
    probability = matched(own[:80], theirs[20:]).learnt.probability
    assert np.isfinite(probability).all()
    assert ((probability >= 0) & (probability <= 1)).all()
