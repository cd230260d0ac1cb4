"""Which keys and addresses are accepted. Nothing is tried out against Stripe: a key is judged by its kind."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from orchestration.domain.errors import UsageError
from orchestration.domain.secret import Secret

STRIPE = "https://api.stripe.com"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_MAKE_ONE = "Make a restricted key that only reads: Dashboard, Developers, API keys."


def checked_key(key: Secret, *, may_write: bool = False) -> Secret:
    """The key, if it is a restricted one; a secret key only when the user insists.

    Raises:
        UsageError: The key can write, or is no key of the API.
    """
    text = key.reveal()
    if not re.fullmatch(r"[!-~]+", text):
        raise UsageError("The Stripe key holds spaces or characters that no key has.", remedy=_MAKE_ONE)
    if text.startswith("sk_") and not may_write:
        raise UsageError(
            "The Stripe key is a secret key (sk_): it can write, and reading needs none of that.",
            remedy=f"{_MAKE_ONE} To use it all the same: --allow-write-key.",
        )
    if not text.startswith(("rk_", "sk_")):
        raise UsageError("The Stripe key is not a restricted key (rk_).", remedy=_MAKE_ONE)
    return key


def checked_base_url(url: str) -> str:
    """Where the API listens; only this machine may do so without encryption.

    Raises:
        UsageError: The address is not usable, or the key would travel in clear text.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
        raise UsageError(f"{url!r} is not the address of an API.", remedy=f"For example {STRIPE}.")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise UsageError("The key would travel unencrypted.", where=url, remedy="Use https.")
    return url.rstrip("/")
