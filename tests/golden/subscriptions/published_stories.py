"""Examples E1 to E8 and D11 of the published sources, in years without a leap day where it matters."""

from __future__ import annotations

from tests.golden.subscriptions.registry import story
from tests.golden.subscriptions.story import Subscriber, later, periods


@story()
def E01(story: Subscriber) -> None:
    """Opening MRR 100 of three customers; in the month one of 10 churns, one loses 10, one gains 10."""
    plans = {amount: story.price(amount, product="prod_E01") for amount in ("10", "30", "40", "50", "60")}
    gone = story.subscribe([(plans["10"], 1)], "2023-03-05")
    story.bill(gone, periods("2023-03-05", 1))
    story.cancel(gone, "2023-03-20", ends="2023-04-05")
    for before, after in (("40", "30"), ("50", "60")):
        story.new_customer()
        sub = story.subscribe([(plans[after], 1)], "2023-03-10")
        story.bill(sub, periods("2023-03-10", 1), price=plans[before])
        story.bill(sub, periods("2023-04-10", 2), price=plans[after])


@story()
def E02(story: Subscriber) -> None:
    """Opens with 100, closes with 120, of which 10 are new."""
    hundred, more = story.price("100", product="prod_E02"), story.price("110", product="prod_E02")
    sub = story.subscribe([(more, 1)], "2023-03-10")
    story.bill(sub, periods("2023-03-10", 1), price=hundred)
    story.bill(sub, periods("2023-04-10", 1), price=more)
    story.new_customer()
    story.bill(story.subscribe([(story.price("10"), 1)], "2023-04-20"), periods("2023-04-20", 1))


@story()
def E03(story: Subscriber) -> None:
    """4 Gold a year for 2,000; two Silver for 60 a month; Silver ends mid-cycle, Gold with its year; back with 3 Gold at 50."""
    gold, silver = story.price("500", "year", product="prod_gold"), story.price("30", product="prod_silver")
    first = story.subscribe([(gold, 4)], "2022-01-10")
    story.bill(first, periods("2022-01-10", 1, 12), quantity=4)
    second = story.subscribe([(silver, 2)], "2022-03-05")
    story.bill(second, periods("2022-03-05", 4), quantity=2)
    story.cancel(second, "2022-06-20")
    story.cancel(first, "2022-11-11", ends="2023-01-10")
    back = story.subscribe([(story.price("50", product="prod_gold"), 3)], "2023-05-02")
    story.bill(back, periods("2023-05-02", 3), quantity=3)


@story()
def E04(story: Subscriber) -> None:
    """Two subscriptions, both cancelled, on different days."""
    price = story.price("20")
    for day, gone in (("2023-01-03", "2023-04-11"), ("2023-01-15", "2023-04-25")):
        sub = story.subscribe([(price, 1)], day)
        story.bill(sub, periods(day, 3))
        story.cancel(sub, gone)


@story()
def E05(story: Subscriber) -> None:
    """100 customers at 100 a month and 50 at 600 a year."""
    monthly, yearly = story.price("100"), story.price("600", "year")
    for price, count in ((monthly, 100), (yearly, 50)):
        for _ in range(count):
            story.bill(story.subscribe([(price, 1)], "2026-03-10"), [("2026-03-10", "2026-04-10" if price == monthly else "2027-03-10")])
            story.new_customer()


@story()
def E06(story: Subscriber) -> None:
    """10 a month from April 15; cancelled on June 8, to the end of the period."""
    sub = story.subscribe([(story.price("10"), 1)], "2024-04-15")
    story.bill(sub, periods("2024-04-15", 2))
    story.cancel(sub, "2024-06-08", ends="2024-06-15")


@story()
def E07(story: Subscriber) -> None:
    """Cancelled on July 5 at 11:00; one customer at once, another to the end of the period on July 20."""
    price = story.price("25")
    at_once = story.subscribe([(price, 1)], "2024-05-20")
    story.bill(at_once, periods("2024-05-20", 2))
    story.cancel(at_once, "2024-07-05 11:00")
    story.new_customer()
    with_notice = story.subscribe([(price, 1)], "2024-05-20")
    story.bill(with_notice, periods("2024-05-20", 2))
    story.cancel(with_notice, "2024-07-05 11:00", ends="2024-07-20")


@story()
def E07b(story: Subscriber) -> None:
    """Notice given, and the end is still to come."""
    sub = story.subscribe([(story.price("25"), 1)], "2026-02-20")
    story.bill(sub, periods("2026-02-20", 2))
    story.cancel(sub, "2026-03-25 09:30", ends="2026-04-20", over=False)


@story()
def E08(story: Subscriber) -> None:
    """By hand, in the manner of the mrr-playbook seed (which is not at hand): four customers who come, change, go and come back."""
    small, large = story.price("50", product="prod_E08"), story.price("75", product="prod_E08")
    sub = story.subscribe([(large, 1)], "2023-01-17")
    story.bill(sub, periods("2023-01-17", 3), price=small)
    story.bill(sub, periods("2023-04-17", 2), price=large)
    story.new_customer()
    gone = story.subscribe([(small, 1)], "2023-01-31")
    story.bill(gone, [("2023-01-31", "2023-02-28")])
    story.cancel(gone, "2023-02-28")
    story.bill(story.subscribe([(small, 1)], "2023-05-09"), periods("2023-05-09", 1))
    story.new_customer()
    two = [story.subscribe([(small, 1)], day) for day in ("2023-02-03", "2023-02-20")]
    for sub in two:
        story.bill(sub, periods(str(sub.row["start_date"])[:10], 2))
    story.cancel(two[0], "2023-03-22")
    story.new_customer()
    down = story.subscribe([(small, 1)], "2023-03-30")
    story.bill(down, [("2023-03-30", "2023-04-30")], price=large)
    story.bill(down, [("2023-04-30", "2023-05-30")], price=small)


@story()
def D11(story: Subscriber) -> None:
    """5,000 grow to 6,000: all of it is kept."""
    small, large = story.price("5000", product="prod_D11"), story.price("6000", product="prod_D11")
    sub = story.subscribe([(large, 1)], "2023-01-10")
    story.bill(sub, periods("2023-01-10", 1), price=small)
    story.bill(sub, [(later("2023-02-10"), later("2023-03-10"))], price=large)
