"""Filters of Stripe's lists: what a query parameter demands of an object.

A filter names a place in the object. Dots lead into nested objects, `*` stands for every element of a list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from orchestration.sandbox.server.errors import ApiError, not_an_integer, unknown_parameter
from orchestration.sandbox.world.history import Obj

Given = dict[str, str]  # a parameter's values by subkey: {"": "5"}, {"gte": "5"} or {"0": "a", "1": "b"}
Test = Callable[[Obj], bool]

TEXT, RANGE, FLAG, TEXTS, FIELDS = "text", "range", "flag", "texts", "fields"
_FLAGS = {"true": True, "false": False}


@dataclass(frozen=True)
class Filter:
    """One query parameter.

    Attributes:
        place: Where in the object its value is looked up.
        kind: TEXT equals, RANGE compares integers, FLAG takes true or false, TEXTS takes alternatives,
            FIELDS takes texts for the keys of an object, such as `payment[payment_intent]`.
    """

    place: str
    kind: str = TEXT

    def test(self, name: str, given: Given) -> Test:
        """What an object must satisfy. Raises ApiError for a value that Stripe would not take."""
        if self.kind == RANGE:
            lowest, highest = bounds(name, given)
            return lambda obj: any(lowest <= value <= highest for value in self.values(obj))
        if self.kind == FLAG:
            wanted = _flag(name, _single(name, given))
            return lambda obj: any(value is wanted for value in self.values(obj))
        if self.kind == TEXTS:
            allowed = set(given.values())
            return lambda obj: any(value in allowed for value in self.values(obj))
        if self.kind == FIELDS:
            return lambda obj: all(
                any(value.get(key) == text for value in self.values(obj)) for key, text in given.items()
            )
        text = _single(name, given)
        return lambda obj: any(value == text for value in self.values(obj))

    def values(self, obj: Obj) -> Iterator[Any]:
        """Every value that stands in the filter's place; nothing for null."""
        return values_at(obj, self.place.split("."))


def values_at(value: Any, path: list[str]) -> Iterator[Any]:
    """Every value at a path of keys, `*` for all elements of a list; null and absent ones are left out."""
    if value is None:
        return
    if not path:
        yield value
    elif path[0] == "*":
        for element in value:
            yield from values_at(element, path[1:])
    elif isinstance(value, dict):
        yield from values_at(value.get(path[0]), path[1:])


LOWEST, HIGHEST = -(1 << 63), 1 << 63


def bounds(name: str, given: Given) -> tuple[int, int]:
    """The smallest and largest integer that a comparison allows, both included."""
    lowest, highest = LOWEST, HIGHEST
    for operator, text in given.items():
        number = integer(f"{name}[{operator}]" if operator else name, text)
        if operator in ("gte", ""):
            lowest = max(lowest, number)
        if operator in ("lte", ""):
            highest = min(highest, number)
        if operator == "gt":
            lowest = max(lowest, number + 1)
        if operator == "lt":
            highest = min(highest, number - 1)
        if operator not in ("", "gt", "gte", "lt", "lte"):
            raise unknown_parameter(f"{name}[{operator}]")
    return lowest, highest


def integer(name: str, text: str) -> int:
    """A parameter as an integer. Raises ApiError in Stripe's words when it is none."""
    try:
        return int(text)
    except ValueError:
        raise not_an_integer(name, text) from None


def one_of(name: str, text: str, allowed: Iterable[str]) -> str:
    """A parameter with a fixed set of values. Raises ApiError for another."""
    choices = sorted(allowed)
    if text not in choices:
        raise ApiError(400, f"Invalid {name}: must be one of {', '.join(choices)}", param=name)
    return text


def _single(name: str, given: Given) -> str:
    if list(given) != [""]:
        raise ApiError(400, "Invalid string: it must be a single value", param=name)
    return given[""]


def _flag(name: str, text: str) -> bool:
    if text not in _FLAGS:
        raise ApiError(400, f"Invalid boolean: {text}", param=name)
    return _FLAGS[text]
