"""What each of Stripe's examples says, read from the reference beside the project, and where tieout says otherwise.

A cell is (currency, Stripe's account, period); its value is the natural change in minor units. What the pages do
not print is listed here with the reason: what follows from the inputs (`ALSO`, `GOES_ON`), and what differs on
purpose (`DELIBERATE`). Everything else must be as printed, and every cell that is not named must be zero.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from orchestration.workspace import PROJECT_ROOT
from tests.golden.revenue.registry import EXAMPLES
from tests.golden.revenue.tables import minor

REFERENCE = PROJECT_ROOT.parent / "shared" / "reference" / "revrec-worked-examples.json"
DEBIT_NATURED = frozenset({
    "AccountsReceivable", "UnbilledAccountsReceivable", "Cash", "PendingCash", "ExternalAsset", "Refunds", "Disputes",
    "CreditNotes", "BadDebt", "Voids", "UnbilledVoids", "Transfer", "Discounts", "Fees", "CustomerBalanceAdjustments",
    "FxLoss", "OtherLoss", "ConnectTransferLoss", "Underpayments",
})  # fmt: skip
LEFT_OUT = {
    "T05": "Stripe recognizes the pending item with its tax and voids 5.90 of it later; tieout takes tax from the line",
}
YEARS = {
    "S03": 2022, "S08": 2022, "S09": 2022, "S11": 2022, "S12": 2022, "M01": 2020, "M02": 2020, "X01": 2022,
    "A01": 2024, "A02": 2024, "A03": 2024, "A04": 2024, "A05": 2024, "A06": 2024, "P01": 2022, "P02": 2022,
    "R01": 2022, "R02": 2022, "G01": 2022, **{f"K{number:02d}": 2022 for number in range(1, 8)},
}  # fmt: skip
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
Cell = tuple[str, str, str]
Cells = dict[Cell, int]


@dataclass(frozen=True)
class Difference:
    """A cell in which tieout deliberately says something else than the page; `ours` in major units."""

    example: str
    account: str
    period: str
    ours: str
    why: str


_CENTS = "the page rounds to whole dollars; 11 splits 17 : 14"
_SPLIT = "15.50 splits 15 : 30; the page rounds 5.1667 and 10.3333 to a multiple of 10 cents"
_INSIDE = "10 % inside 31 is 2.82; the page takes 10 % of the gross, and the line states its tax"
_BILLED = "the page prints usage and its reversal apart and leaves the invoice out: 55 - 60 + 60"
DELIBERATE = (
    Difference("C09", "BadDebt", "2019-02", "10.97", _CENTS),
    Difference("C09", "Recoverables", "2019-02", "4.97", _CENTS),
    Difference("N02", "Refunds", "2019-02", "5.17", _SPLIT),
    Difference("N02", "CreditNotes", "2019-02", "10.33", _SPLIT),
    Difference("T02", "Revenue", "2019-01", "28.18", _INSIDE),
    Difference("T02", "TaxLiability", "2019-01", "2.82", _INSIDE),
    Difference("S12", "Revenue", "2022-04", "55", _BILLED),
    Difference("S12", "AccountsReceivable", "2022-04", "60", _BILLED),
)

# Not printed, but in the inputs: how the customer came by the balance, and that the bundle is paid.
_GIVEN = {("CustomerBalance", "2018-12"): "11", ("CustomerBalanceAdjustments", "2018-12"): "11"}
ALSO: dict[str, dict[tuple[str, str], str]] = {
    "C01": _GIVEN,
    "C09": _GIVEN,
    "C17": _GIVEN,
    "C10": {("CustomerBalance", "2018-12"): "-10", ("CustomerBalanceAdjustments", "2018-12"): "-10"},
    "S11": {("Cash", "2022-01"): "59", ("Cash", "2022-02"): "9", ("Cash", "2022-03"): "9"},
}
# The pages stop, the service goes on: first month after the printed ones, and the revenue of it and those after it.
GOES_ON: dict[str, tuple[str, tuple[str, ...]]] = {
    "S02": ("2019-04", ("30", "31", "30", "31", "31", "30", "31", "30", "31")),
    "S03": ("2023-01", ("31", "28", "31", "30", "31", "30", "31", "31")),
    "N03": ("2019-04", ("15", "15.50", "15")),
    "G01": ("2022-02", ("600",) * 11),
}


@cache
def reference() -> dict[str, Any]:
    """Id -> example, as the reference holds them; empty when it is not here."""
    if not REFERENCE.is_file():
        return {}
    return {found["id"]: found for found in json.loads(REFERENCE.read_text(encoding="utf-8"))}


def printed(example_id: str) -> Cells:
    """What the page says, rows that it implies included."""
    found, cells = reference()[example_id], Cells()
    columns = _columns(found["periods"], YEARS.get(example_id, 2019), example_id)
    for account, values in {**found["rows"], **found["omitted_rows"]}.items():
        for (currency, period), value in zip(columns, values, strict=True):
            _add(cells, (currency, account, period), str(value or 0))
    return cells


def expected(example_id: str) -> Cells:
    """What tieout has to say, cell by cell; zeros are left out."""
    cells, currency = printed(example_id), _currency(example_id)
    for (account, period), value in ALSO.get(example_id, {}).items():
        _add(cells, (currency, account, period), value)
    first, values = GOES_ON.get(example_id, ("", ()))
    for distance, value in enumerate(values):
        period = later(first, distance)
        _add(cells, (currency, "Revenue", period), value)
        _add(cells, (currency, "DeferredRevenue", period), f"-{value}")
    for difference in DELIBERATE:
        if difference.example == example_id:
            cells[currency, difference.account, difference.period] = minor(difference.ours)
    return {cell: value for cell, value in cells.items() if value}


def assert_same(found: Cells, wanted: Cells) -> None:
    """Every cell is as wanted, in minor units; all that are not are named."""
    wrong = [
        f"{period} {account} ({currency}): expected {wanted.get((currency, account, period), 0)}, "
        f"got {found.get((currency, account, period), 0)}"
        for currency, account, period in sorted({*found, *wanted}, key=lambda cell: (cell[2], cell[0], cell[1]))
        if found.get((currency, account, period), 0) != wanted.get((currency, account, period), 0)
    ]
    assert not wrong, "\n".join(wrong)


def imbalance(cells: Cells) -> dict[tuple[str, str], int]:
    """(Currency, period) -> debits less credits, where they differ."""
    sums: dict[tuple[str, str], int] = {}
    for (currency, account, period), value in cells.items():
        signed = value if account in DEBIT_NATURED else -value
        sums[currency, period] = sums.get((currency, period), 0) + signed
    return {key: value for key, value in sums.items() if value}


def _currency(example_id: str) -> str:
    story = EXAMPLES[example_id]
    return story.settles or story.currency


def _columns(labels: list[str], year: int, example_id: str) -> list[tuple[str, str]]:
    """Currency and period of each printed column: `Jan`, `Jun 2022`, `Apr (usage)`, `USD Jan`, `Day`."""
    columns: list[tuple[str, str]] = []
    before = 0
    for label in labels:
        words = label.replace("Day", "Jan").split()
        currency = words.pop(0).lower() if words[0] in ("USD", "EUR") else _currency(example_id)
        month = MONTHS.index(words[0]) + 1
        if words[-1].isdigit():
            year = int(words[-1])
        elif month < before:
            year += 1
        before = month
        columns.append((currency, f"{year}-{month:02d}"))
    return columns


def later(period: str, months: int) -> str:
    year, month = divmod(int(period[:4]) * 12 + int(period[5:]) - 1 + months, 12)
    return f"{year}-{month + 1:02d}"


def _add(cells: Cells, cell: Cell, major: str) -> None:
    cells[cell] = cells.get(cell, 0) + minor(major)
