"""One pull of Stripe's API as the scheduled jobs do it: the key of the environment, the company's own rate."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from orchestration.domain.errors import SourceFailed
from orchestration.domain.inbox_layout import PLATFORM
from orchestration.settings import stripe_api_key
from orchestration.sources.stripe_api.key import checked_base_url, checked_key
from orchestration.sources.stripe_api.options import Options
from orchestration.steps import company_settings
from orchestration.workspace import Workspace

if TYPE_CHECKING:
    from orchestration.sources.stripe_api.outcome import Outcome
    from orchestration.sources.stripe_api.transport import StripeTransport


def stripe_transport(base_url: str) -> StripeTransport:
    """A connection to Stripe's API with the key of the environment.

    Raises:
        UsageError: There is no key, it can write, or the address is not usable.
    """
    from orchestration.sources.stripe_api.transport import StripeTransport

    return StripeTransport(checked_key(stripe_api_key()), checked_base_url(base_url))


def extract_objects(
    workspace: Workspace, objects: frozenset[str], base_url: str, progress: Callable[[str], None]
) -> Outcome:
    """Pull some kinds of objects, of all accounts, from where the last pull ended.

    Raises:
        UsageError: The key or the settings are not usable, or another pull works in this workspace.
        SourceFailed: Something could not be read; what was received is landed, the next pull resumes.
    """
    from orchestration.sources.stripe_api.run import extract

    settings, _ = company_settings(workspace, None)
    options = Options(objects=objects, rate=float(settings.api_requests_per_second))
    outcome = extract(workspace, options, lambda: stripe_transport(base_url), progress=progress)
    if outcome.failures:
        first, more = outcome.failures[0], len(outcome.failures) - 1
        raise SourceFailed(
            first.what + (f" And {more} more failures." if more else ""),
            where=first.where,
            remedy=first.remedy,
        )
    return outcome


def newest_event(base_url: str) -> str:
    """Id of the platform's newest event; empty when there is none.

    Raises:
        UsageError: There is no usable key.
        SourceFailed: Stripe did not answer with a list of events.
    """
    reply = _first_page(stripe_transport(base_url))
    events = reply.get("data")
    if not isinstance(events, list):
        raise SourceFailed("Stripe's list of events is no list.", remedy="The sensor asks again by itself.")
    return str(events[0].get("id", "")) if events else ""


def _first_page(transport: StripeTransport) -> dict[str, Any]:
    from orchestration.sources.stripe_api.transport import NoReply

    try:
        reply = transport.get("/v1/events", {"limit": 1}, PLATFORM)
        body = json.loads(reply.text)
    except (NoReply, ValueError) as error:
        raise SourceFailed(
            f"Stripe did not answer: {error}.", remedy="The sensor asks again by itself."
        ) from None
    if reply.status != 200 or not isinstance(body, dict):
        raise SourceFailed(
            f"Stripe answered {reply.status} to the list of events.",
            remedy="The key needs the permission to read events.",
        )
    return body
