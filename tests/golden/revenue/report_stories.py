"""Stories whose reports are looked at: the waterfall (W), the journal of a downgrade (J1), the tie-out to cash (J3),
remaining obligations (RP) and what is overdue (AG).

Source: docs.stripe.com/revenue-recognition/reports, reports/waterfall, methodology#negative-line-item,
data-reconciliation.
"""

from __future__ import annotations

from orchestration.domain.inbox_layout import PLATFORM
from tests.golden.revenue.connect import direct_charge, refund_fee
from tests.golden.revenue.registry import example
from tests.golden.revenue.story import Invoice, Story, billed, line
from tests.golden.revenue.tables import minor


def july(story: Story) -> Invoice:
    """31 for Jul 21 to Aug 20, invoiced on Jul 14."""
    return story.invoice([line("31", "2020-07-21", "2020-08-21")], "2020-07-14")


@example()
def W1(story: Story) -> None:
    july(story)


@example()
def W2(story: Story) -> None:
    """W1, voided on Sep 12."""
    story.void(july(story), "2020-09-12")


@example()
def W3(story: Story) -> None:
    """35 with 4 of tax inside."""
    story.invoice([line("35", "2020-07-21", "2020-08-21", tax="4", inclusive=True)], "2020-07-14")


@example()
def W4(story: Story) -> None:
    """W1, of which 10 are paid by the customer's balance."""
    story.adjust_balance("-10", "2020-07-01")
    july(story)


@example()
def W5a(story: Story) -> None:
    """A pending item of 31, created on May 14, for May 14 to Jun 13."""
    story.pending("31", "2020-05-14", "2020-05-14", "2020-06-14")


@example()
def W5b(story: Story) -> None:
    """W5a, invoiced on Jun 19 with 62 for Jun 20 to Jul 20 (the page's figures are those of 31 days)."""
    item = story.pending("31", "2020-05-14", "2020-05-14", "2020-06-14")
    story.invoice([billed(item), line("62", "2020-06-20", "2020-07-21")], "2020-06-19")


@example()
def W6(story: Story) -> None:
    """10 a unit: 3 units in June, 2 in July, invoiced on Jul 15."""
    meter = story.metered("sum", "10")
    story.use(meter, "2020-06-20", 3)
    story.use(meter, "2020-07-10", 2)
    story.invoice([line("50", "2020-06-15", "2020-07-15", metered=meter, quantity=5)], "2020-07-15")


@example()
def RP3(story: Story) -> None:
    """1,096 for the three years from 2022, a day each; invoiced at the start."""
    story.invoice([line("1096", "2022-01-01", "2025-01-01")], "2022-01-01", due="2022-01-31")


@example()
def AG1(story: Story) -> None:
    """100, due at the beginning of February 1 and never paid."""
    story.invoice([line("100")], "2022-01-10", due="2022-02-01")


@example()
def AG2(story: Story) -> None:
    """100, due at noon of January 29: 30.5 days before the end of February."""
    story.invoice([line("100")], "2022-01-10", due="2022-01-29 12:00")


@example()
def J1(story: Story) -> None:
    """A downgrade on Apr 21, invoiced and paid with the next month on May 1, all refunded on May 4."""
    story.invoice([line("90", "2022-04-01", "2022-05-01")], "2022-04-01")
    new = story.pending("10", "2022-04-21", "2022-04-21", "2022-05-01", "il_1")
    old = story.pending("-30", "2022-04-21", "2022-04-21", "2022-05-01", "il_2")
    month = line("30", "2022-05-01", "2022-06-01", description="il_3")
    invoice = story.invoice([billed(new), billed(old), month], "2022-05-01")
    story.refund(story.pay(invoice, "2022-05-01"), "2022-05-04")


@example()
def J3(story: Story) -> None:
    """A month of every category: charges 140, refunds -40 of which 20 fail, -20 of an authorization, Stripe's own."""
    story.charge("60", "2022-03-02")
    partly = story.charge("40", "2022-03-03")
    story.partial_capture(partly, "2022-03-03", "20")
    first, second = story.charge("20", "2022-03-04"), story.charge("20", "2022-03-05")
    story.refund(first, "2022-03-06")
    story.refund_failed(second, story.refund(second, "2022-03-07"), "2022-03-10")
    for kind, category in (
        ("stripe_fee", "fee"), ("network_cost", "network_cost"), ("contribution", "contribution"),
        ("financing_paydown", "financing_paydown"),
    ):  # fmt: skip
        story.transaction(kind, category, -1_000, "2022-03-15")
    Story(story.tables, "J3eur", story.account, "eur").charge("15", "2022-03-20")


@example(PLATFORM, "sek")
def J3fees(story: Story) -> None:
    """The same page with fees: a charge and its refund with theirs, and what Stripe takes by itself."""
    charge = story.charge("100", "2022-03-02", fee="4")
    story.refund(charge, "2022-03-05", fee=-300, fee_type="stripe_fee")
    seller = Story(story.tables, "J3seller", "acct_1JSELLER", story.currency)
    deal = direct_charge(story, seller, "2022-02-10", "1", "0.10")
    seller.transaction("adjustment", "other_adjustment", 0, "2022-03-06", deal.charge.id, fee=-10, fee_type="application_fee")
    refund_fee(deal, "2022-03-06", "0.10")
    for kind, category, amount in (
        ("stripe_fee", "fee", "-1000"), ("network_cost", "network_cost", "-0.50"), ("contribution", "contribution", "-0.40"),
    ):  # fmt: skip
        story.transaction(kind, category, minor(amount), "2022-03-15")
