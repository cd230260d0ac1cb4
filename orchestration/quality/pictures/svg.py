"""A few SVG elements as text: everything is escaped, nothing is loaded, the same input gives the same bytes."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from html import escape

INK, SOFT, LINE, PAPER, UNKNOWN = "#22252b", "#5d626c", "#dedbd4", "#ffffff", "#f3f1ec"
_NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', Arial, sans-serif"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Picture:
    """A drawing with the sentence that says what is seen; `svg` is a whole document."""

    title: str
    svg: str
    caption: str

    def inline(self) -> str:
        """The drawing as an element of an HTML page, which needs no name space."""
        return self.svg.replace(_NAMESPACE, "", 1)

    def as_markdown(self) -> str:
        """The drawing as an image within Markdown; what a pointer would show in it is left out."""
        plain = re.sub(r"><title>[^<]*</title></rect>", "/>", self.svg)
        data = base64.b64encode(plain.encode("utf-8")).decode("ascii")
        return f"![{self.title}](data:image/svg+xml;base64,{data})\n\n{self.caption}"


def document(width: int, height: int, title: str, body: Iterable[str]) -> str:
    """An SVG document on white, which scales with its surroundings."""
    return (
        f'<svg{_NAMESPACE} viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{escape(title, quote=True)}" font-family="{_FONT}">\n'
        f"<title>{escape(title)}</title>\n"
        + rect(0, 0, width, height, PAPER)
        + "\n"
        + "\n".join(body)
        + "\n</svg>\n"
    )


def rect(x: float, y: float, width: float, height: float, fill: str, title: str = "") -> str:
    """A filled rectangle; the title shows when the pointer rests on it."""
    inside = f"><title>{escape(title)}</title></rect>" if title else "/>"
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"{inside}'


def line(x1: float, y1: float, x2: float, y2: float, stroke: str, width: float = 1) -> str:
    """A straight line."""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}" '
        f'stroke-width="{width}"/>'
    )


def text(
    x: float,
    y: float,
    words: str,
    *,
    size: int = 11,
    fill: str = INK,
    anchor: str = "start",
    bold: bool = False,
) -> str:
    """One line of text; `y` is its base line."""
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" text-anchor="{anchor}"{weight}>'
        f"{escape(words)}</text>"
    )


def month_name(month: str) -> tuple[str, str]:
    """`2026-03-01` as its short name and its year."""
    year, number, _ = str(month).split("-")
    return _MONTHS[int(number) - 1], year


def short(amount: Decimal) -> str:
    """An amount in at most six characters: 950, 1.2k, 35.1k, 120k, 1.2M."""
    for unit, name in ((Decimal(10**9), "G"), (Decimal(10**6), "M"), (Decimal(1000), "k")):
        if abs(amount) >= unit * Decimal("0.9995"):
            scaled = amount / unit
            return f"{scaled:.1f}{name}" if abs(scaled) < Decimal("99.95") else f"{scaled:.0f}{name}"
    return f"{amount:.0f}"
