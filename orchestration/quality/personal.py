"""Which values are personal data and must never stand in a result, a log or a report."""

from __future__ import annotations

import datetime
import re

# fmt: off
_PERSONAL_WORDS = frozenset({
    "address", "birth", "city", "cvc", "dob", "email", "fingerprint", "iban", "ip", "last4", "line1", "line2",
    "name", "phone", "postal", "postcode", "ssn", "street", "zip",
    "description", "descriptor", "metadata",  # free text, in which people write the rest
})
# fmt: on
_EMAIL = re.compile(r"[^\s'\"<>,;:=]+@[^\s'\"<>,;]+")
_QUOTED = re.compile(r"'[^']*'")
WITHHELD = "(withheld)"


def is_personal(column: str) -> bool:
    """True if a column may hold personal data, judged by the words of its name (`billing_email`, `name`)."""
    words = re.split(r"[^a-z0-9]+", column.lower())
    return not _PERSONAL_WORDS.isdisjoint(words)


def without_emails(text: str) -> str:
    """The text with everything that looks like an e-mail address withheld."""
    return _EMAIL.sub(WITHHELD, text)


def without_values(text: str) -> str:
    """A database error without the values it quotes: DuckDB repeats the cell that it could not read."""
    return without_emails(_QUOTED.sub(WITHHELD, text))


def shown(value: object) -> str | int | bool | None:
    """A cell as a value that JSON can write and a report may show.

    Instants are written in UTC to the second; an integer stays an integer; text loses e-mail addresses.
    """
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, datetime.datetime):
        in_utc = value.astimezone(datetime.UTC) if value.tzinfo else value
        return in_utc.strftime("%Y-%m-%dT%H:%M:%SZ" if value.tzinfo else "%Y-%m-%dT%H:%M:%S")
    return without_emails(str(value))
