"""Walking XML by local names, whatever the namespace and its version.

The reader takes the namespace off every tag once, when it begins, so that the walk is a plain search by name
(half of the time of a file was spent on comparing namespaces, 2026-11).
"""

from __future__ import annotations

from functools import cache
from xml.etree.ElementTree import Element


def local_name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def without_namespaces(element: Element) -> Element:
    """The element and all below it by their local names."""
    for node in element.iter():
        node.tag = local_name(node)
    return element


@cache
def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.split("/"))


def children(element: Element | None, name: str) -> list[Element]:
    """Children of that name."""
    return [] if element is None else element.findall(name)


def find(element: Element | None, *paths: str) -> Element | None:
    """The first element at one of the paths (`A/B/C`)."""
    for path in paths:
        found = element
        for name in _steps(path):
            if found is None:
                break
            found = found.find(name)
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
