"""What the cases of `more_stories` have to give, month by month, worked out by hand in major units."""

from __future__ import annotations

from tests.golden.revenue.expected import Cells, later
from tests.golden.revenue.tables import minor


def books(first: str, **accounts: str) -> Cells:
    """Natural changes in USD: per account its months from `first` on, `.` for nothing."""
    return {
        ("usd", account, later(first, distance)): minor(value)
        for account, values in accounts.items()
        for distance, value in enumerate(values.split())
        if value != "." and minor(value)
    }


def spread(first: str, amount: str, revenue: str) -> Cells:
    """One line paid in the month that its service begins in: its revenue by month, and what is left deferred."""
    months = revenue.split()
    deferred = [f"{minor(amount) - minor(months[0])}e-2", *(f"-{month}" for month in months[1:])]
    return books(first, Cash=amount, Revenue=revenue, DeferredRevenue=" ".join(deferred))


EXPECTED: dict[str, Cells] = {
    # as C11, with refunds in the place of disputes
    "A20": books(
        "2019-01", AccountsReceivable="90 -90", Revenue="31", DeferredRevenue="59 -59", BadDebt=". 31 . -31",
        Cash=". . . 90 -90", Recoverables=". . . 59 -59", Refunds=". . . . 31",
    ),
    # as C12; the service is not deferred again
    "A21": books("2019-01", Cash="90 -90 90", Revenue="31", DeferredRevenue="59 -59", Disputes=". 31", Recoverables=". . 90"),
    "A21lost": books("2019-01", Cash="90 -90", Revenue="31", DeferredRevenue="59 -59", Disputes=". 31"),
    "A36": books("2023-10", Cash="60 -60", Revenue="12", DeferredRevenue="48 -48", Refunds=". 12"),
    "A36kept": spread("2023-10", "60", "12 30 18"),
    "A37": books("2023-10", Cash="17", Revenue="17"),
    "P03": {
        **books("2022-06", AccountsReceivable="100", DeferredRevenue="100"),
        **books("2023-06", Revenue="100", DeferredRevenue="-100"),
    },
    "X02": {},
    # as N04: the failed refund is taken back at the start of March, and February's revenue is caught up
    "RF1": books("2019-01", Cash="90 -90 90", Revenue="31 . 59", DeferredRevenue="59 -59", Refunds=". 31 -31"),
    "DC1": books("2019-01", Cash="90", Revenue="31 28 31", DeferredRevenue="59 -28 -31"),
    "D1": spread("2019-01", "100", "33.85 43.07 23.08"),
    "D2": spread("2021-05", "300", "100 100 100"),
    "D4": spread(
        "2021-12", "3910",
        "21.42 332.09 299.94 332.08 321.37 332.09 321.37 332.08 332.08 321.37 332.08 321.37 310.66",
    ),
    "D4tiny": spread("2021-12", "0.30", "0 0.03 0.02 0.03 0.02 0.03 0.02 0.03 0.02 0.03 0.02 0.03 0.02"),
    "D6": spread(
        "2023-01", "1200", "101.92 92.05 101.92 98.63 101.92 98.63 101.92 101.91 98.63 101.92 98.63 101.92"
    ),
    "D6even": spread("2023-01", "1200", " ".join(["100"] * 12)),
    "D6middle": spread("2023-01", "1200", " ".join(["100"] * 12)),
    "R2c": spread("2022-12", "99.99", "26.23 50.81 22.95"),
    "E11": books("2022-01", Cash="96.80", Fees="3.20", Revenue="100"),
    "E12": books(
        "2022-01", AccountsReceivable="540 -540", Revenue="500", TaxLiability="40", Cash=". 524", Fees=". 16"
    ),
    "E14": books(
        "2022-01", AccountsReceivable="108 -108", Revenue="100", TaxLiability="8 -8", CreditNotes=". 100"
    ),
    # a quarter of the 300 that were recognized is contra revenue, a quarter of the 900 deferred is gone
    "E15": books(
        "2022-01", AccountsReceivable="1200 . . -300", Revenue="100 100 100 75 75 75 75 75 75 75 75 75",
        DeferredRevenue="1100 -100 -100 -300 -75 -75 -75 -75 -75 -75 -75 -75", CreditNotes=". . . 75",
    ),
    "E16": books(
        "2022-01", Cash="100 -115 115", Revenue="100", Disputes=". 100", Fees=". 15 -15", Recoverables=". . 100"
    ),
    "E17": books(
        "2021-12", CustomerBalance="55 -55", CustomerBalanceAdjustments="55", Revenue=". 50", TaxLiability=". 5"
    ),
    "E18": spread("2019-01", "100", "54.84 45.16"),
}  # fmt: skip
