"""What stories have to give where switches are set, worked out by hand in major units.

Settings: `books = us_gaap` (so `credit_losses = expense` and `fx_remeasure = true`), `refund_tax = prorata`,
`customer_balance_adjustments = contra`.
"""

from __future__ import annotations

from tests.golden.revenue.expected import Cells
from tests.golden.revenue.more_expected import books

SETTINGS = 'books = "us_gaap"\nrefund_tax = "prorata"\ncustomer_balance_adjustments = "contra"\n'
_SERVED = "37.20 33.60 37.20"

EXPECTED: dict[str, Cells] = {
    # the tax goes back with the money; without the switch 9 would be a loss
    "TX5": books("2019-01", Cash="99 -99", TaxLiability="9 -9", Revenue="31", DeferredRevenue="59 -59", Refunds=". 31"),
    "TX6": books(
        "2019-01", Cash="99 -49.50", TaxLiability="9 -4.50", Revenue="31 14 15.50", DeferredRevenue="59 -43.50 -15.50",
        Refunds=". 15.50",
    ),
    # 108.00 -> 103.50 -> 112.50 -> 99.00 in cash
    "FR1": books(
        "2019-01", AccountsReceivable="103.50 9 -112.50", Cash=". . 99", Revenue=_SERVED, DeferredRevenue="70.80 -33.60 -37.20",
        FxLoss="4.50 -9 13.50",
    ),
    # February: 36.00 - 1.50 leave for 33.00; the other 60 EUR go from 69.00 to 75.00. March: 78.00 for 75.00
    "FR2": books("2019-01", AccountsReceivable="103.50 -28.50 -75", Cash=". 33 78", Revenue="108", FxLoss="4.50 -4.50 -3"),
    # the credit takes 54.00 and half of the 4.50 that January took off; 45 EUR go from 51.75 to 56.25; nothing is gained in the end
    "FR3": books(
        "2019-01", AccountsReceivable="103.50 -47.25 -56.25", Revenue="37.20 16.80", DeferredRevenue="70.80 -52.20 -18.60",
        CreditNotes=". 18.60", Voids=". . 35.40", FxLoss="4.50 -6.75 2.25",
    ),
    "FR4": books("2019-01", Cash="99", Revenue="108", FxLoss="9"),
    "FR5": books("2019-01", AccountsReceivable="103.50 -103.50", Cash=". 99", Revenue="108", FxLoss="4.50 4.50"),
    "FR6": books("2020-07", AccountsReceivable="125 -125", Cash=". 130", Revenue="125", FxLoss=". -5"),
}  # fmt: skip
# The same without any switch, where it is not the same.
PLAIN: dict[str, Cells] = {
    "TX5": books("2019-01", Cash="99 -99", TaxLiability="9", Revenue="31", DeferredRevenue="59 -59", Refunds=". 31", OtherLoss=". 9"),
    "FR1": books(
        "2019-01", AccountsReceivable="108 . -108", Cash=". . 99", Revenue=_SERVED, DeferredRevenue="70.80 -33.60 -37.20",
        FxLoss=". . 9",
    ),
    "FR2": books("2019-01", AccountsReceivable="108 -36 -72", Cash=". 33 78", Revenue="108", FxLoss=". 3 -6"),
    "FR5": books("2019-01", AccountsReceivable="108 -108", Cash=". 99", Revenue="108", FxLoss=". 9"),
}  # fmt: skip
# Story -> ledger account, period -> debit, in major units: what Stripe's names of accounts do not tell apart.
LEDGER = {
    "C07": {("credit_losses", "2019-02"): "31", ("credit_losses", "2019-04"): "-31", ("recoverables", "2019-04"): "-59"},
    "E17": {("discounts", "2021-12"): "55"},
}
