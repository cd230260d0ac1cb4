"""What a fault does to an answer that was fine: the bytes that go out instead, and how the connection ends."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from orchestration.sandbox.server.errors import ApiError, rate_limited
from orchestration.sandbox.server.faults import Rule
from orchestration.sandbox.server.presentation import as_json
from orchestration.sandbox.world.history import Obj

JSON = "application/json"
BEYOND_DOUBLE = (1 << 53) + 1  # the first integer that a double cannot hold
_PAGE = b"<html><head><title>%d</title></head><body><center><h1>Bad Gateway</h1></center></body></html>\n"
_ERRORS = {
    400: ("invalid_request_error", "The request was unacceptable.", None),
    401: ("invalid_request_error", "Invalid API Key provided: rk_test_****", None),
    403: ("invalid_request_error", "The provided key does not have the required permissions.", None),
    404: ("invalid_request_error", "No such object.", "resource_missing"),
    409: ("invalid_request_error", "This object cannot be accessed right now.", "lock_timeout"),
}
_OUR_FAULT = ("api_error", "Sorry! There was an error while talking to one of our backends.", None)


@dataclass(frozen=True)
class Answer:
    """One HTTP response.

    Attributes:
        length: What `Content-Length` says; None for the length of the body.
        ending: "keep" the connection, "close" it after the body, or "reset" it.
    """

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = JSON
    length: int | None = None
    ending: str = "keep"


def of_error(error: ApiError) -> Answer:
    return Answer(error.status, error.body, error.headers)


def instead(rule: Rule) -> Answer | None:
    """What is answered without looking at the request; None when the rule lets it be answered first."""
    if rule.kind == "status":
        kind, message, code = _ERRORS.get(rule.status, _OUR_FAULT)
        answer = of_error(ApiError(rule.status, message, kind=kind, code=code))
    elif rule.kind == "rate_limit":
        answer = of_error(rate_limited(rule.reason, rule.retry_after))
    elif rule.kind == "html":
        answer = Answer(rule.status, _PAGE % rule.status, content_type="text/html")
    elif rule.kind == "empty_body":
        answer = Answer(200, b"")
    elif rule.kind == "reset":
        answer = Answer(0, b"", ending="reset")
    else:
        return None
    return replace(answer, headers={**answer.headers, **rule.headers})


def damaged(answer: Answer, rule: Rule) -> Answer:
    """An answer as the rule leaves it; only good answers are damaged."""
    if answer.status != 200:
        return answer
    half = answer.body[: len(answer.body) // 2]
    if rule.kind == "reset_mid_body":
        return replace(answer, body=half, length=len(answer.body), ending="reset")
    if rule.kind == "truncated" and rule.content_length == "right":
        return replace(answer, body=half)
    if rule.kind == "truncated":
        return replace(answer, body=half, length=len(answer.body), ending="close")
    spoil = _SPOILERS.get(rule.kind)
    if spoil is None:
        return answer
    content = json.loads(answer.body)
    rows = content["data"] if content.get("object") == "list" else [content]
    if rows:
        spoil(rows[0], rule.field)
    return replace(answer, body=as_json(content))


def _add_field(obj: Obj, name: str | None) -> None:
    obj[name or "brand_new_field"] = {"kind": "unheard_of"}


def _change_enum(obj: Obj, name: str | None) -> None:
    obj[name or ("type" if "type" in obj else "status")] = "brand_new_value"


def _enlarge(obj: Obj, name: str | None) -> None:
    obj[name or ("amount" if "amount" in obj else "created")] = BEYOND_DOUBLE


def _nullify(obj: Obj, name: str | None) -> None:
    obj[name or _first_object(obj)] = None


def _first_object(obj: dict[str, Any]) -> str:
    """The key of the first nested object or list."""
    return next((key for key, value in obj.items() if isinstance(value, dict | list)), "object")


_SPOILERS = {
    "unknown_field": _add_field,
    "unknown_enum": _change_enum,
    "big_integer": _enlarge,
    "null_object": _nullify,
}
