"""Stripe's examples F01 to F05, X01, A01 to A06, P01, P02, R01, R02, G01: currencies, policies, rules, fulfilment.

Source: docs.stripe.com/revenue-recognition/examples/currency, examples/exclusion, revenue-settings/examples,
performance-obligations-api, rules/examples, chart-of-accounts.
"""

from __future__ import annotations

from tests.golden.revenue.registry import example
from tests.golden.revenue.story import Invoice, Story, line


def rates(story: Story) -> None:
    """What a dollar cost on the last day of 2018: 1.20 USD for a euro, 0.10 USD for a Norwegian krone."""
    story.rates("2018-12-31", eur="0.8333333333", nok="10.0", usd="1.0")


@example(currency="eur", settles="usd")
def F01(story: Story) -> None:
    """30 EUR on Jan 1, paid at once at 1.20; the balance is in USD."""
    rates(story)
    story.pay(story.invoice([line("30")], "2019-01-01"), "2019-01-01", rate="1.20")


@example(currency="eur", settles="usd")
def F02(story: Story) -> None:
    """30 EUR invoiced on Jan 1 at 1.20, paid on Feb 1 at 1.10."""
    story.pay(story.invoice([line("30")], "2019-01-01"), "2019-02-01", rate="1.10")


@example(currency="eur", settles="usd")
def F03(story: Story) -> None:
    """30 EUR invoiced on Jan 1 at 1.20, paid on Feb 1 at 1.20, refunded on Mar 1 at 1.30."""
    charge = story.pay(story.invoice([line("30")], "2019-01-01"), "2019-02-01", rate="1.20")
    story.refund(charge, "2019-03-01", rate="1.30")


@example(currency="eur", settles="usd")
def F04(story: Story) -> None:
    """30 EUR paid once on Jan 1 at 1.20, refunded on Feb 1 at 1.10."""
    story.refund(story.charge("30", "2019-01-01", rate="1.20"), "2019-02-01", rate="1.10")


@example(currency="eur")
def F05(story: Story) -> None:
    """Balances in USD and EUR: on Jan 1 an invoice of 30 EUR and one of 400 NOK, both paid at once."""
    story.pay(story.invoice([line("30")], "2019-01-01"), "2019-01-01")
    other = Story(story.tables, "F05nok", story.account, "nok", "usd")
    other.pay(other.invoice([line("400")], "2019-01-01"), "2019-01-01", rate="0.10")


@example()
def X01(story: Story) -> None:
    """A payment of 10 on Jan 5, excluded on Feb 5."""
    story.exclude(story.charge("10", "2022-01-05").id, "2022-02-05", "not ours")


def settings_example(story: Story, policy: str) -> None:
    """120 for 120 times 24 hours from noon of June 15, invoiced and paid at the start."""
    product = f"prod_{story.name}"
    if policy:
        story.rule(product_id=product, recognition_policy=policy)
    told = line("120", "2024-06-15 12:00", "2024-10-13 12:00", product=product)
    story.pay(story.invoice([told], "2024-06-15 12:00"), "2024-06-15 12:00")


@example()
def A01(story: Story) -> None:
    """By instant, the default."""
    settings_example(story, "")


@example()
def A02(story: Story) -> None:
    """By day: the first day counts whole, the last not at all."""
    settings_example(story, "by_day")


@example()
def A03(story: Story) -> None:
    """By month, evenly: the last month does not count."""
    settings_example(story, "months_even")


@example()
def A04(story: Story) -> None:
    """By month, evenly between a first and a last month in proportion."""
    settings_example(story, "months_even_prorated")


def late_invoice(story: Story) -> Invoice:
    """92 for October to December, invoiced on Nov 1."""
    return story.invoice([line("92", "2024-10-01", "2025-01-01")], "2024-11-01")


@example()
def A05(story: Story) -> None:
    """Catch-up on: what was served before the invoice is recognized with it."""
    story.pay(late_invoice(story), "2024-11-01")


@example()
def A06(story: Story) -> None:
    """Catch-up off, in a run of its own. The table does not show the payment."""
    late_invoice(story)


def prepaid(story: Story) -> str:
    """100 on Jun 1, 2022, recognized as it is used, for one year; the line's id."""
    product = f"prod_{story.name}"
    story.rule(product_id=product, recognition_policy="on_fulfilment", window_months=12)
    return str(story.invoice([line("100", product=product)], "2022-06-01").lines[0]["id"])


@example()
def P01(story: Story) -> None:
    """10 used on Jul 29, the rest never."""
    story.fulfil(prepaid(story), "2022-07-29", "10")


@example()
def P02(story: Story) -> None:
    """10 used on Jul 29, 90 on Aug 10."""
    package = prepaid(story)
    story.fulfil(package, "2022-07-29", "10")
    story.fulfil(package, "2022-08-10", "90")


@example()
def R01(story: Story) -> None:
    """A line of 10 that is tax by a rule on its text."""
    story.rule(description_contains="AvaTax", treatment="tax", treatment_bps=10_000)
    story.invoice([line("10", description="Sales Tax calculated by AvaTax")], "2022-04-12")


@example()
def R02(story: Story) -> None:
    """A line of 100 of which 10 % are passed through."""
    story.rule(product_id="prod_R02", treatment="passthrough", treatment_bps=1_000)
    story.invoice([line("100", product="prod_R02")], "2022-04-12")


@example()
def G01(story: Story) -> None:
    """Annual plans of 1,200, 2,400 and 3,600, one each, sold in January; by month, evenly."""
    story.rule(recognition_policy="months_even")
    for amount in ("1200", "2400", "3600"):
        told = line(amount, "2022-01-01", "2023-01-01", product=f"prod_G01of{amount}")
        story.pay(story.invoice([told], "2022-01-01"), "2022-01-01")
