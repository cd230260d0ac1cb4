"""What the cases of `rule_stories` have to give, month by month, worked out by hand in major units."""

from __future__ import annotations

from tests.golden.revenue.expected import Cells
from tests.golden.revenue.more_expected import books

EXPECTED: dict[str, Cells] = {
    "TR1": books(
        "2019-01", Cash="90 -9 -27", Revenue="31 25.20 18.60", DeferredRevenue="59 -31.10 -27.90", Refunds=". 3.10 17.70"
    ),
    "ML1": books(
        "2019-01", Cash="90 -9", Revenue="50.67 16.80 18.60", DeferredRevenue="39.33 -20.73 -18.60", Refunds=". 5.07"
    ),
    "SM1": {},
    "CU1": books("2019-03", Cash="31", Revenue="31"),
    # 30 * 31 / 90 = 10.33 of what was paid was earned, 30 * 59 / 90 = 19.67 was not
    "WO1": books(
        "2019-01", AccountsReceivable="60 -60", Cash="30", Revenue="31", DeferredRevenue="59 -59", BadDebt=". 20.67",
        Recoverables=". 19.67",
    ),
    "VO1": books(
        "2018-12", CustomerBalance="11 -11 11", CustomerBalanceAdjustments="11", AccountsReceivable=". 20 -20",
        Revenue=". 17", DeferredRevenue=". 14 -14", Voids=". . 17",
    ),
    "DP1": books(
        "2019-01", Cash="90 -45 45", Revenue="31 14 15.50", DeferredRevenue="59 -43.50 -15.50", Disputes=". 15.50",
        Recoverables=". . 45",
    ),
    # 45 of 90: half of the 59 of January and February
    "PP1": books(
        "2019-01", AccountsReceivable="60 -60", Cash="30 60 -45", Revenue="31 28 15.50", DeferredRevenue="59 -28 -31",
        Refunds=". . 29.50",
    ),
    "CN1": books(
        "2019-01", AccountsReceivable="90 -30", Revenue="50.67 18.66 20.67", DeferredRevenue="39.33 -18.66 -20.67",
        CreditNotes=". 30",
    ),
    "OB1": books(
        "2019-01", ExternalAsset="90", ExternalCustomerBalance=". 45", Revenue="31 14 15.50",
        DeferredRevenue="59 -43.50 -15.50", CreditNotes=". 15.50",
    ),
    "FA1": books("2019-01", AccountsReceivable="90", Revenue="31 28 31", DeferredRevenue="59 -28 -31"),
    "NL1": books(
        "2022-04", AccountsReceivable="90", Revenue="70 15", UnbilledAccountsReceivable="-20 20", Refunds=". -10",
        Cash=". 5",
    ),
    "FU1": {
        **books("2022-06", Cash="100 . -50", Revenue=". 10", DeferredRevenue="100 -10 -45", Refunds=". . 5"),
        **books("2023-06", Revenue="45", DeferredRevenue="-45"),
    },
    # a third of 37.20 + 33.60; 39 are paid back for what stands in the books with 36
    "FX1": books(
        "2019-01", AccountsReceivable="108 -108", Cash=". 99 -39", Revenue="37.20 33.60 24.80",
        DeferredRevenue="70.80 -33.60 -37.20", Refunds=". . 23.60", FxLoss=". 9 3",
    ),
    "EX1": books("2019-01", Cash="90", Revenue="31 -31", DeferredRevenue="59 -59", Exclusion=". 90"),
    "EX2": books("2019-01", AccountsReceivable="90 -90", Revenue="31 -31", DeferredRevenue="59 -59"),
    # 90 - 90 - 90 + 90: the dispute finds nothing to take and is a loss; the failed refund gives the 90 back, Feb and Mar caught up
    "DR1": books(
        "2019-01", Cash="90 -180 90", Revenue="31 . 59", DeferredRevenue="59 -59", Refunds=". 31 -31", OtherLoss=". 90"
    ),
    # the dispute leaves 30, which the refund takes: 20.67 and 10.33 of contra; the failed one brings back a third of the service
    "RF2": books(
        "2019-01", Cash="90 -120 . 60", Revenue="31 . . 19.67", DeferredRevenue="59 -59", Disputes=". 20.67",
        Refunds=". 10.33 . -10.33", OtherLoss=". 30 . -30",
    ),
    # as C11 to May; nothing is left for the dispute
    "RC1": books(
        "2019-01", AccountsReceivable="90 -90", Revenue="31", DeferredRevenue="59 -59", BadDebt=". 31 . -31",
        Cash=". . . 90 -90 -90", Recoverables=". . . 59 -59", Refunds=". . . . 31", OtherLoss=". . . . . 90",
    ),
    "RC2": books(
        "2019-01", AccountsReceivable="90 -90", Revenue="31", DeferredRevenue="59 -59", BadDebt=". 31 . -31",
        Cash=". . . 90 -90 90 -45", Recoverables=". . . 59 -59 59 -29.50", Refunds=". . . . 31 -31 15.50",
    ),
    # a third of 31 is 10.33
    "RC3": books(
        "2019-01", AccountsReceivable="90 -90", Revenue="31", DeferredRevenue="59 -59", BadDebt=". 31 . -31",
        Cash=". . . 90 -30", Recoverables=". . . 59 -59", Refunds=". . . . 10.33", CreditNotes=". . . . 20.67",
        CustomerBalance=". . . . 60",
    ),
    # as C09, and then as VO1: 6.03 of the 11 had paid for January
    "WV1": books(
        "2018-12", CustomerBalance="11 -11 . 11", CustomerBalanceAdjustments="11", AccountsReceivable=". 20 -20",
        Revenue=". 17", DeferredRevenue=". 14 -14", BadDebt=". . 10.97 -10.97", Recoverables=". . 4.97 -4.97",
        Voids=". . . 17",
    ),
    "NI1": books("2019-01", Cash="59", Revenue="14 14 31", DeferredRevenue="45 -14 -31"),
    "TX1": books(
        "2019-01", Cash="99", TaxLiability="9 -4.50", CustomerBalance=". 49.50", Revenue="31 14 15.50",
        DeferredRevenue="59 -43.50 -15.50", CreditNotes=". 15.50",
    ),
    "TX2": books(
        "2019-01", AccountsReceivable="99 -99", TaxLiability="9 -9", Revenue="31", DeferredRevenue="59 -59", Voids=". 31"
    ),
    "TX3": books("2019-01", Cash="99 -99", TaxLiability="9 -9", Revenue="31", DeferredRevenue="59 -59", Refunds=". 31"),
    # the tax is a loss while nobody pays it: 31 + 9; it is no revenue that could be credited
    "TX4": books(
        "2019-01", AccountsReceivable="99 -99", TaxLiability="9 . . . -9", Revenue="31", DeferredRevenue="59 -59",
        BadDebt=". 40 . -40", Cash=". . . 99", Recoverables=". . . 59 -59", CreditNotes=". . . . 31",
        CustomerBalance=". . . . 99",
    ),
    "CU2": {},
    "CU3": books("2024-11", Cash="46", Revenue="30.50 15.50", DeferredRevenue="15.50 -15.50"),
    "CU4": books("2024-11", Cash="92 -92", Revenue="61", DeferredRevenue="31 -31", Refunds=". 61"),
    "CU5": {},
    "EA1": books("2020-06", Cash="30", Revenue=". 6 15.50 8.50", DeferredRevenue="30 -6 -15.50 -8.50"),
    "PE3": books(
        "2022-04", Revenue="30 31 30 1", UnbilledAccountsReceivable="30 -30", AccountsReceivable=". 92",
        DeferredRevenue=". 31 -30 -1",
    ),
    "IT1": books(
        "2022-04", Revenue="30 31 30 1", UnbilledAccountsReceivable="30 -30", AccountsReceivable=". 92",
        DeferredRevenue=". 31 -30 -1",
    ),
    "US1": books(
        "2019-01", Revenue="15 17", UnbilledAccountsReceivable="15 -15", AccountsReceivable=". 32 -32", Voids=". . 32"
    ),
    # the refund takes back the line of February; that it replaced January's usage does not make it January's
    "US2": books("2019-01", Revenue="15 -15", UnbilledAccountsReceivable="15 -15"),
    "US6": books("2019-01", Revenue="15 15", UnbilledAccountsReceivable="15 -15", AccountsReceivable=". 30"),
    "US7": books("2019-01", Revenue="15 25", UnbilledAccountsReceivable="15 -15", AccountsReceivable=". 40"),
}  # fmt: skip
