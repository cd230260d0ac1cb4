"""What the cases of `standard_stories` have to give, month by month in major units, and where that is not what their source says."""

from __future__ import annotations

from typing import NamedTuple

from tests.golden.revenue.expected import Cells
from tests.golden.revenue.more_expected import books, spread


class Otherwise(NamedTuple):
    """A cell in which tieout deliberately says something else than the source of a case; major units."""

    example: str
    account: str
    period: str
    theirs: str
    ours: str
    why: str


_EACH_MONTH = "rounds each month and gives the rest to the last; here sums through a month are rounded, so no month is off by a cent"
_PRO_RATA = "takes back first what was recognized; here a credit takes the same share of what is earned and what is not, as Stripe does"
_THIRTY_DAYS = "counts half a month from the 15th; here the first and the last month have their share of the days"
OTHERWISE = (
    Otherwise("D1", "Revenue", "2019-02", "43.08", "43.07", _EACH_MONTH),
    Otherwise("D1", "Revenue", "2019-03", "23.07", "23.08", _EACH_MONTH),
    Otherwise("D5", "CreditNotes", "2019-01", "18854.18", "18382.83", _PRO_RATA),
    Otherwise("D5", "Revenue", "2019-01", "500", "28.65", _PRO_RATA),
    Otherwise("D6months", "Revenue", "2023-01", "50", "55.89", _THIRTY_DAYS),
    Otherwise("D6months", "Revenue", "2023-02", "100", "99.82", _THIRTY_DAYS),
    Otherwise("D6months", "Revenue", "2024-01", "50", "46.03", _THIRTY_DAYS),
)

EXPECTED: dict[str, Cells] = {
    "IC6": spread("2019-01", "1000", "688.07 128.44 183.49"),
    "IC7": spread("2019-01", "0.80", "0.18 0.27 0.35"),
    "IC8": spread("2019-01", "1", "0.33 0.17 0.50"),
    "IC8newest": spread("2019-01", "1.50", "0.50 0.50 0.50"),
    # 914.29 / 12 = 76.1908, summed and rounded: 76.19 152.38 228.57 304.76 380.95 457.15 533.34 609.53 685.72 761.91 838.10 914.29
    "IC17": spread("2019-01", "1200", "361.90 76.19 76.19 76.19 76.19 76.20 76.19 76.19 76.19 76.19 76.19 76.19"),
    "D10": spread("2019-01", "1000", "428.57 342.86 228.57"),
    "D10tie": spread("2019-01", "10", "3.34 3.33 3.33"),
    "IC18": spread("2019-01", "1500", "400" + " 100" * 11),
    "IC18one": spread("2019-01", "1500", "125" + " 125" * 11),
    "IC14": books("2019-03", Cash="1000", Revenue="1000"),
    "IC15": books(
        "2019-01", AccountsReceivable="1000 . -1000", Cash=". . 1000", Revenue=". . 1000", DeferredRevenue="1000 . -1000"
    ),
    "IB8": books("2019-01", Cash="100", Revenue="30", PassthroughFees="70"),
    "IB9": books("2019-01", Cash="100", Revenue="100"),
    "D3": books("2021-05", Cash="300", Revenue="300"),
    # 18,854.18 were earned, of the 500 that are left 471.35: the 18,382.83 between are contra revenue
    "D5": books(
        "2018-12", AccountsReceivable="20000 -19500", Revenue="18854.18 28.65", DeferredRevenue="1145.82 -1145.82",
        CreditNotes=". 18382.83",
    ),
    # 17 and 14 of 365 days; the 1,098.08 between, eleven times 99.82 and six cents for the last of them
    "D6months": spread("2023-01", "1200", "55.89" + " 99.82" * 10 + " 99.88 46.03"),
    "D7": spread("2023-01", "2400", "150" + " 150" * 11 + " 50" * 12),
}  # fmt: skip
