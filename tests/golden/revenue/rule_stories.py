"""What Stripe's rules give where they meet; no page prints these, they are worked out from the rules by hand.

What they have to give stands in `rule_expected`.
"""

from __future__ import annotations

from tests.golden.revenue.more_stories import paid
from tests.golden.revenue.registry import example
from tests.golden.revenue.story import Invoice, Story, billed, line
from tests.golden.revenue.stripe_contra import quarter
from tests.golden.revenue.stripe_policies import late_invoice

# -- amounts that are taken back -------------------------------------------------------------------------


@example()
def TR1(story: Story) -> None:
    """90 for three months; 9 refunded in February, 27 of the 81 that are left in March."""
    charge = story.pay(quarter(story), "2019-01-01")
    story.refund(charge, "2019-02-01", "9")
    story.refund(charge, "2019-03-20", "27")


@example()
def ML1(story: Story) -> None:
    """60 for three months and 30 without a period; 9 refunded in February, 6 of the one and 3 of the other."""
    invoice = story.invoice([line("60", "2019-01-01", "2019-04-01"), line("30")], "2019-01-01")
    story.refund(story.pay(invoice, "2019-01-01"), "2019-02-01", "9")


@example()
def SM1(story: Story) -> None:
    """31 for January, paid and refunded within January."""
    invoice = story.invoice([line("31", "2019-01-01", "2019-02-01")], "2019-01-01")
    story.refund(story.pay(invoice, "2019-01-01"), "2019-01-20")


@example()
def CU1(story: Story) -> None:
    """31 for January, invoiced and paid in March."""
    paid(story, "31", "2019-01-01", "2019-02-01", at="2019-03-05")


@example()
def WO1(story: Story) -> None:
    """90 for three months, of which 30 are paid; uncollectible on Feb 1. As C09, with a payment for the balance."""
    invoice = quarter(story)
    story.pay(invoice, "2019-01-01", "30")
    story.mark_uncollectible(invoice, "2019-02-01")


@example()
def VO1(story: Story) -> None:
    """C01 voided on Feb 1: the customer has the 11 back."""
    story.adjust_balance("-11", "2018-12-10")
    story.void(story.invoice([line("31", "2019-01-15", "2019-02-15")], "2019-01-15"), "2019-02-01")


@example()
def DP1(story: Story) -> None:
    """90 for three months, paid; half of it disputed on Feb 1, and won in March."""
    story.win(story.dispute(story.pay(quarter(story), "2019-01-01"), "2019-02-01", "45"), "2019-03-10")


@example()
def PP1(story: Story) -> None:
    """90 for three months, paid in two parts; in March the first is refunded, and a quarter of the second."""
    invoice = quarter(story)
    first, second = story.pay(invoice, "2019-01-01", "30"), story.pay(invoice, "2019-02-10")
    story.refund(first, "2019-03-01")
    story.refund(second, "2019-03-02", "15")


@example()
def CN1(story: Story) -> None:
    """60 for three months and 30 without a period, unpaid; a credit note takes back the 30 alone."""
    invoice = story.invoice([line("60", "2019-01-01", "2019-04-01"), line("30")], "2019-01-01")
    story.credit_note(invoice, "2019-02-01", "30", lines=[(1, "30")])


@example()
def OB1(story: Story) -> None:
    """O01 for three months: paid outside Stripe, and half of it credited there."""
    invoice = quarter(story)
    story.pay_out_of_band(invoice, "2019-01-05")
    story.credit_note(invoice, "2019-02-01", "45", out_of_band="45", lines=[(0, "45")])


@example()
def FA1(story: Story) -> None:
    """90 for three months, paid by a bank debit that fails a week later: the invoice is open again."""
    invoice = quarter(story)
    charge = story.pay(invoice, "2019-01-01")
    story.transaction("payment_failure_refund", "charge_failure", -9_000, "2019-01-08", charge.id)
    charge.row["status"] = "failed"
    invoice.row.update(status="open", paid=False, status_transitions_paid_at="", amount_paid=0, amount_remaining=9_000)


@example()
def NL1(story: Story) -> None:
    """J1 with half of the 10 refunded: half of each line, the negative one too."""
    story.invoice([line("90", "2022-04-01", "2022-05-01")], "2022-04-01")
    new = story.pending("10", "2022-04-21", "2022-04-21", "2022-05-01")
    old = story.pending("-30", "2022-04-21", "2022-04-21", "2022-05-01")
    invoice = story.invoice([billed(new), billed(old), line("30", "2022-05-01", "2022-06-01")], "2022-05-01")
    story.refund(story.pay(invoice, "2022-05-01"), "2022-05-04", "5")


@example()
def FU1(story: Story) -> None:
    """A package of 100 of which 10 are used; 50 refunded in August, the other 45 never used."""
    product = f"prod_{story.name}"
    story.rule(product_id=product, recognition_policy="on_fulfilment", window_months=12)
    invoice = story.invoice([line("100", product=product)], "2022-06-01")
    story.fulfil(invoice.lines[0]["id"], "2022-07-29", "10")
    story.refund(story.pay(invoice, "2022-06-01"), "2022-08-10", "50")


@example(currency="eur", settles="usd")
def FX1(story: Story) -> None:
    """90 EUR for three months at 1.20, paid on Feb 1 at 1.10; 30 EUR refunded on Mar 1 at 1.30."""
    charge = story.pay(quarter(story), "2019-02-01", rate="1.10")
    story.refund(charge, "2019-03-01", "30", rate="1.30")


@example()
def EX1(story: Story) -> None:
    """90 for three months, paid; the invoice is excluded in February."""
    invoice = quarter(story)
    story.pay(invoice, "2019-01-01")
    story.exclude(invoice.id, "2019-02-01")


@example()
def EX2(story: Story) -> None:
    """The same, unpaid."""
    story.exclude(quarter(story).id, "2019-02-01")


@example()
def NI1(story: Story) -> None:
    """C02, and an invoice of 90 five days later, of which its credit of 31 pays a part."""
    story.invoice([line("-31", "2019-01-15", "2019-02-15")], "2019-01-15")
    story.pay(story.invoice([line("90", "2019-01-01", "2019-04-01")], "2019-01-20"), "2019-01-20")


@example()
def DR1(story: Story) -> None:
    """C03, disputed although it is refunded already; then the refund fails."""
    charge = story.pay(quarter(story), "2019-01-01")
    refund = story.refund(charge, "2019-02-01")
    story.dispute(charge, "2019-02-20")
    story.refund_failed(charge, refund, "2019-03-05")


@example()
def RF2(story: Story) -> None:
    """C13's quarter: 60 disputed, 60 refunded of which 30 are a loss; the refund fails, and the loss is none."""
    charge = story.pay(quarter(story), "2019-01-01")
    story.dispute(charge, "2019-02-01", "60")
    story.refund_failed(charge, story.refund(charge, "2019-02-10", "60"), "2019-04-10")


@example()
def RC1(story: Story) -> None:
    """C07, refunded in May and disputed in June: what was recovered goes once."""
    invoice = quarter(story)
    story.mark_uncollectible(invoice, "2019-02-01")
    charge = story.pay(invoice, "2019-04-01")
    story.refund(charge, "2019-05-01")
    story.dispute(charge, "2019-06-01")


@example()
def RC2(story: Story) -> None:
    """C07, refunded in May; the refund fails in June, and half is refunded in July."""
    invoice = quarter(story)
    story.mark_uncollectible(invoice, "2019-02-01")
    charge = story.pay(invoice, "2019-04-01")
    story.refund_failed(charge, story.refund(charge, "2019-05-01"), "2019-06-01")
    story.refund(charge, "2019-07-01", "45")


@example()
def RC3(story: Story) -> None:
    """C07, credited in May: a third paid back, the rest for the customer's balance."""
    invoice = quarter(story)
    story.mark_uncollectible(invoice, "2019-02-01")
    story.pay(invoice, "2019-04-01")
    story.credit_note(invoice, "2019-05-01", "90", refund="30", balance="60", lines=[(0, "90")])


@example()
def WV1(story: Story) -> None:
    """C09, voided in March: the customer has the 11 back, and 17 are void revenue."""
    story.adjust_balance("-11", "2018-12-10")
    invoice = story.invoice([line("31", "2019-01-15", "2019-02-15")], "2019-01-15")
    story.mark_uncollectible(invoice, "2019-02-15")
    story.void(invoice, "2019-03-10")


# -- taxes -----------------------------------------------------------------------------------------------


def taxed_quarter(story: Story) -> Invoice:
    return story.invoice([line("90", "2019-01-01", "2019-04-01", tax="9")], "2019-01-01")


@example()
def TX1(story: Story) -> None:
    """90 and 9 of tax, paid; half of both credited to the customer's balance."""
    invoice = taxed_quarter(story)
    story.pay(invoice, "2019-01-01")
    story.credit_note(invoice, "2019-02-01", "49.50", balance="49.50", lines=[(0, "45")], taxes=["4.50"])


@example()
def TX2(story: Story) -> None:
    """90 and 9 of tax, unpaid; voided."""
    story.void(taxed_quarter(story), "2019-02-01")


@example()
def TX3(story: Story) -> None:
    """90 and 9 of tax, paid; all refunded with a credit note."""
    invoice = taxed_quarter(story)
    story.pay(invoice, "2019-01-01")
    story.credit_note(invoice, "2019-02-01", "99", refund="99", lines=[(0, "90")], taxes=["9"])


@example()
def TX4(story: Story) -> None:
    """90 and 9 of tax, written off, paid in April; all credited to the customer's balance in May, tax too."""
    invoice = taxed_quarter(story)
    story.mark_uncollectible(invoice, "2019-02-01")
    story.pay(invoice, "2019-04-01")
    story.credit_note(invoice, "2019-05-01", "99", balance="99", lines=[(0, "90")], taxes=["9"])


# -- late and early invoices -----------------------------------------------------------------------------


@example()
def CU2(story: Story) -> None:
    """A05 refunded within November: no month before it had recognized anything."""
    story.refund(story.pay(late_invoice(story), "2024-11-01"), "2024-11-20")


@example()
def CU3(story: Story) -> None:
    """A05, half refunded within November: it is as if it had been billed so."""
    story.refund(story.pay(late_invoice(story), "2024-11-01"), "2024-11-20", "46")


@example()
def CU4(story: Story) -> None:
    """A05 refunded in December: November's 61 are contra revenue."""
    story.refund(story.pay(late_invoice(story), "2024-11-01"), "2024-12-05")


@example()
def CU5(story: Story) -> None:
    """CU1 refunded within March."""
    invoice = story.invoice([line("31", "2019-01-01", "2019-02-01")], "2019-03-05")
    story.refund(story.pay(invoice, "2019-03-05"), "2019-03-20")


@example()
def EA1(story: Story) -> None:
    """M01's service, invoiced and half refunded in June: nothing was recognized before July."""
    invoice = story.invoice([line("60", "2020-07-20", "2020-09-18")], "2020-06-10")
    story.refund(story.pay(invoice, "2020-06-10"), "2020-06-20", "30")


@example()
def PE3(story: Story) -> None:
    """A pending item of 92 for Apr 1 to Jul 1, there since March, invoiced on May 11: only April was unbilled."""
    item = story.pending("92", "2022-03-15", "2022-04-01", "2022-07-02")
    story.invoice([billed(item)], "2022-05-11")


@example()
def IT1(story: Story) -> None:
    """PE3, its item exported before the invoice that bills it: it is not pending as well."""
    item = story.pending("92", "2022-03-15", "2022-04-01", "2022-07-02")
    story.invoice([billed(item)], "2022-05-11")
    item["invoice_id"] = ""


# -- metered usage ---------------------------------------------------------------------------------------


def metered_month(story: Story, amount: str) -> Invoice:
    """S04's usage of 15 and 17, for which `amount` is invoiced on Feb 14."""
    meter = story.metered("sum")
    story.use(meter, "2019-01-25", 15)
    story.use(meter, "2019-02-04", 17)
    told = line(amount, "2019-01-15", "2019-02-14", metered=meter, quantity=32)
    return story.invoice([told], "2019-02-14")


@example()
def US1(story: Story) -> None:
    """S04, voided in March."""
    story.void(metered_month(story, "32"), "2019-03-05")


@example()
def US2(story: Story) -> None:
    """S04, paid and refunded within the month of its invoice."""
    story.refund(story.pay(metered_month(story, "32"), "2019-02-14"), "2019-02-20")


@example()
def US6(story: Story) -> None:
    """Usage of 32 of which the invoice bills 30: nothing of the period stays unbilled."""
    metered_month(story, "30")


@example()
def US7(story: Story) -> None:
    """Usage of 32 for which the invoice bills 40."""
    metered_month(story, "40")
