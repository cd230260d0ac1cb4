"""Stories that switches tell otherwise: refunds of taxed sales, and receivables in a foreign currency at the ends of months.

What each of them has to give under `books = us_gaap` and the other switches stands in `switch_expected`.
"""

from __future__ import annotations

from tests.golden.revenue.registry import example
from tests.golden.revenue.rule_stories import taxed_quarter
from tests.golden.revenue.story import Story, line
from tests.golden.revenue.stripe_contra import quarter


@example()
def TX5(story: Story) -> None:
    """90 and 9 of tax for three months, paid; all refunded on Feb 1 without a credit note."""
    story.refund(story.pay(taxed_quarter(story), "2019-01-01"), "2019-02-01")


@example()
def TX6(story: Story) -> None:
    """The same, half refunded."""
    story.refund(story.pay(taxed_quarter(story), "2019-01-01"), "2019-02-01", "49.50")


def month_ends(story: Story) -> None:
    """A euro costs 1.20 USD before 2019, 1.15 at the end of January and 1.25 at that of February."""
    story.rates("2018-12-31", eur="0.8333333333", nok="10.0", usd="1.0")
    story.rates("2019-01-31", eur="0.869565217", usd="1.0")
    story.rates("2019-02-28", eur="0.8", usd="1.0")


@example(currency="eur", settles="usd")
def FR1(story: Story) -> None:
    """90 EUR for three months at 1.20, paid on Mar 10 at 1.10."""
    month_ends(story)
    story.pay(quarter(story), "2019-03-10", rate="1.10")


@example(currency="eur", settles="usd")
def FR2(story: Story) -> None:
    """90 EUR at 1.20; 30 paid on Feb 10 at 1.10, the rest on Mar 1 at 1.30."""
    month_ends(story)
    invoice = story.invoice([line("90")], "2019-01-01")
    story.pay(invoice, "2019-02-10", "30", rate="1.10")
    story.pay(invoice, "2019-03-01", rate="1.30")


@example(currency="eur", settles="usd")
def FR3(story: Story) -> None:
    """90 EUR for three months at 1.20, unpaid; half credited on Feb 10, the rest voided on Mar 10."""
    month_ends(story)
    invoice = quarter(story)
    story.credit_note(invoice, "2019-02-10", "45", lines=[(0, "45")])
    story.void(invoice, "2019-03-10")


@example(currency="eur", settles="usd")
def FR4(story: Story) -> None:
    """90 EUR at 1.20, paid in the last second of January at 1.10: nothing is open at its end."""
    month_ends(story)
    story.pay(story.invoice([line("90")], "2019-01-01"), "2019-01-31 23:59:59", rate="1.10")


@example(currency="eur", settles="usd")
def FR5(story: Story) -> None:
    """90 EUR at 1.20, paid in the first second of February at 1.10: January's end has it at 1.15."""
    month_ends(story)
    story.pay(story.invoice([line("90")], "2019-01-01"), "2019-02-01", rate="1.10")


@example(currency="gbp", settles="usd")
def FR6(story: Story) -> None:
    """100 GBP at 1.25, paid on Aug 10 at 1.30; no rate of the last week of July is known, and there is none later."""
    story.rates("2020-06-30", gbp="0.8", usd="1.0")
    story.pay(story.invoice([line("100")], "2020-07-01"), "2020-08-10", rate="1.30")
