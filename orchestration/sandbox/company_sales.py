"""One-off sales of the platform, and what its sellers earn through it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from orchestration.sandbox.company_catalog import add_customer
from orchestration.sandbox.company_charges import (
    Sale,
    dispute,
    give_back,
    hold_payment,
    refuse_payment,
    take_payment,
)
from orchestration.sandbox.company_connect import (
    destination_charge,
    direct_charge,
    refund_destination,
    refund_direct,
    reverse_transfer,
    separate_charge,
)
from orchestration.sandbox.facts import DAY, PLATFORM, START, Books, Obj

Customers = dict[str, list[Obj]]


def play_sales(books: Books, customers: Customers) -> None:
    """Platform-only payments in five currencies with refunds, disputes, declines and part captures."""
    dollars = _sell(books, customers["US"], "usd", range(1, 90, 2), 1_500, 42_000)
    euros = _sell(books, customers["DE"], "eur", range(5, 90, 7), 2_000, 30_000)
    yen = _sell(books, customers["JP"], "jpy", range(6, 86, 9), 900, 60_000)
    dinars = _sell(books, customers["KW"], "kwd", range(8, 80, 12), 5_000, 90_000)
    pounds = _sell(books, customers["GB"], "gbp", range(10, 84, 13), 3_000, 20_000, "usd")

    _refund(books, dollars[3], dollars[3]["amount"], 4)
    _refund(books, dollars[9], dollars[9]["amount"], 2)
    _refund(books, dollars[12], dollars[12]["amount"] // 3, 6)
    _refund(books, dollars[12], dollars[12]["amount"] // 4, 9)
    _refund(books, dollars[30], 500, 3)
    _refund(books, euros[2], euros[2]["amount"], 5)
    _refund(books, euros[6], euros[6]["amount"] // 2, 3)
    _refund(books, yen[4], yen[4]["amount"], 2)
    _refund(books, dinars[2], dinars[2]["amount"] // 2 + 1, 2)
    _refund(books, pounds[1], pounds[1]["amount"], 6)
    _refund(books, pounds[4], 1_000, 1)
    late = dollars[18]["created"] + 3 * DAY
    give_back(books, PLATFORM, dollars[18], 1_200, late, fails_at=late + 5 * DAY)

    dispute(books, PLATFORM, dollars[6], dollars[6]["created"] + 12 * DAY, "lost")
    won = dollars[14]["created"] + 10 * DAY
    dispute(books, PLATFORM, dollars[14], won, "won", won_at=won + 21 * DAY)
    dispute(books, PLATFORM, euros[8], euros[8]["created"] + 9 * DAY, "needs_response")

    customer = customers["US"][5]["id"]
    base = Sale(PLATFORM, customer, 7_000, "usd", books.moment(25), "Custom lantern", order_id="O-9001")
    take_payment(books, replace(base, authorized=10_000))
    refuse_payment(books, replace(base, created=books.moment(33), order_id="O-9002"))
    refuse_payment(books, replace(base, created=books.moment(34), order_id="O-9002"))
    hold_payment(books, replace(base, created=books.moment(88), order_id="O-9003"))
    debit = Sale(PLATFORM, customers["DE"][0]["id"], 18_400, "eur", 0, "Annual maintenance", country="DE")
    for day in (19, 47, 73):
        paid = take_payment(books, replace(debit, method="sepa_debit", created=books.moment(day)))
    give_back(books, PLATFORM, paid, 4_400, paid["created"] + 8 * DAY)


def play_connect(books: Books, accounts: tuple[str, str], customers: Customers) -> None:
    """Direct, destination and separate charges for both sellers, with every way back."""
    american, german = accounts
    _direct(books, american, "US", "usd", range(5, 90, 7))
    _direct(books, german, "DE", "eur", range(4, 84, 8))

    buyers = [customer["id"] for customer in customers["US"]]
    passed = [
        destination_charge(
            books,
            Sale(
                PLATFORM,
                buyers[index],
                books.rng.randrange(4_000, 26_000),
                "usd",
                books.moment(day),
                "Marketplace order",
                application_fee=900 + 10 * index,
                destination=american,
                order_id=f"M-{100 + index}",
            ),
        )
        for index, day in enumerate(range(6, 86, 8))
    ]
    refund_destination(books, passed[1], passed[1]["amount"], passed[1]["created"] + 3 * DAY)
    refund_destination(books, passed[5], passed[5]["amount"] // 2, passed[5]["created"] + 5 * DAY)
    _refund(books, passed[7], 1_500, 2)
    for index, day in enumerate((9, 23, 37, 51, 65, 79)):
        currency = "eur" if index % 2 else "usd"
        sale = Sale(
            PLATFORM,
            customers["DE" if index % 2 else "US"][index]["id"],
            20_000 + 1_700 * index,
            currency,
            books.moment(day),
            "Basket of two sellers",
            country="DE" if index % 2 else "US",
        )
        shares = {german: 14_000} if index % 2 else {american: 9_000, german: 6_000 + index}
        moved = separate_charge(books, sale, shares)
        if index in (2, 3):
            reverse_transfer(books, moved[0], 2_500, moved[0]["created"] + 6 * DAY)


def _direct(books: Books, account: str, country: str, currency: str, days: Iterable[int]) -> None:
    """Charges on a seller's own account, one refunded with its fee, one without, one disputed."""
    buyers = [add_customer(books, account, country, currency, START - DAY * 20) for _ in range(3)]
    charges = [
        direct_charge(
            books,
            Sale(
                account,
                buyers[index % 3]["id"],
                books.rng.randrange(2_500, 18_000),
                currency,
                books.moment(day),
                "Workshop ticket",
                country=country,
                application_fee=300 + 5 * index,
                fee_tax_percent=19 if country == "DE" else 0,
            ),
        )
        for index, day in enumerate(days)
    ]
    refund_direct(books, account, charges[2], charges[2]["created"] + 4 * DAY)
    give_back(books, account, charges[5], 900, charges[5]["created"] + 2 * DAY)
    if country == "US":
        dispute(books, account, charges[7], charges[7]["created"] + 8 * DAY, "lost")


def _sell(
    books: Books,
    customers: list[Obj],
    currency: str,
    days: Iterable[int],
    low: int,
    high: int,
    settles_in: str | None = None,
) -> list[Obj]:
    """One sale on each of the days, to the customers in turn; every fifth buyer is a guest."""
    charges = []
    for index, day in enumerate(days):
        customer = customers[index % len(customers)]
        sale = Sale(
            PLATFORM,
            None if index % 5 == 4 else customer["id"],
            books.rng.randrange(low, high),
            currency,
            books.moment(day),
            "Lantern, brass" if index % 2 else 'Lantern, "storm" series',
            settles_in=settles_in,
            country=customer["address"]["country"],
            order_id=f"{currency.upper()}-{1000 + index}",
        )
        charges.append(take_payment(books, sale))
    return charges


def _refund(books: Books, charge: Obj, amount: int, days: int) -> None:
    """Refund part of a platform charge some days later."""
    give_back(books, PLATFORM, charge, amount, charge["created"] + days * DAY)
