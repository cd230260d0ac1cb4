"""A secret that cannot be printed, formatted, stored or sent to another process by accident."""

from __future__ import annotations

import re
from typing import NoReturn

HIDDEN = "***"
_STRIPE_KEY = re.compile(r"\b[rs]k_(?:live|test|org)_[\w*]+")


class Secret:
    """Text that shows as `***` everywhere; only `reveal` gives it away."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def hidden_in(self, text: str) -> str:
        """A text of foreign origin with this secret, and all that looks like a Stripe key, made unreadable."""
        return _STRIPE_KEY.sub(HIDDEN, text.replace(self._text, HIDDEN) if self._text else text)

    def __repr__(self) -> str:
        return HIDDEN

    __str__ = __repr__

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is never stored")
