"""What sellers are called: the official name, and the names under which the company's own books knew them."""

from __future__ import annotations

import random
import time

from orchestration.sandbox.world.money import DAY

_FIRST = (
    "Acme",
    "Maple",
    "Süd",
    "Harbour",
    "Falcon",
    "Lumière",
    "Copper",
    "Northwind",
    "Juniper",
    "Tidewater",
    "Granite",
    "Saffron",
    "Meridian",
    "Willow",
    "Atlas",
    "Cinder",
    "Pebble",
    "Orchard",
    "Sable",
    "Kestrel",
)
_SECOND = (
    "Goods",
    "Works",
    "Kitchen",
    "Optics",
    "Textiles",
    "Studio",
    "Outfitters",
    "Trading",
    "Ceramics",
    "Cycles",
    "Press",
    "Gardens",
    "Tools",
    "Audio",
    "Paper",
    "Roasters",
    "Supply",
)
_FORMS = {"US": "LLC", "DE": "GmbH", "FR": "SARL", "NL": "B.V.", "JP": "K.K.", "KW": "W.L.L."}

Named = tuple[int, str]  # midnight from which on the name was used, name


def trade_name(number: int) -> str:
    """A name of two words that the first 340 sellers do not share; later ones carry a number too."""
    first = _FIRST[number % len(_FIRST)]
    second = _SECOND[(number + number // len(_FIRST)) % len(_SECOND)]
    again = number // (len(_FIRST) * len(_SECOND))
    return f"{first} {second} {again + 1}" if again else f"{first} {second}"


def official_name(number: int, country: str) -> str:
    """The name in the commercial register, such as `Acme Goods GmbH`."""
    return f"{trade_name(number)} {_FORMS[country]}"


def drifting_names(rng: random.Random, number: int, country: str, since: int, until: int) -> list[Named]:
    """One to three names in the order of time, the first from the day of `since`; all days before `until`."""
    trade = trade_name(number)
    first, _, rest = trade.partition(" ")
    spellings = [f"{first.upper()} {rest}", trade.replace(" ", ""), official_name(number, country)]
    names = spellings[: 3 - number % 3]
    days = (until - since) // DAY
    drifted = sorted(rng.sample(range(1, days), len(names) - 1))
    return [(since // DAY * DAY + day * DAY, name) for day, name in zip([0, *drifted], names, strict=True)]


def iso_day(at: int) -> str:
    """The UTC day of an instant, such as `2026-03-31`."""
    return time.strftime("%Y-%m-%d", time.gmtime(at))
