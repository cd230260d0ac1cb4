"""Walking XML by local names, whatever the namespace and its version."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element


def local_name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def children(element: Element | None, name: str) -> Iterator[Element]:
    """Children of that local name."""
    for child in element if element is not None else ():
        if child.tag.rpartition("}")[2] == name:
            yield child


def find(element: Element | None, *paths: str) -> Element | None:
    """The first element at one of the paths (`A/B/C`, local names)."""
    for path in paths:
        found = element
        for name in path.split("/"):
            found = next(children(found, name), None)
            if found is None:
                break
        if found is not None:
            return found
    return None


def text(element: Element | None, *paths: str) -> str | None:
    """The text at the first of the paths that has one; None where none has."""
    for path in paths:
        found = find(element, path)
        if found is not None and found.text and found.text.strip():
            return found.text.strip()
    return None
