"""What Stripe refuses for good, in words that say what to do about it."""

from __future__ import annotations

import json
import re
from typing import Any

from orchestration.domain.inbox_layout import PLATFORM
from orchestration.sources.stripe_api.failures import (
    AccountRefused,
    KeyRefused,
    Missing,
    NotPermitted,
    StripeFailed,
)
from orchestration.sources.stripe_api.transport import Reply

_PERMISSION = re.compile(r"'(rak_\w+)'")
_LONGEST = 300


def refusal_of(reply: Reply, name: str, account: str, where: str) -> StripeFailed:
    """The failure that an answer other than 200 stands for.

    Args:
        name: Object that was asked for.
        where: The rest of what was asked for; the request id is added.
    """
    error = _error_of(reply.text)
    message = str(error.get("message") or "no reason given")[:_LONGEST]
    request = reply.headers.get("request-id", "")
    where += f", request {request}" if request else ""
    said = f"HTTP {reply.status}: {message}"
    is_connected = account != PLATFORM
    if error.get("code") == "account_invalid" or (reply.status == 401 and is_connected):
        return AccountRefused(
            f"Account {account} gives no access any more. {said}",
            where=where,
            remedy="Ask its owner to connect again, or leave it out: --accounts with the others.",
        )
    if reply.status == 401:
        return KeyRefused(
            f"Stripe does not accept the key. {said}",
            where=where,
            remedy="Check STRIPE_API_KEY: the key may have been deleted or rolled.",
        )
    if reply.status == 403:
        found = _PERMISSION.search(message)
        permission = found.group(1) if found else f"reading {name}"
        return NotPermitted(
            f"The key lacks a permission: {permission}. {said}",
            where=where,
            remedy="Grant it to the restricted key: Dashboard, Developers, API keys, Edit key.",
        )
    if reply.status == 404 or error.get("code") == "resource_missing":
        return Missing(f"Stripe does not know it. {said}", where=where, param=str(error.get("param") or ""))
    return StripeFailed(f"Stripe refused the request. {said}", where=where)


def _error_of(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        return {}
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}
