"""The query string of a list, read as strictly as Stripe reads it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from orchestration.sandbox.server.errors import ApiError, unknown_parameter
from orchestration.sandbox.server.filters import (
    HIGHEST,
    LOWEST,
    TEXT,
    Filter,
    Given,
    Test,
    bounds,
    integer,
)

DEFAULT_LIMIT, HIGHEST_LIMIT = 10, 100
DEEPEST_EXPANSION = 4
_NAME = re.compile(r"([^\[\]]+)(?:\[([^\[\]]*)\])?")
_PAGING = {"limit", "starting_after", "ending_before", "expand"}


@dataclass
class Query:
    """What a list is asked for.

    Attributes:
        after: Id after which the page begins; None for the first page.
        before: Id before which the page ends, when paging backwards.
        oldest: Smallest `created`, epoch seconds, included.
        newest: Largest `created`, included.
        equal: Filters for one exact value, which can be looked up.
        tests: Everything that an object must satisfy.
        special: Parameters that only the list itself understands.
    """

    limit: int = DEFAULT_LIMIT
    after: str | None = None
    before: str | None = None
    expand: list[str] = field(default_factory=list)
    oldest: int = LOWEST
    newest: int = HIGHEST
    equal: list[tuple[Filter, str]] = field(default_factory=list)
    tests: list[Test] = field(default_factory=list)
    special: dict[str, Given] = field(default_factory=dict)


def read_list(
    pairs: Iterable[tuple[str, str]], filters: Mapping[str, Filter], special: frozenset[str] = frozenset()
) -> Query:
    """The parameters of a list. Raises ApiError (400) for what the list does not know or cannot read."""
    given = _grouped(pairs)
    query = Query()
    for name, values in given.items():
        if name == "created" and name in filters:
            query.oldest, query.newest = bounds(name, values)
        elif name in filters:
            wanted = filters[name]
            query.tests.append(wanted.test(name, values))
            if wanted.kind == TEXT:
                query.equal.append((wanted, values[""]))
        elif name in special:
            query.special[name] = values
        elif name not in _PAGING:
            raise unknown_parameter(name if "" in values else f"{name}[{next(iter(values))}]")
    _read_paging(query, given)
    return query


def read_retrieve(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """The only parameter of a retrieval: what to expand."""
    given = _grouped(pairs)
    for name in given:
        if name != "expand":
            raise unknown_parameter(name)
    return _expansions(given)


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, Given]:
    """Values by name and subkey; `types[]=a&types[]=b` counts as `types[0]`, `types[1]`."""
    given: dict[str, Given] = defaultdict(dict)
    for key, value in pairs:
        match = _NAME.fullmatch(key)
        if match is None:
            raise unknown_parameter(key)
        name, subkey = match.groups()
        values = given[name]
        values[str(len(values)) if subkey == "" else subkey or ""] = value
    return given


def _read_paging(query: Query, given: Mapping[str, Given]) -> None:
    if "limit" in given:
        query.limit = integer("limit", given["limit"].get("", ""))
        if not 1 <= query.limit <= HIGHEST_LIMIT:
            bound = "greater than or equal to 1" if query.limit < 1 else "less than or equal to 100"
            message = f"This value must be {bound} (it currently is '{query.limit}')."
            raise ApiError(400, message, code="parameter_invalid_integer", param="limit")
    query.after = given.get("starting_after", {}).get("")
    query.before = given.get("ending_before", {}).get("")
    if query.after is not None and query.before is not None:
        raise ApiError(
            400,
            "Received both starting_after and ending_before parameters. Please pass in only one.",
            param="starting_after",
        )
    query.expand = _expansions(given)


def _expansions(given: Mapping[str, Given]) -> list[str]:
    paths = list(given.get("expand", {}).values())
    for path in paths:
        if path.count(".") >= DEEPEST_EXPANSION:
            raise ApiError(
                400,
                f"You cannot expand more than {DEEPEST_EXPANSION} levels of a property: {path}",
                param="expand",
            )
    return paths
