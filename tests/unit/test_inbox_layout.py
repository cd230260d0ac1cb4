"""What a path of the inbox means. Guards the contract's layout: a name read wrongly is a table loaded wrongly."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import PurePosixPath

import pytest

from orchestration.domain.inbox_layout import PLATFORM, Placement, parse_stamp, place


def placed(path: str) -> Placement:
    return place(PurePosixPath(path))


@pytest.mark.parametrize(
    ("name", "table", "stamp", "file_format"),
    [
        ("charges.csv", "charges", None, "csv"),
        ("charges_2026-04-01.csv", "charges", datetime(2026, 4, 1, tzinfo=UTC), "csv"),
        ("charges_2026-04-01T0300.csv.gz", "charges", datetime(2026, 4, 1, 3, tzinfo=UTC), "csv.gz"),
        (
            "charges_2026-04-01T030059_part12.parquet",
            "charges",
            datetime(2026, 4, 1, 3, 0, 59, tzinfo=UTC),
            "parquet",
        ),
        ("charges_metadata.csv", "charges_metadata", None, "csv"),
        ("balance_transactions_part1.csv", "balance_transactions", None, "csv"),
        ("charges/any name at all.csv", "charges", None, "csv"),
    ],
)
def test_a_sigma_export_is_read_from_its_name(
    name: str, table: str, stamp: datetime | None, file_format: str
) -> None:
    placement = placed(f"stripe/sigma/{name}")
    assert (placement.kind, placement.table, placement.stamp, placement.file_format, placement.problem) == (
        "sigma",
        table,
        stamp,
        file_format,
        "",
    )


def test_a_connected_export_names_its_tenant_in_a_column() -> None:
    placement = placed("stripe/sigma/connected_account_charges_2026-04-01.csv")
    assert (placement.table, placement.is_connected, placement.account_id) == ("charges", True, PLATFORM)


def test_connected_accounts_is_a_table_of_the_platform() -> None:
    placement = placed("stripe/sigma/connected_accounts.csv")
    assert (placement.table, placement.is_connected) == ("connected_accounts", False)


def test_a_pipeline_file_takes_time_and_mode_from_its_folders() -> None:
    placement = placed("stripe/pipeline/2026040106/testmode/charges/part-0.parquet")
    assert (placement.kind, placement.table, placement.livemode) == ("pipeline", "charges", False)
    assert placement.stamp == datetime(2026, 4, 1, 6, tzinfo=UTC)


def test_the_success_marker_is_no_data() -> None:
    assert placed("stripe/pipeline/2026040106/livemode/coreapi_SUCCESS").kind == "marker"


def test_api_objects_of_a_connected_account_lie_in_its_folder() -> None:
    placement = placed("stripe/api/acct_1A/charge.jsonl")
    assert (placement.kind, placement.account_id, placement.file_format) == ("api", "acct_1A", "jsonl")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("stripe/events/2026.jsonl", "events"),
        ("stripe/reports/balance.csv", "reports"),
        ("bank/statement.xml", "bank"),
        ("business/orders.csv", "business"),
        ("company/tieout.toml", "company"),
        ("stripe/sigma/charges.csv.control.json", "control"),
    ],
)
def test_every_other_place_has_its_kind(path: str, kind: str) -> None:
    assert placed(path).kind == kind


@pytest.mark.parametrize(
    "path",
    [
        "readme.txt",
        "stripe/sigma/charges.xlsx",
        "stripe/sigma/a/b/charges.csv",
        "stripe/sigma/a[1].csv",
        "stripe/sigma/charges'; drop table x.csv",
        "stripe/pipeline/2026139999/livemode/charges/a.parquet",
        "stripe/pipeline/2026040106/livemode/charges/a.csv",
        "stripe/pipeline/2026040106/livemode/stray.txt",
        "stripe/api/cus_1/charge.jsonl",
        "stripe/api/charge.json",
        "stripe/events/deep/er.jsonl",
        "bank/2026/statement.xml",
    ],
)
def test_what_has_no_place_says_why(path: str) -> None:
    placement = placed(path)
    assert placement.kind == "unknown"
    assert placement.problem


def test_a_stamp_is_utc() -> None:
    assert parse_stamp("2026-04-01T0300") == datetime(2026, 4, 1, 3, tzinfo=UTC)
