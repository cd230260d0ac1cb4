"""Who asks, for whose account, and whether the key may."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from email.message import Message

from orchestration.sandbox.server.catalog import Catalog
from orchestration.sandbox.server.errors import no_access, no_key, not_permitted, wrong_key
from orchestration.sandbox.world.books import PLATFORM


class Access:
    """One restricted key that may read everything but what is denied.

    Attributes:
        denied: Permissions that the key lacks, as Stripe calls them, such as `rak_charge_read`.
    """

    def __init__(self, key: str, catalog: Catalog, denied: Iterable[str] = ()) -> None:
        self.key = key
        self.denied = set(denied)
        self._catalog = catalog

    def authenticate(self, authorization: str | None) -> None:
        """Take the key as bearer token or as user name. Raises ApiError (401) without the right one."""
        given = _key(authorization or "")
        if not given:
            raise no_key()
        if given != self.key:
            raise wrong_key(given)

    def tenant(self, headers: Message[str, str], at: int) -> str:
        """Whose books are asked for. Raises ApiError (403) for an account that is not connected."""
        account = headers.get("Stripe-Account")
        if not account:
            return PLATFORM
        tenant = self._catalog.tenant_of(account, at)
        if tenant is None:
            raise no_access(self.key, account)
        return tenant

    def permit(self, permission: str, tenant: str, *, writes: bool = False) -> None:
        """Let the key use a resource. Raises ApiError (403) when it may not; it may never write."""
        name = f"rak_{permission}_{'write' if writes else 'read'}"
        if writes or name in self.denied:
            account = self._catalog.platform_account if tenant == PLATFORM else tenant
            raise not_permitted(self.key, account, name)


def _key(authorization: str) -> str:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""
