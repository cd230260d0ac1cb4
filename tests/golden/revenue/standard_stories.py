"""Illustrations of the standard (ids IC, IB) and examples of other engines (ids D), as far as invoices express them.

The ids are those of the list that they were collected in; an I before C and B tells them from Stripe's. What each of them has to give, and where tieout says
something else on purpose, stands in `standard_expected`. The price of a bundle is told in cents where the source shares
out whole units, so that the shares are the printed numbers.
"""

from __future__ import annotations

from tests.golden.revenue.more_stories import paid
from tests.golden.revenue.registry import example
from tests.golden.revenue.story import Invoice, Line, Story, line

# -- a price for several things, shared out by what each costs alone ---------------------------------------


def bundle(story: Story, *parts: tuple[str, str, str]) -> Invoice:
    """(Billed, price alone, discount) of up to three things in January, February and March; paid on Jan 1."""
    months = ("2019-01-01", "2019-02-01", "2019-03-01", "2019-04-01")
    lines = []
    for number, (billed, alone, discount) in enumerate(parts):
        product = f"prod_{story.name}of{number}"
        story.standalone(product, alone)
        lines.append(line(billed, months[number], months[number + 1], product=product, discount=discount))
    invoice = story.invoice(lines, "2019-01-01")
    story.pay(invoice, "2019-01-01")
    return invoice


@example()
def IC6(story: Story) -> None:
    """100,000 for what costs 75,000, 14,000 and 20,000 alone."""
    bundle(story, ("900", "750", "0"), ("50", "140", "0"), ("50", "200", "0"))


@example()
def IC7(story: Story) -> None:
    """20, 30 and 40 with a discount of 10, which the bill shows on the last."""
    bundle(story, ("0.20", "0.20", "0"), ("0.30", "0.30", "0"), ("0.40", "0.40", "0.10"))


@example()
def IC8(story: Story) -> None:
    """100 for what costs 50, 25 and 75 alone."""
    bundle(story, ("0.40", "0.50", "0"), ("0.40", "0.25", "0"), ("0.20", "0.75", "0"))


@example()
def IC17(story: Story) -> None:
    """A phone for 300 alone and a plan for 960 alone, sold for 1,200, of which the bill shows 240 on the phone."""
    story.standalone("prod_IC17phone", "300")
    story.standalone("prod_IC17plan", "960")
    lines = [line("240", product="prod_IC17phone"), line("960", "2019-01-01", "2020-01-01", product="prod_IC17plan")]
    story.rule(product_id="prod_IC17plan", recognition_policy="months_even")
    story.pay(story.invoice(lines, "2019-01-01"), "2019-01-01")


@example()
def D10(story: Story) -> None:
    """1,000 for fair values of 900 (90 % of 1,000), 720 (75 % of 1,200 at a rate of 0.8) and 480 (60 % of 800)."""
    bundle(story, ("400", "900", "0"), ("300", "720", "0"), ("300", "480", "0"))


@example()
def D10tie(story: Story) -> None:
    """One cent more than thirds: the first of equal remainders takes it."""
    bundle(story, ("1", "5", "0"), ("2", "5", "0"), ("7", "5", "0"))


@example()
def IC8newest(story: Story) -> None:
    """IC8, whose second thing has had other prices before and will have another one: that of the day of the bill counts."""
    for day, price in (("2017-01-01", "0.75"), ("2018-06-01", "0.50"), ("2019-02-01", "9")):
        story.standalone("prod_IC8newestof1", price, day)
    bundle(story, ("0.40", "0.50", "0"), ("0.40", "5", "0"), ("0.70", "0.50", "0"))


# -- set-up fees, contracts that can be left --------------------------------------------------------------


def with_set_up(story: Story) -> None:
    lines = [line("1200", "2019-01-01", "2020-01-01", product=f"prod_{story.name}"), line("300", product=f"prod_{story.name}setup")]
    story.pay(story.invoice(lines, "2019-01-01"), "2019-01-01")


@example()
def IC18(story: Story) -> None:
    """1,200 a year and 300 for set-up and training that are distinct."""
    story.rule(recognition_policy="months_even")
    with_set_up(story)


@example()
def IC18one(story: Story) -> None:
    """The same, not distinct: a rule gives the set-up the term of the subscription."""
    story.rule(recognition_policy="months_even")
    story.rule(product_id="prod_IC18onesetup", recognition_policy="months_even", window_months=12)
    with_set_up(story)


def delivered(story: Story, finalized: str) -> Invoice:
    """1,000 that are earned when they are delivered, on Mar 31."""
    story.rule(recognition_policy="on_fulfilment", window_months=12)
    invoice = story.invoice([line("1000")], finalized)
    story.fulfil(invoice.lines[0]["id"], "2019-03-31", "1000")
    return invoice


@example()
def IC14(story: Story) -> None:
    """Due on Jan 31 and paid on Mar 1, but it can be cancelled until then: the invoice is a draft until it is paid."""
    invoice = delivered(story, "2019-03-01")
    invoice.row["date"] = "2019-01-31 00:00:00.000"
    story.pay(invoice, "2019-03-01")


@example()
def IC15(story: Story) -> None:
    """The same contract, which cannot be cancelled: finalized on Jan 31."""
    story.pay(delivered(story, "2019-01-31"), "2019-03-01")


# -- principal and agent ----------------------------------------------------------------------------------


@example()
def IB8(story: Story) -> None:
    """Vouchers of 100, of which the agent keeps 30 %."""
    story.rule(product_id="prod_IB8", treatment="passthrough", treatment_bps=7_000, party="agent")
    story.pay(story.invoice([line("100", product="prod_IB8")], "2019-01-15"), "2019-01-15")


@example()
def IB9(story: Story) -> None:
    """Tickets bought at own risk and resold for 100."""
    story.rule(product_id="prod_IB9", party="principal")
    story.pay(story.invoice([line("100", product="prod_IB9")], "2019-01-15"), "2019-01-15")


# -- other engines ----------------------------------------------------------------------------------------


@example()
def D3(story: Story) -> None:
    """300 over no month at all."""
    paid(story, "300", "2021-05-01", "2021-05-01")


@example()
def D5(story: Story) -> None:
    """20,000, of which 18,854.18 are earned by the end of the year; on Jan 10 a credit note of 19,500."""
    invoice = story.invoice([line("20000", "2018-01-01", "2019-01-23 04:22:01")], "2018-12-01")
    story.credit_note(invoice, "2019-01-10", "19500", lines=[(0, "19500")])


@example()
def D6months(story: Story) -> None:
    """1,200 for a year from Jan 15, by month with a first and a last month in proportion."""
    paid(story, "1200", "2023-01-15", "2024-01-15", policy="months_even_prorated")


def grouped(name: str) -> list[Line]:
    """A for 1,200 and B for 600 over 2023, C for 600 over 2024."""
    told = [("1200", 2023), ("600", 2023), ("600", 2024)]
    return [
        line(amount, f"{year}-01-01", f"{year + 1}-01-01", product=f"prod_{name}{number}")
        for number, (amount, year) in enumerate(told)
    ]


@example()
def D7(story: Story) -> None:
    """Three services on one invoice in January, by month, evenly."""
    story.rule(recognition_policy="months_even")
    story.pay(story.invoice(grouped(story.name), "2023-01-01"), "2023-01-01")
