"""Stripe's examples K01 to K07, seen by the platform: each in a currency of its own, so that books stay apart.

Source: docs.stripe.com/revenue-recognition/connect.
"""

from __future__ import annotations

from orchestration.domain.inbox_layout import PLATFORM
from tests.golden.revenue.connect import (
    Deal,
    destination_charge,
    direct_charge,
    refund_fee,
    reverse,
    separate_transfer,
)
from tests.golden.revenue.registry import example
from tests.golden.revenue.story import Story

SELLER = "acct_1KSELLER"


def seller_of(story: Story) -> Story:
    return Story(story.tables, f"{story.name}s", SELLER, story.currency)


def with_fee(story: Story) -> Deal:
    """10 on Jan 15, with an application fee of 2."""
    return destination_charge(story, seller_of(story), "2022-01-15", "10", fee="2")


def with_part(story: Story) -> Deal:
    """10 on Jan 15, of which 8 are transferred."""
    return destination_charge(story, seller_of(story), "2022-01-15", "10", transfer="8")


@example(PLATFORM, "usd")
def K01(story: Story) -> None:
    with_fee(story)


@example(PLATFORM, "eur")
def K02(story: Story) -> None:
    with_part(story)


@example(PLATFORM, "gbp")
def K03(story: Story) -> None:
    """K01, all refunded on Feb 21; transfer and fee stay."""
    story.refund(with_fee(story).charge, "2022-02-21")


@example(PLATFORM, "aud")
def K04(story: Story) -> None:
    """K01, all refunded on Feb 21, the transfer reversed and the fee given back."""
    deal = with_fee(story)
    refund = story.refund(deal.charge, "2022-02-21")
    reverse(deal, "2022-02-21", "10", refund=refund, fee_back="2")
    refund_fee(deal, "2022-02-21", "2")


@example(PLATFORM, "cad")
def K05(story: Story) -> None:
    """K02, 4 refunded on Feb 21 and 6 on Mar 10, the transfer reversed in proportion."""
    deal = with_part(story)
    reverse(deal, "2022-02-21", "3.20", refund=story.refund(deal.charge, "2022-02-21", "4"))
    reverse(deal, "2022-03-10", "4.80", refund=story.refund(deal.charge, "2022-03-10", "6"))


@example(PLATFORM, "nzd")
def K06(story: Story) -> None:
    """A direct charge of 10 on Jan 15 with a fee of 2; on Feb 21 all refunded, the fee too."""
    deal = direct_charge(story, seller_of(story), "2022-01-15", "10", "2")
    deal.seller.refund(deal.charge, "2022-02-21", fee=-200)
    refund_fee(deal, "2022-02-21", "2")


@example(PLATFORM, "chf")
def K07(story: Story) -> None:
    """15 on Jan 1, 10 transferred on Jan 2; 15 refunded on Feb 1, the 10 taken back on Feb 2."""
    charge = story.charge("15", "2022-01-01")
    deal = separate_transfer(story, seller_of(story), charge, "2022-01-02", "10")
    story.refund(charge, "2022-02-01")
    reverse(deal, "2022-02-02", "10")
