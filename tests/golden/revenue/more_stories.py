"""Cases beyond Stripe's pages: other engines' examples, other ends of the same stories, edges of the rules.

The ids of the peers' cases are those of the list that they were collected in (D: other engines, E: journal entries).
What each of them has to give stands in `more_expected`.
"""

from __future__ import annotations

from tests.golden.revenue.registry import example
from tests.golden.revenue.story import Story, line
from tests.golden.revenue.stripe_contra import quarter
from tests.golden.revenue.stripe_policies import prepaid


def paid(story: Story, amount: str, start: str, end: str, at: str = "", policy: str = "") -> None:
    """One line, invoiced and paid at the start of its service or at `at`."""
    product = f"prod_{story.name}"
    if policy:
        story.rule(product_id=product, recognition_policy=policy)
    at = at or start
    story.pay(story.invoice([line(amount, start, end, product=product)], at), at)


# -- other ends of Stripe's stories ----------------------------------------------------------------------


@example()
def A20(story: Story) -> None:
    """Written off on Feb 1, paid on Apr 1, and refunded on May 1 where Stripe's page disputes it."""
    invoice = quarter(story)
    story.mark_uncollectible(invoice, "2019-02-01")
    story.refund(story.pay(invoice, "2019-04-01"), "2019-05-01")


@example()
def A21(story: Story) -> None:
    """Disputed on Feb 1 and won in March, while the service runs."""
    story.win(story.dispute(story.pay(quarter(story), "2019-01-01"), "2019-02-01"), "2019-03-01")


@example()
def A21lost(story: Story) -> None:
    """Disputed on Feb 1 and lost."""
    story.dispute(story.pay(quarter(story), "2019-01-01"), "2019-02-01")["status"] = "lost"


@example()
def A36(story: Story) -> None:
    """60 for 60 days from Oct 20, invoiced and paid on Oct 10; refunded on Nov 15."""
    invoice = story.invoice([line("60", "2023-10-20", "2023-12-19")], "2023-10-10")
    story.refund(story.pay(invoice, "2023-10-10"), "2023-11-15")


@example()
def A36kept(story: Story) -> None:
    """The same without the refund."""
    paid(story, "60", "2023-10-20", "2023-12-19", at="2023-10-10")


@example()
def A37(story: Story) -> None:
    """A payment of 17 on Oct 15."""
    story.charge("17", "2023-10-15")


@example()
def P03(story: Story) -> None:
    """A prepaid package of 100 that nobody uses."""
    prepaid(story)


@example()
def X02(story: Story) -> None:
    """30, unpaid, excluded in the month of the invoice."""
    story.exclude(story.invoice([line("30")], "2022-01-05").id, "2022-01-20")


@example()
def RF1(story: Story) -> None:
    """C03, whose refund the customer's bank sends back in March."""
    charge = story.pay(quarter(story), "2019-01-01")
    story.refund_failed(charge, story.refund(charge, "2019-02-01"), "2019-03-05")


@example()
def DC1(story: Story) -> None:
    """100 for three months, less a discount of 10."""
    told = line("100", "2019-01-01", "2019-04-01", discount="10")
    story.pay(story.invoice([told], "2019-01-01"), "2019-01-01")


# -- other engines ---------------------------------------------------------------------------------------


@example()
def D1(story: Story) -> None:
    """100 for 65 days from Jan 10."""
    paid(story, "100", "2019-01-10", "2019-03-16")


@example()
def D2(story: Story) -> None:
    """300 for three months from May 1, by month, evenly."""
    paid(story, "300", "2021-05-01", "2021-08-01", policy="months_even")


@example()
def D4(story: Story) -> None:
    """3,910 for a year that begins on the last day but one of December."""
    paid(story, "3910", "2021-12-30", "2022-12-30")


@example()
def D4tiny(story: Story) -> None:
    """0.30 for the same year: its first month rounds to nothing, and the series goes on."""
    paid(story, "0.30", "2021-12-30", "2022-12-30")


@example()
def D6(story: Story) -> None:
    """1,200 for 2023, by the day."""
    paid(story, "1200", "2023-01-01", "2024-01-01")


@example()
def D6even(story: Story) -> None:
    """1,200 for 2023, by month, evenly."""
    paid(story, "1200", "2023-01-01", "2024-01-01", policy="months_even")


@example()
def D6middle(story: Story) -> None:
    """1,200 for a year from Jan 15, by month, evenly: twelve months, and no thirteenth."""
    paid(story, "1200", "2023-01-15", "2024-01-15", policy="months_even")


@example()
def R2c(story: Story) -> None:
    """99.99 for 16, 31 and 14 days."""
    paid(story, "99.99", "2022-12-16", "2023-02-15")


# -- journal entries -------------------------------------------------------------------------------------


@example()
def E11(story: Story) -> None:
    """A payment of 100 with a fee of 3.20."""
    story.charge("100", "2022-01-10", fee="3.20")


@example()
def E12(story: Story) -> None:
    """500 and 40 of tax on terms; paid in February with a fee of 16."""
    invoice = story.invoice([line("500", tax="40")], "2022-01-10", due="2022-02-09")
    story.pay(invoice, "2022-02-09", fee="16")


@example()
def E14(story: Story) -> None:
    """100 and 8 of tax, unpaid; a month later a credit note takes back both."""
    invoice = story.invoice([line("100", tax="8")], "2022-01-10")
    story.credit_note(invoice, "2022-02-10", "108", lines=[(0, "100")], taxes=["8"])


@example()
def E15(story: Story) -> None:
    """1,200 for a year, by month, evenly, unpaid; after three months a credit note of 300."""
    story.rule(product_id="prod_E15", recognition_policy="months_even")
    invoice = story.invoice([line("1200", "2022-01-01", "2023-01-01", product="prod_E15")], "2022-01-01")
    story.credit_note(invoice, "2022-04-01", "300", lines=[(0, "300")])


@example()
def E16(story: Story) -> None:
    """A payment of 100, disputed with a fee of 15, won with both back."""
    dispute = story.dispute(story.charge("100", "2022-01-10"), "2022-02-10", fee="15")
    story.win(dispute, "2022-03-10", fee="15")


@example()
def E17(story: Story) -> None:
    """50 and 5 of tax, paid out of a credit balance that was given in December."""
    story.adjust_balance("-55", "2021-12-10")
    story.invoice([line("50", tax="5")], "2022-01-10")


@example()
def E18(story: Story) -> None:
    """100 for Jan 15 to Feb 14: no cent is lost."""
    paid(story, "100", "2019-01-15", "2019-02-15")
