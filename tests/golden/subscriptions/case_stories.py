"""Cases that open models of recurring revenue get wrong, and the rules of this one."""

from __future__ import annotations

from tests.golden.subscriptions.registry import story
from tests.golden.subscriptions.story import Subscriber, periods


@story()
def P01(story: Subscriber) -> None:
    """Never any revenue: on trial, incomplete, expired incomplete, and a trial whose first payment was never made."""
    price = story.price("10")
    story.bill(story.subscribe([(price, 1)], "2026-03-25", trial_end="2026-04-08", status="trialing"), [])
    for status in ("incomplete", "incomplete_expired"):
        story.new_customer()
        sub = story.subscribe([(price, 1)], "2026-03-30", status=status)
        story.invoice(sub, "2026-03-30", [(sub.items[0], "", 1, "2026-03-30", "2026-04-30")], paid="", failed=["2026-03-30"],
                      reason="subscription_create", status="void" if status.endswith("expired") else "open")  # fmt: skip
    story.new_customer()
    lost = story.subscribe([(price, 1)], "2024-01-01", trial_end="2024-01-15")
    story.invoice(lost, "2024-01-01", [(lost.items[0], "", 1, "2024-01-01", "2024-01-15")], free=True)
    story.invoice(lost, "2024-01-15 01:00", [(lost.items[0], "", 1, "2024-01-15", "2024-02-15")], paid="",
                  failed=["2024-01-15 01:00", "2024-01-18", "2024-01-23"])  # fmt: skip
    story.cancel(lost, "2024-01-30", reason="payment_failed")


@story()
def P02(story: Subscriber) -> None:
    """Unpaid: ten days after the first failed attempt Stripe gave up."""
    sub = story.subscribe([(story.price("10"), 1)], "2024-01-05", status="unpaid")
    story.bill(sub, periods("2024-01-05", 2))
    story.invoice(sub, "2024-03-05 01:00", [(sub.items[0], "", 1, "2024-03-05", "2024-04-05")], paid="",
                  failed=["2024-03-05 01:00", "2024-03-08", "2024-03-15"])  # fmt: skip


@story()
def P03(story: Subscriber) -> None:
    """A yearly plan, cancelled at once in its third month."""
    sub = story.subscribe([(story.price("120", "year"), 1)], "2024-01-05")
    story.bill(sub, [("2024-01-05", "2025-01-05")])
    story.cancel(sub, "2024-03-10 08:00")


@story()
def P04(story: Subscriber) -> None:
    """Plans by the day, by the week and by the quarter, one of them in the middle of a month; and one with half cents."""
    for amount, interval, count in (("1", "day", 1), ("7", "week", 1), ("14", "week", 2), ("99", "month", 3)):
        story.bill(story.subscribe([(story.price(amount, interval, count), 1)], "2026-03-17"), [("2026-03-17", "2026-06-17")])
        story.new_customer()
    halves = story.price(None, unit_amount_decimal="0.5")
    story.bill(story.subscribe([(halves, 101)], "2026-03-17"), [])


@story()
def P05(story: Subscriber) -> None:
    """Tiers: 12 units graduated (10 at 5, then 3, 1 flat), 12 units by volume (3 each); packs of 5, rounded up; usage apart."""
    graduated = story.price(None, billing_scheme="tiered", tiers_mode="graduated")
    story.tiers(graduated, ("10", "5", "0"), ("inf", "3", "1"))
    volume = story.price(None, billing_scheme="tiered", tiers_mode="volume")
    story.tiers(volume, ("10", "5", "0"), ("inf", "3", "0"))
    packs = story.price("20", transform_quantity_divide_by=5, transform_quantity_round="up")
    for price in (graduated, volume, packs):
        story.subscribe([(price, 12)], "2026-03-17")
        story.new_customer()
    metered = story.price("2", recurring_usage_type="metered")
    sub = story.subscribe([(story.price("9"), 1), (metered, None)], "2026-02-17")
    story.invoice(sub, "2026-03-17 01:00", [(sub.items[1], "", 30, "2026-02-17", "2026-03-17")])


@story()
def P06(story: Subscriber) -> None:
    """An upgrade in the middle of a period, prorated and not yet invoiced, then three seats of which no bill tells yet."""
    small, large = story.price("10", product="prod_small"), story.price("25", product="prod_large")
    sub = story.subscribe([(large, 3)], "2026-01-10")
    story.bill(sub, periods("2026-01-10", 2), price=small)
    story.prorate(sub, sub.items[0], "2026-02-20 10:00", "2026-03-10", charge=(large, 1, "16.07"), credit=(small, 1, "6.43"))
    story.bill(sub, periods("2026-03-10", 1), price=large)


@story()
def P07(story: Subscriber) -> None:
    """The whole base moves from an old price to a new one of another product at the same amount."""
    old, new = story.price("30", product="prod_old"), story.price("30", product="prod_new")
    for _ in range(3):
        sub = story.subscribe([(new, 1)], "2025-12-10")
        story.bill(sub, periods("2025-12-10", 2), price=old)
        story.bill(sub, periods("2026-02-10", 2), price=new)
        story.new_customer()


@story()
def P08(story: Subscriber) -> None:
    """Cancelled, and forty minutes later another plan; the other customer takes two hours."""
    small, large = story.price("10"), story.price("15")
    for back in ("2024-04-10 12:40", "2024-04-10 14:00"):
        sub = story.subscribe([(small, 1)], "2024-02-10")
        story.bill(sub, periods("2024-02-10", 2))
        story.cancel(sub, "2024-04-10 12:00")
        again = story.subscribe([(large, 1)], back)
        story.bill(again, [(back, "2024-05-10 12:00")])
        story.new_customer()


@story()
def P09(story: Subscriber) -> None:
    """A trial that is paid at once, and one whose first attempt failed and that was paid three days later."""
    price = story.price("10")
    for tries, paid in (((), "2024-01-15 01:00"), (["2024-01-15 01:00"], "2024-01-18 09:00")):
        sub = story.subscribe([(price, 1)], "2024-01-01", trial_end="2024-01-15")
        story.invoice(sub, "2024-01-01", [(sub.items[0], "", 1, "2024-01-01", "2024-01-15")], free=True)
        story.invoice(sub, "2024-01-15 01:00", [(sub.items[0], "", 1, "2024-01-15", "2024-02-15")], paid=paid, failed=tries)
        story.new_customer()


@story()
def P10(story: Subscriber) -> None:
    """Late for 40 days: one churn, then a reactivation; another one pays on the 20th day and is only at risk."""
    price = story.price("10")
    for paid in ("2024-04-14 01:00", "2024-03-25 01:00"):
        sub = story.subscribe([(price, 1)], "2024-01-05")
        story.bill(sub, periods("2024-01-05", 2))
        story.invoice(sub, "2024-03-05 01:00", [(sub.items[0], "", 1, "2024-03-05", "2024-04-05")], paid=paid, failed=["2024-03-05 01:00"])
        story.new_customer()


@story()
def P11(story: Subscriber) -> None:
    """Half off for three months, a free month (once), 5 off for good, and a tenth off for the customer."""
    price = story.price("40")
    half = story.subscribe([(price, 1)], "2024-01-10")
    story.discount(half, story.coupon("repeating", percent="50", months=3), "2024-01-10", "2024-04-10")
    story.new_customer()
    free = story.subscribe([(price, 1)], "2024-01-10")
    story.discount(free, story.coupon("once", percent="100"), "2024-01-10")
    story.new_customer()
    less = story.subscribe([(price, 1), (story.price("8"), 1)], "2024-01-10")
    story.discount(less, story.coupon("forever", amount="5"), "2024-01-10")
    story.new_customer()
    story.subscribe([(price, 1)], "2024-01-10")
    story.discount(None, story.coupon("forever", percent="10"), "2024-01-10")


@story()
def P12(story: Subscriber) -> None:
    """Collection is paused (at risk, counted), and a subscription whose trial ended without a card (never counted)."""
    price = story.price("10")
    held = story.subscribe([(price, 1)], "2026-01-05", pause_collection_behavior="void", current_period_start="2026-03-05 00:00:00")
    story.bill(held, periods("2026-01-05", 3))
    story.new_customer()
    paused = story.subscribe([(price, 1)], "2026-01-01", trial_end="2026-01-15", status="paused")
    story.invoice(paused, "2026-01-01", [(paused.items[0], "", 1, "2026-01-01", "2026-01-15")], free=True)


@story()
def P13(story: Subscriber) -> None:
    """The same customer in a second currency: new there, and the first one does not change."""
    story.bill(story.subscribe([(story.price("10"), 1)], "2026-01-05"), periods("2026-01-05", 3))
    story.currency = "eur"
    story.bill(story.subscribe([(story.price("20"), 1)], "2026-02-05"), periods("2026-02-05", 2))


@story()
def P14(story: Subscriber) -> None:
    """Stripe's own record of item changes tells what no invoice does: seats on March 7 and 21."""
    price = story.price("10")
    sub = story.subscribe([(price, 6)], "2026-01-05")
    story.bill(sub, periods("2026-01-05", 3), quantity=2)
    for at, kind, change in (("2026-01-05", "ACTIVE_START", 2), ("2026-03-07 10:00", "ACTIVE_QUANTITY_INCREASE", 5),
                             ("2026-03-21 10:00", "ACTIVE_QUANTITY_DECREASE", -1)):  # fmt: skip
        story.change_event(sub, at, kind, change)
