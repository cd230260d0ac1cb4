"""What Stripe answers when it does not do what was asked: status, and the words of the error."""

from __future__ import annotations

import json
from typing import Any

DOCS = "https://stripe.com/docs"


class ApiError(Exception):
    """An answer other than 200.

    Attributes:
        status: HTTP status.
        body: The JSON that goes with it.
        headers: Headers that belong to this error only.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}
        error: dict[str, Any] = {"message": message, "type": kind}
        if code:
            error.update(code=code, doc_url=f"{DOCS}/error-codes/{code.replace('_', '-')}")
        if param:
            error["param"] = param
        self.body = json.dumps({"error": error}, indent=2).encode()


def unknown_parameter(name: str) -> ApiError:
    return ApiError(400, f"Received unknown parameter: {name}", code="parameter_unknown", param=name)


def missing_parameter(name: str) -> ApiError:
    return ApiError(400, f"Missing required param: {name}.", code="parameter_missing", param=name)


def not_an_integer(name: str, value: str) -> ApiError:
    return ApiError(400, f"Invalid integer: {value}", code="parameter_invalid_integer", param=name)


def no_such(name: str, object_id: str, *, param: str = "id", status: int = 404) -> ApiError:
    """An id that names nothing: 404 when it is asked for, 400 when it is only a parameter."""
    message = f"No such {name}: '{object_id}'"
    return ApiError(status, message, code="resource_missing", param=param)


def no_such_url(method: str, path: str) -> ApiError:
    return ApiError(
        404,
        f"Unrecognized request URL ({method}: {path}). Please see {DOCS} or we can help at "
        "https://support.stripe.com/.",
    )


def masked(key: str) -> str:
    """A key as Stripe repeats it: its kind and its last four characters."""
    kind = "_".join(key.split("_")[:2]) + "_" if key.count("_") >= 2 else ""
    return f"{kind}{'*' * max(len(key) - len(kind) - 4, 0)}{key[-4:]}"


def no_key() -> ApiError:
    return ApiError(
        401,
        "You did not provide an API key. You need to provide your API key in the Authorization header, using "
        "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See "
        f"{DOCS}/api#authentication for details.",
    )


def wrong_key(key: str) -> ApiError:
    return ApiError(401, f"Invalid API Key provided: {masked(key)}")


def no_access(key: str, account: str) -> ApiError:
    return ApiError(
        403,
        f"The provided key '{masked(key)}' does not have access to account '{account}' (or that account "
        "does not exist). Application access may have been revoked.",
        code="account_invalid",
    )


def not_permitted(key: str, account: str, permission: str) -> ApiError:
    return ApiError(
        403,
        f"The provided key '{masked(key)}' does not have the required permissions for this endpoint on account "
        f"'{account}'. Having the '{permission}' permission would allow this request to continue.",
    )


def rate_limited(reason: str, retry_after: int | None = None) -> ApiError:
    """429; `reason` is what Stripe says in `Stripe-Rate-Limited-Reason`, `retry_after` is in seconds."""
    headers = {"Stripe-Rate-Limited-Reason": reason}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    return ApiError(
        429,
        f"Request rate limit exceeded. Learn more about rate limits here {DOCS}/rate-limits.",
        code="rate_limit",
        headers=headers,
    )
