"""One GET through Stripe's SDK. The only place where the key is used; no exception leaves it with the key in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from orchestration.domain.inbox_layout import PLATFORM
from orchestration.domain.secret import Secret

API_VERSION = "2026-10-28.endive"


@dataclass(frozen=True)
class Reply:
    """An HTTP answer, good or bad; header names in lower case, secrets hidden in bad ones."""

    status: int
    text: str
    headers: Mapping[str, str]


class NoReply(Exception):
    """The answer did not arrive whole.

    Attributes:
        request_id: Stripe's, when at least its headers arrived.
        is_final: Asking again would change nothing.
    """

    def __init__(self, reason: str, *, request_id: str = "", is_final: bool = False) -> None:
        super().__init__(reason)
        self.request_id = request_id
        self.is_final = is_final


class Transport(Protocol):
    """Whatever can send a GET."""

    def get(self, path: str, params: Mapping[str, Any], account: str) -> Reply:
        """The answer, whatever its status. Raises NoReply when there is none, or only a part."""


class StripeTransport:
    """Stripe's SDK, without its retries (ours know more), its telemetry and its log.

    `raw_request` costs a tenth of the typed lists: they build an object for every value.
    """

    def __init__(self, key: Secret, base_url: str, timeout: float = 60.0) -> None:
        import logging

        import stripe
        from stripe import _util

        stripe.enable_telemetry = False
        stripe.log = None
        _util.STRIPE_LOG = None
        logging.getLogger("stripe").setLevel(logging.WARNING)
        self._key = key
        self._client = stripe.StripeClient(
            key.reveal(),
            base_addresses={"api": base_url},
            stripe_version=API_VERSION,
            max_network_retries=0,
            http_client=stripe.RequestsClient(timeout=timeout),
        )

    def get(self, path: str, params: Mapping[str, Any], account: str) -> Reply:
        """As the protocol says."""
        import stripe

        options = {} if account == PLATFORM else {"stripe_account": account}
        try:
            response = self._client.raw_request("get", path, **params, **options)
        except stripe.APIConnectionError as error:
            kind = type(error.__cause__).__name__ if error.__cause__ else type(error).__name__
            raise NoReply(f"no whole answer ({kind})", is_final=kind == "SSLError") from None
        except stripe.StripeError as error:
            return self._bad(error)
        except ValueError:  # the SDK decodes a body before it looks at it; this one ends inside a letter
            raise NoReply("a body that is not text") from None
        return Reply(response.code, response.body, self._lower(response.headers))

    def _bad(self, error: Any) -> Reply:
        status = error.http_status
        # the SDK puts the headers of a body that is not JSON in the place of the body
        headers = self._lower(
            error.headers or (error.json_body if isinstance(error.json_body, Mapping) else {})
        )
        if not isinstance(status, int) or status < 300:
            raise NoReply("a body that is not JSON", request_id=headers.get("request-id", "")) from None
        return Reply(status, self._key.hidden_in(error.http_body or ""), headers)

    def _lower(self, headers: Mapping[str, str]) -> dict[str, str]:
        return {str(name).lower(): self._key.hidden_in(str(value)) for name, value in headers.items()}
