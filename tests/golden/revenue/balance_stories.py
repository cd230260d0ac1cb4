"""Stories whose balances are looked at: ageing, remaining obligations, deferred and not paid yet."""

from __future__ import annotations

from tests.golden.revenue.registry import example
from tests.golden.revenue.story import Story, line


@example()
def L1(story: Story) -> None:
    """10 each, without a period: due when finalized, 30.5 days and exactly 30 days before April, on Apr 20; 4 of one is paid."""
    story.invoice([line("10")], "2018-11-01")
    for due in ("2019-03-01T12:00", "2019-03-02", "2019-04-20"):
        story.invoice([line("10")], "2019-02-01", due=due)
    partly = story.invoice([line("10")], "2019-02-01", due="2019-04-20")
    story.pay(partly, "2019-03-05", "4")


@example()
def L2(story: Story) -> None:
    """1,096 for three years with a leap day, one a day, invoiced and paid on the first."""
    story.pay(story.invoice([line("1096", "2019-01-01", "2022-01-01")], "2019-01-01"), "2019-01-01")


@example()
def L3(story: Story) -> None:
    """90 for January to March, due on Feb 15 and paid on Feb 10; 9 of it given back on Mar 10."""
    charge = story.pay(story.invoice([line("90", "2019-01-01", "2019-04-01")], "2019-01-01", due="2019-02-15"), "2019-02-10")
    story.refund(charge, "2019-03-10", "9")
