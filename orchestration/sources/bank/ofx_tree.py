"""OFX text -> a tree, whether its leaves are closed or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from orchestration.domain.errors import InputRefused

_TOKEN = re.compile(r"<(/?)([A-Za-z0-9.]+)\s*(/?)>|<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_DEPTH = 60
# A statement needs no other entities; HTML's many would turn "&not" in a name into a sign.
_CHARACTERS = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": " "}
_ENTITY = re.compile(r"&(?:(amp|lt|gt|quot|apos|nbsp)|#(\d{1,7})|#x([0-9A-Fa-f]{1,6}));")


@dataclass(slots=True)
class Node:
    """An element: an aggregate with children, or a leaf with a value."""

    tag: str
    value: str = ""
    children: list[Node] = field(default_factory=list)
    start: int = 0
    end: int = 0

    def walk(self) -> Iterator[Node]:
        """All nodes below, in the order of the file."""
        for child in self.children:
            yield child
            yield from child.walk()

    def find(self, tag: str) -> Node | None:
        """The first node below with that tag."""
        return next((node for node in self.walk() if node.tag == tag), None)

    def text(self, tag: str) -> str | None:
        """The value of a leaf right below; None where it is absent or empty."""
        return next((node.value for node in self.children if node.tag == tag and node.value), None)


def parse_tree(text: str, name: str) -> Node:
    """The tree under `<OFX>`.

    A leaf has a value right behind its tag; its end tag may be missing. An aggregate that never ends means that
    the file is cut.

    Raises:
        InputRefused: There is no `<OFX>`, it does not end, or the file declares entities.
    """
    if re.search(r"<!(?:DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise InputRefused(
            "The file holds a document type or entities, which no bank statement needs and which can harm a reader.",
            where=name,
            remedy="Ask the sender what this is.",
        )
    start = re.search(r"<OFX\s*>", text, re.IGNORECASE)
    if start is None:
        raise InputRefused("The file holds no <OFX>.", where=name, remedy="Export the statement again.")
    root = Node("OFX", start=start.start())
    stack = [root]
    tokens = _TOKEN.finditer(text, start.end())
    token = next(tokens, None)
    while token is not None:
        following = next(tokens, None)
        if token[2] is None:  # CDATA: the value of the leaf that waits for one
            stack[-1].value = token[4].strip()
        elif token[1]:
            if _close(stack, token[2].upper(), token.end(), name):
                return root
        else:
            after = following.start() if following else len(text)
            _open(stack, token, text[token.end() : after].strip(), name)
        token = following
    raise InputRefused(
        "The file ends before </OFX>.", where=name, remedy="It may be cut; export the statement again."
    )


def _unescaped(text: str) -> str:
    """Entities of XML as the characters that they stand for; a number that is no character stays as it is."""

    def character(found: re.Match[str]) -> str:
        if found[1]:
            return _CHARACTERS[found[1]]
        code = int(found[2]) if found[2] else int(found[3], 16)
        return chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else found[0]

    return _ENTITY.sub(character, text)


def _open(stack: list[Node], token: re.Match[str], value: str, name: str) -> None:
    node = Node(token[2].upper(), _unescaped(value), start=token.start(), end=token.end())
    stack[-1].children.append(node)
    if value or token[3]:
        return
    stack.append(node)  # an aggregate, or an empty leaf: its own end tag or its parent's will tell
    if len(stack) > _DEPTH:
        raise InputRefused(
            f"The file nests deeper than {_DEPTH} levels.", where=name, remedy="Export the statement again."
        )


def _close(stack: list[Node], tag: str, end: int, name: str) -> bool:
    """Close the element; True when it was the root. An end tag of a leaf with a value closes nothing."""
    opened = next((at for at in range(len(stack) - 1, -1, -1) if stack[at].tag == tag), None)
    if opened is None:
        return False
    for empty in reversed(stack[opened + 1 :]):
        _flatten(stack[stack.index(empty) - 1], empty, name)
    stack[opened].end = end
    del stack[opened:]
    return opened == 0


def _flatten(parent: Node, empty: Node, name: str) -> None:
    """An empty leaf without an end tag took its siblings for children; give them back."""
    if empty.tag in _AGGREGATES:
        raise InputRefused(
            f"<{empty.tag}> does not end.",
            where=name,
            remedy="The file may be cut; export the statement again.",
        )
    parent.children += empty.children
    empty.children = []


_AGGREGATES = frozenset(
    {"STMTTRN", "STMTRS", "CCSTMTRS", "STMTTRNRS", "CCSTMTTRNRS", "BANKTRANLIST", "LEDGERBAL", "BANKACCTFROM"}
)
