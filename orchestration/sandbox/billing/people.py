"""Who buys: invented organisations with the names that break careless files, and where they are."""

from __future__ import annotations

import random
from dataclasses import dataclass

from orchestration.sandbox.payments.forms import customer_form as blank_customer
from orchestration.sandbox.world.books import Books
from orchestration.sandbox.world.history import Obj

_TRICKY = (
    "Alder & Finch, LLC",
    "Müller Feinmechanik GmbH",
    'The "Quiet" Press',
    "O'Brien, O'Hara & Søn ApS",
    "Łódź Analytics sp. z o.o.",
    "株式会社ひかり",
    "Société Générale d'Épicerie",
    "شركة النخيل للتجارة",
    "Tab\tand Comma, Inc.",
    "=SUM & Daughters",
    "Ünïcödé; Semicolon AB",
    "100% Natural Foods",
)
_FIRST = (
    "Brightwater", "Copperfield", "Nordlicht", "Harbour", "Oak Row", "Pine Street", "Tidepool", "Umbra",
    "Ängelholm", "Bergström", "Café Central", "Delacroix", "Estrella", "Fjord", "González", "Hoshino",
    "Iris & Sons", "Jiménez", "Kowalski", "Lumière", "Maple", "Noé", "Øresund", "Péter",
)  # fmt: skip
_SECOND = (
    "Studio", "Labs", "Dental", "Bakery", "Optics", "Verlag", "Logistics", "Clinic", "Foods, Inc.", "Games",
    "Partners", "Press", "Robotics", "Schools", "Travel", "Works",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where customers come from, and the currency that they are billed in."""

    country: str
    city: str
    state: str | None
    currency: str


PLACES = (
    Place("US", "Austin", "TX", "usd"),
    Place("DE", "Leipzig", None, "eur"),
    Place("US", "Portland", "OR", "usd"),
    Place("GB", "Leeds", None, "gbp"),
    Place("JP", "Kobe", None, "jpy"),
    Place("FR", "Besançon", None, "eur"),
    Place("KW", "Kuwait City", None, "kwd"),
)
_SHARES = (15, 18, 45, 10, 5, 5, 2)
CHANNELS = {
    "search": ("brand", "invoicing software", "competitors"),
    "social": ("spring video", "founder stories"),
    "referral": ("partner programme",),
    "events": ("trade fair", "meet-up"),
    "direct": ("",),
}


def somewhere(rng: random.Random, number: int) -> Place:
    """Each place once for the first customers, drawn by its share afterwards."""
    return PLACES[number] if number < len(PLACES) else rng.choices(PLACES, _SHARES)[0]


def customer_form(books: Books, rng: random.Random, number: int, place: Place, created: int) -> Obj:
    """A new customer, who is billed in no currency yet. `number` makes address and metadata unique."""
    name = _TRICKY[number] if number < len(_TRICKY) else f"{rng.choice(_FIRST)} {rng.choice(_SECOND)}"
    payment_method = books.new_id("pm_1")
    customer = blank_customer(
        books.new_id("cus_"), name, f"billing+{number + 1}@example.com", place.country, created
    )
    customer.update(
        address={
            "city": place.city,
            "country": place.country,
            "line1": f"{number % 180 + 1} Sample Street",
            "line2": None,
            "postal_code": f"{10_000 + number % 89_999}",
            "state": place.state,
        },
        invoice_prefix=payment_method[-8:].upper(),
        invoice_settings={"default_payment_method": payment_method},
        metadata={"crm_id": f"C-{number + 1:05d}"} if number % 3 == 0 else {},
        tax_exempt="reverse" if place.country == "FR" and number % 4 == 1 else "none",
    )
    return customer
