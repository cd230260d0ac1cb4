"""Stripe's examples N01 to N05, T01 to T05, O01 to O03: credit notes, taxes, payments outside Stripe, fees.

Source: docs.stripe.com/revenue-recognition/examples/credit-notes, examples/tax, examples/other-examples.
"""

from __future__ import annotations

from tests.golden.revenue.registry import example
from tests.golden.revenue.story import Story, line
from tests.golden.revenue.stripe_contra import quarter

JANUARY = ("2019-01-01", "2019-02-01")


@example()
def N01(story: Story) -> None:
    """120 for three months; a credit note of 30 before payment; 90 paid in February."""
    invoice = quarter(story, "120")
    story.credit_note(invoice, "2019-01-01", "30", lines=[(0, "30")])
    story.pay(invoice, "2019-02-01")


@example()
def N02(story: Story) -> None:
    """90 for three months, paid; on Feb 1 a credit note of 45: 15 refunded, 10 to the balance, 20 out of band."""
    invoice = quarter(story)
    story.pay(invoice, "2019-01-01")
    story.credit_note(invoice, "2019-02-01", "45", refund="15", balance="10", out_of_band="20", lines=[(0, "45")])


@example()
def N03(story: Story) -> None:
    """181 for January to June, unpaid; on Feb 1 a credit note of 90.50 without lines."""
    invoice = story.invoice([line("181", "2019-01-01", "2019-07-01")], "2019-01-01")
    story.credit_note(invoice, "2019-02-01", "90.50")


@example()
def N04(story: Story) -> None:
    """N03, whose credit note is voided on May 3."""
    invoice = story.invoice([line("181", "2019-01-01", "2019-07-01")], "2019-01-01")
    story.void_credit_note(invoice, story.credit_note(invoice, "2019-02-01", "90.50"), "2019-05-03")


@example()
def N05(story: Story) -> None:
    """90 for three months, unpaid; on Feb 1 a credit note of 45."""
    story.credit_note(quarter(story), "2019-02-01", "45", lines=[(0, "45")])


@example()
def T01(story: Story) -> None:
    """31 and 10 % on top, for January, paid the same day."""
    story.pay(story.invoice([line("31", *JANUARY, tax="3.10")], "2019-01-01"), "2019-01-01")


@example()
def T02(story: Story) -> None:
    """31 with 10 % inside, paid. Stripe's rate of 10 % inside 31 is 31 * 10 / 110 = 2.82."""
    story.pay(story.invoice([line("31", *JANUARY, tax="2.82", inclusive=True)], "2019-01-01"), "2019-01-01")


@example()
def T03(story: Story) -> None:
    """31 with 10 % inside for a customer who owes no tax: 27.90 are due."""
    exempt = [line("27.90", *JANUARY, tax="0", inclusive=True)]
    story.pay(story.invoice(exempt, "2019-01-01", tax_exempt="reverse"), "2019-01-01")


@example()
def T04(story: Story) -> None:
    """34.10 with 10 % inside, an invoice item of January."""
    lines = [line("34.10", *JANUARY, tax="3.10", inclusive=True, one_off=True)]
    story.pay(story.invoice(lines, "2019-01-01"), "2019-01-01")


@example()
def O01(story: Story) -> None:
    """31 for January, paid outside Stripe on Feb 5."""
    story.pay_out_of_band(story.invoice([line("31", *JANUARY)], "2019-01-01"), "2019-02-05")


@example()
def O02(story: Story) -> None:
    """90 for three months, paid with a fee of 0.02."""
    story.pay(quarter(story), "2019-01-01", fee="0.02")


@example()
def O03(story: Story) -> None:
    """A payment of 10."""
    story.charge("10", "2019-01-05")


