"""The text of a BAI2 entry: names that networks mark by labels, such as `ORIG CO NAME:` of ACH or `ORG:` of wires."""

from __future__ import annotations

import re

from orchestration.sources.bank.values import stated

_LABELS = (
    "ORIG CO NAME", "ORIG CO", "ORIG ID", "CO ENTRY DESCR", "CO ID", "ENTRY DESCR", "SEC", "IND NAME", "IND ID",
    "DESC DATE", "EED", "TRACE#", "TRN", "ORG", "BNF", "OBI", "BBI", "RFB", "SND", "SENDER", "PMT INFO", "INFO TEXT",
    "BO1", "OB3", "BO", "OB", "PY", "BI", "FR", "ENDT", "TRID",
)  # fmt: skip
_MARK = re.compile(rf"(?<![A-Z0-9])({'|'.join(map(re.escape, _LABELS))})\s*[:=]")
_PAYERS, _PAYEES = ("ORIG CO NAME", "ORG", "SND", "BO1", "SENDER"), ("BNF", "ORIG CO NAME", "IND NAME", "BO1")


def counterparty_in(text: str | None, *, is_credit: bool) -> str | None:
    """Who paid what came in, or was paid by what went out; None where no label says so."""
    parts = _MARK.split(text or "")
    named: dict[str, str] = {}
    for label, value in zip(parts[1::2], parts[2::2], strict=True):
        named.setdefault(label, value)
    return next(
        (name for label in (_PAYERS if is_credit else _PAYEES) if (name := stated(named.get(label)))), None
    )
