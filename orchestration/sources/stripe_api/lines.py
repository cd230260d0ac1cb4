"""JSON as Stripe sends it -> one line per object: the same object gives the same line, and no digit is lost."""

from __future__ import annotations

import json
import re
import secrets
from hashlib import blake2b
from typing import Any, NoReturn

# Stands around a number that a double would change; nobody outside this process can know it.
_MARK = secrets.token_hex(8)
_MARKED = re.compile(f'"{_MARK}([-+.0-9eE]+){_MARK}"')


def _number(text: str) -> float | str:
    value = float(text)
    return value if repr(value) == text else f"{_MARK}{text}{_MARK}"


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


def parse(text: str) -> Any:
    """The value of a JSON text; integers keep all digits, other numbers their very spelling.

    Raises:
        ValueError: It is not JSON.
    """
    return json.loads(text, parse_float=_number, parse_constant=_refuse)


def line_of(obj: Any) -> bytes:
    """A parsed object as one line of UTF-8, keys sorted. Half of a surrogate pair becomes a question mark."""
    text = json.dumps(obj, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    if _MARK in text:
        text = _MARKED.sub(r"\1", text)
    return text.encode("utf-8", "replace") + b"\n"


def digest(content: bytes | str) -> int:
    """64 bits that stand for a line or an id."""
    data = content.encode() if isinstance(content, str) else content
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big")
