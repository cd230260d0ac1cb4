"""Which fates a sale can have, how often, and which ones the first sellers are dealt.

A fate is a list of steps; each follows the one before (or the sale) after some days. Weights are per
thousand sales of a flow, roughly a young marketplace.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import accumulate

from orchestration.sandbox.connect.aftermath import (
    answer,
    cancel_transfer,
    dispute,
    fail_transfer,
    give_fee_back,
    lose,
    pass_on_again,
    refund_buyer,
    take_back,
    win,
)
from orchestration.sandbox.connect.flows import Deal
from orchestration.sandbox.world.books import Books

Action = Callable[[Books, Deal, int], None]


@dataclass(frozen=True, slots=True)
class Step:
    """An action and how many days after the last one it comes, at least and at most."""

    low: int
    high: int
    action: Action


Fate = tuple[Step, ...]

_refund = Step(2, 21, refund_buyer)
_refund_with_fee = Step(2, 21, partial(refund_buyer, fee_back=True))
_reversed = partial(refund_buyer, reverse_transfer=True, fee_back=True)
_in_two_parts = (Step(2, 15, partial(_reversed, percent=40)), Step(4, 25, _reversed))
_dispute = Step(8, 45, dispute)
_not_received = Step(8, 45, partial(dispute, reason="product_not_received"))
_lose, _answer, _win = Step(15, 50, lose), Step(2, 8, answer), Step(15, 50, win)
_take_back = Step(1, 4, take_back)
_KEPT: Fate = ()

DIRECT: dict[str, tuple[int, Fate]] = {
    "kept": (900, _KEPT),
    "refunded": (35, (_refund_with_fee,)),
    "part_refunded": (20, (Step(2, 21, partial(refund_buyer, percent=35, fee_back=True)),)),
    "fee_kept": (14, (_refund,)),
    "fee_returned": (10, (Step(5, 40, give_fee_back),)),
    "refunded_late": (6, (Step(30, 45, refund_buyer),)),
    "dispute_lost": (9, (_dispute, _lose)),
    "dispute_won": (6, (_not_received, _answer, _win)),
}
AMOUNT: dict[str, tuple[int, Fate]] = {  # a transferred amount leaves no application fee
    "kept": (905, _KEPT),
    "reversed": (30, (Step(2, 21, _reversed),)),
    "reversed_twice": (15, _in_two_parts),
    "unreversed": (12, (_refund,)),
    "reversed_by_hand": (10, (_refund, _take_back)),
    "dispute_recovered": (12, (_dispute, _take_back, _lose)),
    "dispute_borne": (8, (_dispute, _lose)),
    "dispute_won": (8, (_not_received, _take_back, _answer, _win, Step(1, 3, pass_on_again))),
}
DESTINATION: dict[str, tuple[int, Fate]] = {
    **AMOUNT,
    "fee_kept": (10, (Step(2, 21, partial(refund_buyer, percent=60, reverse_transfer=True)),)),
    "fee_returned": (8, (Step(5, 40, give_fee_back),)),
}
SEPARATE: dict[str, tuple[int, Fate]] = {
    "kept": (905, _KEPT),
    "refunded_and_reversed": (40, (_refund, _take_back)),
    "refunded_alone": (15, (_refund,)),
    "corrected": (15, (Step(3, 30, partial(take_back, percent=30)),)),
    "dispute_recovered": (15, (_dispute, _take_back, _lose)),
    "dispute_borne": (10, (_dispute, _lose)),
}
STUCK: dict[str, tuple[int, Fate]] = {
    "failed": (500, (Step(1, 3, fail_transfer), Step(2, 10, pass_on_again))),
    "cancelled": (500, (Step(1, 3, cancel_transfer), Step(2, 10, pass_on_again))),
}
FATES = {
    "direct": DIRECT,
    "destination": DESTINATION,
    "on_behalf_of": DESTINATION,
    "amount": AMOUNT,
    "separate": SEPARATE,
    "pair": SEPARATE,
    "late": SEPARATE,
    "stuck": STUCK,
}
_DRAWN = {
    flow: (list(fates), list(accumulate(weight for weight, _ in fates.values())))
    for flow, fates in FATES.items()
}
# Per fee payer how often each flow is used, per thousand sales, in the order of FATES.
_FLOWS = list(FATES)
_USE = {
    "account": list(accumulate((700, 90, 50, 50, 60, 30, 17, 3))),
    "application": list(accumulate((500, 180, 60, 100, 90, 40, 27, 3))),
    "application_express": list(accumulate((150, 330, 110, 160, 140, 60, 47, 3))),
    "application_custom": list(accumulate((150, 330, 110, 160, 140, 60, 47, 3))),
}
# The first sales of the first sellers, so that everything happens in a small company too. An account whose
# Stripe fees the platform pays (the third) is not dealt a dispute of its own: see `draw`.
DEALT: tuple[tuple[tuple[str, str], ...], ...] = (
    (
        ("direct", "refunded"),
        ("direct", "refunded_late"),
        ("direct", "dispute_lost"),
        ("destination", "reversed"),
        ("late", "corrected"),
        ("stuck", "failed"),
        ("pair", "kept"),
    ),
    (
        ("destination", "reversed_twice"),
        ("direct", "dispute_won"),
        ("destination", "dispute_recovered"),
        ("on_behalf_of", "reversed"),
        ("amount", "reversed_twice"),
        ("separate", "refunded_and_reversed"),
        ("direct", "part_refunded"),
    ),
    (
        ("direct", "fee_kept"),
        ("destination", "dispute_borne"),
        ("amount", "unreversed"),
        ("destination", "fee_returned"),
        ("separate", "dispute_borne"),
        ("direct", "kept"),
        ("direct", "refunded"),
    ),
    (
        ("separate", "dispute_recovered"),
        ("destination", "unreversed"),
        ("on_behalf_of", "kept"),
        ("amount", "dispute_borne"),
        ("pair", "refunded_and_reversed"),
        ("late", "kept"),
    ),
    (
        ("destination", "dispute_won"),
        ("on_behalf_of", "fee_kept"),
        ("separate", "refunded_alone"),
        ("amount", "reversed"),
        ("direct", "refunded"),
        ("separate", "corrected"),
    ),
    (
        ("amount", "dispute_won"),
        ("direct", "fee_returned"),
        ("amount", "dispute_recovered"),
        ("amount", "reversed_by_hand"),
        ("destination", "reversed_by_hand"),
        ("stuck", "cancelled"),
        ("destination", "fee_kept"),
    ),
)


def draw(rng: random.Random, fee_payer: str) -> tuple[str, str]:
    """A flow and a fate for a sale of an account with this fee payer.

    A direct charge for which the platform pays Stripe is never disputed: its dispute fee would be the
    platform's, apart from the dispute's own transaction.
    """
    flow = rng.choices(_FLOWS, cum_weights=_USE[fee_payer])[0]
    names, weights = _DRAWN[flow]
    fate = rng.choices(names, cum_weights=weights)[0]
    if flow == "direct" and fee_payer == "application" and fate.startswith("dispute"):
        fate = "kept"
    return flow, fate


def steps_of(flow: str, fate: str) -> Fate:
    """What happens to a sale of this flow and fate, in order."""
    return FATES[flow][fate][1]
