"""Control files: the only thing that sees a file cut at the end of a row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.domain.errors import InputRefused
from orchestration.sources.receipts import Receipt
from orchestration.warehouse.connection import connect
from orchestration.warehouse.control_totals import prove_control

RECEIPT = Receipt(
    sha256="a" * 64,
    size=1,
    name="charges.csv",
    kind="sigma",
    table="charges",
    account_id="platform",
    is_connected=False,
    livemode=None,
    file_format="csv",
    problem="",
    export_time="",
    export_time_from="name",
    modified_at="",
    received_at="",
)
CSV = 'id,amount\nch_1,9007199254740993\n"ch,2",7\nch_3,-7\n'


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(":memory:") as opened:
        yield opened


def prove(
    connection: duckdb.DuckDBPyConnection, folder: Path, control: dict[str, Any] | None, form: str = "csv"
) -> None:
    path = folder / f"file.{form}"
    if form == "csv":
        path.write_text(CSV, encoding="utf-8")
    elif form == "jsonl":
        path.write_text(
            "".join(
                json.dumps({"id": name, "amount": amount}) + "\n"
                for name, amount in (("ch_1", 9007199254740993), ("ch_2", 7), ("ch_3", -7))
            ),
            encoding="utf-8",
        )
    else:
        connection.execute(
            f"copy (select * from (values ('ch_1', 9007199254740993), ('ch_2', 7), ('ch_3', -7)) as v(id, amount)) "
            f"to '{path}' (format parquet)"
        )
    receipt = replace(RECEIPT, control=control, file_format=form)
    prove_control(connection, receipt, path, "sigma.charges", 1, 3)


def test_no_control_file_proves_and_refuses_nothing(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    assert prove(connection, tmp_path, None) is None


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_totals_that_agree_pass_beyond_the_reach_of_floats(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, form: str
) -> None:
    control = {"rows": 3, "sha256": "A" * 64, "sums": {"amount": 9007199254740993}}
    assert prove(connection, tmp_path, control, form) is None


@pytest.mark.parametrize(
    ("control", "said"),
    [
        ({"rows": 4}, "rows 4 stated, 3 received"),
        ({"sha256": "b" * 64}, "sha256"),
        (
            {"sums": {"amount": 9007199254740992}},
            "sum of amount 9007199254740992 stated, 9007199254740993 received",
        ),
        ({"sums": {"nothing": 1}}, "cannot be summed"),
        ({"sums": {"id": 1}}, "cannot be summed"),
        ({"row": 3}, "unknown row"),
        ({"unreadable": "Expecting value"}, "Expecting value"),
    ],
)
def test_what_disagrees_is_refused_with_both_numbers(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, control: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputRefused) as refusal:
        prove(connection, tmp_path, control)
    assert said in str(refusal.value)
