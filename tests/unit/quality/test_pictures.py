"""Pictures say what the figures say, in one file, the same every time."""

from __future__ import annotations

import base64
import re
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from orchestration.quality.pictures import MAX_BOOKS, subscription_pictures
from orchestration.quality.pictures.svg import UNKNOWN, short
from orchestration.quality.report import write_report

NAMESPACE = "{http://www.w3.org/2000/svg}"
Row = tuple[Any, ...]


def month(name: str, *amounts: str, customers: int = 3, account: str = "platform", currency: str = "usd", observed: bool = True) -> Row:
    """opening, new, reactivation, expansion, contraction, churn, closing"""
    return (account, currency, name, *map(Decimal, amounts), customers, observed)


MONTHS = [
    month("2025-12-01", "0", "100", "0", "0", "0", "0", "100"),
    month("2026-01-01", "100", "40", "5", "20", "10", "30", "125"),
]
COHORTS = [
    ("platform", "usd", "month", "2025-12-01", 1, 4, 1, False), ("platform", "usd", "month", "2025-12-01", 2, 3, 0, True),
    ("platform", "usd", "month", "2026-01-01", 1, 1, 0, True), ("platform", "usd", "year", "2025-12-01", 1, 2, 0, True),
]  # fmt: skip


def drawn(movements: list[Row] = MONTHS, cohorts: list[Row] = COHORTS) -> list[ElementTree.Element]:
    return [ElementTree.fromstring(one.svg) for one in subscription_pictures(movements, cohorts)]


def bars(picture: ElementTree.Element) -> dict[str, tuple[float, float]]:
    """Title of a rectangle -> (where it begins, how high it is)."""
    found = {}
    for one in picture.iter(f"{NAMESPACE}rect"):
        title = one.find(f"{NAMESPACE}title")
        if title is not None:
            found[str(title.text)] = (float(one.attrib["y"]), float(one.attrib["height"]))
    return found


def words(picture: ElementTree.Element) -> list[str]:
    return [str(one.text) for one in picture.iter(f"{NAMESPACE}text")]


def test_bars_are_as_high_as_their_amounts_and_stand_on_each_other() -> None:
    found = bars(drawn()[0])
    assert len(found) == 6  # nothing is drawn for what did not happen
    scale = found["2025-12 new: +100.00 USD"][1] / 100
    for title, (_, height) in found.items():
        amount = abs(float(title.split(": ")[1].split()[0]))
        assert abs(height - amount * scale) < 0.11, title
    zero = sum(found["2025-12 new: +100.00 USD"])
    up, back = found["2026-01 new: +40.00 USD"], found["2026-01 reactivation: +5.00 USD"]
    assert abs(sum(up) - zero) < 0.11 and abs(sum(back) - up[0]) < 0.11
    down, less = found["2026-01 churn: -30.00 USD"], found["2026-01 contraction: -10.00 USD"]
    assert abs(down[0] - zero) < 0.11 and abs(less[0] - sum(down)) < 0.11


def test_everything_stays_within_the_picture() -> None:
    extremes = [month("2026-01-01", "0", "0.0100", "0", "0", "0", "0", "0.01"), month("2026-02-01", "1", "0", "0", "0", "0", "987654321.5", "0")]
    for movements in (MONTHS, extremes, MONTHS * 20):
        for picture in drawn(movements):
            width, height = float(picture.attrib["width"]), float(picture.attrib["height"])
            for one in picture.iter(f"{NAMESPACE}rect"):
                x, y = float(one.attrib["x"]), float(one.attrib["y"])
                assert x >= 0 and x + float(one.attrib["width"]) <= width + 0.1
                assert y >= 0 and y + float(one.attrib["height"]) <= height + 0.1


def test_the_chart_names_its_months_currency_and_closing() -> None:
    told = words(drawn()[0])
    assert {"Movements of monthly recurring revenue, USD, platform", "Dec", "2025", "Jan", "2026", "125", "USD a month:"} <= set(told)
    assert {"new", "reactivation", "expansion", "contraction", "churn", "net change", "closing", "customers"} <= set(told)


def test_months_in_which_nothing_was_heard_are_grey() -> None:
    silent = [*MONTHS, month("2026-02-01", "125", "0", "0", "0", "0", "0", "125", observed=False)]
    heard, unheard = subscription_pictures(MONTHS, [])[0], subscription_pictures(silent, [])[0]
    assert "nothing was heard" in unheard.caption and "nothing was heard" not in heard.caption
    assert (unheard.svg.count(UNKNOWN), heard.svg.count(UNKNOWN)) == (1, 0)


def test_cells_say_survival_and_pending_is_no_number() -> None:
    told = words(drawn()[1])
    rows = told[told.index("Dec 2025") :]
    assert rows == ["Dec 2025", "4", "75", "–", "Jan 2026", "1", "–", "all cohorts", "5", "80", "–"]
    assert "Not drawn: billed by year (2)." in subscription_pictures(MONTHS, COHORTS)[1].caption


def test_darker_is_more_in_grey_too() -> None:
    cohorts = [("platform", "usd", "month", "2025-12-01", cycle, 10 - cycle + 1, 1, False) for cycle in range(1, 11)]
    fills = [one.attrib["fill"] for one in drawn(cohorts=cohorts)[1].iter(f"{NAMESPACE}rect") if one.find(f"{NAMESPACE}title") is not None]
    greys = [sum(weight * int(fill[place : place + 2], 16) for weight, place in ((0.3, 1), (0.59, 3), (0.11, 5))) for fill in fills[:10]]
    assert greys == sorted(greys) and greys[-1] - greys[0] > 120


def test_the_books_with_most_customers_are_drawn_and_the_others_counted() -> None:
    movements = [month("2026-01-01", "0", "1", "0", "0", "0", "0", "1", customers=place, account=f"acct_{place}") for place in range(1, 8)]
    pictures = subscription_pictures(movements, [])
    assert [one.title.rsplit(", ", 1)[1] for one in pictures] == ["acct_7", "acct_6", "acct_5", "acct_4"][:MAX_BOOKS]
    assert pictures[-1].caption.endswith("3 more tenants and currencies with fewer customers are not drawn.")


def test_without_subscribers_there_is_nothing_to_see(tmp_path: Path) -> None:
    assert subscription_pictures([], []) == []
    assert "<figure>" not in write_report([], [], {}, tmp_path).read_text(encoding="utf-8")


def test_the_report_holds_them_without_a_link_and_escaped(tmp_path: Path) -> None:
    movements = [month("2026-01-01", "0", "1", "0", "0", "0", "0", "1", account="<b>&")]
    pictures = subscription_pictures(movements, [])
    page = write_report([], [], {}, tmp_path, pictures).read_text(encoding="utf-8")
    assert page.count("<svg") == 1 and "&lt;b&gt;&amp;" in page and "<b>&" not in page
    assert not re.search(r"https?:|//\w|@import|url\(|<link|<script|<img|<iframe|\son\w+=", page)
    assert "svg" not in (tmp_path / "gates.json").read_text(encoding="utf-8")
    assert page == write_report([], [], {}, tmp_path, subscription_pictures(movements, [])).read_text(encoding="utf-8")


def test_as_markdown_it_is_a_whole_drawing() -> None:
    told = subscription_pictures(MONTHS, COHORTS)[0].as_markdown()
    found = re.fullmatch(r"!\[[^\]]+\]\(data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)\)\n\n.+", told)
    assert found
    assert words(ElementTree.fromstring(base64.b64decode(found[1]))) == words(drawn()[0])


def test_short_amounts() -> None:
    told = {"0": "0", "949.6": "950", "999.6": "1.0k", "10249": "10.2k", "120400": "120k", "1250000": "1.2M", "-1500": "-1.5k"}
    assert {amount: short(Decimal(amount)) for amount in told} == told
