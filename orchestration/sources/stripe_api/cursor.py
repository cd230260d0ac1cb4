"""The cursor record of one account: how far each of its lists is landed, and what is still to be read.

It is landed as a small JSON file together with the rows that it speaks of; the newest one counts.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from typing import Any

from orchestration.domain.inbox_layout import PLATFORM
from orchestration.sources.stripe_api.seen import Seen
from orchestration.sources.stripe_api.windows import Window

VERSION = 1


@dataclass
class StreamCursor:
    """How far one list is landed.

    Attributes:
        floor: Creation time from which it is landed; None: from the beginning.
        through: Creation time up to which it is landed, less what stands in `todo`; None: nothing is.
        todo: What was planned and is not read yet.
        open_days: Days (since 1970) on which rows were created that may still change silently.
        seen: The newest rows, of lists that remember them.
        rows: Rows read so far, repeated ones included.
    """

    floor: int | None = None
    through: int | None = None
    todo: list[Window] = field(default_factory=list)
    open_days: set[int] = field(default_factory=set)
    seen: Seen = field(default_factory=Seen)
    rows: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "floor": self.floor,
            "through": self.through,
            "todo": [[window.start, window.end, sorted(window.known)] for window in self.todo],
            "open_days": sorted(self.open_days),
            "seen": self.seen.as_text(),
            "rows": self.rows,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> StreamCursor:
        return cls(
            value["floor"],
            value["through"],
            [Window(start, end, frozenset(known)) for start, end, known in value["todo"]],
            set(value["open_days"]),
            Seen.from_text(value["seen"]),
            value["rows"],
        )


@dataclass
class AccountCursor:
    """What is landed of one account.

    Attributes:
        streams: Per object its list.
        listed_since: Every list was read at this instant or later, so only younger events are needed.
        members_read: Automatic payouts whose members are landed for good -> when they were created.
        activity: Day (since 1970) -> balance transactions first seen that were created on it.
        questions: Ids of which only an event tells -> (object, since when we ask).
        requests: Month (`YYYY-MM`) -> requests of the whole platform; in the platform's record only.
        proof: What the last proof of completeness said.
        record: Sha256 of the landed record that this was read from; not a part of it.
    """

    account: str = PLATFORM
    streams: dict[str, StreamCursor] = field(default_factory=dict)
    listed_since: int | None = None
    members_read: dict[str, int] = field(default_factory=dict)
    activity: dict[int, int] = field(default_factory=dict)
    questions: dict[str, tuple[str, int]] = field(default_factory=dict)
    requests: dict[str, int] = field(default_factory=dict)
    proof: dict[str, Any] = field(default_factory=dict)
    record: str = ""

    def stream(self, name: str) -> StreamCursor:
        """The list of an object; a new one when it was never read."""
        return self.streams.setdefault(name, StreamCursor())

    def begin_anew(self, now: int) -> None:
        """Everything is to be listed again: from now on, lists are of `now` (epoch seconds) or later."""
        self.listed_since = now
        for stream in self.streams.values():
            stream.through, stream.todo, stream.open_days = None, [], set()

    def latest(self) -> int | None:
        """The latest instant that any list is landed up to."""
        return max((stream.through for stream in self.streams.values() if stream.through), default=None)

    def as_bytes(self) -> bytes:
        value = {
            "version": VERSION,
            "account": self.account,
            "streams": {name: stream.as_json() for name, stream in self.streams.items()},
            "listed_since": self.listed_since,
            "members_read": self.members_read,
            "activity": {str(day): count for day, count in self.activity.items()},
            "questions": {name: list(entry) for name, entry in self.questions.items()},
            "requests": self.requests,
            "proof": self.proof,
        }
        return json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> AccountCursor:
        """Raises ValueError when it is no cursor, or one of another version."""
        try:
            value = json.loads(data)
            if value["version"] != VERSION:
                raise ValueError(f"version {value['version']} is not {VERSION}")
            return cls(
                value["account"],
                {name: StreamCursor.from_json(stream) for name, stream in value["streams"].items()},
                value["listed_since"],
                dict(value["members_read"]),
                {int(day): count for day, count in value["activity"].items()},
                {name: (entry[0], entry[1]) for name, entry in value["questions"].items()},
                dict(value["requests"]),
                dict(value["proof"]),
            )
        except (KeyError, TypeError, AttributeError, IndexError, struct.error) as error:
            raise ValueError(f"not a cursor record: {type(error).__name__} {error}") from None
