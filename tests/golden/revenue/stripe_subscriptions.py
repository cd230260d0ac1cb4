"""Stripe's examples S01 to S12: subscriptions, metered usage, prorations, bundles.

Source: docs.stripe.com/revenue-recognition/examples/subscriptions, methodology, get-started.
"""

from __future__ import annotations

from tests.golden.revenue.registry import example
from tests.golden.revenue.story import Story, billed, line


@example()
def S01(story: Story) -> None:
    """31 for Jan 15 to Feb 14, invoiced and paid at the start."""
    story.pay(story.invoice([line("31", "2019-01-15", "2019-02-15")], "2019-01-15"), "2019-01-15")


@example()
def S02(story: Story) -> None:
    """365 for the year 2019, invoiced and paid at the start."""
    story.pay(story.invoice([line("365", "2019-01-01", "2020-01-01")], "2019-01-01"), "2019-01-01")


@example()
def S03(story: Story) -> None:
    """365 for a year from September 1."""
    story.pay(story.invoice([line("365", "2022-09-01", "2023-09-01")], "2022-09-01"), "2022-09-01")


@example()
def S04(story: Story) -> None:
    """1 a unit, summed: 15 on Jan 25, 17 on Feb 4; 32 invoiced on Feb 14."""
    meter = story.metered("sum")
    story.use(meter, "2019-01-25", 15)
    story.use(meter, "2019-02-04", 17)
    story.invoice([line("32", "2019-01-15", "2019-02-14", metered=meter, quantity=32)], "2019-02-14")


@example()
def S05(story: Story) -> None:
    """1 a unit, the most counts: 17 on Jan 25, 15 on Feb 4; 17 invoiced on Feb 14."""
    meter = story.metered("max")
    story.use(meter, "2019-01-25", 17)
    story.use(meter, "2019-02-04", 15)
    story.invoice([line("17", "2019-01-15", "2019-02-14", metered=meter, quantity=17)], "2019-02-14")


@example()
def S06(story: Story) -> None:
    """1 a unit, the last of the period counts: 17, 10, 15; 15 invoiced on Feb 14."""
    meter = story.metered("last_during_period")
    story.use(meter, "2019-01-25", 17)
    story.use(meter, "2019-01-27", 10)
    story.use(meter, "2019-02-04", 15)
    story.invoice([line("15", "2019-01-15", "2019-02-14", metered=meter, quantity=15)], "2019-02-14")


@example()
def S07(story: Story) -> None:
    """1 a unit, the last ever counts: 17, 10, 15, 18; 18 invoiced on Feb 14 and again on Mar 14."""
    meter = story.metered("last_ever")
    for day, quantity in (("2019-01-25", 17), ("2019-01-27", 10), ("2019-02-04", 15), ("2019-02-08", 18)):
        story.use(meter, day, quantity)
    story.invoice([line("18", "2019-01-15", "2019-02-14", metered=meter, quantity=18)], "2019-02-14")
    story.invoice([line("18", "2019-02-14", "2019-03-14", metered=meter, quantity=18)], "2019-03-14")


@example()
def S08(story: Story) -> None:
    """90 a month; on Apr 21 an upgrade to 120, whose prorations are invoiced on May 1. The table pays nothing."""
    story.invoice([line("90", "2022-04-01", "2022-05-01")], "2022-04-01")
    unused = story.pending("-30", "2022-04-21", "2022-04-21", "2022-05-01", "Unused time")
    remaining = story.pending("40", "2022-04-21", "2022-04-21", "2022-05-01", "Remaining time")
    story.invoice([billed(unused), billed(remaining), line("120", "2022-05-01", "2022-06-01")], "2022-05-01")


@example()
def S09(story: Story) -> None:
    """90 a month; on Apr 21 a downgrade to 30."""
    story.invoice([line("90", "2022-04-01", "2022-05-01")], "2022-04-01")
    unused = story.pending("-30", "2022-04-21", "2022-04-21", "2022-05-01", "Unused time")
    remaining = story.pending("10", "2022-04-21", "2022-04-21", "2022-05-01", "Remaining time")
    story.invoice([billed(unused), billed(remaining), line("30", "2022-05-01", "2022-06-01")], "2022-05-01")


@example()
def S10(story: Story) -> None:
    """A one-off invoice: 31 for Jan 15 to Feb 14, and 5 without a period."""
    story.invoice([line("31", "2019-01-15", "2019-02-15", one_off=True), line("5")], "2019-01-15")


@example()
def S11(story: Story) -> None:
    """9 a month for three months, and 50 for setting up with the first."""
    story.pay(story.invoice([line("9", "2022-01-01", "2022-02-01"), line("50")], "2022-01-01"), "2022-01-01")
    story.pay(story.invoice([line("9", "2022-02-01", "2022-03-01")], "2022-02-01"), "2022-02-01")
    story.pay(story.invoice([line("9", "2022-03-01", "2022-04-01")], "2022-03-01"), "2022-03-01")


@example()
def S12(story: Story) -> None:
    """1 a unit: 45 units in March, 55 in April; on Apr 1, after the first 15 of April, 60 are invoiced."""
    meter = story.metered("sum")
    for day, quantity in (
        ("2022-03-02", 20), ("2022-03-30", 25), ("2022-04-01 06:00", 15), ("2022-04-20", 25), ("2022-04-28", 15)
    ):  # fmt: skip
        story.use(meter, day, quantity)
    story.invoice(
        [line("60", "2022-03-01", "2022-04-01 12:00", metered=meter, quantity=60)], "2022-04-01 12:00"
    )
