"""Names of Stripe's report files: which report it is, and of which interval. Pure: nothing here opens a file.

A report file does not say of which time it speaks, so its name does:
`<report type>_<start>_<end>[_<acct_...>].csv`. The end is exclusive.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from orchestration.domain.errors import InputRefused
from orchestration.domain.inbox_layout import CONNECTED_PREFIX, parse_stamp

# The reports that are read; every other one is landed and left alone.
BALANCE_SUMMARIES = ("balance.summary.1", "connected_account_balance.summary.1")

_TYPE = re.compile(rf"({'|'.join(map(re.escape, BALANCE_SUMMARIES))})(?![0-9A-Za-z.])")
_MOMENT = r"\d{4}-\d{2}-\d{2}(?:T\d{4}(?:\d{2})?)?"
_REST = re.compile(rf"_({_MOMENT})_({_MOMENT})(?:_(acct_[A-Za-z0-9]{{1,60}}))?")


@dataclass(frozen=True)
class ReportName:
    """What the name of a report file says.

    Attributes:
        report_type: One of BALANCE_SUMMARIES.
        starts, ends: A date is that day's midnight in `reporting_timezone`, a datetime is an instant; `ends` is
            exclusive.
        account_id: The connected account that the name states; empty when it states none.
    """

    report_type: str
    starts: date
    ends: date
    account_id: str

    @property
    def is_connected(self) -> bool:
        """The report is one of connected accounts."""
        return self.report_type.startswith(CONNECTED_PREFIX)


def report_type(stem: str) -> str:
    """The report that a file holds, from its name without the ending; empty for reports that are not read."""
    found = _TYPE.match(stem)
    return found[1] if found else ""


def parse_report_name(stem: str, where: str) -> ReportName:
    """Read the name of a balance summary.

    Args:
        stem: File name without its ending.
        where: Name in the inbox, for the message.
    Raises:
        InputRefused: The name states no interval, or one that does not exist or ends before it starts.
    """
    kind = report_type(stem)
    rest = _REST.fullmatch(stem[len(kind) :])
    if not kind or rest is None:
        raise InputRefused(
            "The file name states no interval, so nobody can tell of which time the balances are.",
            where=where,
            remedy="Name it <report type>_<start>_<end>.csv, for example "
            "balance.summary.1_2026-03-01_2026-04-01.csv; the end is exclusive.",
        )
    try:
        starts, ends = _moment(rest[1]), _moment(rest[2])
    except ValueError:
        raise InputRefused(
            f"The interval {rest[1]} to {rest[2]} in the file name holds a day or time that does not exist.",
            where=where,
            remedy="Dates are YYYY-MM-DD, instants YYYY-MM-DDTHHMM in UTC.",
        ) from None
    if parse_stamp(rest[1]) >= parse_stamp(rest[2]):
        raise InputRefused(
            f"The interval in the file name ends ({rest[2]}) before it has begun ({rest[1]}).",
            where=where,
            remedy="The end is exclusive: one day is 2026-03-01_2026-03-02.",
        )
    return ReportName(kind, starts, ends, rest[3] or "")


def _moment(text: str) -> date:
    moment: datetime = parse_stamp(text)
    return moment.date() if len(text) == len("2026-03-01") else moment
