"""What a path inside the inbox means. Pure: names in, meaning out; nothing here opens a file.

The layout is the contract's: `stripe/sigma/<table>(_<stamp>)?(_part<N>)?.csv` and its siblings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath

PIPELINE_MARKER = "coreapi_SUCCESS"
CONTROL_SUFFIX = ".control.json"
CONNECTED_PREFIX = "connected_account_"
PLATFORM = "platform"
# Files of business/ that have a place.
BUSINESS_TABLES = (
    "account_map",
    "contract_bills",
    "contracts",
    "exclusions",
    "fulfilments",
    "marketing_attribution",
    "orders",
    "product_usage",
    "support_tickets",
)

_TABULAR = re.compile(
    r"^(?P<stem>.+?)"
    r"(?:_(?P<stamp>\d{4}-\d{2}-\d{2}(?:T\d{4}(?:\d{2})?)?))?"
    r"(?:_part\d+)?\.(?P<format>csv\.gz|csv|parquet)$"
)
_PART = re.compile(r"_part\d+$")
_TABLE_NAME = re.compile(r"^[a-z][a-z0-9_]{0,62}$")
_ACCOUNT_ID = re.compile(r"^acct_[A-Za-z0-9]{1,60}$")
_PIPELINE_FOLDER = re.compile(r"^\d{10}$")
_PIPELINE_MODES = {"livemode": True, "testmode": False}


@dataclass(frozen=True)
class Placement:
    """What one file of the inbox is.

    Attributes:
        kind: sigma, pipeline, api, events, reports, bank, business, company, control, marker or unknown.
        table: Stripe table (sigma, pipeline) without the connected prefix; table of business/; else the stem of
            the name.
        account_id: Tenant that the folder names; `platform` unless it names another.
        is_connected: Rows carry their tenant in a column `account`.
        livemode: Mode that the folder states, else None.
        stamp: Export time that the name or folder states, UTC, else None.
        file_format: csv, csv.gz, parquet or jsonl; empty for kinds that are landed as they are.
        problem: Why the file cannot be used; empty when it can.
    """

    kind: str
    table: str = ""
    account_id: str = PLATFORM
    is_connected: bool = False
    livemode: bool | None = None
    stamp: datetime | None = None
    file_format: str = ""
    problem: str = ""


def parse_stamp(text: str) -> datetime:
    """`2026-04-01`, `2026-04-01T0300` or `2026-04-01T030000` as a UTC instant."""
    pattern = {10: "%Y-%m-%d", 15: "%Y-%m-%dT%H%M", 17: "%Y-%m-%dT%H%M%S"}[len(text)]
    return datetime.strptime(text, pattern).replace(tzinfo=UTC)


def place(path: PurePosixPath) -> Placement:
    """Classify a path relative to the inbox."""
    parts = path.parts
    if path.name.endswith(CONTROL_SUFFIX):
        return Placement("control")
    if parts[0] == "stripe" and len(parts) >= 3:
        if parts[1] == "sigma":
            return _place_sigma(parts[2:])
        if parts[1] == "pipeline":
            return _place_pipeline(parts[2:])
        if parts[1] == "api":
            return _place_api(parts[2:])
        if parts[1] == "events" and len(parts) == 3 and path.suffix == ".jsonl":
            return Placement("events", table="event", file_format="jsonl")
        if parts[1] == "reports" and len(parts) == 3 and path.suffix == ".csv":
            return Placement("reports", table=path.stem)
    if parts[0] == "business" and len(parts) == 2:
        return _place_business(path.name)
    if parts[0] in ("bank", "company") and len(parts) == 2:
        return Placement(parts[0], table=path.stem)
    return Placement("unknown", problem="its place or name is not in the inbox layout")


def _place_sigma(parts: tuple[str, ...]) -> Placement:
    match = _TABULAR.match(parts[-1])
    if match is None or len(parts) > 2:
        return Placement("unknown", problem="not a .csv, .csv.gz or .parquet of a Sigma table")
    name = parts[0] if len(parts) == 2 else match["stem"]
    return _tabular("sigma", name, match, _stamp_of(match), None)


def _place_pipeline(parts: tuple[str, ...]) -> Placement:
    if len(parts) < 3 or not _PIPELINE_FOLDER.match(parts[0]) or parts[1] not in _PIPELINE_MODES:
        return Placement("unknown", problem="not pipeline/<YYYYMMDDHH>/<livemode|testmode>/<table>/<file>")
    try:
        stamp = datetime.strptime(parts[0], "%Y%m%d%H").replace(tzinfo=UTC)
    except ValueError:
        return Placement("unknown", problem=f"{parts[0]} is not a date and hour")
    mode = _PIPELINE_MODES[parts[1]]
    if len(parts) == 3:
        is_marker = parts[2].endswith("SUCCESS")
        return Placement(
            "marker" if is_marker else "unknown",
            table=parts[2],
            livemode=mode,
            stamp=stamp,
            problem="" if is_marker else "a file beside the table folders",
        )
    match = _TABULAR.match(parts[-1])
    if match is None or match["format"] != "parquet" or len(parts) != 4:
        return Placement("unknown", problem="a pipeline table folder holds .parquet files only")
    return _tabular("pipeline", parts[2], match, stamp, mode)


def _place_api(parts: tuple[str, ...]) -> Placement:
    name = PurePosixPath(parts[-1])
    if name.suffix != ".jsonl" or len(parts) > 2:
        return Placement("unknown", problem="API objects come as .jsonl, one object per line")
    account_id = PLATFORM
    if len(parts) == 2:
        account_id = parts[0]
        if not _ACCOUNT_ID.match(account_id):
            return Placement("unknown", problem=f"{account_id} is not a connected account id (acct_...)")
    table = _PART.sub("", name.stem)
    return Placement("api", table=table, account_id=account_id, file_format="jsonl")


def _place_business(name: str) -> Placement:
    match = _TABULAR.match(name)
    if match is None or match["stem"] not in BUSINESS_TABLES:
        known = ", ".join(BUSINESS_TABLES)
        return Placement(
            "unknown", problem=f"business/ holds .csv, .csv.gz and .parquet files named after {known}"
        )
    return Placement("business", table=match["stem"], stamp=_stamp_of(match), file_format=match["format"])


def _stamp_of(match: re.Match[str]) -> datetime | None:
    return parse_stamp(match["stamp"]) if match["stamp"] else None


def _tabular(
    kind: str, name: str, match: re.Match[str], stamp: datetime | None, livemode: bool | None
) -> Placement:
    is_connected = name.startswith(CONNECTED_PREFIX)
    table = name.removeprefix(CONNECTED_PREFIX)
    if not _TABLE_NAME.match(table):
        return Placement("unknown", problem="its name does not name a Stripe table")
    return Placement(
        kind,
        table=table,
        is_connected=is_connected,
        livemode=livemode,
        stamp=stamp,
        file_format=match["format"],
    )
