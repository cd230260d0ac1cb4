"""What can become of an order: how it is paid, what follows, and what the shop notes wrongly."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class Story:
    """The fate of one order.

    Attributes:
        weight: How often it is drawn among ten thousand orders; 0 for what is only dealt.
        way: How it is paid; a key of `checkout.WAYS`.
        aftermath: What follows a payment; a key of `aftermath.AFTERMATHS`, or empty.
        cause: What is odd about the shop's own record of the payment.
        days_before_end: When it is dealt, so that the end finds it unfinished; None for early.
    """

    weight: int
    way: str = "card"
    aftermath: str = ""
    cause: str = "none"
    days_before_end: int | None = None

    @property
    def needs_euro(self) -> bool:
        """Bank debits are made in euros only."""
        return self.way.startswith("debit")


PLAIN = Story(0)
STORIES = (
    Story(420, way="declined_first"),
    Story(130, way="never_paid"),
    Story(160, way="captured"),
    Story(90, way="captured_in_part"),
    Story(30, way="authorization_expired"),
    Story(30, way="authorization_canceled"),
    Story(0, way="captured", days_before_end=1),
    Story(600, way="debit"),
    Story(60, way="debit_failed"),
    Story(0, way="debit", days_before_end=2),
    Story(80, way="in_two", cause="partial_payment"),
    Story(20, way="twice", cause="double_payment"),
    Story(170, aftermath="refund"),
    Story(120, aftermath="refund_part"),
    Story(40, aftermath="refund_by_parts"),
    Story(15, aftermath="refund_fails"),
    Story(10, aftermath="refund_repeated"),
    Story(25, aftermath="dispute_lost"),
    Story(20, aftermath="dispute_won"),
    Story(0, aftermath="dispute_soon", days_before_end=12),
    Story(5, aftermath="dispute_won_refunded"),
    Story(8, aftermath="refund_part_dispute"),
    Story(4, aftermath="refund_dispute"),
    Story(8, aftermath="inquiry"),
    Story(6, aftermath="inquiry_refunded"),
    Story(12, aftermath="warning_refunded"),
    Story(6, aftermath="warning_disputed"),
    Story(40, way="debit", aftermath="refund"),
    Story(10, way="debit", aftermath="refund_fails"),
    Story(10, way="captured_in_part", aftermath="refund"),
    Story(250, cause="missing_reference"),
    Story(120, cause="wrong_reference"),
    Story(80, cause="repeated_reference"),
)
_CUMULATED = tuple(accumulate(story.weight for story in STORIES))
_SHARE = _CUMULATED[-1] / 10_000


def draw_story(rng: random.Random, is_euro: bool) -> Story:
    """Mostly the plain story; the others by their weight, debits only if the buyer pays in euros."""
    if rng.random() >= _SHARE:
        return PLAIN
    story = rng.choices(STORIES, cum_weights=_CUMULATED)[0]
    return story if is_euro or not story.needs_euro else PLAIN
