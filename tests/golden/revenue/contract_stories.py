"""Contracts that the company agrees on apart from Stripe, and what Stripe bills of them (ASC 606-10-25-10 to 55-59).

Those with a letter and a number behind K are the illustrations of the same number in the collected examples.
"""

from __future__ import annotations

from tests.golden.revenue.registry import example
from tests.golden.revenue.story import Invoice, Story, line


def billed(story: Story, amount: str, at: str) -> Invoice:
    """An invoice of the contract, paid at once."""
    invoice = story.invoice([line(amount)], at)
    story.bill(invoice.id)
    story.pay(invoice, at)
    return invoice


# -- modifications ---------------------------------------------------------------------------------------


@example()
def KC1(story: Story) -> None:
    """120 units at 100; after 60, 30 more at 95, which is what they sell for: a contract of its own."""
    old = story.agree("old", "2019-01-01", "12000", quantity=120)
    billed(story, "12000", "2019-01-01")
    story.transfer(old, "2019-01-31", 60)
    new = story.agree("new", "2019-02-10", "2850", quantity=30)
    billed(story, "2850", "2019-02-10")
    story.transfer(old, "2019-02-20", 60)
    story.transfer(new, "2019-03-20", 30)


@example()
def KC2(story: Story) -> None:
    """The same at 80, and 15 back for each unit transferred: the 900 at once, the rest at (60 x 100 + 30 x 80) / 90."""
    units = story.agree("units", "2019-01-01", "12000", quantity=120)
    invoice = billed(story, "12000", "2019-01-01")
    story.transfer(units, "2019-01-31", 60)
    story.agree("units", "2019-02-10", "14400", quantity=150, treatment="prospective")
    story.agree("credit", "2019-02-10", "-900", ("2019-02-10", "2019-02-10"))
    story.credit_note(invoice, "2019-02-10", "900", refund="900")
    billed(story, "2400", "2019-02-10")
    story.transfer(units, "2019-02-20", 30)
    story.transfer(units, "2019-03-20", 60)


@example()
def KC3(story: Story) -> None:
    """200 at 80; after 150, 50 more at 75, which is what they sell for."""
    old = story.agree("old", "2019-01-01", "16000", quantity=200)
    billed(story, "16000", "2019-01-01")
    story.transfer(old, "2019-01-31", 150)
    new = story.agree("new", "2019-02-01", "3750", quantity=50)
    billed(story, "3750", "2019-02-01")
    story.transfer(old, "2019-02-15", 50)
    story.transfer(new, "2019-02-16", 50)


@example()
def KC4(story: Story) -> None:
    """100,000 a year for 3 years; for the third 80,000, and 3 years more for 200,000: 70,000 a year (whole months)."""
    story.agree("service", "2019-01-01", "300000", ("2019-01-01", "2022-01-01"))
    story.agree("service", "2021-01-01", "480000", ("2019-01-01", "2025-01-01"), treatment="prospective")
    for year, amount in enumerate(("100000", "100000", "80000", "200000"), 2019):
        billed(story, amount, f"{year}-01-01")


@example()
def KC5(story: Story) -> None:
    """150,000 a year for 3 years; the third for 120,000, and 3 years more for 300,000: 105,000 a year (whole months)."""
    story.agree("service", "2019-01-01", "450000", ("2019-01-01", "2022-01-01"))
    story.agree("service", "2021-01-01", "720000", ("2019-01-01", "2025-01-01"), treatment="prospective")
    billed(story, "720000", "2019-01-01")


@example()
def KC19(story: Story) -> None:
    """55,000 a month from April to March, cut to 45,000 on Oct 1 (whole months)."""
    story.agree("service", "2019-04-01", "660000", ("2019-04-01", "2020-04-01"))
    story.agree("service", "2019-10-01", "600000", ("2019-04-01", "2020-04-01"), treatment="prospective")
    billed(story, "600000", "2019-04-01")


@example()
def KD8(story: Story) -> None:
    """100 a month for a year, 150 from July (whole months)."""
    story.agree("service", "2019-01-01", "1200", ("2019-01-01", "2020-01-01"))
    story.agree("service", "2019-07-01", "1500", ("2019-01-01", "2020-01-01"), treatment="prospective")
    billed(story, "1500", "2019-01-01")


@example()
def KP(story: Story) -> None:
    """300 for January to March by the second; on Feb 1 360 and to the end of April, prospectively."""
    story.agree("service", "2019-01-01", "300", ("2019-01-01", "2019-04-01"))
    story.agree("service", "2019-02-01", "360", ("2019-01-01", "2019-05-01"), treatment="prospective")
    billed(story, "360", "2019-01-01")


@example()
def KU(story: Story) -> None:
    """300 for January to March; on Feb 1 the price of all of it is 270: what January had too much comes off in February."""
    story.agree("service", "2019-01-01", "300", ("2019-01-01", "2019-04-01"))
    story.agree("service", "2019-02-01", "270", ("2019-01-01", "2019-04-01"), treatment="catch_up")
    billed(story, "270", "2019-01-01")


# -- variable consideration, allocation, returns ---------------------------------------------------------


@example()
def KC9(story: Story) -> None:
    """Licence X for 800; royalties of Y, estimated at 1,000 and all of it of Y: no part of them is X's."""
    story.agree("X", "2019-01-01", "800", ("2019-01-10", "2019-01-10"), standalone_minor="800")
    story.agree("Y", "2019-01-01", "0", ("2019-01-10", "2019-03-11"), variable_minor="1000")
    billed(story, "1800", "2019-01-10")


@example()
def KC10(story: Story) -> None:
    """480 a unit, 432 once more than 600 are bought: 75 in the first quarter, not expected; 225 in the second, expected."""
    units = story.agree("units", "2019-01-01", "432000", variable_minor="48000", quantity=1000)
    story.transfer(units, "2019-03-10", 75)
    story.agree("units", "2019-06-01", "432000", variable_minor="48000", constrained_minor="48000", quantity=1000, treatment="catch_up")
    story.transfer(units, "2019-06-10", 225)
    billed(story, "36000", "2019-03-31")
    billed(story, "93600", "2019-06-30")


@example()
def KC6(story: Story) -> None:
    """100,000 for three things that sell for 75,000, 14,000 and 20,000 by themselves; to the cent, one a month."""
    for number, (price, alone) in enumerate((("60000", "75000"), ("14000", "14000"), ("26000", "20000")), 1):
        day = f"2019-0{number}-05"
        story.agree(f"part{number}", "2019-01-01", price, (day, day), standalone_minor=alone)
    billed(story, "100000", "2019-01-01")


@example()
def KC8(story: Story) -> None:
    """100 for A, B and C, which sell for 50, 25 and 75."""
    for number, alone in enumerate(("50", "25", "75"), 1):
        day = f"2019-0{number}-05"
        story.agree(f"part{number}", "2019-01-01", "100" if number == 1 else "0", (day, day), standalone_minor=alone)
    billed(story, "100", "2019-01-01")


@example()
def KC11(story: Story) -> None:
    """100 at 100 that cost 60, 97 expected to be kept; in February three come back."""
    units = story.agree("units", "2019-01-01", "10000", quantity=100, expected_returns_minor="300", cost_minor="6000")
    invoice = billed(story, "10000", "2019-01-01")
    story.transfer(units, "2019-01-10", 100)
    story.refund(invoice.charges[-1], "2019-02-05", "300")


@example()
def KC12(story: Story) -> None:
    """1,000 at 50 that cost 30, 970 expected to be kept."""
    units = story.agree("units", "2019-01-01", "50000", quantity=1000, expected_returns_minor="1500", cost_minor="30000")
    billed(story, "50000", "2019-01-01")
    story.transfer(units, "2019-01-10", 1000)


@example()
def KC13(story: Story) -> None:
    """2.0 million that cost 80 %, 1.85 million highly probable; in March it is certain that all is kept."""
    sale = ("2019-01-10", "2019-01-10")
    story.agree("goods", "2019-01-01", "2000000", sale, expected_returns_minor="150000", cost_minor="1600000")
    story.agree("goods", "2019-03-15", "2000000", sale, cost_minor="1600000", treatment="catch_up")
    billed(story, "2000000", "2019-01-10")


# -- what is billed and what is earned -------------------------------------------------------------------


@example()
def KC16(story: Story) -> None:
    """X for 400 is transferred in January, to be paid only after Y for 600, in March."""
    story.agree("X", "2019-01-01", "400", ("2019-01-10", "2019-01-10"))
    story.agree("Y", "2019-01-01", "600", ("2019-03-10", "2019-03-10"))
    invoice = story.invoice([line("1000")], "2019-03-10")
    story.bill(invoice.id)


@example()
def KS(story: Story) -> None:
    """1,200 for a year, bound by its subscription, of which a line without a period and one with one are billed."""
    story.agree("service", "2019-01-01", "1200", ("2019-01-01", "2020-01-01"))
    invoice = story.invoice([line("1000", "2019-01-01", "2020-01-01"), line("200")], "2019-01-01")
    story.bill(invoice.row["subscription_id"])
    story.pay(invoice, "2019-01-20")
    other = story.invoice([line("50")], "2019-02-01")
    story.pay(other, "2019-02-01")
