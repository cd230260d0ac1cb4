"""Field 86 of MT940: what the payment was about, in the three ways in which banks write it.

Structured by ?nn (Germany, Austria, Poland ...), by /CODE/ words (Netherlands, SWIFT's own), or plain text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from orchestration.sources.bank.values import account_number, stated

_CODED = re.compile(r"^\s*(\d{3})\s*(?=\?\d{2})")
_SUBFIELD = re.compile(r"\?(\d{2})")
_CUT = "\n"  # where one subfield ended and the next began, inside a word or between two
# A mark begins a subfield, or stands behind something that is no letter or digit.
_SEPA = re.compile(
    r"(?<![A-Za-z0-9])(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|PURP|BREF|RREF|IBAN|BIC)\+"
)
_WORD = re.compile(
    r"/(TRTP|IBAN|BIC|NAME|REMI|EREF|MARF|CSID|ORDP|BENM|PREF|ISDT|RTRN|SVCL|ULTC|ULTD|PURP|CDTRREF|ADDR|ID"
    r"|USTD|STRD|CNTP|OCMT|CHGS|EXCH)(?=/)"
)
_PURPOSE = [*range(20, 30), *range(60, 64)]


@dataclass(frozen=True, slots=True)
class Details:
    """What field 86 says; None where it says nothing."""

    code: str | None = None
    end_to_end_id: str | None = None
    customer_reference: str | None = None
    mandate_id: str | None = None
    counterparty: str | None = None
    counterparty_account: str | None = None
    description: str | None = None


def read_details(value: str) -> Details:
    """Read the field by its own structure; text without one is the description."""
    if _CODED.match(value.replace("\n", "")):
        return _read_subfields(value.replace("\n", ""))
    joined = value.replace("\n", "")
    if _WORD.match(joined.lstrip()):
        return _read_words(joined.lstrip())
    return Details(description=stated(value))


def _read_subfields(value: str) -> Details:
    """?00 posting text, ?20-?29 and ?60-?63 purpose, ?31 account, ?32-?33 name; cut anywhere by line ends."""
    code = value.strip()[:3]
    parts = _SUBFIELD.split(value)
    fields: dict[int, str] = {}
    for number, text in zip(parts[1::2], parts[2::2], strict=True):
        fields[int(number)] = fields.get(int(number), "") + text
    purpose = _CUT.join(fields[number] for number in _PURPOSE if number in fields)
    marks = [part.replace(_CUT, "") for part in _SEPA.split(purpose)]
    named: dict[str, str] = {}
    for mark, text in zip(marks[1::2], marks[2::2], strict=True):
        named.setdefault(mark, text)
    account = fields.get(38) or fields.get(31)
    words = named.get("SVWZ") if named else None
    return Details(
        code=code,
        end_to_end_id=stated(named.get("EREF")),
        customer_reference=stated(named.get("KREF")),
        mandate_id=stated(named.get("MREF")),
        counterparty=stated(fields.get(32, "") + fields.get(33, "")),
        counterparty_account=account_number(account) if stated(account) else None,
        description=stated(words) or stated(marks[0]) or stated(fields.get(0)),
    )


def _read_words(value: str) -> Details:
    """/CODE/ followed by its value; some codes have values of several parts."""
    parts = _WORD.split(value)
    named: dict[str, str] = {}
    for word, text in zip(parts[1::2], parts[2::2], strict=True):
        named.setdefault(word, text.strip("/ "))
    party = named.get("CNTP", "").split("/")  # account / bank / name / town
    account = named.get("IBAN") or (party[0] if len(party) > 2 else None)
    remittance = re.sub(r"^(?:USTD|STRD)?/+", "", named.get("USTD") or named.get("REMI") or "")
    return Details(
        code=stated(named.get("TRTP")),
        end_to_end_id=stated(named.get("EREF")),
        customer_reference=stated(named.get("PREF")),
        mandate_id=stated(named.get("MARF")),
        counterparty=stated(named.get("NAME")) or stated(party[2] if len(party) > 2 else None),
        counterparty_account=account_number(account) if stated(account) else None,
        description=stated(remittance) or stated(named.get("CDTRREF")) or stated(value),
    )
