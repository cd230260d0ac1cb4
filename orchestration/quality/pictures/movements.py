"""What moved monthly recurring revenue: gains above the line, losses below it, month by month."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Any

from orchestration.quality.pictures.svg import (
    INK,
    LINE,
    PAPER,
    SOFT,
    UNKNOWN,
    Picture,
    document,
    line,
    month_name,
    rect,
    short,
    text,
)

MAX_MONTHS = 24
WIDTH, PLOT_HEIGHT = 960, 270
LEFT, RIGHT, TOP = 84, 16, 74
# From dark to light on either side of the line, so that they are told apart in grey as well.
GAINS = (("new", "#1d5c45"), ("reactivation", "#5fa883"), ("expansion", "#b9dcc8"))
LOSSES = (("churn", "#8f2f2f"), ("contraction", "#e6a08f"))


def draw_movements(account: str, currency: str, rows: Sequence[tuple[Any, ...]]) -> Picture:
    """One bar per month.

    Args:
        rows: (month, opening, new, reactivation, expansion, contraction, churn, closing, customers, is_observed),
            in order.
    """
    shown = rows[-MAX_MONTHS:]
    code, months = currency.upper(), len(shown)
    title = f"Movements of monthly recurring revenue, {code}, {account}"
    gains = [dict(zip(("new", "reactivation", "expansion"), row[2:5], strict=True)) for row in shown]
    losses = [dict(zip(("contraction", "churn"), row[5:7], strict=True)) for row in shown]
    top = max([sum(one.values()) for one in gains] + [Decimal(1)])
    bottom = max([sum(one.values()) for one in losses] + [Decimal(0)])
    step = _step(top + bottom)
    above, below = _rounded_up(top, step), _rounded_up(bottom, step)
    unit = Decimal(PLOT_HEIGHT) / (above + below)

    def y(amount: Decimal) -> float:
        return float(TOP + (above - amount) * unit)

    slot = (WIDTH - LEFT - RIGHT) / max(months, 6)
    body = [text(LEFT, 24, title, size=15, bold=True), *_legend(code)]
    body += [
        rect(LEFT + slot * place, TOP, slot, PLOT_HEIGHT, UNKNOWN)
        for place, row in enumerate(shown)
        if not row[9]
    ]
    for place in range(int((above + below) / step) + 1):
        amount = above - place * step
        body.append(line(LEFT, y(amount), WIDTH - RIGHT, y(amount), INK if amount == 0 else LINE))
        body.append(text(LEFT - 8, y(amount) + 4, short(amount), fill=SOFT, anchor="end"))
    for place, row in enumerate(shown):
        x, bar = LEFT + slot * place + slot * 0.14, slot * 0.72
        body += _bar(x, bar, y, str(row[0])[:7], code, gains[place], GAINS, 1)
        body += _bar(x, bar, y, str(row[0])[:7], code, losses[place], LOSSES, -1)
        net = y(sum(gains[place].values()) - sum(losses[place].values()))
        for colour, thickness in ((PAPER, 5), (INK, 2)):
            body.append(line(x - slot * 0.08, net, x + bar + slot * 0.08, net, colour, thickness))
        body += _foot(x + bar / 2, row, is_first=place == 0)
    body.append(text(LEFT - 8, TOP + PLOT_HEIGHT + 54, "closing", fill=SOFT, anchor="end"))
    body.append(text(LEFT - 8, TOP + PLOT_HEIGHT + 70, "customers", fill=SOFT, anchor="end"))
    cut = f" The last {MAX_MONTHS} months of {len(rows)}." if len(rows) > MAX_MONTHS else ""
    unheard = (
        " On grey: nothing was heard of this tenant, so what was known before goes on."
        if not shown[-1][9]
        else ""
    )
    caption = f"Gains less losses are the black mark; below each month what it closes with.{unheard}{cut}"
    return Picture(title, document(WIDTH, TOP + PLOT_HEIGHT + 82, title, body), caption)


def _bar(
    x: float, width: float, y: Any, month: str, code: str, amounts: dict[str, Decimal], kinds: Any, sign: int
) -> list[str]:
    """The parts of one side of a month, from the line outwards."""
    found, reached = [], Decimal(0)
    for name, colour in kinds:
        amount = amounts[name]
        if amount:
            edges = sorted((y(sign * reached), y(sign * (reached + amount))))
            words = f"{month} {name}: {sign * amount:+,.2f} {code}"
            found.append(rect(x, edges[0], width, max(edges[1] - edges[0], 0.6), colour, words))
        reached += amount
    return found


def _foot(centre: float, row: tuple[Any, ...], is_first: bool) -> list[str]:
    name, year = month_name(row[0])
    base = TOP + PLOT_HEIGHT
    words = [text(centre, base + 18, name, anchor="middle")]
    if is_first or name == "Jan":
        words.append(text(centre, base + 32, year, fill=SOFT, anchor="middle", bold=True))
    words.append(text(centre, base + 54, short(row[7]), anchor="middle", size=10))
    words.append(text(centre, base + 70, f"{row[8]}", anchor="middle", size=10, fill=SOFT))
    return words


def _legend(code: str) -> list[str]:
    body, x = [text(LEFT, 48, f"{code} a month:", fill=SOFT)], LEFT + 88.0
    for name, colour in (*GAINS, *LOSSES[::-1]):
        body += [rect(x, 39, 11, 11, colour), text(x + 16, 48, name)]
        x += 92
    return [*body, line(x, 44, x + 14, 44, INK, 2), text(x + 20, 48, "net change")]


def _rounded_up(amount: Decimal, step: Decimal) -> Decimal:
    return (amount / step).to_integral_value(ROUND_CEILING) * step


def _step(span: Decimal) -> Decimal:
    """A round distance of grid lines: four to nine of them over the span."""
    power = Decimal(10) ** (len(str(int(span))) - 1)
    for factor in (Decimal("0.2"), Decimal("0.5"), Decimal(1), Decimal(2)):
        if span / (power * factor) <= 8:
            return power * factor
    return power * 2
