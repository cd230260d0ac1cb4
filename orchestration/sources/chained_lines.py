"""Append-only JSON lines of a journal: each pins all the text before it (`previous`) and names itself by its own hash.

What a crash cut off stays where it is: the next line pins it too, which tells it from a line that was damaged later.
What the lines say is no matter of this module.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from orchestration.sources.receipts import sync_folder

START = "0" * 64


class Linked(Protocol):
    """A record that says which text it follows."""

    @property
    def previous(self) -> str: ...


Record = TypeVar("Record", bound=Linked)


@dataclass
class ChainRead(Generic[Record]):
    """The lines of a journal: records in their order, and what is wrong with which line.

    Attributes:
        torn: Lines that a crash cut off while they were written; nobody was told that they hold.
        problems: (line number, what is wrong).
    """

    records: list[Record] = field(default_factory=list)
    torn: list[int] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)


def inspect_lines(path: Path, parsed: Callable[[bytes], Record | None], noun: str) -> ChainRead[Record]:
    """Check every line of a journal against itself and against those before it.

    Args:
        parsed: A line as its record; None for what is not written as lines are.
        noun: What a line is, in words: `A decision`.
    """
    body = path.read_bytes() if path.is_file() else b""
    read, link, unreadable = ChainRead[Record](), START, list[int]()
    for number, text in enumerate(_lines(body), start=1):
        record = parsed(text)
        if record is None:
            unreadable.append(number)
        else:
            if record.previous == link:
                read.torn += unreadable
            else:
                what = (
                    f"{noun} does not follow the lines before it: one was edited, deleted, inserted or moved."
                )
                read.problems.append((unreadable[0] if unreadable else number, what))
                link = record.previous
            unreadable = []
            read.records.append(record)
        link = _linked(link, text)
    if unreadable and body.endswith(b"\n"):
        read.problems.append((unreadable[0], f"{noun} was edited or cut."))
    else:
        read.torn += unreadable
    return read


def append_lines(
    path: Path, records: Sequence[Record], named: Callable[[Record, str], tuple[Record, bytes]]
) -> list[Record]:
    """Write records durably, all of them or none; as they stand in the journal.

    Args:
        named: A record and the link before it -> the record as it is written, and its line.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    written = []
    with path.open("ab+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # until the file is closed; two processes never write at once
        file.seek(0)
        body = file.read()
        link = START
        for text in _lines(body):
            link = _linked(link, text)
        parts = [b"" if not body or body.endswith(b"\n") else b"\n"]
        for record in records:
            final, text = named(record, link)
            link = _linked(link, text)
            parts += [text, b"\n"]
            written.append(final)
        try:
            file.write(b"".join(parts))
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            os.ftruncate(file.fileno(), len(body))  # a full disk must not leave half a line
            raise
    sync_folder(path.parent)
    return written


def line_of(values: dict[str, Any]) -> bytes:
    """The one way to write a line."""
    return json.dumps(values, sort_keys=True, ensure_ascii=False).encode()


def id_of(values: Iterable[tuple[str, Any]], prefix: str, own: str) -> str:
    """The name of a line: a hash of everything in it but its own name, the field `own`."""
    rest = {name: value for name, value in values if name != own}
    return prefix + hashlib.sha256(line_of(rest)).hexdigest()[:16]


def _lines(body: bytes) -> list[bytes]:
    lines = body.split(b"\n")
    return lines if lines[-1] else lines[:-1]


def _linked(link: str, text: bytes) -> str:
    return hashlib.sha256(link.encode() + b"\n" + text).hexdigest()
