"""Stripe's examples C01 to C17 and M01, M02: refunds, disputes, voids, write-offs, the customer's balance.

Source: docs.stripe.com/revenue-recognition/examples/contra, methodology, reports/monthly-summary.
"""

from __future__ import annotations

from tests.golden.revenue.registry import example
from tests.golden.revenue.story import Invoice, Story, line


def quarter(story: Story, amount: str = "90") -> Invoice:
    """An invoice for January to March 2019, 90 days."""
    return story.invoice([line(amount, "2019-01-01", "2019-04-01")], "2019-01-01")


def mid_month(story: Story, amount: str = "31") -> Invoice:
    """An invoice for Jan 15 to Feb 14, 2019, 31 days."""
    return story.invoice([line(amount, "2019-01-15", "2019-02-15")], "2019-01-15")


@example()
def C01(story: Story) -> None:
    """31, of which a credit of 11 pays a part; 20 paid on Feb 9. The credit was given in December."""
    story.adjust_balance("-11", "2018-12-10")
    story.pay(mid_month(story), "2019-02-09")


@example()
def C02(story: Story) -> None:
    """-31, credited to the customer's balance."""
    mid_month(story, "-31")


@example()
def C03(story: Story) -> None:
    """90 for three months, paid; all refunded on Feb 1."""
    story.refund(story.pay(quarter(story), "2019-01-01"), "2019-02-01")


@example()
def C04(story: Story) -> None:
    """90 for three months, paid; 9 refunded on Feb 1."""
    story.refund(story.pay(quarter(story), "2019-01-01"), "2019-02-01", "9")


@example()
def C05(story: Story) -> None:
    """90 for three months, unpaid; voided on Feb 1."""
    story.void(quarter(story), "2019-02-01")


@example()
def C06(story: Story) -> None:
    """90 for three months, unpaid; uncollectible on Feb 1."""
    story.mark_uncollectible(quarter(story), "2019-02-01")


@example()
def C07(story: Story) -> None:
    """C06, paid in April."""
    invoice = quarter(story)
    story.mark_uncollectible(invoice, "2019-02-01")
    story.pay(invoice, "2019-04-01")


@example()
def C08(story: Story) -> None:
    """C06, voided in April."""
    invoice = quarter(story)
    story.mark_uncollectible(invoice, "2019-02-01")
    story.void(invoice, "2019-04-01")


@example()
def C09(story: Story) -> None:
    """31, of which a credit of 11 pays a part; uncollectible on Feb 15."""
    story.adjust_balance("-11", "2018-12-10")
    story.mark_uncollectible(mid_month(story), "2019-02-15")


@example()
def C10(story: Story) -> None:
    """31, and 10 that the customer owed before; uncollectible on Feb 15."""
    story.adjust_balance("10", "2018-12-10")
    story.mark_uncollectible(mid_month(story), "2019-02-15")


@example()
def C11(story: Story) -> None:
    """C06, paid on Apr 1, disputed on May 1."""
    invoice = quarter(story)
    story.mark_uncollectible(invoice, "2019-02-01")
    story.dispute(story.pay(invoice, "2019-04-01"), "2019-05-01")


@example()
def C12(story: Story) -> None:
    """90 for three months, paid; disputed on Feb 1, won on Apr 1."""
    story.win(story.dispute(story.pay(quarter(story), "2019-01-01"), "2019-02-01"), "2019-04-01")


@example()
def C13(story: Story) -> None:
    """100 over ten months of 10 each, paid; 80 refunded on Feb 1, 80 disputed on Mar 1.

    Ten months of equal revenue: the policy is by month, evenly.
    """
    story.rule(product_id="prod_C13", recognition_policy="months_even")
    invoice = story.invoice([line("100", "2019-01-01", "2019-11-01")], "2019-01-01")
    charge = story.pay(invoice, "2019-01-01")
    story.refund(charge, "2019-02-01", "80")
    story.dispute(charge, "2019-03-01", "80")


@example()
def C14(story: Story) -> None:
    """31 for Jan 15 to Feb 14, unpaid; uncollectible on Feb 1."""
    story.mark_uncollectible(mid_month(story), "2019-02-01")


@example()
def C15(story: Story) -> None:
    """31 for Jan 15 to Feb 14, unpaid; voided on Feb 1."""
    story.void(mid_month(story), "2019-02-01")


@example()
def C16(story: Story) -> None:
    """90 paid once on Jan 1, refunded on Feb 1."""
    story.refund(story.charge("90", "2019-01-01"), "2019-02-01")


@example()
def C17(story: Story) -> None:
    """31 without a period, of which a credit of 11 pays a part; 20 paid."""
    story.adjust_balance("-11", "2018-12-10")
    story.pay(story.invoice([line("31")], "2019-01-15"), "2019-01-15")


@example()
def M01(story: Story) -> None:
    """60 for Jul 20 to Sep 17, invoiced and paid on Jul 10; all refunded on Aug 15."""
    invoice = story.invoice([line("60", "2020-07-20", "2020-09-18")], "2020-07-10")
    story.refund(story.pay(invoice, "2020-07-10"), "2020-08-15")


@example()
def M02(story: Story) -> None:
    """A payment of 17 on Jul 15."""
    story.charge("17", "2020-07-15")
