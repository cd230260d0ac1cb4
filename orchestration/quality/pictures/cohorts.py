"""Who stayed: survival of each cohort by the age of its members, as a table of shades."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from orchestration.quality.pictures.svg import (
    INK,
    LINE,
    PAPER,
    SOFT,
    UNKNOWN,
    Picture,
    document,
    month_name,
    rect,
    text,
)

MAX_COHORTS, MAX_CYCLES = 24, 24
LEFT, TOP, CELL_WIDTH, CELL_HEIGHT = 150, 118, 32, 22
_DARK, _LIGHT = (18, 70, 110), (238, 243, 247)  # all and none; one hue, so that grey keeps the order
Cells = dict[int, tuple[int, int, bool]]


def draw_cohorts(account: str, currency: str, rows: Sequence[tuple[Any, ...]]) -> list[Picture]:
    """One picture, of the billing interval with most members; none without any.

    Args:
        rows: (billing_interval, cohort_month, cycle, at_risk, churned, is_pending).
    """
    intervals: dict[str, dict[str, Cells]] = defaultdict(lambda: defaultdict(dict))
    for interval, month, cycle, at_risk, churned, is_pending in rows:
        intervals[interval][str(month)][cycle] = (at_risk, churned, is_pending)
    if not intervals:
        return []
    sizes = {name: sum(cells[1][0] for cells in found.values()) for name, found in intervals.items()}
    interval = min(sizes, key=lambda name: (-sizes[name], name))
    others = ", ".join(f"{name} ({sizes[name]})" for name in sorted(sizes) if name != interval)
    title = f"Customers who stayed, by first paid month, billed by {interval}, {currency.upper()}, {account}"
    cohorts = dict(sorted(intervals[interval].items())[-MAX_COHORTS:])
    cut = f" The last {MAX_COHORTS} cohorts." if len(intervals[interval]) > MAX_COHORTS else ""
    caption = (
        "Kaplan-Meier survival in percent at the end of each billing cycle; who comes back stays lost here. "
        f"A dash is pending: nobody was watched for so long.{cut}"
        + (f" Not drawn: billed by {others}." if others else "")
    )
    return [Picture(title, _heat_map(title, interval, cohorts, intervals[interval]), caption)]


def _heat_map(title: str, interval: str, shown: dict[str, Cells], everyone: dict[str, Cells]) -> str:
    cycles = min(MAX_CYCLES, max(max(cells) for cells in shown.values()))
    width = max(LEFT + cycles * CELL_WIDTH + 20, 760)
    body = [text(20, 26, title, size=15, bold=True), *_legend(20, 44)]
    body.append(text(20, TOP - 10, "first paid", fill=SOFT))
    body.append(text(LEFT - 12, TOP - 10, "members", fill=SOFT, anchor="end"))
    body.append(text(LEFT, TOP - 26, f"age in cycles of a {interval}", fill=SOFT))
    for cycle in range(1, cycles + 1):
        centre = LEFT + (cycle - 0.5) * CELL_WIDTH
        body.append(text(centre, TOP - 10, f"{cycle}", anchor="middle", fill=SOFT))
    for place, (month, cells) in enumerate(shown.items()):
        name, year = month_name(month)
        body += _row(TOP + place * CELL_HEIGHT, f"{name} {year}", cells, cycles)
    y = TOP + len(shown) * CELL_HEIGHT + 8
    body += _row(y, "all cohorts", _together(everyone), cycles)
    return document(width, y + CELL_HEIGHT + 16, title, body)


def _row(y: float, name: str, cells: Cells, cycles: int) -> list[str]:
    base = y + CELL_HEIGHT / 2 + 4
    body = [text(20, base, name), text(LEFT - 12, base, f"{cells[1][0]:,}", anchor="end", fill=SOFT)]
    survival = 1.0
    for cycle in range(1, min(cycles, max(cells)) + 1):
        at_risk, churned, is_pending = cells[cycle]
        x = LEFT + (cycle - 1) * CELL_WIDTH
        survival *= 1 - churned / at_risk
        words = f"{name}, cycle {cycle}: {at_risk} at risk, {churned} lost"
        body.append(
            rect(x, y, CELL_WIDTH - 1, CELL_HEIGHT - 1, UNKNOWN if is_pending else _shade(survival), words)
        )
        ink = SOFT if is_pending else PAPER if survival > 0.62 else INK
        shown = "–" if is_pending else f"{100 * survival:.0f}"
        body.append(text(x + (CELL_WIDTH - 1) / 2, base, shown, size=10, anchor="middle", fill=ink))
    return body


def _together(cohorts: dict[str, Cells]) -> Cells:
    """Everybody as one cohort: pending where nobody of any cohort is old enough."""
    found: dict[int, tuple[int, int, bool]] = {}
    for cells in cohorts.values():
        for cycle, (at_risk, churned, is_pending) in cells.items():
            before = found.get(cycle, (0, 0, True))
            found[cycle] = (before[0] + at_risk, before[1] + churned, before[2] and is_pending)
    return found


def _shade(share: float) -> str:
    mixed = (round(light + (dark - light) * share) for dark, light in zip(_DARK, _LIGHT, strict=True))
    return "#" + "".join(f"{value:02x}" for value in mixed)


def _legend(x: float, y: float) -> list[str]:
    body = [text(x, y + 10, "share that stayed:", fill=SOFT)]
    for place in range(11):
        body.append(rect(x + 106 + place * 22, y, 22, 12, _shade(place / 10)))
    for place in (0, 5, 10):
        body.append(
            text(x + 106 + place * 22 + 11, y + 25, f"{place * 10} %", fill=SOFT, anchor="middle", size=10)
        )
    pending = x + 106 + 11 * 22 + 24
    body += [rect(pending, y, 22, 12, LINE), rect(pending + 1, y + 1, 20, 10, UNKNOWN)]
    return [
        *body,
        text(pending + 11, y + 10, "–", size=10, anchor="middle", fill=SOFT),
        text(pending + 30, y + 10, "pending"),
    ]
