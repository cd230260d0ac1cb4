"""The billing side of the quarter: the catalog, the subscriptions and the one-off invoices."""

from __future__ import annotations

from orchestration.sandbox.company_catalog import add_coupon, add_price, add_product, add_tax_rate
from orchestration.sandbox.company_charges import give_back
from orchestration.sandbox.company_credits import credit
from orchestration.sandbox.company_invoice_forms import Bill, Line
from orchestration.sandbox.company_invoices import (
    change_status,
    issue,
    move_balance,
    pay,
)
from orchestration.sandbox.company_subscriptions import Story, run
from orchestration.sandbox.facts import AS_OF, DAY, PLATFORM, START, Books, Obj

Customers = dict[str, list[Obj]]


def play_billing(books: Books, customers: Customers) -> None:
    """Live all subscriptions, send all invoices, then delete one customer."""
    prices = _catalog(books)
    _subscriptions(books, prices, customers)
    _invoices(books, prices, customers)
    customers["US"][25].update(deleted=True)


def _catalog(books: Books) -> dict[str, Obj]:
    app, service = add_product(books, "Lantern App"), add_product(books, "Set-up and training")
    return {
        "starter": add_price(books, app, 2_900, "usd", "month", "Starter (monthly)"),
        "team": add_price(books, app, 9_900, "usd", "month", "Team (monthly)"),
        "team_yearly": add_price(books, app, 99_000, "usd", "year", "Team (yearly)"),
        "team_eur": add_price(books, app, 9_500, "eur", "month", "Team (monthly, EUR)"),
        "setup": add_price(books, service, 50_000, "usd", None, "Set-up"),
    }


def _subscriptions(books: Books, prices: dict[str, Obj], customers: Customers) -> None:
    """Fourteen subscriptions: plain, discounted, taxed, trial, upgraded, canceled, unpaid."""
    us, de = customers["US"], customers["DE"]
    sales_tax = add_tax_rate(books, "Sales tax", "US", "OR", 8.25)
    vat = add_tax_rate(books, "MwSt.", "DE", None, 19.0)
    spring = add_coupon(books, "Spring 20 %", 20, None, 2)
    welcome = add_coupon(books, "Welcome", None, 1_000, 0)
    first, tenth, early = (START + day * DAY + 32_400 for day in (4, 9, 19))
    starter, team = prices["starter"], prices["team"]
    stories = [
        Story(us[0], starter, first),
        Story(us[1], starter, first + 900, quantity=3),
        Story(us[2], team, first + 1_800),
        Story(us[3], team, tenth, coupon=spring, tax_rate=sales_tax),
        Story(us[4], prices["team_yearly"], tenth + 600, tax_rate=sales_tax),
        Story(us[6], starter, tenth + 1_200, coupon=welcome),
        Story(us[7], starter, early, trial_days=14),
        Story(us[8], starter, early + 300, upgrade_to=team, upgrade_at=early + 300 + 41 * DAY),
        Story(us[9], team, first + 2_700, ends_after=2),
        Story(us[10], team, tenth + 1_800, fails_from=2),
        Story(de[1], prices["team_eur"], early + 600, country="DE", tax_rate=vat),
        Story(de[2], prices["team_eur"], early + 900, country="DE", quantity=2),
        Story(us[25], starter, first + 3_600, ends_after=1),
        Story(us[11], team, START + 61 * DAY, tax_rate=sales_tax),
    ]
    for story in stories:
        run(books, story)


def _invoices(books: Books, prices: dict[str, Obj], customers: Customers) -> None:
    """One-off invoices: paid in parts, from customer balance, voided, open, credited in three ways."""
    us = customers["US"]

    def bill(number: int, day: int, quantity: int, due_days: int | None = 30) -> Obj:
        at = START + day * DAY + 36_000
        price = prices["setup"]
        line = Line("Set-up and training", price["unit_amount"] * quantity, price, at, at, quantity)
        line.invoice_item = books.new_id("ii_1")
        metadata = {"po_number": f"PO-{number}"}
        return issue(books, Bill(us[number], [line], at, due_days=due_days, metadata=metadata))

    pay(books, bill(12, 12, 6), START + 20 * DAY, parts=2)
    move_balance(books, us[13], "adjustment", -20_000, START + 15 * DAY)
    pay(books, bill(13, 16, 1), START + 18 * DAY)
    change_status(bill(14, 30, 1), "void", START + 36 * DAY)
    bill(15, 80, 2)

    refunded = bill(16, 40, 1)
    charge = pay(books, refunded, START + 44 * DAY)[0]
    returned = give_back(books, PLATFORM, charge, 12_500, START + 50 * DAY)
    credit(books, refunded, 12_500, START + 50 * DAY, refund=returned)

    credited = bill(17, 45, 1)
    pay(books, credited, START + 47 * DAY)
    credit(books, credited, 8_000, START + 55 * DAY)
    lowered = bill(18, 60, 1)
    credit(books, lowered, 5_000, START + 62 * DAY)
    pay(books, lowered, AS_OF - 6 * DAY)
