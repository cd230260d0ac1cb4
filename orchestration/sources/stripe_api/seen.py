"""What a list showed last: so that a row that is read again and says nothing new is not landed again.

Only for lists whose rows nothing but the list itself tells of. Elsewhere an event may have said something in
between, and then the same old row is news.
"""

from __future__ import annotations

import struct
from base64 import b64decode, b64encode

from orchestration.sources.stripe_api.lines import digest

DAY = 86_400
MOST = 20_000  # rows beyond it are landed again, which costs space and changes nothing
_ENTRY = struct.Struct(">HQQ")  # day of creation, id, content


class Seen:
    """Ids and contents of the newest rows of one list, 18 bytes each."""

    def __init__(self) -> None:
        self._rows: dict[int, tuple[int, int]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def has(self, row_id: str) -> bool:
        return digest(row_id) in self._rows

    def is_news(self, row_id: str, line: bytes) -> bool:
        """Whether the row was not seen, or not like this."""
        known = self._rows.get(digest(row_id))
        return known is None or known[1] != digest(line)

    def add(self, row_id: str, line: bytes, created: int) -> None:
        key = digest(row_id)
        if key in self._rows or len(self._rows) < MOST:
            self._rows[key] = (created // DAY, digest(line))

    def forget_before(self, instant: int) -> None:
        """Drop rows created on days before an instant."""
        first = instant // DAY
        self._rows = {key: entry for key, entry in self._rows.items() if entry[0] >= first}

    def as_text(self) -> str:
        rows = sorted((day, key, content) for key, (day, content) in self._rows.items())
        return b64encode(b"".join(_ENTRY.pack(*row) for row in rows)).decode()

    @classmethod
    def from_text(cls, text: str) -> Seen:
        """Raises ValueError or struct.error for a damaged text."""
        seen = cls()
        for day, key, content in _ENTRY.iter_unpack(b64decode(text, validate=True)):
            seen._rows[key] = (day, content)
        return seen
