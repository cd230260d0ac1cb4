"""Bytes of a text file -> its characters, by what the file itself says or proves."""

from __future__ import annotations

from pathlib import Path

from orchestration.domain.errors import InputRefused

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def read_text(path: Path, name: str) -> str:
    """The text of a file without a declared encoding: its byte order mark, else UTF-8, else Latin 1.

    Formats of banks are ASCII where money, dates and references stand, so the choice touches names only.

    Raises:
        InputRefused: The file is empty or binary.
    """
    data = path.read_bytes()
    if not data.strip():
        raise InputRefused("The file is empty.", where=name, remedy="Export the statement again.")
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    try:
        text = data.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        if encoding:
            raise InputRefused(
                f"The file announces {encoding} and is not.", where=name, remedy="Export the statement again."
            ) from None
        text = data.decode("latin-1")
    if "\0" in text:
        raise InputRefused(
            "The file is binary, not a bank statement.",
            where=name,
            remedy="Expected camt, MT940, MT942, BAI2, OFX or CSV; archives are unpacked first.",
        )
    return text
